// Prints the conversation or the kept quotes. The browser's own command prints the conversation, or the kept
// quotes if there is none.

import { on } from "./actions.js";
import { $, $$, app, create } from "./dom.js";
import { keptQuotes, storeNote } from "./kept.js";
import { label } from "./labels.js";
import { visible } from "./text.js";
import { say } from "./toast.js";
import { turns } from "./turns.js";

// A text area shows only the lines that fit into it, so paper has the note as text.
function showNotes() {
  for (const item of $$(".clipping")) {
    $(".noted", item)?.remove();
    const { value } = $(".note", item);
    if (value) $(".note", item).after(create("p", "noted", visible(value)));
  }
}

window.addEventListener("beforeprint", () => {
  app.dataset.print ??= turns.childElementCount ? "all" : "kept";
  showNotes();
});

window.addEventListener("afterprint", () => {
  delete app.dataset.print;
  for (const noted of $$(".noted")) noted.remove();
});

on({
  print: () => {
    const what = $(".kept .what").value;
    const isEmpty = what === "all" ? !turns.childElementCount : !keptQuotes().length;
    if (isEmpty) return say(label(what === "all" ? "nothing-asked" : "nothing-kept"));
    storeNote();
    app.dataset.print = what;
    window.print();
  },
});
