// Work that survives a reload of its tab: the draft, unanswered questions, files of questions, checked drafts,
// searches for words.

import { ask, box, fit } from "./ask.js";
import { rejoin } from "./batch.js";
import { $$ } from "./dom.js";
import { rejoinDraft } from "./draft.js";
import { storeNote } from "./kept.js";
import { search } from "./places.js";
import { restored } from "./session.js";

const KEY = "verbatim-unfinished";

function store() {
  const asked = $$(".turn").filter((turn) => turn.asked && !turn.record).map((turn) => turn.asked);
  const runsOf = (turns) =>
    $$(turns)
      .filter((turn) => turn.run)
      .map(({ run, key, file, documents, table }) => ({ run, key, name: file.name, documents, table }));
  const searches = $$(".places").map(({ words, key, documents }) => ({ words, key, documents }));
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
  for (const { words, key, documents } of searches) search(words, { documents, key });
  for (const { question, documents, after, named } of asked) ask(question, { documents, after, named });
}

function leave() {
  storeNote();
  store();
}

window.addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => document.hidden && leave());
