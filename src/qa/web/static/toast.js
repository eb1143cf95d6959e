// A short message above the question, with a button to undo if that is possible.

import { on } from "./actions.js";
import { $, button, phone } from "./dom.js";
import { put } from "./labels.js";

const SHOWN_MS = 4000;
const UNDO_MS = 15000;
let timer;

export function say(message, undo = null) {
  const toast = $(".toast");
  toast.textContent = message;
  toast.undo = undo;
  if (undo) toast.append(" ", put(button("undo"), "undo"));
  toast.classList.add("shown");
  clearTimeout(timer);
  timer = setTimeout(hide, undo ? UNDO_MS : SHOWN_MS);
}

function hide() {
  const toast = $(".toast");
  // The button must not vanish under the pointer.
  if (toast.undo && toast.matches(":hover, :focus-within")) timer = setTimeout(hide, 1000);
  else toast.classList.remove("shown");
}

export function undoable() {
  return Boolean($(".toast.shown")?.undo);
}

/** Does the work of a button, and shows the reason if it fails. */
export async function attempt(work) {
  try {
    await work();
  } catch (problem) {
    say(problem.message);
  }
}

on({
  undo: () => {
    const toast = $(".toast");
    toast.classList.remove("shown");
    toast.undo?.();
    toast.undo = null;
    if (!phone.matches) $("#question").focus();
  },
});
