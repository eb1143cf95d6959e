// The view of a grid in the turn of a file: its progress, its controls and its grid. It fills in the background;
// its cells are opened and marked meanwhile. The server sorts and filters.

import { on } from "./actions.js";
import { $, $$ } from "./dom.js";
import { download } from "./download.js";
import { fillWith, label, language, put } from "./labels.js";
import { addRows, arrange, createGrid, current, fillCells, land, layOut, makeCurrent, showOrder, showOthers, target } from "./grid.js";
import { build, offerValues } from "./grid-tools.js";
import { open } from "./source.js";
import { attempt, say, undoable } from "./toast.js";

const KEYS = { r: "right", w: "wrong", c: "check" };
const POLL_MS = 700; // between two requests for the progress of a grid
const MORE = 50; // rows that one click adds
const FIRST = { column: null, by: "confidence", direction: -1, outcome: "", confidence: "", mark: "", words: "", own: {}, shown: MORE };

/**
 * Creates the view of a grid.
 * @param {{name: string, label: string, corner: string, formats: object, grows: boolean,
 *   call: (request: object) => Promise<object>, save: (format: string) => Promise<object>}} options
 */
export function gridView(options) {
  const section = build(options, choose, createGrid(options.label, options.corner));
  section.options = options;
  section.state = { layout: 0, seen: 0, columns: [], rows: new Map(), view: FIRST, asked: 0, applied: 0 };
  return section;
}

/** Shows all grids again in the current language. */
export function showGrids() {
  for (const section of $$(".grid-view")) attempt(() => again(section));
}

const again = (section) => {
  section.state.layout = section.state.seen = 0;
  return update(section);
};

/** Asks the server for what changed, until the grid is complete or is no longer shown. */
export async function follow(section) {
  if (section.following) return;
  section.following = true;
  try {
    const isNeeded = () => !isGone(section) || undoable();
    for (let done = false; !done && isNeeded(); ) {
      done = await update(section);
      if (!done) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    // Clearing the conversation also stops its files.
    if (isGone(section)) await section.options.call({ do: "stop" });
  } finally {
    section.following = false;
  }
}

const sectionOf = (node) => node.closest(".grid-view");
const isGone = (section) => section.closest(".turn")?.gone ?? true;
const boxOf = (section) => $(".grid-box", section);

// Does something with a grid, and shows the result at once.
export async function act(node, request) {
  const section = sectionOf(node);
  const done = await update(section, request);
  if (!done) attempt(() => follow(section));
}

// Returns whether the grid is complete or was stopped.
async function update(section, request = {}) {
  const { state } = section;
  const { view, layout, seen } = state;
  const [number, inLanguage] = [++state.asked, language()];
  const answer = await section.options.call({ view, layout, seen, ...request });
  // A slow answer must not overwrite a later one.
  if (number < state.applied || view !== state.view || inLanguage !== language()) return false;
  state.applied = number;
  return show(section, answer) ? answer.done : again(section);
}

// Returns whether the browser has all rows and cells that it must show.
function show(section, answer) {
  const { state } = section;
  const box = boxOf(section);
  const isNew = Boolean(answer.columns) || !state.seen;
  if (answer.columns) {
    state.columns = answer.columns;
    layOut(box, state);
    offerValues(section, state.columns, state.view.own, choose);
  }
  Object.assign(state, { layout: answer.layout, seen: answer.seen });
  addRows(state, answer.rows);
  if (answer.order.some((id) => !state.rows.has(id))) return false;
  fillCells(state, answer.cells);
  arrange(box, state, answer.order, { keepPlaces: !isNew && box.contains(document.activeElement) });
  showOrder(box, state.view);
  showProgress(section, answer);
  return true;
}

function showProgress(section, { asked, total, done, status, left, more, order, notes }) {
  const bar = $(".so-far", section);
  bar.max = total;
  bar.value = asked;
  bar.hidden = done;
  fillWith($(".status", section), status);
  $("[data-do=stop-grid]", section).hidden = done;
  boxOf(section).hidden = !section.state.columns.length || (!asked && !order.length);
  $(".notes", section).textContent = (notes ?? []).join(" ");
  $("[data-do=more-rows]", section).hidden = !more;
  $(".none-pass", section).hidden = order.length > 0 || !asked;
  $("[data-do=continue-grid]", section).hidden = !done || asked >= total;
  if (!section.options.grows) return;
  const others = $("[data-do=all-documents]", section);
  put(others, "ask-other-documents", { n: left });
  others.hidden = !left;
}

// Shows a grid in another order, or with other filters.
function choose(section, changes) {
  const { state } = section;
  state.view = { ...state.view, ...changes };
  state.seen = 0;
  attempt(() => update(section));
}

function mark(cell, name) {
  // Only answers are marked.
  if (!cell.matches(":is(.answered, .absent, .failed)")) return;
  // The same mark again removes it.
  const next = cell.mark === name ? null : name;
  const { row, column } = cell.dataset;
  attempt(() => act(cell, { do: "mark", row, column, mark: next }));
}

function openCell(place) {
  const cell = place.closest("td, th");
  makeCurrent(cell);
  cell.focus({ preventScroll: true });
  open(place);
}

function sort(cell) {
  const section = sectionOf(cell);
  const { columns, view } = section.state;
  const { column } = cell.dataset;
  // Confidences begin with the highest, the user's own values with the first.
  const first = columns.find(({ id }) => id === column).own ? 1 : -1;
  if (view.column !== column) choose(section, { column, direction: first });
  else if (view.direction === first) choose(section, { direction: -first });
  else choose(section, { column: null });
}

function remove(cell) {
  const { column } = cell.dataset;
  const section = sectionOf(cell);
  return attempt(async () => {
    await act(section, { do: "remove", column });
    say(label("column-removed"), () => attempt(() => act(section, { do: "restore", column })));
  });
}

const moreRows = (section) => choose(section, { shown: section.state.view.shown + MORE });

function move(cell, next, key) {
  if (next) return land(next);
  const section = sectionOf(cell);
  if (key === "ArrowDown" && !$("[data-do=more-rows]", section).hidden) moreRows(section);
}

// Returns whether a key does something with an answer.
function pressOnAnswer(key, cell) {
  if (key === "m") return showOthers(cell);
  const places = $$(".place", cell);
  if (/^[1-9]$/.test(key) && places[key - 1]) {
    if (key > 1 && $(".others", cell).hidden) showOthers(cell);
    openCell(places[key - 1]);
    return true;
  }
  if (KEYS[key]) mark(cell, KEYS[key]);
  return Boolean(KEYS[key]);
}

function press(event, cell) {
  const { key } = event;
  const next = target(cell, key, event);
  if (next !== undefined) {
    move(cell, next, key);
    return true;
  }
  if (key === "Enter" || key === " ") {
    $("button", cell)?.click();
    return true;
  }
  if (key === "Delete" && $(".remove", cell)) return Boolean(remove(cell));
  return cell.tagName === "TD" && !event.ctrlKey && pressOnAnswer(key.toLowerCase(), cell);
}

document.addEventListener(
  "keydown",
  (event) => {
    const cell = event.target.closest?.(".grid-box :is(td, th)");
    if (!cell || event.metaKey || event.altKey || event.isComposing) return;
    if (press(event, cell)) event.preventDefault();
  },
  { capture: true },
);

document.addEventListener("click", (event) => {
  const cell = event.target.closest?.(".grid-box td");
  if (!cell || event.target.closest("button") || !window.getSelection().isCollapsed) return;
  makeCurrent(cell);
  cell.focus({ preventScroll: true });
  const place = $(".place", cell);
  if (place) openCell(place);
});

on({
  "stop-grid": (pressed) => attempt(() => act(pressed, { do: "stop" })),
  "continue-grid": (pressed) => attempt(() => act(pressed, { do: "continue" })),
  "all-documents": (pressed) => attempt(() => act(pressed, { do: "all" })),
  which: (pressed) => {
    for (const other of $$("button", pressed.parentElement)) other.setAttribute("aria-pressed", String(other === pressed));
    choose(sectionOf(pressed), { outcome: pressed.dataset.which });
  },
  "grid-tools": (pressed) => {
    const isOpen = sectionOf(pressed).classList.toggle("unfolded");
    pressed.setAttribute("aria-expanded", String(isOpen));
  },
  "sort-column": (pressed) => sort(pressed.closest("th")),
  "remove-column": (pressed) => remove(pressed.closest("th")),
  "open-cell": openCell,
  "more-rows": (pressed) => moreRows(sectionOf(pressed)),
  "other-quotes": (pressed) => {
    const cell = pressed.closest("td");
    showOthers(cell);
    makeCurrent(cell);
    cell.focus({ preventScroll: true });
  },
  "mark-cell": (pressed) => {
    const cell = current(boxOf(sectionOf(pressed)));
    if (cell?.tagName === "TD") mark(cell, pressed.dataset.mark);
  },
  "save-grid": (pressed) =>
    attempt(async () => {
      const answer = await sectionOf(pressed).options.save(pressed.dataset.format);
      download(answer.file, "application/octet-stream", answer.name);
    }),
});
