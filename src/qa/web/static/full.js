import { label } from "./labels.js";
import { say } from "./toast.js";

let done = false;

/** Says once that the browser has no room for the oldest turns. */
export function sayFull() {
  // After what is said of the quote or question that needed the room.
  if (!done) setTimeout(() => say(label("history-full")));
  done = true;
}
