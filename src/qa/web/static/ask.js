// Asking a question, and showing its answer.

import { on } from "./actions.js";
import { $, create, phone } from "./dom.js";
import { modelReady } from "./examples.js";
import { failure } from "./failure.js";
import { remember } from "./history.js";
import { put } from "./labels.js";
import { scope } from "./scope.js";
import { call } from "./server.js";
import { close, open } from "./source.js";
import { begin, fill, insert, isNewest, questionsBefore, reveal } from "./turns.js";

const EARLIER = 5; // questions before it that a question is understood with
const MOST_HEIGHT = 180;
export const box = $("#question");

/** Asks a question in a new turn, or again in the turn that it has. */
export async function ask(question, { documents = [...scope], after = questionsBefore(EARLIER), turn = null } = {}) {
  question = question.trim();
  if (!question) return box.focus();
  if (!turn) {
    turn = begin(question, documents);
    insert(turn);
  }
  turn.asked = { question, documents, after };
  $(".answer", turn).replaceChildren(put(create("p", "waiting"), modelReady() ? "reading-documents" : "loading-model"));
  reveal(turn);
  // The example that was clicked is gone; on a phone the keyboard would come up.
  if (!phone.matches) box.focus();
  try {
    await answer(turn);
  } catch (problem) {
    const again = () => ask(question, { documents, after, turn });
    $(".answer", turn).replaceChildren(failure(problem.message, again));
  }
}

async function answer(turn) {
  const content = await call("ask", turn.asked);
  fill(turn, content, content.record);
  remember(turn);
  reveal(turn);
  // Only the newest question may change what is shown beside it.
  if (!isNewest(turn)) return;
  const first = $(".card", turn);
  if (content.answered && first) await open(first, { quietly: true });
  else close();
}

/** Fits the box to the question in it. */
export function fit() {
  box.style.height = "auto";
  box.style.height = Math.min(box.scrollHeight, MOST_HEIGHT) + "px";
}

box.addEventListener("input", fit);
$("form.ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const question = box.value;
  if (!question.trim()) return;
  box.value = "";
  fit();
  ask(question);
});

on({
  example: (button) => ask(button.textContent),
  "ask-all": (button) => ask(button.closest(".turn").record.question, { documents: [] }),
  "ask-alone": (button) => {
    const turn = button.closest(".turn");
    ask(turn.record.question, { documents: turn.documents, after: [], turn });
  },
});
