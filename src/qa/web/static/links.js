// Links to places in documents, and copying quotes.

import { on } from "./actions.js";
import { toClipboard } from "./clipboard.js";
import { create } from "./dom.js";
import { label } from "./labels.js";
import { linkTo, placeIn } from "./place.js";
import { open, shown } from "./source.js";

/** Opens the place that the page's URL points to. */
export async function follow() {
  const place = placeIn(location.hash);
  if (!place) return;
  const target = create("span");
  Object.assign(target.dataset, place);
  await open(target, { focus: true });
}

window.addEventListener("hashchange", follow);

on({
  link: (button) => toClipboard(linkTo(shown(), location), label("link-copied"), button),
  copy: (button) => copyQuote(button.closest(".card")),
});

/** Copies the quote of a card with its citation, for reading or exactly as the document has it. */
export function copyQuote(card, { exactly = false } = {}) {
  const { copies, exact } = card.closest(".turn");
  const at = card.dataset.rank - 1;
  const texts = card.resized ?? { copy: copies[at], exact: exact[at] };
  if (!texts.exact) return toClipboard(texts.copy, label("copied"), card);
  if (exactly) return toClipboard(texts.exact, label("copied-exact"), card);
  const more = { act: () => copyQuote(card, { exactly: true }), key: "copy-exact", focus: card };
  return toClipboard(texts.copy, label("copied-reading"), card, more);
}
