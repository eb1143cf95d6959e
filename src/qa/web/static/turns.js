// The turns of the conversation: a question, and its answer below it.

import { on } from "./actions.js";
import { $, $$, button, calm, create } from "./dom.js";
import { showPinned } from "./kept.js";
import { put, putNames } from "./labels.js";
import { newKey } from "./memory.js";
import { visible } from "./text.js";

export const turns = $(".turns");

/** A turn without its answer. */
export function begin(question, documents) {
  const turn = create("section", "turn");
  turn.key = newKey();
  turn.setAttribute("aria-label", visible(question));
  turn.documents = documents;
  const heading = create("h2", "", visible(question));
  heading.dir = "auto";
  heading.lang = "";
  const body = create("div", "answer");
  body.setAttribute("role", "status");
  turn.append(heading, body);
  if (documents.length) {
    const limits = create("p", "limits");
    putNames(limits, "asked-of", documents.map(visible));
    heading.after(limits);
  }
  fold(heading);
  return turn;
}

// A question that would fill the window is cut short, with a button for the rest where there is more.
const cut = new ResizeObserver((changes) => {
  for (const { target } of changes)
    target.rest.hidden = !target.classList.contains("whole") && target.scrollHeight <= target.clientHeight + 2;
});

function fold(heading) {
  const words = heading.textContent;
  if (words.length < 150 && words.split("\n").length < 7) return;
  heading.classList.add("long");
  heading.rest = put(button("whole", "link"), "show-whole");
  heading.rest.hidden = true;
  heading.after(heading.rest);
  cut.observe(heading);
}

function unfold(pressed) {
  const whole = $("h2", pressed.closest(".turn")).classList.toggle("whole");
  put(pressed, whole ? "show-less" : "show-whole");
}

export function insert(turn) {
  let before = null;
  for (let one = turns.lastElementChild; one && one.key > turn.key; one = one.previousElementSibling) before = one;
  turns.insertBefore(turn, before);
  greet();
}

/** Shows the welcome where there is no conversation. */
export function greet() {
  const begun = turns.childElementCount > 0;
  $(".welcome").hidden = begun;
  $("[data-do=new]").hidden = !begun;
}

/** Puts the server's answer into a turn. */
export function fill(turn, answer, record) {
  $(".answer", turn).innerHTML = answer.html;
  turn.copies = answer.copies;
  turn.record = record;
  for (const card of $$(".card", turn)) showPinned(card);
}

/** The turns that have an answer. */
export function answered() {
  return $$(".turn").filter((turn) => turn.record);
}

export function byKey(key) {
  return [...turns.children].find((turn) => turn.key === key);
}

// Turns of another tab are another train of thought.
const here = (turn) => !turn.elsewhere;

/** The last questions that were asked in this tab. */
export function questionsBefore(most) {
  return answered().filter(here).slice(-most).map((turn) => turn.record.question);
}

export function isNewest(turn) {
  return turn === [...turns.children].filter(here).at(-1);
}

export function reveal(turn) {
  $(".log").scrollTo({ top: turn.offsetTop - 12, behavior: calm.matches ? "auto" : "smooth" });
}

on({ whole: unfold });
