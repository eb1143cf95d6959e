// Finds words in the open document: all places are counted, marked in the text or on the pages, and drawn along the
// scroll bar.

import { on } from "./actions.js";
import { $, $$ } from "./dom.js";
import { number, put } from "./labels.js";
import { rangesOf } from "./offsets.js";
import { pane } from "./pane.js";
import { goToOffset, offsetInView, shareOf, shownDocument, view } from "./paper.js";
import { call } from "./server.js";
import { say } from "./toast.js";

const TYPING_MS = 150;
const bar = $(".find-bar");
const words = $(".find-bar .words");
const ruler = $(".ruler");
const reading = $(".reading");
let hits = [];
let total = 0;
let at = -1; // the hit that was gone to
let turn = 0;
let timer;

function open() {
  bar.hidden = false;
  const chosen = String(window.getSelection()).trim();
  if (chosen && chosen.length <= 200 && reading.contains(window.getSelection().anchorNode)) words.value = chosen;
  words.focus();
  words.select();
  if (words.value) search();
}

function close() {
  bar.hidden = true;
  show([], 0);
  view().focus({ preventScroll: true });
}

async function search() {
  const mine = ++turn;
  const data = shownDocument();
  if (!data || !words.value.trim()) return show([], 0);
  try {
    const found = await call("find_words", { document: data.document, sha256: data.sha256, words: words.value });
    if (mine !== turn) return;
    show(found.hits, found.total);
    if (!hits.length) return;
    const from = offsetInView();
    const next = hits.findIndex(([start]) => start >= from);
    go(next < 0 ? 0 : next);
  } catch (problem) {
    if (mine === turn) say(problem.message);
  }
}

function show(places, count) {
  turn++;
  [hits, total, at] = [places, count, -1];
  showCount();
  mark();
}

function showCount() {
  const none = words.value.trim() && !bar.hidden ? ["no-hits", {}] : null;
  if (hits.length) put($(".hits"), "hits-at", { at: number(at + 1), total: number(total) });
  else if (none) put($(".hits"), ...none);
  else $(".hits").textContent = "";
  for (const name of ["hit-before", "hit-after"]) $(`[data-do=${name}]`).disabled = !hits.length;
}

function go(index) {
  at = (index + hits.length) % hits.length;
  showCount();
  mark();
  goToOffset(hits[at][0]).then(mark);
}

// Marks the hits in what is loaded; other parts follow when they are.
function mark() {
  if (!CSS.highlights) return;
  CSS.highlights.delete("hits");
  CSS.highlights.delete("hit");
  drawRuler();
  if (!hits.length) return;
  const all = [];
  let here = [];
  for (const part of $$("[data-from]", view())) {
    const lines = $$("[data-at]", part);
    if (!lines.length) continue;
    const [from, to] = [Number(part.dataset.from), Number(part.dataset.to)];
    for (let n = firstAfter(from); n < hits.length && hits[n][0] < to; n++) {
      const ranges = rangesOf(lines, ...hits[n]);
      if (n === at) here = ranges;
      else all.push(...ranges);
    }
  }
  CSS.highlights.set("hits", new Highlight(...all));
  CSS.highlights.set("hit", new Highlight(...here));
}

// Returns the first hit that ends after an offset.
function firstAfter(offset) {
  let [low, high] = [0, hits.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (hits[middle][1] > offset) high = middle;
    else low = middle + 1;
  }
  return low;
}

function drawRuler() {
  ruler.hidden = !hits.length;
  if (ruler.hidden) return;
  const height = view().clientHeight;
  ruler.width = 10;
  ruler.height = height;
  const context = ruler.getContext("2d");
  const style = getComputedStyle(ruler);
  const place = shareOf();
  context.fillStyle = style.color;
  for (const [start] of hits) context.fillRect(0, place(start) * height, 10, 2);
  context.fillStyle = style.outlineColor;
  if (at >= 0) context.fillRect(0, place(hits[at][0]) * height - 1, 10, 4);
}

let planned = 0;
function later() {
  planned ||= requestAnimationFrame(() => {
    planned = 0;
    if (hits.length) mark();
  });
}

$("#panel-source").addEventListener("filled", later);
new ResizeObserver(later).observe(reading);
$("#panel-source").addEventListener("presented", () => {
  show([], 0);
  bar.hidden = true;
  words.value = "";
});
$("#panel-source").addEventListener("viewed", later);

words.addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(search, TYPING_MS);
});
bar.addEventListener("submit", (event) => event.preventDefault());
bar.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target === words) {
    event.preventDefault();
    if (hits.length) go(at + (event.shiftKey ? -1 : 1));
    else search();
  } else if (event.key === "Escape") {
    event.preventDefault();
    close();
  }
});

// While a document is open, the browser's own search would see only a small part of it.
document.addEventListener("keydown", (event) => {
  if (event.key.toLowerCase() !== "f" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
  if (pane.dataset.shows !== "source" || !shownDocument() || !pane.checkVisibility()) return;
  // A second time in the same field, the browser's own search opens.
  if (document.activeElement === words) return;
  if (document.activeElement !== document.body && !pane.contains(document.activeElement)) return;
  event.preventDefault();
  open();
});

on({
  find: () => (bar.hidden ? open() : close()),
  "hit-before": () => go(at - 1),
  "hit-after": () => go(at + 1),
  "close-find": close,
});
