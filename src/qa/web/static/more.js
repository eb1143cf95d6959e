// More quotes below an answer: the further quotes of the same question.

import { on } from "./actions.js";
import { $, $$ } from "./dom.js";
import { remember } from "./history.js";
import { label } from "./labels.js";
import { samePlace } from "./quotes.js";
import { call } from "./server.js";
import { showSteps } from "./source.js";
import { attempt, say } from "./toast.js";
import { fill } from "./turns.js";

async function request(button) {
  const turn = button.closest(".turn");
  button.disabled = true;
  await attempt(async () => {
    const { question, understood_with: after = [], scope, quotes } = turn.record;
    const named = Boolean(scope);
    const data = { question, documents: turn.documents, after, named, shown: quotes.length };
    const answer = await call("more", data);
    if (answer.record.quotes.length > quotes.length) extend(turn, answer);
    else {
      say(label("no-more-quotes"));
      button.remove();
    }
  });
  button.disabled = false;
}

// Shows the longer answer. The cards that are there already stay as the person left them.
function extend(turn, answer) {
  const { quotes } = turn.record;
  const shown = new Map($$(".card", turn).map((card) => [card.dataset.rank, card]));
  const wasOpen = $(".nearest", turn)?.open;
  fill(turn, answer, answer.record);
  const added = [];
  for (const card of $$(".card", turn)) {
    const at = card.dataset.rank - 1;
    const same = quotes[at] && samePlace(quotes[at].citation, answer.record.quotes[at].citation);
    if (same) card.replaceWith(shown.get(card.dataset.rank));
    else added.push(card);
  }
  const [first] = added;
  const nearest = $(".nearest", turn);
  if (nearest) nearest.open = nearest.open || wasOpen || Boolean(first?.closest(".nearest"));
  showSteps();
  first?.focus({ preventScroll: true });
  first?.scrollIntoView({ block: "nearest" });
  remember(turn);
}

on({ "more-quotes": request });
