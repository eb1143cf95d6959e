// Shows a source as printed pages, with the quote marked on them, or as text.

import { on } from "./actions.js";
import {
  clearPages,
  desk,
  layOutPages,
  pageCount,
  pageInView,
  scrollToMark,
  scrollToPage,
  showMarks,
  zoomBy,
} from "./desk.js";
import { $ } from "./dom.js";
import { put } from "./labels.js";
import { call } from "./server.js";
import { scrollToQuote, sourceText } from "./source-text.js";
import { read, write } from "./storage.js";
import { say } from "./toast.js";

const VIEW = "verbatim-view";
const sheet = $(".sheet");
const leaf = { data: null, first: 0, marks: null, turn: 0 }; // what is shown; `first` is the page of the quote

/** Shows a newly opened source as pages, if it has pages, or as text. */
export function present(data, page, focus = false) {
  leaf.turn++;
  Object.assign(leaf, { data, first: page || 0, marks: null });
  clearPages();
  $(".source .views").hidden = !page;
  note("");
  view(page && read(VIEW) !== "text" ? "page" : "text");
  if (page) findMarks();
  if (focus) (sheet.hidden ? sourceText : desk).focus({ preventScroll: true });
}

function view(which) {
  sheet.hidden = which !== "page";
  sourceText.hidden = which === "page";
  for (const name of ["page", "text"]) $(`[data-do=${name}-view]`).setAttribute("aria-pressed", String(name === which));
  if (which !== "page") scrollToQuote();
  else if (pageCount()) showPlace();
  else openPages();
}

function choose(which) {
  write(VIEW, which);
  note("");
  view(which);
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
  } catch (problem) {
    if (turn === leaf.turn) giveUp(problem);
  }
}

// The text is always available; the toast explains why it is shown instead.
function giveUp(problem) {
  if (sheet.hidden) return;
  view("text");
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

// Shows the number of the page in view.
function showPage() {
  const [at, total] = [pageInView(), pageCount()];
  if (!total) return;
  put($(".sheet-at"), "page-at", { at, total });
  $("[data-do=page-before]").disabled = at <= 1;
  $("[data-do=page-after]").disabled = at >= total;
  $(".to-quote").hidden = !leaf.data || leaf.data.start === undefined || at === leaf.first;
}

let planned = 0;
desk.addEventListener("scroll", () => {
  planned ||= requestAnimationFrame(() => {
    planned = 0;
    showPage();
  });
});

function turn(by) {
  scrollToPage(pageInView() + by);
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
  "to-quote": showPlace,
  smaller: () => zoom(-1),
  larger: () => zoom(1),
  fit: () => zoom(0),
});
