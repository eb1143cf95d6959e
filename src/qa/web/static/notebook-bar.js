// The controls of the notebooks: open, add, rename and delete one.

import { on } from "./actions.js";
import { refresh } from "./documents.js";
import { $, create } from "./dom.js";
import { recall } from "./history.js";
import { QUOTES, addTurns, clearTurns, storedTurns } from "./memory.js";
import { storeNote, turnToQuotes } from "./kept.js";
import { followTitles } from "./titles.js";
import { label } from "./labels.js";
import { addNotebook, dropNotebook, enter, notebook, NOTEBOOKS, notebooks, renameNotebook } from "./notebooks.js";
import { SCOPE, SCOPE_FILTER, turnToScope } from "./scope.js";
import { close } from "./source.js";
import { visible } from "./text.js";
import { say } from "./toast.js";
import { takeOut, turnsAtHand, turnTo } from "./turns.js";

const form = $(".notebook-name");
const field = $("input", form);
let naming = null; // the id of the notebook that is renamed; null while a new one gets its name

/** Returns the name of a notebook for a person. */
export function nameOf(id) {
  return notebooks().find((one) => one.id === id)?.name || label("first-notebook");
}

/** Shows the notebooks and which one is open. */
export function showNotebooks() {
  const all = notebooks();
  $(".notebooks").replaceChildren(
    ...all.map(({ id }) => {
      const option = create("option", "", visible(nameOf(id)));
      option.value = id;
      return option;
    }),
  );
  $(".notebooks").value = notebook();
  $("[data-do=delete-notebook]").hidden = all.length < 2;
  $(".notebook-now").textContent = visible(nameOf(notebook()));
}

/** Opens a notebook, at the question with a key or else at its newest. */
export async function openNotebook(id, key = null) {
  const previous = notebook();
  storeNote();
  enter(id);
  turnTo(previous);
  close();
  turnToQuotes();
  followTitles();
  turnToScope();
  showNotebooks();
  refresh();
  await recall(key);
}

async function removeNotebook() {
  const id = notebook();
  const name = visible(nameOf(id));
  storeNote();
  const stored = await storedTurns(id);
  const unfinished = turnsAtHand().filter((turn) => turn.notebook === id && !turn.record);
  const bringBack = dropNotebook(id, [QUOTES, SCOPE, SCOPE_FILTER]);
  for (const turn of unfinished) takeOut(turn);
  await clearTurns(id);
  await openNotebook(notebooks()[0].id);
  say(label("notebook-deleted", { name }), async () => {
    bringBack();
    if (stored) await addTurns(stored);
    await openNotebook(id);
  });
}

function askName(id) {
  naming = id;
  form.hidden = false;
  field.value = id === null ? "" : nameOf(id);
  field.focus();
  field.select();
}

function endNaming() {
  form.hidden = true;
  $("[data-do=add-notebook]").focus();
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const name = field.value.trim();
  if (!name) return field.focus();
  const isRenamed = naming !== null;
  const id = isRenamed ? renameNotebook(naming, name) && naming : addNotebook(name);
  endNaming();
  if (id === null || id === false) say(label("no-room"));
  else if (isRenamed) showNotebooks();
  else openNotebook(id);
});

form.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  event.preventDefault();
  endNaming();
});

$(".notebooks").addEventListener("change", (event) => openNotebook(event.target.value));

// Another tab added, renamed or deleted a notebook.
window.addEventListener("storage", ({ key }) => {
  if (key !== NOTEBOOKS && key !== null) return;
  if (notebooks().some((one) => one.id === notebook())) showNotebooks();
  else openNotebook(notebooks()[0].id);
});

on({
  "add-notebook": () => askName(null),
  "rename-notebook": () => askName(notebook()),
  "cancel-name": endNaming,
  "delete-notebook": removeNotebook,
});
