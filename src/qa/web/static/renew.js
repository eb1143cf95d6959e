// Asks stored questions in view again if the documents have changed since, and marks what is new.

import { on } from "./actions.js";
import { differences } from "./compare.js";
import { $ } from "./dom.js";
import { remember } from "./history.js";
import { label } from "./labels.js";
import { timeOf } from "./memory.js";
import { hideNews } from "./news.js";
import { unmark } from "./outdated.js";
import { dropRemoved } from "./removed.js";
import { call } from "./server.js";
import { attempt, say } from "./toast.js";
import { answered, fill, inPlace, turns } from "./turns.js";

const PAUSE_MS = 300; // between the end of scrolling and the first question
let running = false;
let timer;

const isInView = (turn) => {
  const { top, bottom } = $(".log").getBoundingClientRect();
  const at = turn.getBoundingClientRect();
  return at.bottom > top && at.top < bottom;
};

async function renewAll() {
  if (running) return;
  running = true;
  try {
    for (let turn = next(); turn; turn = next()) await renew(turn);
  } catch {
    // The answers stay as they were; the next time they are tried again.
  } finally {
    running = false;
  }
}

const next = () => answered().find((turn) => turn.isOutdated && isInView(turn));

async function renew(turn) {
  turn.isOutdated = false;
  const before = turn.record;
  const { question, understood_with: after = [], scope } = before;
  const answer = await call("ask", { question, documents: turn.documents, after, named: Boolean(scope) });
  // Meanwhile the person may have asked it again, or removed it.
  if (turn.gone || turn.record !== before) return;
  const since = turn.checked ?? timeOf(turn.key)?.getTime() ?? Date.now();
  const changes = differences(before, answer.record);
  if (changes) turn.news = { ...changes, gone: changes.gone.map(summary), since };
  Object.assign(turn, { generation: answer.generation, checked: Date.now() });
  unmark(turn);
  if (isEqual(before, answer.record)) return remember(turn);
  inPlace(() => fill(turn, answer, answer.record));
  remember(turn);
}

const summary = ({ text, citation }) => ({ text, title: citation.name || citation.title || citation.doc_id });
const isEqual = (a, b) => JSON.stringify(a) === JSON.stringify(b);

function soon() {
  clearTimeout(timer);
  timer = setTimeout(renewAll, PAUSE_MS);
}

turns.addEventListener("rendered", soon);
$(".log").addEventListener("scroll", soon, { passive: true });

on({
  "check-again": (pressed) =>
    attempt(async () => {
      const turn = pressed.closest(".turn");
      const { record } = turn;
      pressed.disabled = true;
      await dropRemoved(turn)
        .then(() => renew(turn))
        .finally(() => (pressed.disabled = false));
      if (isEqual(record, turn.record)) say(label("answer-unchanged"));
      $("#question").focus();
    }),
  "news-read": (pressed) => {
    const turn = pressed.closest(".turn");
    hideNews(turn);
    remember(turn);
    $("#question").focus();
  },
});
