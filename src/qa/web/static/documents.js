// The documents of the library: lists and searches them, limits questions to them, removes them.

import { on } from "./actions.js";
import { $, $$, create } from "./dom.js";
import { offer } from "./examples.js";
import { offerChoices, onFilter, showFound, wanted } from "./filters.js";
import { fillWith, label, put } from "./labels.js";
import { keepOnly, scope, setScope, showScope, storeScope } from "./scope.js";
import { showSelections, tagsOf } from "./selections.js";
import { call } from "./server.js";
import { close, shown } from "./source.js";
import { attempt, say } from "./toast.js";

const SEARCH_MS = 200; // between the last key and the search
let total = 0; // documents in the library
let requests = 0; // a slow response must not overwrite a later one
let timer;

const filter = () => ({ search: $(".search").value, ...wanted() });

/** Lists the documents, at least this number of rows. */
export function refresh(rows = 0) {
  return attempt(async () => {
    const number = ++requests;
    const answer = await call("library", { ...filter(), shown: rows, names: scope.size > 0 });
    if (number !== requests) return;
    total = answer.documents;
    $(".rows").innerHTML = answer.html;
    if (answer.names) keepOnly(answer.names);
    for (const row of $$(".rows .document")) {
      $("input", row).checked = scope.has(row.dataset.document);
      $(".about", row).append(...[tagsOf(row.dataset.document)].filter(Boolean));
    }
    offerChoices(answer.choices, total);
    showFound(answer.filtered ? answer.matches : null);
    fillWith($(".documents .summary"), answer.summary);
    fillWith($(".documents .index-info"), answer.index_info);
    listNotes(answer.notes);
    put($(".library-count"), "documents-count", { n: total });
    $(".no-documents").hidden = total > 0;
    $(".how").hidden = total < 2;
    showLimits();
  });
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
    await call("remove", { document: name });
    if (scope.delete(name)) storeScope();
    if (shown()?.document === name) close();
    say(label("removed"));
    await refresh();
    offer();
    $(".search").focus();
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
  if (event.target.checked) scope.add(name);
  else scope.delete(name);
  storeScope();
  showLimits();
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
  "ask-found": () =>
    attempt(async () => {
      setScope((await call("library", { ...filter(), ids: true })).ids);
      refresh();
      $("#question").focus();
    }),
  "more-documents": (button) => refresh(Number(button.dataset.shown)),
});
