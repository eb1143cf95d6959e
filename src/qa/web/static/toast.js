// A short message above the question, with a button to undo or to do something else, if that is possible.

import { on } from "./actions.js";
import { $, button, phone } from "./dom.js";
import { put } from "./labels.js";

const SHOWN_MS = 4000;
const UNDO_MS = 15000;
let timer;

/** Shows a message. An offer is a function that undoes what was done, or {act, key of its label, focus after it}. */
export function say(message, offer = null) {
  const toast = $(".toast");
  const { act = offer, key = "undo", focus = null } = offer ?? {};
  toast.textContent = message;
  Object.assign(toast, { act, focusAfter: focus, isUndo: key === "undo" });
  if (act) toast.append(" ", put(button(toast.isUndo ? "undo" : "offer"), key));
  toast.classList.add("shown");
  clearTimeout(timer);
  timer = setTimeout(hide, act ? UNDO_MS : SHOWN_MS);
}

function hide() {
  const toast = $(".toast");
  // The button must not vanish under the pointer.
  if (toast.act && toast.matches(":hover, :focus-within")) timer = setTimeout(hide, 1000);
  else toast.classList.remove("shown");
}

export function undoable() {
  const toast = $(".toast.shown");
  return Boolean(toast?.act && toast.isUndo);
}

/** Does the work of a button, and shows the reason if it fails. */
export async function attempt(work) {
  try {
    await work();
  } catch (problem) {
    say(problem.message);
  }
}

function accept() {
  const toast = $(".toast");
  const { act, focusAfter } = toast;
  toast.classList.remove("shown");
  toast.act = null;
  if (focusAfter) focusAfter.focus();
  else if (!phone.matches) $("#question").focus();
  act?.();
}

on({ undo: accept, offer: accept });
