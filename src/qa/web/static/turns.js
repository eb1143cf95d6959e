// The turns of the conversation: each has a question and its answer.

import { on } from "./actions.js";
import { $, $$, button, calm, create } from "./dom.js";
import { showPinned } from "./kept.js";
import { put, putNames } from "./labels.js";
import { newKey } from "./memory.js";
import { visible } from "./text.js";

export const turns = $(".turns");

const OF_QUESTION = { edit: "edit", "ask-others": "ask-others", "delete-turn": "delete" };

/** Creates a turn with a question and without an answer. */
export function beginQuestion(question, documents) {
  const turn = begin(question, documents, OF_QUESTION);
  turn.question = question;
  return turn;
}

/** Creates a turn without an answer; `acts` are the actions of its buttons with their labels. */
export function begin(question, documents, acts = { "delete-turn": "delete" }) {
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
  turn.append(buttons(acts));
  return turn;
}

function buttons(acts) {
  const bar = put(create("div", "turn-acts"), "question-acts", {}, "aria-label");
  bar.setAttribute("role", "group");
  bar.append(...Object.entries(acts).map(([action, key]) => put(button(action, "quiet"), key)));
  return bar;
}

// A long question is cut short, with a button for the rest if a part of it is hidden.
const overflow = new ResizeObserver((changes) => {
  for (const { target } of changes)
    target.rest.hidden = !target.classList.contains("whole") && target.scrollHeight <= target.clientHeight + 2;
});

function fold(heading) {
  const question = heading.textContent;
  if (question.length < 150 && question.split("\n").length < 7) return;
  heading.classList.add("long");
  heading.rest = put(button("whole", "link"), "show-whole");
  heading.rest.hidden = true;
  heading.after(heading.rest);
  overflow.observe(heading);
}

function unfold(pressed) {
  const whole = $("h2", pressed.closest(".turn")).classList.toggle("whole");
  put(pressed, whole ? "show-less" : "show-whole");
}

export function insert(turn) {
  let before = null;
  for (let last = turns.lastElementChild; last && last.key > turn.key; last = last.previousElementSibling)
    before = last;
  turns.insertBefore(turn, before);
  greet();
}

/** Shows the welcome if there is no conversation. */
export function greet() {
  const hasTurns = turns.childElementCount > 0;
  $(".welcome").hidden = hasTurns;
  $("[data-do=new]").hidden = !hasTurns;
}

/** Puts the server's answer into a turn. */
export function fill(turn, answer, record) {
  $(".answer", turn).innerHTML = answer.html;
  turn.copies = answer.copies;
  turn.exact = answer.exact;
  turn.record = record;
  for (const card of $$(".card", turn)) showPinned(card);
}

/** Returns the turns that have an answer. */
export function answered() {
  return $$(".turn").filter((turn) => turn.record);
}

export function byKey(key) {
  return [...turns.children].find((turn) => turn.key === key);
}

// A question refers only to turns of its own tab.
const isOfThisTab = (turn) => !turn.elsewhere;

/** Returns the questions of this conversation, newest first, each once in a row. */
export function pastQuestions() {
  const asked = [...turns.children].map((turn) => turn.question).filter(Boolean);
  return asked.filter((question, at) => question !== asked[at + 1]).reverse();
}

/** Returns the last questions that were asked in this tab, at most this number. */
export function questionsBefore(most) {
  return answered().filter(isOfThisTab).slice(-most).map((turn) => turn.record.question);
}

export function isNewest(turn) {
  return turn === [...turns.children].filter(isOfThisTab).at(-1);
}

export function reveal(turn) {
  if (!turn.isConnected) return;
  $(".log").scrollTo({ top: turn.offsetTop - 12, behavior: calm.matches ? "auto" : "smooth" });
}

on({ whole: unfold });
