// Adding files to the library.

import { on } from "./actions.js";
import { $, $$, app, button, create } from "./dom.js";
import { refresh } from "./documents.js";
import { offer } from "./examples.js";
import { label, put } from "./labels.js";
import { show } from "./pane.js";
import { call, send } from "./server.js";
import { readList, writeList } from "./storage.js";
import { visible } from "./text.js";
import { say } from "./toast.js";

// Runs that are not over, or not without a failure, to find them again after a reload. Only the tab that
// began a run knows its name.
const RUNS = "verbatim-uploads";
const LOOK_MS = 300; // between two looks at a run
export const readOnly = app.dataset.readOnly === "true";

function runs() {
  return readList(RUNS).filter((run) => typeof run === "string");
}

function keepRun(run) {
  writeList(RUNS, [...runs(), run]);
}

function forgetRun(run) {
  writeList(RUNS, runs().filter((other) => other !== run));
}

/** A new place in the list of files that are being added. */
export function room() {
  const place = create("div", "run");
  place.dataset.busy = "";
  $(".uploads .progress").append(place);
  $(".uploads").hidden = false;
  settle();
  return place;
}

function settle() {
  $("[data-do=dismiss]").hidden = Boolean($(".uploads [data-busy]"));
}

/** A button that does one piece of work. */
export function worker(action, key, work) {
  const element = put(button(action, "plain"), key);
  element.work = work;
  return element;
}

/** One line of a list of files: what is done with it, and its name. */
export function lineOf(file, key) {
  const item = create("li");
  item.append(put(create("span", "state"), key), " ", create("bdi", "", visible(file.name)));
  return item;
}

export async function add(files, { password, place = room() } = {}) {
  files = [...files];
  if (!files.length) return vanish(place);
  if (readOnly) {
    vanish(place);
    return say(label("read-only"));
  }
  show("documents");
  const list = create("ul");
  list.append(...files.map((file) => lineOf(file, "waiting")));
  place.replaceChildren(list);
  const { stored, sources, lost } = await sendAll(files, [...list.children]);
  try {
    if (stored.length) {
      const { run } = await call("add", { files: stored, password });
      keepRun(run);
      await watch(place, run, sources, lost);
    }
  } catch (problem) {
    say(problem.message);
  }
  await finish(place);
}

// Sends files one after the other; returns where they are stored, and the lines of those that were not sent.
async function sendAll(files, items) {
  const stored = [];
  const sources = [];
  const lost = [];
  for (const [at, file] of files.entries()) {
    const item = items[at];
    const state = $(".state", item);
    put(state, "sending");
    try {
      stored.push(await send(file));
      sources.push(file);
      put(state, "sent");
    } catch (problem) {
      item.className = "failed";
      put(state, "not-sent");
      item.append(" ", create("span", "detail", problem.message));
      lost.push(item);
    }
  }
  return { stored, sources, lost };
}

// Shows a run until it is over; `sources` are its files where this page sent them, `more` further lines.
async function watch(place, run, sources = [], more = []) {
  place.dataset.run = run;
  const list = create("div");
  let stopped = false;
  const stop = worker("stop-adding", "stop", () => {
    stopped = true;
    stop.disabled = true;
    put(stop, "stopping");
  });
  put(stop, "stop-adding", {}, "aria-label");
  place.replaceChildren(list, stop);
  let state;
  for (let html; !state?.done; ) {
    // After the list is dismissed, or the page left, nobody looks any more.
    if (!place.isConnected) return;
    if (state) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    state = await call("added", { run, stop: stopped });
    if (html !== state.html) list.innerHTML = html = state.html;
  }
  stop.remove();
  for (const unlocking of $$("[data-do=unlock]", list)) unlocking.file = sources[unlocking.dataset.at];
  $("ul", list).append(...more);
  if (state.files.every((file) => file.state === "done")) forgetRun(run);
  if (state.files.length) say(label("sentence-end", { words: state.summary }));
  else if (!more.length) vanish(place); // a run that the server does not know any more
}

async function finish(place) {
  delete place.dataset.busy;
  settle();
  await refresh();
  offer();
}

export function vanish(place) {
  place.remove();
  settle();
  if (!$(".uploads .run")) $(".uploads").hidden = true;
}

/** Goes on with the runs that were begun before the page was loaded again. */
export function resumeUploads() {
  for (const run of runs()) {
    const place = room();
    watch(place, run)
      .catch((problem) => say(problem.message))
      .then(() => finish(place));
  }
}

// -- an encrypted file --------------------------------------------------------------------------------

function unlock(pressed) {
  const item = pressed.closest("li");
  const password = $("input", item);
  if (!password.value) return password.focus();
  // After a reload the page no longer has the file, and the server never kept it.
  if (!pressed.file) return chooseAgain(pressed);
  const place = item.closest(".run");
  item.remove();
  if (!$("li", place)) {
    forgetRun(place.dataset.run);
    vanish(place);
  }
  const focus = () => ($(".unlock input") || $("[data-do=dismiss]")).focus();
  add([pressed.file], { password: password.value }).then(focus);
}

function chooseAgain(pressed) {
  const chooser = Object.assign(create("input"), { type: "file", accept: ".pdf" });
  chooser.addEventListener("change", () => {
    [pressed.file] = chooser.files;
    unlock(pressed);
  });
  say(label("choose-once-more"));
  chooser.click();
}

$(".uploads").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && event.target.matches(".unlock input")) unlock($("button", event.target.parentElement));
});

$(".files").addEventListener("change", (event) => {
  add(event.target.files);
  event.target.value = "";
});

on({
  unlock,
  pick: () => $(".files").click(),
  "stop-adding": (pressed) => pressed.work(),
  "choose-kind": (pressed) => pressed.work(),
  dismiss: () => {
    for (const place of $$(".uploads .run")) if (place.dataset.run) forgetRun(place.dataset.run);
    $(".uploads .progress").replaceChildren();
    $(".uploads").hidden = true;
  },
});
