// Shows a source as printed pages, with the quote marked on them, or as text.

import { on } from "./actions.js";
import {
  clearPages,
  desk,
  layOutPages,
  pageCount,
  pageInView,
  printOffset,
  printShares,
  scrollToMark,
  scrollToPage,
  scrollToPrint,
  showMarks,
  zoomBy,
} from "./desk.js";
import { $ } from "./dom.js";
import { put } from "./labels.js";
import { call } from "./server.js";
import { offsetAtShare, READING, scrollToOffset, scrollToQuote, sourceText, textShares } from "./source-text.js";
import { read, write } from "./storage.js";
import { say } from "./toast.js";

const VIEW = "verbatim-view";
const sheet = $(".sheet");
const pageNumber = $(".page-number");
const leaf = { data: null, first: 0, marks: null, turn: 0 }; // what is shown; `first` is the page of the quote

/** Shows a newly opened source as pages, if it can be drawn, or as text; `page` is that of the quote. */
export function present(data, page, focus = false) {
  leaf.turn++;
  Object.assign(leaf, { data, first: page || 0, marks: null });
  clearPages();
  $(".source .views").hidden = !page;
  note("");
  display(page && read(VIEW) !== "text" ? "page" : "text");
  if (page) findMarks();
  announce("presented");
  if (focus) view().focus({ preventScroll: true });
}

/** Returns the open document: its id, hash, length and the offsets of its pages; null if none is open. */
export const shownDocument = () => (leaf.data?.sha256 ? leaf.data : null);

/** Returns the element that scrolls. */
export const view = () => (sheet.hidden ? sourceText : desk);

/** Scrolls to an offset of the text. */
export const goToOffset = (offset) => (sheet.hidden ? scrollToOffset(offset) : scrollToPrint(offset));

/** Returns the offset of the first line in view. */
export const offsetInView = () => (sheet.hidden ? offsetAtShare(0) : printOffset());

/** Returns a function that returns the place of an offset as a share of what scrolls. */
export const shareOf = () => (sheet.hidden ? textShares() : printShares());

function announce(what) {
  $("#panel-source").dispatchEvent(new Event(what));
}

function display(which) {
  sheet.hidden = which !== "page";
  sourceText.hidden = which === "page";
  for (const name of ["page", "text"]) $(`[data-do=${name}-view]`).setAttribute("aria-pressed", String(name === which));
  $(".zooms").hidden = which !== "page";
  if (which !== "page") scrollToQuote();
  else if (pageCount()) showPlace();
  else openPages();
  showPage();
  announce("viewed");
}

function choose(which) {
  write(VIEW, which);
  note("");
  display(which);
}

function note(message) {
  $(".sheet-note").textContent = message;
  $(".sheet-note").hidden = !message;
}

async function openPages() {
  const { turn, data, first } = leaf;
  try {
    const pages = await call("pages", { document: data.document, sha256: data.sha256, page: first });
    if (turn !== leaf.turn) return;
    layOutPages(data, pages, (problem) => turn === leaf.turn && giveUp(problem));
    if (leaf.marks) showMarks(leaf.marks);
    showPlace();
    announce("laid-out");
  } catch (problem) {
    if (turn === leaf.turn) giveUp(problem);
  }
}

// The text is always available; the toast explains why it is shown instead.
function giveUp(problem) {
  if (sheet.hidden) return;
  display("text");
  say(problem.message);
}

async function findMarks() {
  const { turn, data } = leaf;
  if (data.start === undefined) return;
  try {
    const { marks } = await call("marks", { document: data.document, start: data.start, end: data.end });
    if (turn !== leaf.turn) return;
    leaf.marks = marks;
    if (!pageCount()) return;
    const stayed = pageInView() === leaf.first || !desk.scrollTop;
    showMarks(marks);
    // The first mark decides the page: the text may count the top of a page to the page before.
    if (stayed) showPlace();
    if (marks.length) leaf.first = marks[0].page;
    showPage();
  } catch (problem) {
    if (turn === leaf.turn && !sheet.hidden) note(problem.message);
  }
}

// Scrolls to the quote, or to its page while its lines are not known.
function showPlace() {
  if (leaf.marks?.length) scrollToMark();
  else scrollToPage(leaf.first);
  showPage();
}

// Returns the number of the page in view, as text or as print.
function currentPage() {
  if (!sheet.hidden) return pageCount() ? pageInView() : leaf.first;
  const offset = offsetAtShare(READING);
  return Math.max(1, 1 + (leaf.data.pageStarts || []).findLastIndex((start) => start <= offset));
}

function goToPage(page) {
  const wanted = Math.max(1, Math.min(page, totalPages()));
  if (sheet.hidden) scrollToOffset(leaf.data.pageStarts[wanted - 1]);
  else scrollToPage(wanted);
}

const totalPages = () => leaf.data?.pageStarts?.length || 0;

// Shows the number of the page in view.
function showPage() {
  const total = totalPages();
  $(".turning").hidden = !total;
  if (!total) return void ($(".to-quote").hidden = true);
  const at = currentPage();
  if (document.activeElement !== pageNumber) pageNumber.value = at;
  if ($(".sheet-at").total !== total) put($(".sheet-at"), "page-at", { at: pageNumber, total });
  $(".sheet-at").total = total;
  $("[data-do=page-before]").disabled = at <= 1;
  $("[data-do=page-after]").disabled = at >= total;
  $(".to-quote").hidden = leaf.data.start === undefined || at === leaf.first;
}

pageNumber.addEventListener("keydown", (event) => {
  const page = parseInt(pageNumber.value, 10);
  if (event.key !== "Enter" && event.key !== "Escape") return;
  event.preventDefault();
  view().focus({ preventScroll: true });
  if (event.key === "Enter" && page) goToPage(page);
  showPage();
});
pageNumber.addEventListener("focus", () => pageNumber.select());
pageNumber.addEventListener("blur", () => leaf.data && showPage());

let planned = 0;
for (const scrolling of [desk, sourceText])
  scrolling.addEventListener("scroll", () => {
    planned ||= requestAnimationFrame(() => {
      planned = 0;
      if (leaf.data) showPage();
    });
  });

function turn(by) {
  goToPage(currentPage() + by);
}

function zoom(by) {
  const { isSmallest, isLargest } = zoomBy(by);
  $("[data-do=smaller]").disabled = isSmallest;
  $("[data-do=larger]").disabled = isLargest;
}

const KEYS = {
  PageUp: () => turn(-1),
  PageDown: () => turn(1),
  "+": () => zoom(1),
  "=": () => zoom(1),
  "-": () => zoom(-1),
  0: () => zoom(0),
};

/** Handles a key while pages are shown; returns whether it has a meaning. */
export function pressKey(key) {
  if (!KEYS[key]) return false;
  KEYS[key]();
  return true;
}

on({
  "page-view": () => choose("page"),
  "text-view": () => choose("text"),
  "page-before": () => turn(-1),
  "page-after": () => turn(1),
  "to-quote": () => (sheet.hidden ? scrollToQuote() : showPlace()),
  smaller: () => zoom(-1),
  larger: () => zoom(1),
  fit: () => zoom(0),
});
