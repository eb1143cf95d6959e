// Work that survives a reload of its tab: the draft, unanswered questions, files of questions, checked drafts,
// searches for words.

import { ask, box, fit } from "./ask.js";
import { rejoin } from "./batch.js";
import { rejoinDraft } from "./draft.js";
import { storeNote } from "./kept.js";
import { search } from "./places.js";
import { restored } from "./session.js";
import { turnsAtHand } from "./turns.js";

const KEY = "verbatim-unfinished";

function store() {
  const atHand = turnsAtHand();
  const asked = atHand.filter((turn) => turn.asked && !turn.record).map((turn) => ({ ...turn.asked, notebook: turn.notebook }));
  const runsOf = (kind) =>
    atHand
      .filter((turn) => turn.run && turn.matches(kind))
      .map(({ run, key, file, documents, table, notebook }) => ({ run, key, name: file.name, documents, table, notebook }));
  const searches = atHand
    .filter((turn) => turn.matches(".places"))
    .map(({ words, key, documents, notebook, alike }) => ({ words, key, documents, notebook, alike }));
  const work = { draft: box.value, asked, searches, runs: runsOf(".batch"), checks: runsOf(".checked") };
  try {
    sessionStorage.setItem(KEY, JSON.stringify(work));
  } catch {
    // Without storage, unfinished work ends with the page.
  }
}

function stored() {
  try {
    return sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function resume() {
  const { draft, runs, checks, asked, searches } = restored(stored());
  if (draft !== null) box.value = draft;
  fit();
  for (const run of runs) rejoin(run);
  for (const check of checks) rejoinDraft(check);
  for (const { words, ...searching } of searches) search(words, searching);
  for (const { question, ...asking } of asked) ask(question, asking);
}

function leave() {
  storeNote();
  store();
}

window.addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => document.hidden && leave());
