// Actions on words that are selected in a source: ask about them, keep or copy them with their citation, find more
// like them.

import { on } from "./actions.js";
import { box, fit } from "./ask.js";
import { toClipboard } from "./clipboard.js";
import { $, $$, phone } from "./dom.js";
import { keepRecord } from "./kept.js";
import { label } from "./labels.js";
import { codePoints, offsetAt } from "./offsets.js";
import { lower } from "./pane.js";
import { shownDocument, view } from "./paper.js";
import { search } from "./places.js";
import { call } from "./server.js";
import { say } from "./toast.js";

const MOST_ASKED = 1500; // characters of a question
const bar = $(".selected");
const reading = $(".reading");
let selected = null; // {start, end, text}

// Returns the selected stretch of the document; null if there is none.
function stretch() {
  const selection = window.getSelection();
  if (selection.isCollapsed || !selection.rangeCount || !shownDocument()) return null;
  const range = selection.getRangeAt(0);
  if (!view().contains(range.commonAncestorContainer)) return null;
  const lines = $$("[data-at]", view()).filter((line) => selection.containsNode(line, true));
  if (!lines.length) return null;
  const last = lines.at(-1);
  // A selection may begin or end between the lines.
  const start = offsetAt(range.startContainer, range.startOffset) ?? Number(lines[0].dataset.at);
  const end = offsetAt(range.endContainer, range.endOffset) ?? Number(last.dataset.at) + codePoints(last.textContent);
  const text = selection.toString().trim();
  return text && end > start ? { start, end, text: text.replace(/\s+/g, " ") } : null;
}

function show() {
  selected = stretch();
  bar.hidden = !selected;
  if (!selected) return;
  const rects = [...window.getSelection().getRangeAt(0).getClientRects()];
  const room = reading.getBoundingClientRect();
  const last = rects.findLast((rect) => rect.width && rect.bottom > room.top && rect.top < room.bottom);
  const below = last ? last.bottom - room.top + 8 : room.height;
  bar.style.top = Math.max(4, Math.min(below, room.height - bar.offsetHeight - 8)) + "px";
  const left = (last ? last.left - room.left : 0) + 4;
  bar.style.left = Math.max(8, Math.min(left, room.width - bar.offsetWidth - 16)) + "px";
}

let planned = 0;
function later() {
  planned ||= requestAnimationFrame(() => {
    planned = 0;
    show();
  });
}

// A press on a button must not end the selection that it is about.
bar.addEventListener("pointerdown", (event) => event.preventDefault());
document.addEventListener("selectionchange", () => {
  if (!bar.contains(document.activeElement)) later();
});
reading.addEventListener("scroll", () => !bar.hidden && later(), { capture: true });

async function record() {
  const { document: name, sha256 } = shownDocument();
  return call("own_quote", { document: name, sha256, start: selected.start, end: selected.end });
}

const failing = (action) => () => action().catch((problem) => say(problem.message));

function end() {
  window.getSelection().removeAllRanges();
  bar.hidden = true;
}

on({
  "ask-about": () => {
    box.value = ` “${selected.text.slice(0, MOST_ASKED)}”`;
    end();
    if (phone.matches) lower();
    fit();
    box.focus();
    box.setSelectionRange(0, 0);
  },
  "keep-selection": failing(async () => {
    keepRecord((await record()).record);
    end();
  }),
  "copy-selection": failing(async () => {
    const { copy } = await record();
    await toClipboard(copy, label("copied"), view());
    end();
  }),
  "find-similar": () => {
    const { text } = selected;
    end();
    if (phone.matches) lower();
    search(text.slice(0, MOST_ASKED), { documents: [], alike: true });
  },
});
