// Asks a file of questions in a turn of the conversation: its answers by question, and as a table by document.

import { on, perform } from "./actions.js";
import { $, $$, button, create } from "./dom.js";
import { failure } from "./failure.js";
import { act, follow, gridView, showGrids } from "./grid-view.js";
import { put } from "./labels.js";
import { scope } from "./scope.js";
import { call, send } from "./server.js";
import { attempt } from "./toast.js";
import { begin, insert, reveal, takeOut } from "./turns.js";

const FORMATS = { csv: "CSV", xlsx: "Excel", jsonl: "JSON Lines", md: "Markdown", html: "HTML", docx: "Word", tsv: "TSV" };
const TABLE_FORMATS = { xlsx: "Excel", csv: "CSV", html: "HTML", jsonl: "JSON Lines" };
const VIEWS = { questions: "by-question", documents: "by-document" };

export function askFile(file) {
  const turn = fileTurn(file, [...scope]);
  const { documents } = turn;
  showRun(turn, async () => (await call("batch", { file: await send(file), documents })).run);
}

/** Continues a file that was asked before the page was reloaded. */
export function rejoin({ run, key, name, documents, table, notebook }) {
  const turn = fileTurn({ name }, documents, { key, notebook });
  if (table) turn.table = table;
  put($(".status", turn), "reading-documents");
  showRun(turn, () => run);
}

function fileTurn(file, documents, earlier = {}) {
  const turn = begin(file.name, documents);
  turn.classList.add("batch");
  turn.file = file;
  if (earlier.key) Object.assign(turn, { key: earlier.key, notebook: earlier.notebook ?? turn.notebook });
  insert(turn);
  const body = $(".answer", turn);
  body.removeAttribute("role"); // the progress has this role; screen readers must not read out a whole table
  const status = put(create("p", "status"), "sending-file");
  status.setAttribute("role", "status");
  body.append(status);
  reveal(turn);
  return turn;
}

async function showRun(turn, start) {
  const body = $(".answer", turn);
  try {
    turn.run = await start();
    const answers = gridView({
      name: "by-question",
      label: "questions-name",
      corner: "column-question",
      formats: FORMATS,
      call: (request) => call("asked", { run: turn.run, ...request }),
      save: (format) => call("answers", { run: turn.run, format }),
    });
    body.replaceChildren(views(), answers);
    if (turn.table) view(turn, "documents");
    await follow(answers);
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

// Shows the table of a turn with a file, and starts it if there is none.
async function showTable(turn) {
  if ($(".by-document", turn)) return;
  const place = create("div", "by-document");
  $(".answer", turn).append(place);
  try {
    turn.table ??= (await call("table", { run: turn.run, documents: turn.documents })).table;
    const table = gridView({
      name: "by-document",
      label: "table-name",
      corner: "column-document",
      formats: TABLE_FORMATS,
      grows: true,
      add: (form, question) => added(form, question),
      call: (request) => call("tabled", { table: turn.table, ...request }),
      save: (format) => call("table_file", { table: turn.table, format }),
    });
    place.replaceWith(table);
    await follow(table);
  } catch (problem) {
    if (problem.code === "answers-gone") delete turn.table;
    const shown = $(".by-document", turn);
    shown.replaceChildren(
      failure(problem.message, () => {
        shown.remove();
        showTable(turn);
      }),
    );
  }
}

// Returns whether the question was added.
async function added(form, question) {
  let isAdded = false;
  await attempt(async () => {
    await act(form, { do: "add", question });
    isAdded = true;
  });
  return isAdded;
}

/** Shows all files again in the current language. */
export const showBatches = showGrids;

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

$("input.questions").addEventListener("change", (event) => {
  [...event.target.files].forEach(askFile);
  event.target.value = "";
});

on({
  "pick-questions": () => $("input.questions").click(),
  "result-view": (pressed) => view(pressed.closest(".turn"), pressed.dataset.view),
});
