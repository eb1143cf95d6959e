// Asks questions and shows their answers.

import { on, perform } from "./actions.js";
import { $, create, phone } from "./dom.js";
import { modelReady } from "./examples.js";
import { failure } from "./failure.js";
import { remember } from "./history.js";
import { label, put } from "./labels.js";
import { dropRemoved } from "./removed.js";
import { scope } from "./scope.js";
import { call } from "./server.js";
import { close, open } from "./source.js";
import { say } from "./toast.js";
import { beginQuestion, fill, inPlace, insert, isNewest, questionsBefore, reveal } from "./turns.js";

const EARLIER = 5; // earlier questions that are sent with a question
const MOST_HEIGHT = 180; // of the box, in pixels
export const box = $("#question");

/**
 * Asks a question in a new turn, or again in its existing turn; if not `named`, of all documents even if the
 * question names some.
 */
export async function ask(
  question,
  { documents = [...scope], after = questionsBefore(EARLIER), named = true, notebook, turn = null } = {},
) {
  question = question.trim();
  if (!question) return box.focus();
  if (!turn) {
    turn = beginQuestion(question, documents);
    turn.notebook = notebook ?? turn.notebook;
    insert(turn);
  }
  turn.asked = { question, documents, after, named };
  $(".answer", turn).replaceChildren(put(create("p", "waiting"), modelReady() ? "reading-documents" : "loading-model"));
  reveal(turn);
  // The clicked example is gone, so the box gets the focus; not on a phone, where the keyboard would open.
  if (!phone.matches) box.focus();
  try {
    await answer(turn);
  } catch (problem) {
    look(problem);
    const again = async () => {
      await dropRemoved(turn);
      return ask(question, { documents: turn.documents, after, named, turn });
    };
    $(".answer", turn).replaceChildren(failure(problem.message, again));
  }
}

// A document that was asked may be gone: the list and the selection follow the state of the library.
function look({ code }) {
  if (code) call("state", {}).catch(() => {});
}

async function answer(turn) {
  const content = await call("ask", turn.asked);
  Object.assign(turn, { generation: content.generation, checked: Date.now(), news: null });
  inPlace(() => fill(turn, content, content.record));
  remember(turn);
  reveal(turn);
  // Only the newest question may change the pane beside the conversation.
  if (!isNewest(turn)) return;
  const first = $(".answer > :is(.quotes, .groups) .card", turn);
  if (content.answered && first) await open(first, { quietly: true });
  else close();
}

/** Adapts the height of the box to its question. */
export function fit() {
  box.style.height = "auto";
  box.style.height = Math.min(box.scrollHeight, MOST_HEIGHT) + "px";
}

/** Puts a question into the box, ready to be changed. */
export function write(question) {
  box.value = question;
  fit();
  box.focus();
  box.setSelectionRange(question.length, question.length);
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
  edit: (button) => write(button.closest(".turn").question),
  "ask-others": (button) => {
    write(button.closest(".turn").question);
    perform("documents");
    say(label("choose-then-ask"));
  },
  "ask-all": (button) => ask(button.closest(".turn").record.question, { documents: [], named: false }),
  "ask-everywhere": (button) => {
    const turn = button.closest(".turn");
    const { question, understood_with: after = [] } = turn.record;
    ask(question, { documents: turn.documents, after, named: false, turn });
  },
  "ask-alone": (button) => {
    const turn = button.closest(".turn");
    ask(turn.record.question, { documents: turn.documents, after: [], turn });
  },
});
