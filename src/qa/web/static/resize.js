// Makes the quote of a card longer or shorter by a sentence. The server returns the slice; the answer itself,
// and the conversation that is stored, keep the quote as it was.

import { on, perform } from "./actions.js";
import { $, $$, button, create } from "./dom.js";
import { recordOf, showPinned } from "./kept.js";
import { put } from "./labels.js";
import { call } from "./server.js";
import { open, opened } from "./source.js";
import { attempt } from "./toast.js";

// Each move adds a sentence at an end of the quote, or cuts the last one there.
const MOVES = {
  "add-before": { before: 1 },
  "cut-first": { before: -1 },
  "cut-last": { after: -1 },
  "add-after": { after: 1 },
};

async function toggle(pressed) {
  const card = pressed.closest(".card");
  const bar = $(".resize", card);
  if (bar) bar.remove();
  else await attempt(async () => $("footer", card).after(toolbar(card, await request(card, {}))));
  pressed.setAttribute("aria-expanded", String(Boolean($(".resize", card))));
}

// The answer with only the quote as it was found, and the current limits of the quote.
function request(card, move) {
  const record = card.earlier?.length ? card.earlier[0].record : recordOf(card);
  const { start, end } = recordOf(card).quotes[0].citation;
  return call("resize", { record, start, end, ...move });
}

function toolbar(card, limits) {
  const bar = put(create("div", "resize"), "resize", {}, "aria-label");
  bar.setAttribute("role", "group");
  const count = create("span", "count");
  count.classList.add("unseen");
  count.setAttribute("role", "status");
  bar.append(...Object.keys(MOVES).map((name) => put(button(name, "quiet"), name)));
  bar.append(put(button("undo-resize", "quiet"), "undo"), count);
  showLimits(bar, card, limits);
  return bar;
}

function showLimits(bar, card, limits) {
  const { sentences, grows_before: before, grows_after: after } = limits;
  bar.limits = limits;
  const allowed = { "add-before": before, "cut-first": sentences > 1, "cut-last": sentences > 1, "add-after": after };
  for (const [name, isAllowed] of Object.entries(allowed)) $(`[data-do=${name}]`, bar).disabled = !isAllowed;
  $("[data-do=undo-resize]", bar).disabled = !card.earlier?.length;
  put($(".count", bar), "sentences", { n: sentences });
}

async function move(pressed) {
  const card = pressed.closest(".card");
  const bar = $(".resize", card);
  if (bar.ariaBusy === "true") return; // the quote is not what the person sees yet
  bar.ariaBusy = "true";
  await attempt(async () => {
    // The marks of a score belong to the quote as it was.
    if (card.plainQuote !== undefined) await perform("why", $("[data-do=why]", card));
    const answer = await request(card, MOVES[pressed.dataset.do]);
    const before = stateOf(card, bar);
    card.earlier = [...(card.earlier || []), before];
    const [copy] = answer.copies;
    const [exact] = answer.exact;
    const shown = create("div");
    shown.innerHTML = answer.html;
    const resized = { record: answer.record, copy, exact };
    apply(card, { ...stateOf($(".card", shown)), record: answer.record, resized });
    showLimits(bar, card, answer);
  });
  bar.ariaBusy = "false";
  refocus(pressed, bar);
}

function undo(pressed) {
  const card = pressed.closest(".card");
  const bar = $(".resize", card);
  const before = card.earlier.at(-1);
  card.earlier = card.earlier.slice(0, -1);
  apply(card, before);
  showLimits(bar, card, before.limits);
  refocus(pressed, bar);
}

const PLACE = ["document", "start", "end", "passage", "matched", "answers"];

// Returns what a card shows of its quote, and where it opens the source.
function stateOf(card, bar) {
  const place = Object.fromEntries(PLACE.map((name) => [name, card.dataset[name]]));
  const state = { text: $("blockquote", card), cite: $("cite", card), place };
  return bar ? { ...state, record: recordOf(card), resized: card.resized, limits: bar.limits } : state;
}

function apply(card, { text, cite, place, resized }) {
  $("blockquote", card).replaceWith(text);
  $("cite", card).replaceWith(cite);
  for (const [name, value] of Object.entries(place)) {
    if (value === undefined) delete card.dataset[name];
    else card.dataset[name] = value;
  }
  card.resized = resized;
  showPinned(card);
  if (opened() === card) open(card, { quietly: true });
}

function refocus(pressed, bar) {
  const next = pressed.disabled ? $$("button:enabled", bar)[0] : pressed;
  next?.focus();
}

on({
  resize: toggle,
  "undo-resize": undo,
  ...Object.fromEntries(Object.keys(MOVES).map((name) => [name, move])),
});
