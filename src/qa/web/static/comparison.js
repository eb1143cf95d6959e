// Two documents side by side, with their differences marked.

import { on } from "./actions.js";
import { $, $$, create } from "./dom.js";
import { failure } from "./failure.js";
import { fillWith, put } from "./labels.js";
import { shownDocument } from "./paper.js";
import { call } from "./server.js";
import { open, opened, otherSource } from "./source.js";

const dialog = $("dialog.comparison");
const sides = $(".comparison .sides");
const choice = $(".comparison .other");
let compared = null; // the id of the first document
let turn = 0;

async function compare(other) {
  const mine = ++turn;
  sides.setAttribute("aria-busy", "true");
  $(".differences").textContent = "";
  try {
    const answer = await call("compare", { document: compared, other });
    if (mine !== turn) return;
    sides.innerHTML = answer.html;
    sides.scrollTop = 0;
    put($(".differences"), "differences", { n: answer.differences });
    fillWith($(".comparison .this"), answer.name);
    const options = answer.documents.map(([id, name]) => {
      const option = create("option");
      fillWith(option, name);
      option.value = id;
      return option;
    });
    choice.replaceChildren(...options);
    choice.value = answer.other;
    for (const button of $$(".comparison [data-do^=difference]")) button.disabled = !answer.differences;
  } catch (problem) {
    if (mine === turn) sides.replaceChildren(failure(problem.message, () => compare(other)));
  }
  if (mine === turn) sides.removeAttribute("aria-busy");
}

// Shows the open quote and one of another source of the same answer, each in its text.
async function beside() {
  const cards = [opened(), otherSource()];
  const mine = ++turn;
  begin("places", "beside");
  try {
    const answers = await Promise.all(cards.map((card) => call("source", place(card))));
    if (mine !== turn) return;
    const names = [$(".comparison .this"), $(".comparison .that")];
    for (const [at, { title, place: where }] of answers.entries()) fillWith(names[at], title + " · " + where);
    sides.replaceChildren(...answers.map(column));
    for (const mark of $$(".place-beside", sides)) scrollToMark(mark);
  } catch (problem) {
    if (mine === turn) sides.replaceChildren(failure(problem.message, beside));
  }
}

function place(card) {
  const { document: name, start, end, passage, matched, answers } = card.dataset;
  return { document: name, start, end, passage, matched, answers };
}

function column({ loaded }) {
  const text = create("div", "place-beside");
  text.classList.add("source");
  text.tabIndex = 0;
  text.role = "region";
  put(text, "source-text", {}, "aria-label");
  text.innerHTML = Object.values(loaded).join("");
  return text;
}

function scrollToMark(text) {
  const mark = $("mark.quote", text);
  if (mark) text.scrollTop += mark.getBoundingClientRect().top - text.getBoundingClientRect().top - text.clientHeight * 0.3;
}

// Opens the dialog, empty, for whole documents or for two places.
function begin(what, title) {
  dialog.dataset.shows = what;
  put($("#comparison-title"), title);
  sides.replaceChildren();
  choice.replaceChildren();
  for (const name of [".this", ".that", ".differences"]) $(".comparison " + name).textContent = "";
  if (!dialog.open) dialog.showModal();
}

// Goes to the next difference below the top of the view, or to the one above it.
function step(by) {
  const rows = $$(".row:not(.same)", sides);
  const top = sides.getBoundingClientRect().top + 12;
  const places = rows.map((row) => row.getBoundingClientRect().top - top);
  const focused = rows.indexOf(document.activeElement);
  const next = focused >= 0 ? focused + by : by > 0 ? places.findIndex((at) => at > 1) : places.findLastIndex((at) => at < -1);
  const row = rows[next];
  if (!row) return;
  sides.scrollTop += row.getBoundingClientRect().top - top;
  row.focus({ preventScroll: true });
}

choice.addEventListener("change", () => compare(choice.value));

on({
  compare: () => {
    const data = shownDocument();
    if (!data) return;
    compared = data.document;
    begin("documents", "compare");
    compare();
  },
  beside,
  "difference-before": () => step(-1),
  "difference-after": () => step(1),
  "open-compared": (button) => {
    dialog.close();
    open(button, { focus: true });
  },
});
