// Shows on a card why its quote was chosen: the parts of its score.

import { on } from "./actions.js";
import { $, create } from "./dom.js";
import { call } from "./server.js";
import { attempt } from "./toast.js";

async function toggle(button) {
  const card = button.closest(".card");
  const text = $("blockquote", card);
  if (card.plainQuote !== undefined) {
    text.innerHTML = card.plainQuote;
    $(".why", card).remove();
    delete card.plainQuote;
    button.setAttribute("aria-expanded", "false");
    return;
  }
  button.disabled = true;
  await attempt(async () => {
    const { record, documents } = card.closest(".turn");
    const { doc_id, start, end } = record.quotes[card.dataset.rank - 1].citation;
    const after = record.understood_with || [];
    const named = Boolean(record.scope);
    const answer = await call("why", { question: record.question, documents, after, named, doc_id, start, end });
    const parts = create("div", "why");
    parts.innerHTML = answer.html;
    $("footer", card).after(parts);
    card.plainQuote = text.innerHTML;
    text.innerHTML = answer.quote;
    button.setAttribute("aria-expanded", "true");
  });
  button.disabled = false;
  button.focus();
}

on({ why: toggle });
