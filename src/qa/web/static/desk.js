// The printed pages of a PDF, one below the other. Each is drawn when it comes near the view, and its image is
// released when it is far away.

import { $, $$, create } from "./dom.js";
import { put } from "./labels.js";
import { Parts } from "./parts.js";
import { call } from "./server.js";

const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];
const MARGIN = 0.02; // beside the column of text, as a share of the page's width
const MOST_COLUMN_ZOOM = 1.8;
export const desk = $(".desk");
const papers = $(".papers");
const MOST_LAYERS = 200;
const layers = new Map(); // the lines of pages
let request = null; // the document
let sheets = []; // the element of each page
let pages = []; // width and height of each page
let marks = []; // the lines of the quote
let column = [0, 1]; // left and right edge of the text
let zoom = "column"; // or the width of the widest page as a share of the desk's
let drawnWidth = 0; // of the desk, when the pages were drawn
let failed = () => {};

const parts = new Parts(desk, { load, release });

async function load(sheet) {
  const ratio = Math.min(window.devicePixelRatio || 1, 3);
  const width = Math.ceil(Math.max(320, sheet.clientWidth) * ratio);
  drawnWidth = desk.clientWidth;
  let drawn;
  try {
    drawn = await call("page_image", { document: request.document, page: sheet.page, width });
  } catch (problem) {
    failed(problem);
    throw problem;
  }
  if (!sheet.isConnected) return;
  const picture = create("img");
  picture.decoding = "async";
  picture.src = drawn.image;
  put(picture, "page-of-document", { at: sheet.page, title: () => $(".source h2").textContent }, "alt");
  // Without this, the page would be white until its new image is decoded.
  await picture.decode().catch(() => {});
  $("img", sheet)?.remove();
  sheet.prepend(picture);
  sheet.removeAttribute("aria-busy");
  addLayers();
}

let layering = false;

// Adds the text of the pages that are drawn, one after the other and first of the one that is read: the server needs
// a while for the first page of a book.
async function addLayers() {
  if (layering) return;
  layering = true;
  const refused = new Set();
  const waiting = () => sheets.filter((sheet) => $("img", sheet) && !$(".layer", sheet) && !refused.has(sheet));
  for (let next = waiting(); next.length; next = waiting()) {
    const here = pageInView();
    const [sheet] = next.sort((a, b) => Math.abs(a.page - here) - Math.abs(b.page - here));
    await addLayer(sheet).catch(() => refused.add(sheet));
    // A page may have been released in the meantime.
    if (!$(".layer", sheet)) refused.add(sheet);
  }
  layering = false;
}

// Adds the text of a page, invisible over its print, to select and to mark. Without it, the page is only a picture.
async function addLayer(sheet) {
  const { document: name, sha256 } = request;
  const key = JSON.stringify([name, sha256, sheet.page]);
  const lines = layers.get(key) || (await call("page_lines", { document: name, sha256, page: sheet.page })).lines;
  layers.set(key, lines);
  if (layers.size > MOST_LAYERS) layers.delete(layers.keys().next().value);
  if (!sheet.isConnected || sheet.hasAttribute("aria-busy") || $(".layer", sheet)) return;
  const layer = create("div", "layer");
  layer.lang = "";
  const spans = lines.map(([start, text, left, top, right, bottom]) => {
    const line = create("span", "ink", text);
    line.dataset.at = start;
    line.dir = "auto";
    line.style.left = left * 100 + "%";
    line.style.top = top * 100 + "%";
    line.style.fontSize = (bottom - top) * 100 + "cqh";
    line.width = right - left;
    return line;
  });
  layer.append(...spans);
  sheet.append(layer);
  stretch(layer);
  sheet.dispatchEvent(new Event("filled", { bubbles: true }));
}

// Makes each line as wide as its print; first all are measured, then all are changed.
function stretch(layer) {
  const page = layer.clientWidth;
  const lines = $$(".ink", layer);
  const widths = lines.map((line) => line.offsetWidth);
  for (const [at, line] of lines.entries()) {
    if (widths[at]) line.style.transform = `scaleX(${(line.width * page) / widths[at]})`;
  }
}

function release(sheet) {
  $("img", sheet)?.remove();
  $(".layer", sheet)?.remove();
  sheet.setAttribute("aria-busy", "true");
}

/** Lays out the pages of a document; `whenFailed` gets the problem if one cannot be drawn. */
export function layOutPages(data, { sizes, column: edges }, whenFailed) {
  parts.clear();
  [request, column, marks, failed] = [data, edges, [], whenFailed];
  const starts = data.pageStarts;
  pages = sizes;
  const widest = Math.max(...sizes.map(([width]) => width));
  sheets = sizes.map(([width, height], at) => {
    const sheet = create("div", "paper");
    sheet.page = at + 1;
    Object.assign(sheet.dataset, { page: at + 1, from: starts[at] ?? 0, to: starts[at + 1] ?? data.length });
    sheet.setAttribute("aria-busy", "true");
    sheet.style.width = (width / widest) * 100 + "%";
    sheet.style.aspectRatio = width + " / " + height;
    return sheet;
  });
  papers.replaceChildren(...sheets);
  resize();
  parts.watch(sheets);
}

export function clearPages() {
  parts.clear();
  [request, sheets, pages, marks] = [null, [], [], []];
  papers.replaceChildren();
}

/** Returns the width and height of each page. */
export const pageSizes = () => pages;

/** Returns the number of pages; 0 if none are laid out. */
export const pageCount = () => sheets.length;

/** Returns the number of the page that is being read. */
export function pageInView() {
  const middle = desk.scrollTop + desk.clientHeight * 0.3;
  const after = sheets.findIndex((sheet) => sheet.offsetTop > middle);
  return after < 0 ? sheets.length : Math.max(1, after);
}

/** Scrolls to the top of a page, or to a share of its height. */
export function scrollToPage(page, share = 0) {
  const sheet = sheets[Math.max(1, Math.min(page, sheets.length)) - 1];
  if (!sheet) return;
  const top = share ? share * sheet.offsetHeight - desk.clientHeight * 0.3 : -8;
  desk.scrollTop = sheet.offsetTop + top;
  scrollToColumn();
}

// The left edge of the text is in view, even if the page is wider than the desk.
function scrollToColumn() {
  const room = desk.scrollWidth - desk.clientWidth;
  if (room > 0) desk.scrollLeft = Math.min(room, (column[0] - MARGIN) * papers.offsetWidth + papers.offsetLeft);
}

/** Scrolls to an offset of the text: exactly if the lines of its page are known, or else to about its place. */
export async function scrollToPrint(offset) {
  const at = sheets.findLastIndex((sheet) => Number(sheet.dataset.from) <= offset);
  const sheet = sheets[Math.max(0, at)];
  if (!sheet) return;
  const { from, to } = sheet.dataset;
  const about = (offset - from) / (to - from || 1);
  const exact = () => {
    const line = $$(".ink", sheet).findLast((each) => Number(each.dataset.at) <= offset);
    return line ? line.offsetTop / sheet.offsetHeight : null;
  };
  scrollToPage(sheet.page, exact() ?? (about || 0.001));
  if (exact() !== null) return;
  await parts.ensure(sheet);
  await addLayer(sheet).catch(() => {});
  if (exact() !== null) scrollToPage(sheet.page, exact() || 0.001);
}

/** Returns a function that returns the place of an offset as a share of the height of all pages. */
export function printShares() {
  const height = desk.scrollHeight;
  const places = sheets.map((sheet) => [Number(sheet.dataset.from), sheet.offsetTop, sheet.offsetHeight]);
  return (offset) => {
    const at = places.findLastIndex(([from]) => from <= offset);
    if (at < 0) return 0;
    const [from, top, tall] = places[at];
    const to = Number(sheets[at].dataset.to);
    return (top + (tall * (offset - from)) / (to - from || 1)) / height;
  };
}

/** Returns the offset at which the page that is being read begins. */
export const printOffset = () => Number(sheets[pageInView() - 1]?.dataset.from ?? 0);

/** Shows the lines of the quote on their pages. */
export function showMarks(lines) {
  marks = lines;
  for (const old of $$(".mark", papers)) old.remove();
  for (const mark of marks) {
    const box = create("span", "mark");
    box.setAttribute("aria-hidden", "true");
    box.style.left = mark.left * 100 + "%";
    box.style.top = mark.top * 100 + "%";
    box.style.width = (mark.right - mark.left) * 100 + "%";
    box.style.height = (mark.bottom - mark.top) * 100 + "%";
    sheets[mark.page - 1]?.append(box);
  }
}

/** Scrolls to the first line of the quote. */
export function scrollToMark() {
  if (!marks.length) return;
  const here = marks.filter((mark) => mark.page === marks[0].page);
  scrollToPage(marks[0].page, Math.min(...here.map((mark) => mark.top)) || 0.001);
}

function share() {
  if (zoom !== "column") return zoom;
  return Math.max(1, Math.min(MOST_COLUMN_ZOOM, 1 / (column[1] - column[0] + 2 * MARGIN)));
}

function resize() {
  papers.style.width = share() * 100 + "%";
}

/** Makes the pages larger or smaller, or switches between the width of the text and of the page. */
export function zoomBy(by) {
  const anchor = inView();
  const now = share();
  if (!by) zoom = zoom === "column" ? 1 : "column";
  else if (by > 0) zoom = ZOOMS.find((each) => each > now + 0.01) ?? ZOOMS.at(-1);
  else zoom = ZOOMS.findLast((each) => each < now - 0.01) ?? ZOOMS[0];
  resize();
  for (const layer of $$(".layer", papers)) stretch(layer);
  if (anchor) restore(anchor);
  if (zoom === "column") scrollToColumn();
  parts.reload();
  return { isSmallest: zoom === ZOOMS[0], isLargest: zoom === ZOOMS.at(-1) };
}

// Returns the point that stays in place during a zoom, relative to the window and to its page: the start of the
// visible part of the quote, or else the middle of the view.
function inView() {
  const sheet = sheets[pageInView() - 1];
  if (!sheet) return null;
  const view = desk.getBoundingClientRect();
  const mark = $$(".mark", papers)
    .map((node) => [node, node.getBoundingClientRect()])
    .find(([, at]) => at.bottom > view.top && at.top < view.bottom && at.right > view.left && at.left < view.right);
  const page = mark ? mark[0].parentElement : sheet;
  const edges = page.getBoundingClientRect();
  const x = mark ? Math.max(mark[1].left, view.left) : view.left + desk.clientWidth / 2;
  const y = mark ? Math.max(mark[1].top, view.top) : view.top + desk.clientHeight / 2;
  return { x, y, page, left: (x - edges.left) / edges.width, top: (y - edges.top) / edges.height };
}

function restore({ x, y, page, left, top }) {
  const edges = page.getBoundingClientRect();
  desk.scrollBy(edges.left + left * edges.width - x, edges.top + top * edges.height - y);
}

// The place at the top of the view, which stays there when the desk gets wider or narrower.
let top = null;
function remember() {
  const sheet = sheets[pageInView() - 1];
  top = sheet && { sheet, share: (desk.scrollTop - sheet.offsetTop) / sheet.offsetHeight };
}
desk.addEventListener("scroll", remember);

let width = 0;
let resized;
new ResizeObserver(() => {
  if (!desk.clientWidth || desk.clientWidth === width) return;
  width = desk.clientWidth;
  if (top?.sheet.isConnected) desk.scrollTop = top.sheet.offsetTop + top.share * top.sheet.offsetHeight;
  scrollToColumn();
  clearTimeout(resized);
  resized = setTimeout(sharpen, 250);
}).observe(desk);

// A larger window needs sharper images; the small change when a scroll bar appears does not.
function sharpen() {
  for (const layer of $$(".layer", papers)) stretch(layer);
  if (drawnWidth && desk.clientWidth > 1.1 * drawnWidth) parts.reload();
}
