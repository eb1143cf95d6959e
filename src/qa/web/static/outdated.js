// Marks answers when the documents have changed since, without asking again: the person decides when. The state of
// the library comes with other calls; besides, the page asks for it when the person comes back to it, and rarely.

import { app, $, button, create } from "./dom.js";
import { put } from "./labels.js";
import { call } from "./server.js";
import { answered, turns } from "./turns.js";

const PAUSE_MS = 30_000; // the least time between two checks
const EVERY_MS = 180_000; // between two checks of a page that stays in view
let latest = null;
let checked = 0;

/** Takes the mark of a turn away. */
export const unmark = (turn) => $(".outdated", turn)?.remove();

function markAll() {
  if (latest === null) return;
  for (const turn of answered()) {
    const isOld = turn.generation && turn.generation !== latest && !turn.isBlank && !turn.isOutdated;
    if (!isOld) unmark(turn);
    else if (!$(".outdated", turn)) $(".answer", turn).prepend(mark());
  }
}

function mark() {
  const line = create("p", "outdated");
  line.append(put(create("span"), "documents-changed"), " ", put(button("check-again", "link"), "check-again"));
  return line;
}

async function check() {
  if (document.hidden || Date.now() - checked < PAUSE_MS || !answered().length) return;
  checked = Date.now();
  await call("state", {}).catch(() => {});
}

app.addEventListener("generation", ({ detail }) => {
  latest = detail;
  markAll();
});
turns.addEventListener("rendered", markAll);
window.addEventListener("focus", check);
document.addEventListener("visibilitychange", check);
setInterval(check, EVERY_MS);
