// The turns of the conversation: each has a question and its answer.

import { on } from "./actions.js";
import { $, $$, button, calm, create } from "./dom.js";
import { showPinned } from "./kept.js";
import { put, putNames } from "./labels.js";
import { newKey } from "./memory.js";
import { showNews } from "./news.js";
import { notebook } from "./notebooks.js";
import { visible } from "./text.js";

export const turns = $(".turns");
const parked = new Map(); // by notebook: turns without a stored answer, while another notebook is open

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
  Object.assign(turn, { key: newKey(), notebook: notebook() });
  turn.setAttribute("aria-label", visible(question));
  const heading = create("h2", "", visible(question));
  heading.dir = "auto";
  heading.lang = "";
  const body = create("div", "answer");
  body.setAttribute("role", "status");
  turn.append(heading, body);
  limit(turn, documents);
  fold(heading);
  turn.append(buttons(acts));
  return turn;
}

/** Sets the documents that a turn is about; none means all. */
export function limit(turn, documents) {
  turn.documents = documents;
  $(".limits", turn)?.remove();
  if (!documents.length) return;
  const limits = create("p", "limits");
  putNames(limits, "asked-of", documents.map(visible));
  $("h2", turn).after(limits);
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

/** Puts a turn into the conversation of its notebook, in its place by time. */
export function insert(turn) {
  turn.gone = false;
  if (turn.notebook !== notebook()) return park(turn.notebook, turn);
  let before = null;
  for (let last = turns.lastElementChild; last && last.key > turn.key; last = last.previousElementSibling)
    before = last;
  turns.insertBefore(turn, before);
  greet();
}

function park(id, ...some) {
  parked.set(id, [...(parked.get(id) ?? []), ...some]);
}

/** Takes a turn out of its conversation. */
export function takeOut(turn) {
  turn.gone = true;
  turn.remove();
  const rest = parked.get(turn.notebook)?.filter((other) => other !== turn);
  if (rest) parked.set(turn.notebook, rest);
  greet();
}

/** Shows the turns of the notebook that has become the open one, except those whose answers are stored. */
export function turnTo(previous) {
  park(previous, ...[...turns.children].filter((turn) => !turn.record));
  turns.replaceChildren(...(parked.get(notebook()) ?? []));
  parked.delete(notebook());
  greet();
}

/** Returns the turns of all notebooks that have no stored answer, and those shown. */
export const turnsAtHand = () => [...turns.children, ...[...parked.values()].flat()];

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
  Object.assign(turn, { record, exact: answer.exact, isBlank: false });
  for (const card of $$(".card", turn)) showPinned(card);
  showNews(turn);
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

export function reveal(turn, { atOnce = calm.matches } = {}) {
  if (turn.isConnected) $(".log").scrollTo({ top: turn.offsetTop - 12, behavior: atOnce ? "instant" : "smooth" });
}

/** Changes turns without moving what is in view. */
export function inPlace(change) {
  const log = $(".log");
  const top = log.getBoundingClientRect().top;
  const seen = [...turns.children].find((turn) => turn.getBoundingClientRect().bottom > top + 1);
  const before = seen?.getBoundingClientRect().top;
  change();
  const moved = seen?.isConnected ? seen.getBoundingClientRect().top - before : 0;
  if (moved) log.scrollTop += moved;
}

on({ whole: unfold });
