// The conversation that this browser keeps: shown again after a reload, and followed from tab to tab.

import { on } from "./actions.js";
import { chunks } from "./chunks.js";
import { $ } from "./dom.js";
import { sayFull } from "./full.js";
import { listQuotes } from "./kept.js";
import { label } from "./labels.js";
import { addTurns, storedTurns, takeTurns, TURNS } from "./memory.js";
import { call, CALL_SIZE } from "./server.js";
import { close, opened } from "./source.js";
import { say } from "./toast.js";
import { answered, begin, byKey, fill, greet, insert, reveal, turns } from "./turns.js";

let seen = new Set(); // keys of the stored turns that are known here

const asStored = ({ key, record, documents }) => ({ key, record, documents });

function store(items) {
  for (const { key } of items) seen.add(key);
  if (addTurns(items)) sayFull();
}

/** Stores a turn that has its answer. */
export function remember(turn) {
  if (turn.isConnected) store([asStored(turn)]);
}

// Removes the stored turns that are known here, and returns them.
function forget() {
  const gone = takeTurns(seen);
  seen.clear();
  return gone;
}

function bringBack(gone, forgotten) {
  gone.forEach(insert);
  store([...forgotten, ...gone.filter((turn) => turn.record).map(asStored)]);
  catchUp();
}

// Shows the turns that are stored and not shown yet, and removes those that another tab removed.
async function catchUp({ elsewhere = false } = {}) {
  const stored = storedTurns();
  const keys = new Set(stored.map((one) => one.key));
  for (const turn of answered()) if (seen.has(turn.key) && !keys.has(turn.key)) takeAway(turn);
  seen = keys;
  const missing = stored.filter((one) => !byKey(one.key));
  if (!missing.length) return;
  try {
    const answers = await render(missing);
    for (const [at, answer] of answers.entries()) {
      const { key, record, documents } = missing[at];
      // It may have been removed meanwhile, or shown after another event.
      if (!seen.has(key) || byKey(key)) continue;
      const turn = Object.assign(begin(record.question, documents), { key, elsewhere });
      insert(turn);
      fill(turn, answer, record);
    }
  } catch (problem) {
    say(problem.message);
  }
}

/** Asks for the HTML of answers that are kept here, in calls that are not too large for the server. */
export async function render(items) {
  const answers = [];
  const asked = items.map(({ record, documents }) => ({ record, limited: documents.length > 0 }));
  for (const part of chunks(asked, CALL_SIZE)) {
    const records = part.map((one) => one.record);
    const limited = part.map((one) => one.limited);
    answers.push(...(await call("again", { records, limited })).answers);
  }
  return answers;
}

function takeAway(turn) {
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

on({
  new: () => {
    const gone = [...turns.children];
    const forgotten = forget();
    turns.replaceChildren();
    greet();
    close();
    $("#question").focus();
    say(label("conversation-cleared"), () => bringBack(gone, forgotten));
  },
});
