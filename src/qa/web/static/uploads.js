// Adds files to the library.

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

// Names of the runs that are not finished, or that had failures, to show them again after a reload. Only the
// browser that started a run knows its name.
const RUNS = "verbatim-uploads";
const POLL_MS = 300; // between two requests for the progress of a run
export const readOnly = app.dataset.readOnly === "true";

function runs() {
  return readList(RUNS).filter((run) => typeof run === "string");
}

function storeRun(run) {
  writeList(RUNS, [...runs(), run]);
}

function forgetRun(run) {
  writeList(RUNS, runs().filter((other) => other !== run));
}

/** Creates a place in the list of files that are being added. */
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

/** Creates a button that runs a function. */
export function worker(action, key, work) {
  const element = put(button(action, "plain"), key);
  element.work = work;
  return element;
}

/** Creates a line in a list of files: the state of a file and its name. */
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
  const stop = stopper();
  place.replaceChildren(list, stop);
  const { stored, sources, lost } = await sendAll(files, [...list.children], stop);
  stop.remove();
  try {
    if (stored.length && !stop.pressed) {
      const { run } = await call("add", { files: stored, password });
      storeRun(run);
      await watch(place, run, sources, lost);
    }
  } catch (problem) {
    say(problem.message);
  }
  await finish(place);
}

// Creates a button that stays in sight and stops the files above it.
function stopper() {
  const stop = worker("stop-adding", "stop", () => {
    stop.pressed = true;
    stop.disabled = true;
    put(stop, "stopping");
  });
  return put(stop, "stop-adding", {}, "aria-label");
}

// Uploads files one after the other; returns where they are stored, and the lines of files that failed. If it is
// stopped, none of them is added, and each line says so.
async function sendAll(files, items, stop) {
  const stored = [];
  const sources = [];
  const lost = [];
  for (const [at, file] of files.entries()) {
    if (stop.pressed) break;
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
  for (const item of stop.pressed ? items.filter((each) => !lost.includes(each)) : []) {
    item.className = "stopped";
    put($(".state", item), "state-stopped");
  }
  return { stored, sources, lost };
}

// Shows a run until it is finished; `sources` are its files if this page sent them, `more` are further lines.
async function watch(place, run, sources = [], more = []) {
  place.dataset.run = run;
  const list = create("div");
  const stop = stopper();
  place.replaceChildren(list, stop);
  let state;
  for (let html; !state?.done; ) {
    // The list was dismissed.
    if (!place.isConnected) return;
    if (state) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    state = await call("added", { run, stop: Boolean(stop.pressed) });
    if (html !== state.html) list.innerHTML = html = state.html;
  }
  stop.remove();
  for (const unlocking of $$("[data-do=unlock]", list)) unlocking.file = sources[unlocking.dataset.at];
  $("ul", list).append(...more);
  if (state.files.every((file) => file.state === "done")) forgetRun(run);
  if (state.files.length) say(label("sentence-end", { words: state.summary }));
  else if (!more.length) vanish(place); // the server no longer knows the run
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

/** Continues the runs that were started before the page was reloaded. */
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
  // After a reload the page no longer has the file, and the server never stored it.
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
