// Shows the printed page of a PDF, with the quote marked on it.

import { on } from "./actions.js";
import { $, $$, create } from "./dom.js";
import { put } from "./labels.js";
import { call } from "./server.js";
import { scrollToQuote, sourceText } from "./source-text.js";
import { read, write } from "./storage.js";
import { say } from "./toast.js";

const VIEW = "verbatim-view";
const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];
const MOST_IMAGES = 12;
const sheet = $(".sheet");
const desk = $(".desk");
const paper = $(".paper");
const images = new Map(); // cached images of pages, the most recently used last
const leaf = { data: null, first: 0, at: 0, pages: 0, zoom: 1, marks: [], turn: 0, width: 0 };

// Shows a newly opened source as a page, if it has pages, or as text.
export function present(data, page, focus = false) {
  leaf.turn++;
  Object.assign(leaf, { data, first: page || 0, at: page || 0, pages: 0, marks: [] });
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
  if (which === "page") turnTo(leaf.at);
  else scrollToQuote();
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

async function findMarks() {
  const { turn, data } = leaf;
  if (data.start === undefined) return;
  try {
    const { marks } = await call("marks", { document: data.document, start: data.start, end: data.end });
    if (turn !== leaf.turn) return;
    leaf.marks = marks;
    // The first mark decides the page: the text may count the top of a page to the page before.
    if (marks.length && leaf.at === leaf.first && marks[0].page !== leaf.first) turnTo(marks[0].page);
    else drawMarks({ scroll: true });
    if (marks.length) leaf.first = marks[0].page;
  } catch (problem) {
    if (turn === leaf.turn && !sheet.hidden) note(problem.message);
  }
}

async function turnTo(page) {
  const { turn, data } = leaf;
  leaf.at = page;
  leaf.width = desk.clientWidth;
  const ratio = Math.min(window.devicePixelRatio || 1, 3);
  const width = Math.ceil(Math.max(320, desk.clientWidth) * leaf.zoom * ratio);
  desk.setAttribute("aria-busy", "true");
  try {
    const drawn = await image(data.document, page, width);
    if (turn !== leaf.turn || page !== leaf.at) return;
    leaf.pages = drawn.pages;
    leaf.at = drawn.page;
    place(drawn);
  } catch (problem) {
    if (turn !== leaf.turn) return;
    // The text is always available; the toast explains why it is shown instead.
    view("text");
    say(problem.message);
  }
  desk.removeAttribute("aria-busy");
}

async function image(name, page, width) {
  const key = JSON.stringify([name, page, width]);
  const drawn = images.get(key) || (await call("page_image", { document: name, page, width }));
  images.delete(key);
  images.set(key, drawn);
  if (images.size > MOST_IMAGES) images.delete(images.keys().next().value);
  return drawn;
}

function place(drawn) {
  const previous = $("img", paper);
  const same = previous && previous.dataset.page === String(drawn.page);
  const anchor = same && inView();
  const picture = create("img");
  picture.src = drawn.image;
  picture.width = drawn.width;
  picture.height = drawn.height;
  picture.dataset.page = drawn.page;
  put(picture, "page-of-document", { at: drawn.page, title: () => $(".source h2").textContent }, "alt");
  paper.replaceChildren(picture);
  paper.style.width = leaf.zoom * 100 + "%";
  paper.style.aspectRatio = drawn.width + " / " + drawn.height;
  put($(".sheet-at"), "page-at", { at: drawn.page, total: drawn.pages });
  $("[data-do=page-before]").disabled = drawn.page <= 1;
  $("[data-do=page-after]").disabled = drawn.page >= drawn.pages;
  drawMarks({ scroll: !same });
  if (anchor) scrollTo(anchor);
}

// Returns the point that stays in place during a zoom, relative to the window and to the page: the start of the
// visible part of the quote, or else the middle of the view.
function inView() {
  const view = desk.getBoundingClientRect();
  const page = paper.getBoundingClientRect();
  const seen = $$(".mark", paper)
    .map((mark) => mark.getBoundingClientRect())
    .find((at) => at.bottom > view.top && at.top < view.bottom && at.right > view.left && at.left < view.right);
  const x = seen ? Math.max(seen.left, view.left) : view.left + desk.clientWidth / 2;
  const y = seen ? Math.max(seen.top, view.top) : view.top + desk.clientHeight / 2;
  return { x, y, left: (x - page.left) / page.width, top: (y - page.top) / page.height };
}

function scrollTo({ x, y, left, top }) {
  const page = paper.getBoundingClientRect();
  desk.scrollBy(page.left + left * page.width - x, page.top + top * page.height - y);
}

function drawMarks({ scroll }) {
  for (const old of $$(".mark", paper)) old.remove();
  const here = leaf.marks.filter((mark) => mark.page === leaf.at);
  for (const mark of here) {
    const box = create("span", "mark");
    box.setAttribute("aria-hidden", "true");
    box.style.left = mark.left * 100 + "%";
    box.style.top = mark.top * 100 + "%";
    box.style.width = (mark.right - mark.left) * 100 + "%";
    box.style.height = (mark.bottom - mark.top) * 100 + "%";
    paper.append(box);
  }
  $(".to-quote").hidden = !leaf.data || leaf.data.start === undefined || leaf.at === leaf.first;
  if (!scroll) return;
  const top = here.length ? Math.min(...here.map((mark) => mark.top)) * paper.offsetHeight : 0;
  const left = here.length ? Math.min(...here.map((mark) => mark.left)) * paper.offsetWidth : 0;
  desk.scrollTo(left - 24, top - desk.clientHeight * 0.3);
}

function turn(by) {
  const page = leaf.at + by;
  if (page >= 1 && (!leaf.pages || page <= leaf.pages)) turnTo(page);
}

function zoom(by) {
  const at = ZOOMS.indexOf(leaf.zoom);
  leaf.zoom = by ? ZOOMS[Math.max(0, Math.min(ZOOMS.length - 1, at + by))] : 1;
  $("[data-do=smaller]").disabled = leaf.zoom === ZOOMS[0];
  $("[data-do=larger]").disabled = leaf.zoom === ZOOMS.at(-1);
  turnTo(leaf.at);
}

const KEYS = {
  PageUp: () => turn(-1),
  PageDown: () => turn(1),
  "+": () => zoom(1),
  "=": () => zoom(1),
  "-": () => zoom(-1),
  0: () => zoom(0),
};

// Handles a key while a page is shown; returns whether it has a meaning.
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
  "to-quote": () => turnTo(leaf.first),
  smaller: () => zoom(-1),
  larger: () => zoom(1),
  fit: () => zoom(0),
});

let resized;
new ResizeObserver(() => {
  clearTimeout(resized);
  // A larger window needs a sharper image; the small change when a scroll bar appears does not.
  const sharper = () => !sheet.hidden && leaf.pages && desk.clientWidth > 1.1 * leaf.width;
  resized = setTimeout(() => sharper() && turnTo(leaf.at), 250);
}).observe(desk);
