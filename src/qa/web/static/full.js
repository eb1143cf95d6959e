import { label } from "./labels.js";
import { say } from "./toast.js";

let done = false;

/** Shows once that the browser has no room for the oldest turns. */
export function sayFull() {
  // Later, because a message about the new quote or question appears first.
  if (!done) setTimeout(() => say(label("history-full")));
  done = true;
}
