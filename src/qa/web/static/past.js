// Brings earlier questions back into the box, as the arrow keys of a terminal do.

import { box, write } from "./ask.js";
import { pastQuestions } from "./turns.js";

let at = -1; // how many questions before the newest the one in the box is; -1: none was brought back

/**
 * Brings back an earlier question, or a later one after that, unless the box has a text of the person.
 * @param {number} by -1 for an earlier question, 1 for a later one
 * @returns {boolean} whether a question was brought back
 */
export function recall(by) {
  const questions = pastQuestions();
  const isUnchanged = at >= 0 && box.value === questions[at];
  if (box.value && !isUnchanged) return false;
  const next = (isUnchanged ? at : -1) - by;
  if (next < -1 || (next < 0 && !isUnchanged) || !questions.length) return false;
  at = Math.min(next, questions.length - 1);
  write(questions[at] ?? "");
  return true;
}
