// Prints the conversation, the kept quotes, or a table. The browser's own command prints the conversation, or the
// kept quotes if there is none. A wide table is printed on sheets that lie on their side.

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

const MOST_UPRIGHT = 4; // columns that fit on an upright sheet
// A named page in a style sheet has no effect in Chromium.
const lying = new CSSStyleSheet();
lying.replaceSync("@page { size: landscape; }");

const isWide = (box) => box.checkVisibility() && $$("th", $("thead", box)).length > MOST_UPRIGHT;

function layOut() {
  const lies = app.dataset.print === "grid" || (app.dataset.print === "all" && $$(".grid-box").some(isWide));
  const others = document.adoptedStyleSheets.filter((sheet) => sheet !== lying);
  document.adoptedStyleSheets = lies ? [...others, lying] : others;
}

window.addEventListener("beforeprint", () => {
  app.dataset.print ??= turns.childElementCount ? "all" : "kept";
  layOut();
  showNotes();
});

window.addEventListener("afterprint", () => {
  delete app.dataset.print;
  layOut();
  $(".turn.printing")?.classList.remove("printing");
  for (const noted of $$(".noted")) noted.remove();
});

on({
  "print-grid": (pressed) => {
    pressed.closest(".turn").classList.add("printing");
    app.dataset.print = "grid";
    window.print();
  },
  print: () => {
    const what = $(".kept .what").value;
    const isEmpty = what === "all" ? !turns.childElementCount : !keptQuotes().length;
    if (isEmpty) return say(label(what === "all" ? "nothing-asked" : "nothing-kept"));
    storeNote();
    app.dataset.print = what;
    window.print();
  },
});
