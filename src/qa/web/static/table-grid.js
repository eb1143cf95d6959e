// The grid of a table: a row for each document, a column for each question. One cell at a time is in the tab
// order; the arrow keys move from cell to cell.

import { $, $$, button, create } from "./dom.js";
import { put } from "./labels.js";
import { passes, sorted } from "./table-order.js";

const MARK_LABELS = { right: "mark-right", wrong: "mark-wrong", check: "mark-check" };
const SORT_NAMES = { 0: "none", 1: "ascending", "-1": "descending" };

/** Creates an empty grid in a box that scrolls. */
export function createGrid() {
  const box = create("div", "table-box");
  const table = put(create("table"), "table-name", {}, "aria-label");
  table.setAttribute("role", "grid");
  table.append(create("thead"), create("tbody"));
  box.append(table);
  return box;
}

/** Builds the header and the rows again, after columns or documents changed. */
export function layOut(box, state) {
  const before = placeOf(current(box));
  const head = create("tr");
  head.append(corner(), ...state.columns.map((column) => header(column, state)));
  $("thead", box).replaceChildren(head);
  state.rows = new Map(state.documents.map((document) => [document.id, row(document, state)]));
  $("tbody", box).replaceChildren(...state.rows.values());
  const again = before && $$("th, td", box).find((cell) => isAt(cell, before));
  makeCurrent(again ?? $("tbody > * > td", box) ?? $("th", box));
  if (again && before.focused) again.focus({ preventScroll: true });
}

const placeOf = (cell) =>
  cell && { ...cell.dataset, focused: cell === document.activeElement, head: cell.tagName };
const isAt = (cell, { row, column, head }) =>
  cell.dataset.row === row && cell.dataset.column === column && cell.tagName === head;

function corner() {
  const cell = put(create("th"), "column-document");
  cell.scope = "col";
  cell.tabIndex = -1;
  return cell;
}

function header({ id, question, type }, { order }) {
  const cell = create("th");
  cell.scope = "col";
  cell.tabIndex = -1;
  cell.dataset.column = id;
  cell.setAttribute("aria-sort", SORT_NAMES[order.column === id ? order.direction : 0]);
  const sort = button("sort-column", "sort");
  sort.tabIndex = -1;
  sort.innerHTML = question;
  const name = sort.textContent;
  const remove = put(button("remove-column", "remove", "×"), "remove-column", { question: name }, "aria-label");
  remove.tabIndex = -1;
  cell.append(sort, remove);
  if (type) cell.append(create("span", "type", type));
  return cell;
}

function row({ id, title, name }, { columns }) {
  const line = create("tr");
  const first = create("th");
  first.scope = "row";
  first.tabIndex = -1;
  first.dataset.row = id;
  const open = button("open-cell", "place");
  open.tabIndex = -1;
  open.dataset.document = id;
  open.innerHTML = title;
  first.append(open);
  if (name) {
    const small = create("small");
    small.innerHTML = name;
    first.append(small);
  }
  line.append(first, ...columns.map((column) => blank(id, column.id)));
  return line;
}

function blank(row, column) {
  const cell = create("td", "empty");
  cell.tabIndex = -1;
  Object.assign(cell.dataset, { row, column });
  return cell;
}

/** Shows cells of the server in the grid. */
export function fillCells(state, cells) {
  const at = new Map(state.columns.map((column, index) => [column.id, index + 1]));
  for (const cell of cells) {
    const place = state.rows.get(cell.document)?.cells[at.get(cell.column)];
    if (!place) continue;
    place.innerHTML = cell.html;
    place.className = [cell.state, cell.mark ?? ""].join(" ").trim();
    if (cell.mark) place.append(put(create("span", "mark"), MARK_LABELS[cell.mark]));
  }
}

/** Sorts the rows, and hides what the filters exclude. */
export function arrange(box, state, { keepOrder = false } = {}) {
  if (!keepOrder) sortRows($("tbody", box), state);
  const { order } = state;
  for (const th of $$("th[data-column]", box))
    th.setAttribute("aria-sort", SORT_NAMES[order.column === th.dataset.column ? order.direction : 0]);
  for (const [id, line] of state.rows) filterRow(line, state.cells.get(id), state.filters);
  const now = current(box);
  if (!now || now.parentElement.hidden) makeCurrent($("tbody > :not([hidden]) > td", box) ?? $("th", box));
}

function sortRows(body, { documents, cells, rows, order }) {
  const cellOf = (row) => cells.get(row)?.get(order.column);
  const ids = sorted(documents.map(({ id }) => id), cellOf, order);
  const focused = body.contains(document.activeElement) && document.activeElement;
  body.append(...ids.map((id) => rows.get(id)));
  if (focused) focused.focus({ preventScroll: true });
}

function filterRow(line, cells, filters) {
  let isShown = !filters.confidence && !filters.mark;
  for (const place of $$("td", line)) {
    const passed = passes(cells?.get(place.dataset.column), filters);
    place.classList.toggle("out", !passed);
    isShown ||= passed;
  }
  line.hidden = !isShown;
}

export const current = (box) => $("[tabindex='0']", box);

/** Makes a cell the one that is in the tab order. */
export function makeCurrent(cell) {
  if (!cell) return;
  const box = cell.closest(".table-box");
  for (const other of $$("[tabindex='0']", box)) other.tabIndex = -1;
  cell.tabIndex = 0;
}

function land(cell) {
  makeCurrent(cell);
  cell.focus({ preventScroll: true });
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Moves the focus; returns whether the key moves. */
export function moveBy(cell, key, { ctrlKey = false } = {}) {
  const lines = [...cell.closest("table").rows].filter((line) => !line.hidden);
  const [at, column] = [lines.indexOf(cell.parentElement), cell.cellIndex];
  const last = cell.parentElement.cells.length - 1;
  const [nextRow, nextColumn] = {
    ArrowUp: [at - 1, column],
    ArrowDown: [at + 1, column],
    ArrowLeft: [at, column - 1],
    ArrowRight: [at, column + 1],
    Home: [ctrlKey ? 0 : at, 0],
    End: [ctrlKey ? lines.length - 1 : at, last],
  }[key] ?? [];
  if (nextRow === undefined) return false;
  const next = lines[Math.max(0, Math.min(nextRow, lines.length - 1))].cells[Math.max(0, Math.min(nextColumn, last))];
  if (next) land(next);
  return true;
}
