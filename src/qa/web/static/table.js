// A table of questions and documents in the turn of a file: it fills in the background, questions are added and
// removed meanwhile, and its cells are opened and marked.

import { on } from "./actions.js";
import { $, $$, button, create } from "./dom.js";
import { download } from "./download.js";
import { failure } from "./failure.js";
import { fillWith, language, put } from "./labels.js";
import { call } from "./server.js";
import { open } from "./source.js";
import { arrange, createGrid, current, fillCells, layOut, makeCurrent, moveBy } from "./table-grid.js";
import { CONFIDENCES, nextDirection } from "./table-order.js";
import { attempt } from "./toast.js";

const FORMATS = { xlsx: "Excel", csv: "CSV", html: "HTML", jsonl: "JSON Lines" };
const MARKS = { right: ["mark-right", "R"], wrong: ["mark-wrong", "W"], check: ["mark-check", "C"] };
const KEYS = { r: "right", w: "wrong", c: "check" };
const SORTS = { confidence: "sort-confidence", mark: "sort-mark", answer: "sort-answer" };
const POLL_MS = 700; // between two requests for the progress of a table

/** Shows the table of a turn with a file, and starts it if there is none. */
export async function showTable(turn) {
  if ($(".by-table", turn)) return;
  const section = create("div", "by-table");
  $(".answer", turn).append(section);
  try {
    turn.table ??= (await call("table", { run: turn.run, documents: turn.documents })).table;
    build(section, turn);
    await follow(section);
  } catch (problem) {
    if (problem.code === "answers-gone") delete turn.table;
    section.replaceChildren(
      failure(problem.message, () => {
        section.remove();
        showTable(turn);
      }),
    );
  }
}

/** Shows all tables again in the current language. */
export function showTables() {
  for (const section of $$(".by-table"))
    if (section.state) {
      section.state.layout = 0;
      attempt(() => update(section));
    }
}

function build(section, turn) {
  section.state = {
    table: turn.table,
    layout: 0,
    seen: 0,
    columns: [],
    documents: [],
    rows: new Map(),
    cells: new Map(),
    order: { column: null, by: "confidence", direction: 0 },
    filters: { confidence: "", mark: "" },
  };
  const bar = put(create("progress", "table-so-far"), "questions-asked", {}, "aria-label");
  const status = create("p", "table-status");
  status.setAttribute("role", "status");
  section.append(bar, status, running(), tools(), createGrid(), hint());
}

function running() {
  const bar = create("div", "controls");
  bar.append(
    put(button("stop-table", "plain"), "stop"),
    put(button("continue-table", "plain"), "continue"),
    button("all-documents", "plain"),
    addition(),
    saves(),
  );
  for (const one of $$("[data-do]", bar).slice(0, 3)) one.hidden = true;
  return bar;
}

function addition() {
  const form = create("form", "add-column");
  const box = create("input");
  box.maxLength = 2000;
  put(put(box, "add-question", {}, "placeholder"), "add-question", {}, "aria-label");
  const add = put(create("button", "plain"), "add");
  form.append(box, add);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const question = box.value.trim();
    if (!question) return;
    attempt(async () => {
      await act(form, { do: "add", question });
      box.value = "";
    });
  });
  return form;
}

function saves() {
  const group = create("div", "saves");
  group.setAttribute("role", "group");
  group.append(put(create("span"), "save-as"));
  for (const [format, words] of Object.entries(FORMATS)) {
    const save = button("save-table", "link", words);
    save.dataset.format = format;
    group.append(save);
  }
  return put(group, "save-table", {}, "aria-label");
}

function tools() {
  const bar = create("div", "controls");
  const marks = put(create("div", "marks"), "mark-as", {}, "aria-label");
  marks.setAttribute("role", "group");
  for (const [mark, [key, letter]] of Object.entries(MARKS)) {
    const one = put(button("mark-cell", `plain ${mark}`), key);
    one.dataset.mark = mark;
    one.setAttribute("aria-keyshortcuts", letter);
    marks.append(one);
  }
  const between = Object.entries(CONFIDENCES).map(([name, [least, most]]) => [
    name,
    most > 1 ? "confidence-from" : least ? "confidence-between" : "confidence-below",
    { least, most },
  ]);
  const known = Object.entries(MARKS).map(([mark, [key]]) => [mark, key]);
  bar.append(
    marks,
    choice("filter-confidence", [["", "any-confidence"], ...between], (state, value) => (state.filters.confidence = value)),
    choice("filter-mark", [["", "any-mark"], ...known, ["none", "mark-none"]], (state, value) => (state.filters.mark = value)),
    sorting(),
  );
  return bar;
}

function sorting() {
  const what = menuOf("sort", Object.entries(SORTS), (state, value) => (state.order.by = value));
  return put(create("label", "sort-by"), "sort-by", { what });
}

const choice = (name, options, choose) => put(menuOf(name, options, choose), name, {}, "aria-label");

function menuOf(name, options, choose) {
  const menu = create("select", name);
  for (const [value, key, values] of options) {
    const option = put(create("option"), key, values);
    option.value = value;
    menu.append(option);
  }
  menu.addEventListener("change", () => {
    const section = sectionOf(menu);
    choose(section.state, menu.value);
    arrange($(".table-box", section), section.state);
  });
  return menu;
}

function hint() {
  const keys = { arrows: ["↑", "↓", "←", "→"], enter: ["Enter"], right: ["R"], wrong: ["W"], check: ["C"] };
  const shown = Object.entries(keys).map(([name, signs]) => {
    const group = create("span");
    group.append(...signs.map((sign) => create("kbd", "", sign)));
    return [name, group];
  });
  return put(create("p", "table-hint"), "table-hint", Object.fromEntries(shown));
}

const sectionOf = (node) => node.closest(".by-table");
const isGone = (section) => section.closest(".turn")?.gone ?? true;

// Does something with a table, and shows the result at once.
async function act(node, request) {
  const section = sectionOf(node);
  await update(section, request);
  if (!section.following) attempt(() => follow(section));
}

async function follow(section) {
  section.following = true;
  try {
    for (let done = false; !done && !isGone(section); ) {
      done = await update(section);
      if (!done) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    if (isGone(section)) await call("tabled", { table: section.state.table, do: "stop" });
  } finally {
    section.following = false;
  }
}

// Asks the server for what changed; returns whether the table is complete or was stopped.
async function update(section, request = {}) {
  const { state } = section;
  const asked = language();
  const answer = await call("tabled", { table: state.table, layout: state.layout, seen: state.seen, ...request });
  // A slow answer must not overwrite a later one.
  const isLate = answer.layout < state.layout || (answer.layout === state.layout && answer.seen < state.seen);
  if (isLate || asked !== language()) return false;
  const box = $(".table-box", section);
  if (answer.columns) {
    Object.assign(state, { columns: answer.columns, documents: answer.documents, cells: new Map() });
    layOut(box, state);
  }
  state.layout = answer.layout;
  state.seen = answer.seen;
  for (const cell of answer.cells) {
    if (!state.cells.has(cell.document)) state.cells.set(cell.document, new Map());
    state.cells.get(cell.document).set(cell.column, cell);
  }
  fillCells(state, answer.cells);
  // Rows stay where they are while a person works in them.
  if (answer.cells.length || answer.columns)
    arrange(box, state, { keepOrder: !answer.columns && box.contains(document.activeElement) });
  showProgress(section, answer);
  return answer.done;
}

function showProgress(section, { asked, total, done, status, left }) {
  const bar = $(".table-so-far", section);
  bar.max = total;
  bar.value = asked;
  bar.hidden = done;
  fillWith($(".table-status", section), status);
  $("[data-do=stop-table]", section).hidden = done;
  $("[data-do=continue-table]", section).hidden = !done || asked >= total;
  const others = $("[data-do=all-documents]", section);
  put(others, "ask-other-documents", { n: left });
  others.hidden = !left;
}

function mark(cell, name) {
  const { state } = sectionOf(cell);
  const { row, column } = cell.dataset;
  const known = state.cells.get(row)?.get(column);
  if (!known) return;
  // The same mark again removes it.
  const next = known.mark === name ? null : name;
  attempt(() => act(cell, { do: "mark", document: row, column, mark: next }));
}

function openCell(place) {
  const cell = place.closest("td, th");
  for (const other of $$("[aria-current]", cell.closest("table"))) other.removeAttribute("aria-current");
  cell.setAttribute("aria-current", "true");
  makeCurrent(cell);
  cell.focus({ preventScroll: true });
  open(place);
}

const sort = (cell) => {
  const section = sectionOf(cell);
  const { order } = section.state;
  const { column } = cell.dataset;
  order.direction = order.column === column ? nextDirection(order.direction) : -1;
  order.column = column;
  arrange($(".table-box", section), section.state);
};

const remove = (cell) => attempt(() => act(cell, { do: "remove", column: cell.dataset.column }));

function press(event, cell) {
  const { key } = event;
  const isHead = cell.tagName === "TH" && cell.dataset.column !== undefined;
  if (moveBy(cell, key, event)) return true;
  if (key === "Enter" || key === " ") {
    const target = $("button", cell);
    if (target) target.click();
    return true;
  }
  if (key === "Delete" && isHead) return Boolean(remove(cell));
  const name = KEYS[key.toLowerCase()];
  if (!name || cell.tagName !== "TD" || event.ctrlKey) return false;
  mark(cell, name);
  return true;
}

document.addEventListener(
  "keydown",
  (event) => {
    const cell = event.target.closest?.(".table-box :is(td, th)");
    if (!cell || event.metaKey || event.altKey || event.isComposing) return;
    if (press(event, cell)) event.preventDefault();
  },
  { capture: true },
);

document.addEventListener("click", (event) => {
  const cell = event.target.closest?.(".table-box td");
  if (!cell || event.target.closest("button") || !window.getSelection().isCollapsed) return;
  makeCurrent(cell);
  cell.focus({ preventScroll: true });
  const place = $(".place", cell);
  if (place) openCell(place);
});

on({
  "stop-table": (pressed) => attempt(() => act(pressed, { do: "stop" })),
  "continue-table": (pressed) => attempt(() => act(pressed, { do: "continue" })),
  "all-documents": (pressed) => attempt(() => act(pressed, { do: "all" })),
  "sort-column": (pressed) => sort(pressed.closest("th")),
  "remove-column": (pressed) => remove(pressed.closest("th")),
  "open-cell": openCell,
  "mark-cell": (pressed) => {
    const cell = current($(".table-box", sectionOf(pressed)));
    if (cell?.tagName === "TD") mark(cell, pressed.dataset.mark);
  },
  "save-table": (pressed) =>
    attempt(async () => {
      const { table } = sectionOf(pressed).state;
      const answer = await call("table_file", { table, format: pressed.dataset.format });
      download(answer.file, "application/octet-stream", answer.name);
    }),
});
