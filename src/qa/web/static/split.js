// The border between the conversation and the pane: it moves with the pointer and with the arrow keys.

import { $, app } from "./dom.js";
import { read, write } from "./storage.js";

const KEY = "verbatim-split";
const [LEAST, MOST, STEP] = [25, 75, 2]; // widths of the pane in percent of the window
const USUAL = 48;
const handle = $(".split");
let width = Number(read(KEY)) || 0; // 0 for the usual width

function show() {
  app.classList.toggle("is-split", width > 0);
  if (width) app.style.setProperty("--split", width + "%");
  handle.setAttribute("aria-valuenow", String(Math.round(width || USUAL)));
}

function set(percent) {
  width = Math.max(LEAST, Math.min(MOST, percent));
  show();
  write(KEY, String(width));
}

const isMirrored = () => getComputedStyle(app).direction === "rtl";

handle.addEventListener("pointerdown", (event) => {
  event.preventDefault();
  handle.setPointerCapture(event.pointerId);
  const move = ({ clientX }) => set(100 * (isMirrored() ? clientX : innerWidth - clientX) / innerWidth);
  handle.addEventListener("pointermove", move);
  handle.addEventListener("lostpointercapture", () => handle.removeEventListener("pointermove", move), { once: true });
});
handle.addEventListener("dblclick", () => {
  width = 0;
  show();
  write(KEY, "0");
});
handle.addEventListener("keydown", (event) => {
  const by = { ArrowLeft: STEP, ArrowRight: -STEP }[event.key];
  const ends = { Home: MOST, End: LEAST }[event.key];
  if (by === undefined && ends === undefined) return;
  event.preventDefault();
  set(ends ?? (width || USUAL) + (isMirrored() ? -by : by));
});
show();
