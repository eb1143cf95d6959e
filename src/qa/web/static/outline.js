// The headings of the open document, beside its text or its pages.

import { on } from "./actions.js";
import { $, $$, button, create, phone } from "./dom.js";
import { put } from "./labels.js";
import { call } from "./server.js";
import { visible } from "./text.js";
import { goToOffset, shownDocument } from "./paper.js";
import { say } from "./toast.js";

const list = $(".outline");
const opener = $("[data-do=outline]");
let listed = null; // the document whose headings are listed

async function fill(data) {
  listed = data;
  const { headings } = await call("outline", { document: data.document, sha256: data.sha256 });
  if (listed !== data) return;
  const items = headings.map(({ title, depth, start }) => {
    const item = button("heading", "", visible(title));
    item.dataset.start = start;
    item.style.setProperty("--depth", Math.min(depth, 5) - 1);
    item.dir = "auto";
    return item;
  });
  list.replaceChildren(...(items.length ? items : [put(create("p", "nothing"), "no-headings")]));
}

async function toggle() {
  const open = list.hidden;
  list.hidden = !open;
  opener.setAttribute("aria-expanded", String(open));
  const data = shownDocument();
  if (!open || !data) return;
  try {
    if (listed !== data) await fill(data);
    $("button", list)?.focus();
  } catch (problem) {
    say(problem.message);
  }
}

$("#panel-source").addEventListener("presented", () => {
  list.replaceChildren();
  listed = null;
  const data = shownDocument();
  if (!list.hidden && data) fill(data).catch((problem) => say(problem.message));
});

list.addEventListener("keydown", (event) => {
  const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
  if (!by) return;
  const items = $$("button", list);
  items[items.indexOf(event.target) + by]?.focus();
  event.preventDefault();
});

on({
  outline: toggle,
  heading: (item) => {
    goToOffset(Number(item.dataset.start));
    if (phone.matches) toggle();
  },
});
