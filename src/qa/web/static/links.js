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

/** Copies the quote of a card with its citation. */
export function copyQuote(card) {
  const text = card.resized ? card.resized.copy : card.closest(".turn").copies[card.dataset.rank - 1];
  return toClipboard(text, label("copied"), card);
}
