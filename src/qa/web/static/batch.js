// Asks a file of questions in a turn of the conversation.

import { on, perform } from "./actions.js";
import { $, $$, button, create } from "./dom.js";
import { download } from "./download.js";
import { failure } from "./failure.js";
import { fillWith, language, put } from "./labels.js";
import { scope } from "./scope.js";
import { call, send } from "./server.js";
import { showTable, showTables } from "./table.js";
import { attempt, undoable } from "./toast.js";
import { begin, insert, reveal, takeOut } from "./turns.js";

const FORMATS = { csv: "CSV", xlsx: "Excel", jsonl: "JSON Lines", md: "Markdown", html: "HTML", docx: "Word", tsv: "TSV" };
const KINDS = { all: "which-all", answered: "which-answered", unanswered: "which-unanswered" };
const VIEWS = { questions: "by-question", documents: "by-document" };
const COLUMNS = ["column-number", "column-question", "column-answer", "column-where"];
const POLL_MS = 700; // between two requests for the progress of a run

export function askFile(file) {
  const turn = fileTurn(file, [...scope]);
  const { documents } = turn;
  follow(turn, async () => (await call("batch", { file: await send(file), documents })).run);
}

/** Continues a file that was asked before the page was reloaded. */
export function rejoin({ run, key, name, documents, table, notebook }) {
  const turn = fileTurn({ name }, documents, { key, notebook });
  if (table) turn.table = table;
  put($(".status", turn), "reading-documents");
  follow(turn, () => run);
}

function fileTurn(file, documents, earlier = {}) {
  const turn = begin(file.name, documents);
  turn.classList.add("batch");
  turn.file = file;
  if (earlier.key) Object.assign(turn, { key: earlier.key, notebook: earlier.notebook ?? turn.notebook });
  insert(turn);
  const body = $(".answer", turn);
  body.removeAttribute("role"); // the progress has this role; screen readers must not read out a whole table
  const bar = put(create("progress", "so-far"), "questions-asked", {}, "aria-label");
  const status = put(create("p", "status"), "sending-file");
  status.setAttribute("role", "status");
  body.append(bar, status);
  reveal(turn);
  return turn;
}

async function follow(turn, start) {
  const body = $(".answer", turn);
  try {
    Object.assign(turn, { run: await start(), which: "all", rows: 0 });
    body.prepend(views());
    body.append(controls(), grid());
    if (turn.table) view(turn, "documents");
    const isNeeded = () => !turn.gone || undoable();
    for (let done = false; !done && isNeeded(); ) {
      done = await update(turn);
      if (!done) await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    // Clearing the conversation also stops its files.
    if (turn.gone) await call("asked", { run: turn.run, stop: true });
  } catch (problem) {
    if (problem.code === "answers-gone") delete turn.run;
    body.replaceChildren(failure(problem.message, () => tryAgain(turn)));
  }
}

function tryAgain(turn) {
  const { run, key, file, documents, table, notebook } = turn;
  takeOut(turn);
  if (run) rejoin({ run, key, name: file.name, documents, table, notebook });
  else if (file instanceof File) askFile(file);
  else perform("pick-questions");
}

// Shows the progress of a file; returns whether it is done.
async function update(turn, stop = false) {
  const { which, rows } = turn;
  const answer = await call("asked", { run: turn.run, which, shown: rows, stop });
  const bar = $(".so-far", turn);
  bar.max = answer.total;
  bar.value = answer.asked;
  bar.hidden = answer.done;
  fillWith($(".status", turn), answer.status);
  $("[data-do=stop-batch]", turn).hidden = answer.done;
  const state = [which, rows, answer.asked, language()].join(" ");
  // Unchanged rows keep the selection in them. The person may have chosen other rows while this call ran.
  if (turn.state !== state && which === turn.which) {
    const focused = $("tbody", turn).contains(document.activeElement) && document.activeElement.closest("tr").rowIndex;
    $("tbody", turn).innerHTML = answer.html;
    if (focused) ($("button", $$("tr", turn)[focused] || turn) || turn).focus();
    turn.state = state;
  }
  $("table", turn).hidden = !answer.html;
  return answer.done;
}

/** Shows all files again in the current language. */
export function showBatches() {
  for (const turn of $$(".batch")) if (turn.run) attempt(() => update(turn));
  showTables();
}

function views() {
  const group = create("div", "views");
  group.classList.add("result-views");
  group.setAttribute("role", "group");
  for (const [name, key] of Object.entries(VIEWS)) {
    const choice = put(button("result-view"), key);
    choice.dataset.view = name;
    choice.setAttribute("aria-pressed", String(name === "questions"));
    group.append(choice);
  }
  return put(group, "result-views", {}, "aria-label");
}

// Shows the answers of a file by question, or as a table by document.
function view(turn, name) {
  turn.classList.toggle("by-documents", name === "documents");
  for (const choice of $$("[data-do=result-view]", turn))
    choice.setAttribute("aria-pressed", String(choice.dataset.view === name));
  if (name === "documents") attempt(() => showTable(turn));
}

function controls() {
  const bar = create("div", "controls");
  bar.append(filters(), put(button("stop-batch", "plain"), "stop"), saves());
  return bar;
}

function filters() {
  const group = create("div", "views");
  group.setAttribute("role", "group");
  for (const [which, key] of Object.entries(KINDS)) {
    const choice = put(button("which"), key);
    choice.dataset.which = which;
    choice.setAttribute("aria-pressed", String(which === "all"));
    group.append(choice);
  }
  return put(group, "which", {}, "aria-label");
}

function saves() {
  const group = create("div", "saves");
  group.setAttribute("role", "group");
  group.append(put(create("span"), "save-as"));
  for (const [format, words] of Object.entries(FORMATS)) {
    const save = button("save-answers", "link", words);
    save.dataset.format = format;
    group.append(save);
  }
  return put(group, "save-answers", {}, "aria-label");
}

function grid() {
  const scroller = create("div", "grid");
  const table = create("table");
  table.hidden = true;
  const head = table.createTHead().insertRow();
  for (const key of COLUMNS) {
    const cell = put(create("th"), key);
    cell.scope = "col";
    head.append(cell);
  }
  table.append(create("tbody"));
  scroller.append(table);
  return scroller;
}

$("input.questions").addEventListener("change", (event) => {
  [...event.target.files].forEach(askFile);
  event.target.value = "";
});

on({
  "pick-questions": () => $("input.questions").click(),
  "result-view": (pressed) => view(pressed.closest(".turn"), pressed.dataset.view),
  which: (pressed) => {
    const turn = pressed.closest(".turn");
    turn.which = pressed.dataset.which;
    turn.rows = 0;
    for (const other of $$("[data-do=which]", turn)) other.setAttribute("aria-pressed", String(other === pressed));
    attempt(() => update(turn));
  },
  "more-rows": (pressed) => {
    const turn = pressed.closest(".turn");
    turn.rows = Number(pressed.dataset.shown);
    attempt(() => update(turn));
  },
  "stop-batch": (pressed) => attempt(() => update(pressed.closest(".turn"), true)),
  "save-answers": (pressed) =>
    attempt(async () => {
      const turn = pressed.closest(".turn");
      const answer = await call("answers", { run: turn.run, format: pressed.dataset.format });
      download(answer.file, "application/octet-stream", answer.name);
    }),
});
