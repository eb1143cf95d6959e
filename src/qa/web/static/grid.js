// The grid of a file of questions or of a table of documents: a row for each question or document, a column for
// each answer and for each of the user's own columns. One cell at a time is in the tab order; the arrow keys move
// from cell to cell.

import { $, $$, button, create } from "./dom.js";
import { put } from "./labels.js";

const MARK_LABELS = { right: "mark-right", wrong: "mark-wrong", check: "mark-check" };
const SORT_NAMES = { 0: "none", 1: "ascending", "-1": "descending" };
const PAGE = 10; // rows that Page Up and Page Down move

/** Creates an empty grid in a box that scrolls. */
export function createGrid(name, corner) {
  const box = create("div", "grid-box");
  const table = put(create("table"), name, {}, "aria-label");
  // On a phone the parts of the table are blocks, which have no roles of their own.
  table.setAttribute("role", "grid");
  for (const part of ["thead", "tbody"]) {
    const group = create(part);
    group.setAttribute("role", "rowgroup");
    table.append(group);
  }
  box.corner = corner;
  box.append(table);
  return box;
}

function cellOf(tag, role, className) {
  const cell = create(tag, className);
  cell.setAttribute("role", role);
  cell.tabIndex = -1;
  return cell;
}

function lineOf(cells) {
  const line = create("tr");
  line.setAttribute("role", "row");
  line.append(...cells);
  return line;
}

/** Builds the header again, after the columns changed; the rows follow. */
export function layOut(box, state) {
  const corner = put(cellOf("th", "columnheader"), box.corner);
  corner.scope = "col";
  const before = placeOf(current(box));
  $("thead", box).replaceChildren(lineOf([corner, ...state.columns.map(header)]));
  $("tbody", box).replaceChildren();
  state.rows.clear();
  state.before = before;
}

function header({ id, title, type, own, removable }) {
  const cell = cellOf("th", "columnheader");
  cell.scope = "col";
  cell.dataset.column = id;
  const sort = button("sort-column", "sort");
  sort.tabIndex = -1;
  sort.innerHTML = title;
  // Names of the person's own columns and questions are in any language.
  if (own || removable) sort.lang = "";
  cell.append(sort);
  if (removable) {
    const remove = put(button("remove-column", "remove", "×"), "remove-column", { question: sort.textContent }, "aria-label");
    remove.tabIndex = -1;
    cell.append(remove);
  }
  if (type) cell.append(create("span", "type", type));
  return cell;
}

/** Adds rows, or shows the headers of known ones again. */
export function addRows(state, rows) {
  for (const row of rows) {
    const known = state.rows.get(row.id);
    if (known) fillHeader(known.cells[0], row);
    else state.rows.set(row.id, newRow(row, state.columns));
  }
}

function newRow(row, columns) {
  const first = cellOf("th", "rowheader");
  first.scope = "row";
  first.dataset.row = row.id;
  fillHeader(first, row);
  return lineOf([first, ...columns.map((column) => blank(row.id, column))]);
}

function fillHeader(cell, { title, name, document }) {
  const words = document === undefined ? create("span", "question") : button("open-cell", "place");
  words.innerHTML = title;
  words.dir = "auto";
  words.lang = "";
  if (document !== undefined) {
    words.tabIndex = -1;
    words.dataset.document = document;
  }
  cell.replaceChildren(words);
  if (!name) return;
  const small = create("small");
  small.innerHTML = name;
  cell[document === undefined ? "prepend" : "append"](small);
}

function blank(row, { id, title, own }) {
  const cell = cellOf("td", "gridcell", own ? "own" : "empty");
  const name = create("span");
  name.innerHTML = title;
  Object.assign(cell.dataset, { row, column: id, label: name.textContent });
  return cell;
}

/** Shows cells of the server in the grid. */
export function fillCells(state, cells) {
  const at = new Map(state.columns.map((column, index) => [column.id, index + 1]));
  for (const cell of cells) {
    const place = state.rows.get(cell.row)?.cells[at.get(cell.column)];
    if (!place) continue;
    const isOpen = $(".others", place)?.hidden === false;
    place.innerHTML = cell.html;
    place.className = [cell.state, cell.mark ?? "", cell.out ? "out" : ""].join(" ").trim();
    place.mark = cell.mark;
    if (cell.mark) place.append(put(create("span", "mark"), MARK_LABELS[cell.mark]));
    if (isOpen) showOthers(place);
  }
}

/** Shows or hides the other quotes of a cell; returns whether it has any. */
export function showOthers(cell) {
  const [others, toggle] = [$(".others", cell), $(".other-quotes", cell)];
  if (!others) return false;
  others.hidden = !others.hidden;
  toggle.setAttribute("aria-expanded", String(!others.hidden));
  return true;
}

/**
 * Shows the rows in an order. With `keepPlaces`, rows that are shown stay where they are, also if the filters
 * exclude them now: a person works in them.
 */
export function arrange(box, state, order, { keepPlaces = false } = {}) {
  const body = $("tbody", box);
  const ids = keepPlaces ? [...new Set([...$$("tr", body).map((line) => line.firstChild.dataset.row), ...order])] : order;
  const lines = ids.map((id) => state.rows.get(id)).filter(Boolean);
  const wanted = new Set(ids);
  for (const id of [...state.rows.keys()]) if (!wanted.has(id)) state.rows.delete(id);
  const isSame = lines.length === body.childElementCount && lines.every((line, at) => body.children[at] === line);
  if (!isSame) {
    const focused = body.contains(document.activeElement) && document.activeElement;
    body.replaceChildren(...lines);
    if (focused?.isConnected) focused.focus({ preventScroll: true });
  }
  restore(box, state);
}

// Keeps one cell in the tab order: the same one as before, if it is still there.
function restore(box, state) {
  const { before } = state;
  delete state.before;
  const again = before && $$("th, td", box).find((cell) => isAt(cell, before));
  if (again) makeCurrent(again);
  if (again && before.focused) again.focus({ preventScroll: true });
  const now = current(box);
  // The corner is only there before the first row.
  const isCorner = now && now !== document.activeElement && !now.dataset.row && !now.dataset.column;
  if (!now || isCorner) makeCurrent($("tbody > tr > td", box) ?? $("th", box));
}

const placeOf = (cell) =>
  cell && { ...cell.dataset, focused: cell === document.activeElement, head: cell.tagName };
const isAt = (cell, { row, column, head }) =>
  cell.dataset.row === row && cell.dataset.column === column && cell.tagName === head;

/** Shows in the header what the rows are sorted by. */
export function showOrder(box, { column, direction }) {
  for (const th of $$("th[data-column]", box))
    th.setAttribute("aria-sort", SORT_NAMES[column === th.dataset.column ? direction : 0]);
}

export const current = (box) => $("[tabindex='0']", box);

/** Makes a cell the one that is in the tab order. */
export function makeCurrent(cell) {
  if (!cell) return;
  for (const other of $$("[tabindex='0']", cell.closest(".grid-box"))) other.tabIndex = -1;
  cell.tabIndex = 0;
}

export function land(cell) {
  makeCurrent(cell);
  cell.focus({ preventScroll: true });
  cell.scrollIntoView({ block: "nearest", inline: "nearest" });
}

/** Returns the cell that a key moves to; null at the end of the grid, undefined for another key. */
export function target(cell, key, { ctrlKey = false } = {}) {
  const { rows } = cell.closest("table");
  const [at, column, last] = [cell.parentElement.rowIndex, cell.cellIndex, cell.parentElement.cells.length - 1];
  const [row, across] = {
    ArrowUp: [at - 1, column],
    ArrowDown: [at + 1, column],
    ArrowLeft: [at, column - 1],
    ArrowRight: [at, column + 1],
    PageUp: [Math.max(at - PAGE, 0), column],
    PageDown: [Math.min(at + PAGE, rows.length - 1), column],
    Home: [ctrlKey ? 0 : at, 0],
    End: [ctrlKey ? rows.length - 1 : at, last],
  }[key] ?? [];
  return row === undefined ? undefined : (rows[row]?.cells[across] ?? null);
}
