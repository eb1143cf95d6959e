// Small images of all pages of a PDF, beside its pages.

import { on } from "./actions.js";
import { $, $$, button, create, phone } from "./dom.js";
import { number, put } from "./labels.js";
import { pageInView, pageSizes, scrollToPage } from "./desk.js";
import { shownDocument } from "./paper.js";
import { Parts } from "./parts.js";
import { call } from "./server.js";

const WIDTH = 200; // of an image, in pixels
const list = $(".thumbnails");
const opener = $("[data-do=thumbnails]");
const parts = new Parts(list, { load, release: (item) => $("img", item)?.remove(), margin: "50% 0px" });
let listed = null; // the document whose pages are listed

async function load(item) {
  const { document: name } = listed;
  const { image } = await call("page_image", { document: name, page: Number(item.dataset.page), width: WIDTH });
  if (!item.isConnected) return;
  const picture = create("img");
  picture.alt = "";
  picture.decoding = "async";
  picture.src = image;
  $(".leaf", item).replaceChildren(picture);
}

function fill() {
  const data = shownDocument();
  const sizes = pageSizes();
  if (list.hidden || listed === data || !sizes.length) return;
  listed = data;
  parts.clear();
  const items = sizes.map(([width, height], at) => {
    const item = button("thumbnail", "");
    item.dataset.page = at + 1;
    put(item, "page-break", { n: String(at + 1) }, "aria-label");
    const leaf = create("span", "leaf");
    leaf.style.aspectRatio = width + " / " + height;
    item.append(leaf, create("span", "", number(at + 1)));
    return item;
  });
  list.replaceChildren(...items);
  parts.watch(items);
  mark();
}

// Marks the page in view, and brings its image into view.
function mark() {
  if (list.hidden || !listed) return;
  const current = $(`[data-page="${pageInView()}"]`, list);
  if (!current || current.hasAttribute("aria-current")) return;
  $("[aria-current]", list)?.removeAttribute("aria-current");
  current.setAttribute("aria-current", "page");
  const [view, at] = [list.getBoundingClientRect(), current.getBoundingClientRect()];
  if (at.top < view.top || at.bottom > view.bottom) list.scrollTop += at.top - view.top - view.height / 3;
}

function show(open) {
  list.hidden = !open;
  opener.setAttribute("aria-expanded", String(open));
  if (!open) return;
  fill();
  mark();
}

const source = $("#panel-source");
source.addEventListener("presented", () => {
  listed = null;
  list.replaceChildren();
});
source.addEventListener("viewed", () => {
  opener.hidden = $(".sheet").hidden;
  if (opener.hidden) show(false);
});
source.addEventListener("laid-out", fill);
$(".desk").addEventListener("scroll", mark);

list.addEventListener("keydown", (event) => {
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!by) return;
  const items = $$("button", list);
  items[items.indexOf(event.target) + by]?.focus();
  event.preventDefault();
});

on({
  thumbnails: () => show(list.hidden),
  thumbnail: (item) => {
    scrollToPage(Number(item.dataset.page));
    if (phone.matches) show(false);
  },
});
