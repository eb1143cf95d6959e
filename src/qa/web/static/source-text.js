// The text of a source, as the parser extracted it. It scrolls as a whole: parts that are far away are empty, with
// the room that they need.

import { $, $$, create } from "./dom.js";
import { Parts } from "./parts.js";
import { call } from "./server.js";

const LETTER = 0.46; // width of an average letter, in em
const MOST_COLUMNS = 500;
/** Where a place is shown that was gone to, as a share of the height of the view. */
export const READING = 0.3;
export const sourceText = $(".source .text");
let starts = []; // the offset of each part
let sections = [];
let request = null; // the document with its marks

const parts = new Parts(sourceText, { load, release });

async function load(section) {
  const { html } = await call("part", { ...request, from: section.dataset.from, to: section.dataset.to });
  fill(section, html);
}

function fill(section, html) {
  const above = section.getBoundingClientRect().bottom < sourceText.getBoundingClientRect().top;
  const before = section.offsetHeight;
  section.innerHTML = html;
  section.style.height = "";
  section.removeAttribute("aria-busy");
  section.dispatchEvent(new Event("filled", { bubbles: true }));
  // Other browsers keep the visible lines in place themselves.
  if (above && !CSS.supports("overflow-anchor", "auto")) sourceText.scrollTop += section.offsetHeight - before;
}

function release(section) {
  section.style.height = section.offsetHeight + "px";
  section.setAttribute("aria-busy", "true");
  section.replaceChildren();
}

/** Returns how many characters a row has room for, about. */
export function columns() {
  const style = getComputedStyle(sourceText);
  const size = parseFloat(style.fontSize);
  const width = Math.min(sourceText.clientWidth || 600, 44 * size) - 3.4 * size;
  return Math.max(10, Math.min(MOST_COLUMNS, Math.floor(width / (LETTER * size))));
}

/** Shows a document: `answer` is the response of the server to `data`. */
export function layOut(data, answer) {
  parts.clear();
  request = { ...data, sha256: answer.sha256 };
  starts = answer.parts.map(([start]) => start);
  const row = parseFloat(getComputedStyle(sourceText).lineHeight);
  sections = answer.parts.map(([start, rows], at) => {
    const section = create("div", "part");
    Object.assign(section.dataset, { from: start, to: starts[at + 1] ?? answer.length });
    section.style.height = rows * row + "px";
    section.setAttribute("aria-busy", "true");
    return section;
  });
  sourceText.style.setProperty("--digits", Math.max(3, String(answer.lines).length));
  sourceText.replaceChildren(...sections);
  const loaded = Object.entries(answer.loaded).map(([at, html]) => {
    fill(sections[at], html);
    return sections[at];
  });
  parts.watch(sections, loaded);
}

/** Shows a message instead of a text. */
export function showMessage(message) {
  parts.clear();
  starts = sections = [];
  sourceText.replaceChildren(message);
}

export function scrollToQuote() {
  const quote = $("mark.quote", sourceText);
  if (quote) bringInView(quote);
  else sourceText.scrollTop = 0;
}

function bringInView(node) {
  const top = node.getBoundingClientRect().top - sourceText.getBoundingClientRect().top;
  sourceText.scrollTop += top - sourceText.clientHeight * READING;
}

const sectionOf = (offset) => sections[starts.findLastIndex((start) => start <= offset)];

/** Scrolls to the line of an offset of the text. */
export async function scrollToOffset(offset) {
  const section = sectionOf(offset);
  if (!section) return;
  // Its place is right at once, its content follows.
  if (!section.firstChild) sourceText.scrollTop = section.offsetTop - sourceText.clientHeight * READING;
  await parts.ensure(section);
  const line = $$(".line", section).findLast((each) => Number(each.dataset.at) <= offset);
  bringInView(line || section);
}

/** Returns the offset of the line at a share of the height of the view. */
export function offsetAtShare(share) {
  const { top, left, width, height } = sourceText.getBoundingClientRect();
  const below = share * height + 12;
  const line = document.elementFromPoint(left + width / 2, top + below)?.closest(".line");
  const section = sections.find((each) => each.offsetTop + each.offsetHeight > sourceText.scrollTop + below);
  return Number(line?.dataset.at ?? section?.dataset.from ?? 0);
}

/** Returns a function that returns the place of an offset as a share of the height of the whole text. */
export function textShares() {
  const tops = sections.map((section) => section.offsetTop);
  const height = sourceText.scrollHeight;
  return (offset) => {
    const at = starts.findLastIndex((start) => start <= offset);
    if (at < 0) return 0;
    const { from, to } = sections[at].dataset;
    const bottom = tops[at + 1] ?? height;
    return (tops[at] + ((bottom - tops[at]) * (offset - from)) / (to - from)) / height;
  };
}
