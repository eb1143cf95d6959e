// The conversation in the browser's storage: shown again after a reload, and kept the same in all tabs.

import { on } from "./actions.js";
import { chunks } from "./chunks.js";
import { $, phone } from "./dom.js";
import { sayFull } from "./full.js";
import { listQuotes } from "./kept.js";
import { label } from "./labels.js";
import { addTurns, storedTurns, takeTurns, TURNS } from "./memory.js";
import { call, CALL_SIZE } from "./server.js";
import { close, opened } from "./source.js";
import { say } from "./toast.js";
import { answered, beginQuestion, byKey, fill, greet, insert, reveal, turns } from "./turns.js";

let seen = new Set(); // keys of the stored turns that this tab knows

const toStored = ({ key, record, documents }) => ({ key, record, documents });

function store(items) {
  for (const { key } of items) seen.add(key);
  if (addTurns(items)) sayFull();
}

/** Stores a turn that has its answer. */
export function remember(turn) {
  if (turn.isConnected) store([toStored(turn)]);
}

// Removes the stored turns that this tab knows, and returns them.
function forget() {
  const gone = takeTurns(seen);
  seen.clear();
  return gone;
}

function restore(shown, forgotten) {
  shown.forEach(insert);
  store([...forgotten, ...shown.filter((turn) => turn.record).map(toStored)]);
  catchUp();
}

// Shows the stored turns that are not shown yet, and removes those that another tab removed.
async function catchUp({ elsewhere = false } = {}) {
  const stored = storedTurns();
  const keys = new Set(stored.map((turn) => turn.key));
  for (const turn of answered()) if (seen.has(turn.key) && !keys.has(turn.key)) removeTurn(turn);
  seen = keys;
  const missing = stored.filter((turn) => !byKey(turn.key));
  if (!missing.length) return;
  try {
    const answers = await render(missing);
    for (const [at, answer] of answers.entries()) {
      const { key, record, documents } = missing[at];
      // Meanwhile it may have been removed, or shown by another event.
      if (!seen.has(key) || byKey(key)) continue;
      const turn = Object.assign(beginQuestion(record.question, documents), { key, elsewhere });
      insert(turn);
      fill(turn, answer, record);
    }
  } catch (problem) {
    say(problem.message);
  }
}

/** Requests the HTML of stored answers, in calls that are not too large for the server. */
export async function render(turns) {
  const answers = [];
  const items = turns.map(({ record, documents }) => ({ record, limited: documents.length > 0 }));
  for (const part of chunks(items, CALL_SIZE)) {
    const records = part.map((item) => item.record);
    const limited = part.map((item) => item.limited);
    answers.push(...(await call("again", { records, limited })).answers);
  }
  return answers;
}

function removeTurn(turn) {
  if (turn.contains(opened())) close();
  turn.remove();
  greet();
}

export async function recall() {
  listQuotes();
  await catchUp();
  if (turns.lastElementChild) reveal(turns.lastElementChild);
}

window.addEventListener("storage", ({ key }) => {
  if (key === TURNS || key === null) catchUp({ elsewhere: true });
});

// Removes a turn, here and in the storage, until that is undone.
function removeByHand(turn) {
  const gone = takeTurns(new Set([turn.key]));
  seen.delete(turn.key);
  removeTurn(turn);
  if (!phone.matches) $("#question").focus();
  say(label("question-deleted"), () => restore([turn], gone));
}

on({
  "delete-turn": (pressed) => removeByHand(pressed.closest(".turn")),
  new: () => {
    const shown = [...turns.children];
    const forgotten = forget();
    turns.replaceChildren();
    greet();
    close();
    $("#question").focus();
    say(label("conversation-cleared"), () => restore(shown, forgotten));
  },
});
