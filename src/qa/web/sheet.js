
// -- a PDF's page as it is printed ------------------------------------------------------------------

const sheet = $(".sheet");
const desk = $(".desk");
const paper = $(".paper");
const ZOOMS = [0.5, 0.75, 1, 1.25, 1.5, 2, 3, 4];
const KEPT_IMAGES = 12;
const images = new Map(); // drawn pages, the one used last at the end
const leaf = { data: null, first: 0, at: 0, pages: 0, zoom: 1, marks: [], turn: 0, width: 0 };

// Shows a source that has just been opened as its page, where it has one, or as text.
function present(data, page, focus = false) {
  leaf.turn++;
  Object.assign(leaf, { data, first: page || 0, at: page || 0, pages: 0, marks: [] });
  $(".source .views").hidden = !page;
  tell("");
  view(page && stored("verbatim-view") !== "text" ? "page" : "text");
  if (page) findMarks();
  if (focus) (sheet.hidden ? sourceText : desk).focus({ preventScroll: true });
}

function view(which) {
  sheet.hidden = which !== "page";
  sourceText.hidden = which === "page";
  for (const name of ["page", "text"]) $(`[data-do=${name}-view]`).setAttribute("aria-pressed", String(name === which));
  if (which === "page") turnTo(leaf.at);
  else toQuote();
}

function choose(which) {
  try {
    localStorage.setItem("verbatim-view", which);
  } catch {
    // Nothing is kept where the browser does not let the page keep anything.
  }
  tell("");
  view(which);
}

function tell(words) {
  $(".sheet-note").textContent = words;
  $(".sheet-note").hidden = !words;
}

async function findMarks() {
  const { turn, data } = leaf;
  if (data.start === undefined) return;
  try {
    const { marks } = await call("marks", { document: data.document, start: data.start, end: data.end });
    if (turn !== leaf.turn) return;
    leaf.marks = marks;
    // The page of the first box is the quote's; what is above it may have been read as the page before.
    if (marks.length && leaf.at === leaf.first && marks[0].page !== leaf.first) turnTo(marks[0].page);
    else drawMarks({ scroll: true });
    if (marks.length) leaf.first = marks[0].page;
  } catch (problem) {
    if (turn === leaf.turn && !sheet.hidden) tell(problem.message);
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
    // The text is always there; why it is shown instead stands above it.
    view("text");
    say(problem.message);
  }
  desk.removeAttribute("aria-busy");
}

async function image(document_, page, width) {
  const key = JSON.stringify([document_, page, width]);
  const kept = images.get(key) || (await call("sheet", { document: document_, page, width }));
  images.delete(key);
  images.set(key, kept);
  if (images.size > KEPT_IMAGES) images.delete(images.keys().next().value);
  return kept;
}

function place(drawn) {
  const before = $("img", paper);
  const same = before && before.dataset.page === String(drawn.page);
  const held = same && inView();
  const picture = document.createElement("img");
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
  if (held) hold(held);
}

// What stays where it is while a page is made larger or smaller: the beginning of the quote's part that is
// in view, or else the middle of the view. Where it is on the page, and where in the window.
function inView() {
  const window_ = desk.getBoundingClientRect();
  const page = paper.getBoundingClientRect();
  const seen = $$(".mark", paper)
    .map((mark) => mark.getBoundingClientRect())
    .find((at) => at.bottom > window_.top && at.top < window_.bottom && at.right > window_.left && at.left < window_.right);
  const x = seen ? Math.max(seen.left, window_.left) : window_.left + desk.clientWidth / 2;
  const y = seen ? Math.max(seen.top, window_.top) : window_.top + desk.clientHeight / 2;
  return { x, y, left: (x - page.left) / page.width, top: (y - page.top) / page.height };
}

function hold({ x, y, left, top }) {
  const page = paper.getBoundingClientRect();
  desk.scrollBy(page.left + left * page.width - x, page.top + top * page.height - y);
}

function drawMarks({ scroll }) {
  for (const old of $$(".mark", paper)) old.remove();
  const here = leaf.marks.filter((mark) => mark.page === leaf.at);
  for (const mark of here) {
    const drawn = document.createElement("span");
    drawn.className = "mark";
    drawn.setAttribute("aria-hidden", "true");
    drawn.style.left = mark.left * 100 + "%";
    drawn.style.top = mark.top * 100 + "%";
    drawn.style.width = (mark.right - mark.left) * 100 + "%";
    drawn.style.height = (mark.bottom - mark.top) * 100 + "%";
    paper.append(drawn);
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
  $("[data-do=larger]").disabled = leaf.zoom === ZOOMS[ZOOMS.length - 1];
  turnTo(leaf.at);
}

const SHEET_KEYS = {
  PageUp: () => turn(-1),
  PageDown: () => turn(1),
  "+": () => zoom(1),
  "=": () => zoom(1),
  "-": () => zoom(-1),
  0: () => zoom(0),
};

// Whether a key means something while a page is shown; then it is done.
function sheetKey(key) {
  if (!SHEET_KEYS[key]) return false;
  SHEET_KEYS[key]();
  return true;
}

Object.assign(actions, {
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
  // A window that has become larger deserves a sharper page; a scroll bar that came or went does not.
  const sharper = () => !sheet.hidden && leaf.pages && desk.clientWidth > 1.1 * leaf.width;
  resized = setTimeout(() => sharper() && turnTo(leaf.at), 250);
}).observe(desk);
