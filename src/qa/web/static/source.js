// Shows the source of a quote at the quote.

import { on } from "./actions.js";
import { $, $$, create } from "./dom.js";
import { failure } from "./failure.js";
import { fillWith, label, put } from "./labels.js";
import { show } from "./pane.js";
import { present } from "./paper.js";
import { call } from "./server.js";
import { columns, layOut, scrollToQuote, showMessage, sourceText } from "./source-text.js";
import { say } from "./toast.js";

let current = null; // the card, or the cell of a grid, whose source is shown
let request = null; // the last request for a source
let opening = 0; // number of openings; a slow response must not overwrite a later one

/** Returns the card whose source is shown, or null. */
export const opened = () => current;

/** Returns the last request for a source, or null. */
export const shown = () => request;

export async function open(place, { quietly = false, focus = false } = {}) {
  const card = place.closest(".card, .spot, .grid-box :is(td, th)");
  const data = { ...place.dataset };
  delete data.do;
  delete data.rank;
  mark(card);
  request = { ...data };
  const turn = ++opening;
  show("source", { quietly });
  let answer;
  try {
    answer = await call("source", { ...data, columns: columns() });
  } catch (problem) {
    if (turn !== opening) return;
    const gone = problem.code === "document-gone";
    showInstead(gone ? create("p", "", problem.message) : failure(problem.message, () => open(place)));
    return;
  }
  if (turn !== opening) return;
  if (data.sha256 && !answer.sha256.startsWith(data.sha256)) say(label("changed-since"));
  request.sha256 = answer.sha256;
  $("[data-do=link]").hidden = data.start === undefined;
  layOut(data, answer);
  $("#panel-source").classList.remove("empty");
  fillWith($(".source h2"), answer.title);
  $(".source h2").title = $(".source h2").textContent;
  fillWith($(".source .place"), answer.place);
  $(".source .details").innerHTML = answer.details;
  $(".source .kind").hidden = !(data.nearest || place.closest(".nearest"));
  sourceText.classList.toggle("plain-reading", data.start === undefined);
  showSteps();
  scrollToQuote();
  const { sha256, length, page_starts: pageStarts } = answer;
  present({ ...data, sha256, length, pageStarts }, answer.page, focus);
}

/** Marks the card whose source is shown; null if there is none. */
export function mark(card) {
  if (current) current.removeAttribute("aria-current");
  current = card;
  if (card) card.setAttribute("aria-current", "true");
}

export function close() {
  mark(null);
  opening++;
  request = null;
  showInstead(put(create("p"), "nothing-open"));
  showSteps();
}

// Shows a message instead of a source, without the bar of a source above it.
function showInstead(message) {
  if (message.matches("p")) message.className = "nothing";
  showMessage(message);
  $("#panel-source").classList.add("empty");
  put($(".source h2"), "source");
  $(".source .details").textContent = "";
  $("[data-do=link]").hidden = true;
  $(".source .kind").hidden = true;
  present({}, null);
}

function siblings() {
  if (!current?.matches(".card, .spot")) return [];
  return $$(".card, .spot", current.closest(".groups") || current.closest(".quotes"));
}

/** Returns the next card of the same answer whose quote is from another document; undefined if there is none. */
export function otherSource() {
  if (!current) return undefined;
  const cards = siblings();
  const after = cards.slice(cards.indexOf(current) + 1);
  return [...after, ...cards].find((card) => card.dataset.document !== current.dataset.document);
}

/** Shows the place of the open quote among the quotes of its answer. */
export function showSteps() {
  const cards = siblings();
  const at = cards.indexOf(current);
  $(".steps").hidden = cards.length < 2;
  put($(".steps .at"), "at", { at: at + 1, total: cards.length });
  $("[data-do=previous]").disabled = at <= 0;
  $("[data-do=next]").disabled = at === cards.length - 1;
  $("[data-do=beside]").hidden = !otherSource();
}

/** Opens the quote that is `by` places after the open one. */
export function step(by) {
  const next = siblings()[siblings().indexOf(current) + by];
  if (next) {
    next.scrollIntoView({ block: "nearest" });
    open(next);
  }
}

on({
  open: (button) => open(button.dataset.document === undefined ? button.closest(".card") : button, { focus: true }),
  previous: () => step(-1),
  next: () => step(1),
  read: (button) => {
    mark(null);
    open(button.closest(".document"), { focus: true });
  },
});
