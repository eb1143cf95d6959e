// The documents of the library: lists and searches them, limits questions to them, removes them.

import { on } from "./actions.js";
import { $, $$, app, create } from "./dom.js";
import { offer } from "./examples.js";
import { asked, chosenFilter, offerChoices, onFilter, showFound } from "./filters.js";
import { fillWith, label, put } from "./labels.js";
import { keepOnly, scope, setScope, showScope } from "./scope.js";
import { showSelections, tagsOf } from "./selections.js";
import { call } from "./server.js";
import { close, shown } from "./source.js";
import { attempt, say, undoable } from "./toast.js";

const SEARCH_MS = 200; // between the last key and the search
const SETTLE_MS = 500; // after which a document whose time is over has left
let total = 0; // documents in the library
let requests = 0; // a slow response must not overwrite a later one
let timer;
let listing = 0; // requests for the list that run
let listed = null; // the state of the library that the list shows
let leaving = []; // documents whose removal can still be undone
let removing; // the timer of the next removal

const filter = () => asked(chosenFilter());

/** Lists the documents, at least this number of rows. */
export function refresh(rows = 0) {
  return attempt(async () => {
    const number = ++requests;
    listing++;
    const answer = await call("library", { ...filter(), shown: rows, names: scope.size > 0 || leaving.length > 0 }).finally(() => listing--);
    listed = answer.generation;
    if (number !== requests) return;
    total = answer.documents;
    const focus = focusInRows();
    $(".rows").innerHTML = answer.html;
    if (answer.names) keepOnly(answer.names);
    for (const row of $$(".rows .document")) {
      $("input", row).checked = scope.has(row.dataset.document);
      $(".about", row).append(...[tagsOf(row.dataset.document)].filter(Boolean));
    }
    focus?.();
    offerChoices(answer.choices, total);
    showFound(answer.filtered ? answer.matches : null);
    fillWith($(".documents .summary"), answer.summary);
    fillWith($(".documents .index-info"), answer.index_info);
    listNotes(answer.notes);
    put($(".library-count"), "documents-count", { n: total });
    $(".no-documents").hidden = total > 0;
    $(".how").hidden = total < 2;
    showLimits();
    followRemovals(answer);
  });
}

// Returns what focuses the same control of the same document after the rows were drawn again.
function focusInRows() {
  const control = document.activeElement;
  const name = control?.closest(".rows .document")?.dataset.document;
  if (name === undefined) return null;
  const selector = control.dataset.do ? `[data-do=${control.dataset.do}]` : "input";
  return () => rowOf(name) && $(selector, rowOf(name))?.focus({ preventScroll: true });
}

// Lists the documents again when the next one has left, and says so.
function followRemovals({ leaving: seconds, names }) {
  const gone = leaving.filter((name) => !names?.includes(name));
  leaving = Object.keys(seconds);
  clearTimeout(removing);
  if (leaving.length) removing = setTimeout(refresh, 1000 * Math.min(...Object.values(seconds)) + SETTLE_MS);
  if (!gone.length) return;
  if (gone.includes(shown()?.document)) close();
  // Another action may still be undone.
  if (!undoable()) say(label("removed"));
  offer();
}

function showLimits() {
  showScope(total);
  showSelections();
}

// A single note is open; several are folded, because they would push the documents out of view.
function listNotes(notes) {
  const place = $(".documents .notes");
  const many = String(notes.length > 1);
  if (place.dataset.many !== many) place.open = many === "false";
  place.dataset.many = many;
  place.hidden = !notes.length;
  put($("summary", place), "notes", { n: notes.length });
  $("ul", place).replaceChildren(...notes.map((note) => create("li", "", note)));
}

function remove(row) {
  const name = row.dataset.document;
  return attempt(async () => {
    const title = $(".title", row).textContent.trim();
    await call("remove", { document: name, hold: true });
    say(label("removing", { title }), () => undoRemoval(name));
    await refresh();
    (rowOf(name) ? $("[data-do=undo-remove]", rowOf(name)) : $(".search")).focus();
  });
}

const rowOf = (name) => $$(".rows .document").find((row) => row.dataset.document === name);

function undoRemoval(name) {
  return attempt(async () => {
    const { undone } = await call("remove", { document: name, undo: true });
    if (undone) leaving = leaving.filter((other) => other !== name);
    else say(label("removed-already"));
    await refresh();
  });
}

/** Hides the question whether to remove a document; `element` is inside it. */
export function keep(element) {
  const row = element.closest(".document");
  $(".confirm", row).hidden = true;
  $("[data-do=remove]", row).focus();
}

$(".search").addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(() => refresh(), SEARCH_MS);
});

$(".rows").addEventListener("change", (event) => {
  if (event.target.type !== "checkbox") return;
  const name = event.target.closest(".document").dataset.document;
  setScope(event.target.checked ? [...scope, name] : [...scope].filter((other) => other !== name));
  showLimits();
});

// Another program changed the library.
app.addEventListener("generation", ({ detail }) => {
  if (listed !== null && listed !== detail && !listing) refresh();
});

$(".documents").addEventListener("changed", () => refresh());
onFilter(() => refresh());

on({
  keep,
  unscope: () => {
    setScope([]);
    refresh();
  },
  remove: (button) => {
    const confirm = $(".confirm", button.closest(".document"));
    confirm.hidden = false;
    $("[data-do=keep]", confirm).focus();
  },
  confirm: (button) => remove(button.closest(".document")),
  "undo-remove": async (button) => {
    const { document: name } = button.closest(".document").dataset;
    await undoRemoval(name);
    (rowOf(name) ? $("[data-do=remove]", rowOf(name)) : $(".search")).focus();
  },
  "ask-found": () =>
    attempt(async () => {
      setScope((await call("library", { ...filter(), ids: true })).ids);
      refresh();
      $("#question").focus();
    }),
  "more-documents": (button) => refresh(Number(button.dataset.shown)),
});
