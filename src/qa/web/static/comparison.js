// Two documents side by side, with their differences marked.

import { on } from "./actions.js";
import { $, $$, create } from "./dom.js";
import { failure } from "./failure.js";
import { put } from "./labels.js";
import { shownDocument } from "./paper.js";
import { call } from "./server.js";
import { open } from "./source.js";
import { visible } from "./text.js";

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
    const options = answer.documents.map((name) => {
      const option = create("option", "", visible(name));
      option.value = name;
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
    $(".comparison .this").textContent = visible(compared);
    sides.replaceChildren();
    choice.replaceChildren();
    dialog.showModal();
    compare();
  },
  "difference-before": () => step(-1),
  "difference-after": () => step(1),
  "open-compared": (button) => {
    dialog.close();
    open(button, { focus: true });
  },
});
