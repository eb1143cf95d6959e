// Kept quotes with their notes, which stay in this browser.

import { on } from "./actions.js";
import { $, $$, button, create } from "./dom.js";
import { label, number, put } from "./labels.js";
import { QUOTES, storedQuotes, storeQuotes } from "./memory.js";
import { keyIn } from "./notebooks.js";
import {
  indexAt,
  intact,
  isAnswer,
  isOwn,
  joined,
  marksOf,
  moved,
  placeOf,
  samePlace,
  withItem,
  withNote,
  without,
  withQuote,
  withTitles,
} from "./quotes.js";
import { open } from "./source.js";
import { visible } from "./text.js";
import { say } from "./toast.js";

const NOTE_MS = 300; // between the last key and storing a note
let quotes = storedQuotes().filter(intact);
let unsaved = false; // whether the browser had no room for the kept quotes
let typed = null; // the note that is not stored yet: {place, note}
let timer;

export const keptQuotes = () => quotes;

/** Returns the record of a card with only the card's quote, as long as the person made it. */
export function recordOf(card) {
  if (card.resized) return card.resized.record;
  const { record } = card.closest(".turn");
  return { ...record, quotes: record.quotes.filter((quote) => String(quote.rank) === card.dataset.rank) };
}

/** Shows on a card whether its quote is kept. */
export function showPinned(card) {
  const at = indexAt(quotes, placeOf(recordOf(card)));
  $("[data-do=pin]", card).setAttribute("aria-pressed", String(at >= 0));
}

/** Keeps the quote of a card, or removes it if it is kept already. */
export function pin(card) {
  const record = recordOf(card);
  const place = placeOf(record);
  const isKept = indexAt(quotes, place) >= 0;
  if (isKept) return removeQuote(place);
  if (change((list) => withQuote(list, record, $("blockquote", card).textContent))) say(label("kept-now"));
}

/** Keeps the only quote of a record. */
export function keepRecord(record) {
  if (change((list) => withQuote(list, record))) say(label("kept-now"));
}

// Removes a kept quote with its note; both can be brought back to their place.
function removeQuote(place) {
  storeNote();
  const at = indexAt(quotes, place);
  const item = quotes[at];
  if (change((list) => without(list, place)))
    say(label("kept-no-more"), () => change((list) => withItem(list, item, at)));
}

// Returns the kept quotes of all tabs; those that could not be stored are only in this tab.
function current() {
  const stored = storedQuotes().filter(intact);
  return unsaved ? joined(quotes, stored) : stored;
}

// Changes the kept quotes and stores them; returns false if there is no room.
function updateQuotes(transform) {
  storeNote();
  quotes = transform(current());
  unsaved = !storeQuotes(quotes);
  if (unsaved) say(label("no-room"));
  return !unsaved;
}

function change(transform) {
  const stored = updateQuotes(transform);
  listQuotes();
  return stored;
}

/** Gives the quotes of documents other titles: {title, name} by the document. */
export function retitle(titles) {
  if (withTitles(quotes, titles) !== quotes) change((list) => withTitles(list, titles));
}

/** Stores the note that is being written. */
export function storeNote() {
  if (!typed) return;
  const { place, note } = typed;
  typed = null;
  updateQuotes((list) => withNote(list, place, note));
}

// Shows the quotes that another tab kept, without disturbing a note that is being written.
function followOtherTab() {
  storeNote();
  quotes = current();
  const note = document.activeElement.closest(".clipping .note");
  const place = note?.closest(".clipping").place;
  listQuotes();
  const again = place && $$(".clipping .note")[indexAt(quotes, place)];
  if (!again) return;
  again.focus({ preventScroll: true });
  again.setSelectionRange(note.selectionStart, note.selectionEnd);
}

window.addEventListener("storage", ({ key }) => {
  if (key === keyIn(QUOTES) || key === null) followOtherTab();
});

/** Shows the kept quotes of the notebook that has become the open one; a note must be stored before. */
export function turnToQuotes() {
  unsaved = false;
  quotes = current();
  listQuotes();
}

export function listQuotes() {
  storeNote();
  $(".kept-count").textContent = quotes.length ? " " + number(quotes.length) : "";
  $(".no-kept").hidden = quotes.length > 0;
  $(".clippings").replaceChildren(...quotes.map(row));
  $(".clippings").dispatchEvent(new Event("listed"));
  for (const card of $$(".turn .card")) if (card.closest(".turn").record) showPinned(card);
}

function row({ record, note, reading }, at) {
  const [quote] = record.quotes;
  const item = create("li", "clipping");
  item.place = quote.citation;
  const text = create("blockquote", "", visible(reading || quote.text));
  text.dir = "auto";
  text.lang = "";
  item.append(text, origin(record), noteField(note, at), controls(at));
  return item;
}

// Creates a line with the question that the quote answers, and a link to the quote's place.
function origin(record) {
  const { page, line, name, title, doc_id } = placeOf(record);
  const [key, n] = page ? ["place-page", page] : ["place-line", line];
  const link = put(button("open-kept", "link"), key, { title: visible(name || title || doc_id), n: String(n) });
  if (isOwn(record)) return put(create("p", "about"), "own-from", { place: link });
  const about = isAnswer(record) ? "on-question" : "on-question-nearest";
  return put(create("p", "about"), about, { question: visible(record.question), place: link });
}

function noteField(note, at) {
  const field = create("textarea", "note");
  field.value = note;
  field.rows = 2;
  field.maxLength = 10_000;
  put(field, "your-note", {}, "placeholder");
  return put(field, "note-on", { n: at + 1 }, "aria-label");
}

function controls(at) {
  const bar = create("div", "acts");
  const control = (action, short, long) =>
    put(put(button(action, "quiet"), short), long, { n: at + 1 }, "aria-label");
  const up = control("kept-up", "up", "move-up");
  const down = control("kept-down", "down", "move-down");
  up.disabled = at === 0;
  down.disabled = at === quotes.length - 1;
  bar.append(up, down, control("kept-out", "remove", "remove-kept"));
  return bar;
}

function move(pressed, by) {
  const { place } = pressed.closest(".clipping");
  change((list) => moved(list, place, by));
  // The pressed button was replaced with its row: focus the same button in the quote's new row.
  const item = $$(".clipping")[indexAt(quotes, place)];
  if (!item) return;
  const same = $(`[data-do=${pressed.dataset.do}]`, item);
  (same.disabled ? $(".note", item) : same).focus();
}

$(".clippings").addEventListener("input", (event) => {
  const item = event.target.closest(".clipping");
  if (!item) return;
  const { place } = item;
  if (typed && !samePlace(typed.place, place)) storeNote();
  typed = { place, note: event.target.value };
  clearTimeout(timer);
  timer = setTimeout(storeNote, NOTE_MS);
});

on({
  pin: (pressed) => pin(pressed.closest(".card")),
  "kept-up": (pressed) => move(pressed, -1),
  "kept-down": (pressed) => move(pressed, 1),
  "kept-out": (pressed) => {
    const item = pressed.closest(".clipping");
    removeQuote(item.place);
    ($(".clipping .note") || $("#tab-kept")).focus();
  },
  "open-kept": (pressed) => {
    const { record } = quotes[indexAt(quotes, pressed.closest(".clipping").place)];
    const [quote] = record.quotes;
    const place = create("span");
    const { doc_id, start, end, sha256 } = quote.citation;
    Object.assign(place.dataset, { document: doc_id, start, end, sha256, ...marksOf(quote) });
    place.dataset.passage = quote.context.start + "-" + quote.context.end;
    if (!isAnswer(record)) place.dataset.nearest = "true";
    open(place, { focus: true });
  },
});
