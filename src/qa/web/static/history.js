// The conversation of a notebook: stored in the browser, shown again after a reload, and the same in all tabs.

import { on } from "./actions.js";
import { chunks } from "./chunks.js";
import { $, phone } from "./dom.js";
import { failure } from "./failure.js";
import { label } from "./labels.js";
import { addTurns, onTurnsElsewhere, removeTurns, storedTurns } from "./memory.js";
import { notebook } from "./notebooks.js";
import { call } from "./server.js";
import { close, opened } from "./source.js";
import { say } from "./toast.js";
import { answered, beginQuestion, byKey, fill, inPlace, insert, reveal, takeOut, turns } from "./turns.js";

const FIRST_AT_ONCE = 60_000; // characters of the records that are rendered together, at first those in view
const MOST_FIRST = 30;
const AT_ONCE = 150_000; // with a long record still less than a call may have
const MOST_AT_ONCE = 150;
let seen = new Set(); // keys of the stored turns that this tab knows
let rendering = null;

const STORED = ["notebook", "key", "record", "documents", "generation", "checked", "news"];
const toStored = (turn) => Object.fromEntries(STORED.map((name) => [name, turn[name]]));

// Tells those who show the questions elsewhere on the page.
const changed = () => turns.dispatchEvent(new Event("changed"));

async function store(items) {
  for (const { notebook: of, key } of items) if (of === notebook()) seen.add(key);
  if (items.length && !(await addTurns(items))) {
    for (const { key } of items) seen.delete(key);
    say(label("no-room"));
  }
  changed();
}

/** Stores a turn that has its answer. */
export function remember(turn) {
  if (!turn.gone) store([toStored(turn)]);
}

function removeTurn(turn) {
  if (turn.contains(opened())) close();
  takeOut(turn);
}

// Removes turns, here and in the storage, until that is undone.
function removeByHand(removed, message) {
  const wereStored = removed.filter((turn) => turn.record).map(toStored);
  for (const turn of removed) {
    seen.delete(turn.key);
    removeTurn(turn);
  }
  removeTurns(wereStored).then(changed);
  if (!phone.matches) $("#question").focus();
  say(message, () => {
    removed.forEach(insert);
    store(removed.filter((turn) => turn.record).map(toStored)).then(catchUp).then(renderBlank);
  });
}

// Shows the stored turns that are not shown yet, and removes those that another tab removed.
async function catchUp({ elsewhere = false } = {}) {
  const open = notebook();
  const stored = await storedTurns(open);
  if (!stored || open !== notebook()) return;
  const keys = new Set(stored.map((turn) => turn.key));
  for (const turn of answered()) if (seen.has(turn.key) && !keys.has(turn.key)) removeTurn(turn);
  seen = keys;
  inPlace(() => {
    for (const turn of stored) if (!byKey(turn.key)) insert(blank(turn, elsewhere));
  });
  changed();
}

// Creates a stored turn, whose answer is rendered later.
function blank(stored, elsewhere) {
  const turn = beginQuestion(stored.record.question, stored.documents);
  for (const name of STORED) turn[name] = stored[name];
  return Object.assign(turn, { elsewhere, isBlank: true });
}

/** Renders the stored answers that are not shown yet, those in view first. */
export function renderBlank() {
  rendering ??= renderAll().finally(() => (rendering = null));
  return rendering;
}

async function renderAll() {
  try {
    let [most, size] = [MOST_FIRST, FIRST_AT_ONCE];
    for (let left = blanks(); left.length; left = blanks()) {
      const nearest = left.slice(0, most);
      const [part] = chunks(nearest.map((turn) => turn.record), size);
      [most, size] = [MOST_AT_ONCE, AT_ONCE];
      await render(nearest.slice(0, part.length));
    }
  } catch (problem) {
    say(problem.message);
  }
}

// Returns the turns without their answers, the nearest to the view first.
function blanks() {
  const { top, bottom } = $(".log").getBoundingClientRect();
  const distance = (turn) => {
    const at = turn.getBoundingClientRect();
    return Math.max(0, at.top - bottom, top - at.bottom);
  };
  return answered()
    .filter((turn) => turn.isBlank)
    .map((turn) => [distance(turn), turn])
    .sort(([a], [b]) => a - b)
    .map(([, turn]) => turn);
}

async function render(some) {
  const records = some.map((turn) => turn.record);
  let answers, generation;
  try {
    ({ answers, generation } = await call("again", { records, limited: some.map((turn) => turn.documents.length) }));
  } catch (problem) {
    if (problem.code !== "kept-form-unknown") throw problem;
    // One record that the server refuses must not hide the others.
    if (some.length > 1) for (const turn of some) await render([turn]);
    else refuse(some[0], problem);
    return;
  }
  inPlace(() => {
    for (const [at, turn] of some.entries())
      if (turn.record === records[at]) fill(turn, answers[at], answers[at].record ?? turn.record);
  });
  for (const turn of some) turn.isOutdated = turn.generation !== generation;
  // A record with a new title of its document is stored with it.
  store(some.filter((turn, at) => !turn.gone && answers[at].record && turn.record === answers[at].record).map(toStored));
  turns.dispatchEvent(new Event("rendered"));
}

function refuse(turn, problem) {
  turn.isBlank = false;
  $(".answer", turn).replaceChildren(failure(problem.message, () => renderAgain([turn])));
}

/** Renders the answers of turns again. */
export function renderAgain(some = answered()) {
  for (const turn of some) turn.isBlank = true;
  return renderBlank();
}

/** Shows the stored conversation of the open notebook, at the turn with a key or else at its end. */
export async function recall(key = null) {
  await catchUp({});
  const turn = byKey(key) ?? turns.lastElementChild;
  if (turn) reveal(turn, { atOnce: true });
  await renderBlank();
}

onTurnsElsewhere(async (notebooks) => {
  if (!notebooks.includes(notebook())) return changed();
  await catchUp({ elsewhere: true });
  await renderBlank();
});

on({
  "delete-turn": (pressed) => removeByHand([pressed.closest(".turn")], label("question-deleted")),
  new: () => {
    removeByHand([...turns.children], label("conversation-cleared"));
    close();
  },
});
