
// -- a file of questions --------------------------------------------------------------------------------

const ANSWER_FORMATS = { csv: "CSV", xlsx: "Excel", jsonl: "JSON Lines", md: "Markdown", html: "HTML", tsv: "TSV" };
const KINDS = { all: "which-all", answered: "which-answered", unanswered: "which-unanswered" };
const COLUMNS = ["column-number", "column-question", "column-answer", "column-where"];
const WAIT = 700; // milliseconds between two looks at a run

function askFile(file) {
  const turn = fileTurn(file, [...scope]);
  const documents = turn.documents;
  attend(turn, async () => (await call("batch", { file: await send(file), documents })).run);
}

// Goes on with a file that was asked before the page was loaded again.
function rejoin({ run, key, name, documents }) {
  const turn = fileTurn({ name }, documents, key);
  put($(".said", turn), "reading-documents");
  attend(turn, () => run);
}

function fileTurn(file, documents, key) {
  const turn = begin(file.name, documents);
  turn.classList.add("batch");
  turn.file = file;
  if (key) turn.key = key;
  insert(turn);
  const body = $(".answer", turn);
  body.removeAttribute("role"); // the progress speaks for itself; a whole table must not be read out
  const bar = made("progress", "so-far");
  put(bar, "questions-asked", {}, "aria-label");
  const said = put(made("p", "said"), "sending-file");
  said.setAttribute("role", "status");
  body.append(bar, said);
  reveal(turn);
  return turn;
}

async function attend(turn, begun) {
  const body = $(".answer", turn);
  try {
    Object.assign(turn, { run: await begun(), which: "all", rows: 0 });
    body.append(controls(), grid());
    const wanted = () => turn.isConnected || undoable();
    for (let done = false; !done && wanted(); ) {
      done = await look(turn);
      if (!done) await new Promise((resolve) => setTimeout(resolve, WAIT));
    }
    // A conversation that was ended ends its files as well.
    if (!turn.isConnected) await call("asked", { run: turn.run, stop: true });
  } catch (problem) {
    if (problem.code === "answers-gone") delete turn.run;
    body.replaceChildren(failed(problem.message, () => tryAgain(turn)));
  }
}

function tryAgain(turn) {
  const { run, key, file, documents } = turn;
  turn.remove();
  greet();
  if (run) rejoin({ run, key, name: file.name, documents });
  else if (file instanceof File) askFile(file);
  else actions["pick-questions"]();
}

async function look(turn, stop = false) {
  const { which, rows } = turn;
  const answer = await call("asked", { run: turn.run, which, shown: rows, stop });
  const bar = $(".so-far", turn);
  bar.max = answer.total;
  bar.value = answer.asked;
  bar.hidden = answer.done;
  fillWith($(".said", turn), answer.said);
  $("[data-do=stop-batch]", turn).hidden = answer.done;
  const state = [which, rows, answer.asked, language].join(" ");
  // Rows that have not changed stay, with what is selected in them; others may have been asked for meanwhile.
  if (turn.state !== state && which === turn.which) {
    const focused = $("tbody", turn).contains(document.activeElement) && document.activeElement.closest("tr").rowIndex;
    $("tbody", turn).innerHTML = answer.html;
    if (focused) ($("button", $$("tr", turn)[focused] || turn) || turn).focus();
    turn.state = state;
  }
  $("table", turn).hidden = !answer.html;
  return answer.done;
}

function controls() {
  const place = made("div", "controls");
  const kinds = made("div", "views");
  kinds.setAttribute("role", "group");
  put(kinds, "which", {}, "aria-label");
  for (const [which, key] of Object.entries(KINDS)) {
    const button = put(made("button"), key);
    button.type = "button";
    button.dataset.do = "which";
    button.dataset.which = which;
    button.setAttribute("aria-pressed", String(which === "all"));
    kinds.append(button);
  }
  const saves = made("div", "saves");
  saves.setAttribute("role", "group");
  put(saves, "save-answers", {}, "aria-label");
  saves.append(put(made("span"), "save-as"));
  for (const [format, words] of Object.entries(ANSWER_FORMATS)) {
    const button = made("button", "link", words);
    button.type = "button";
    button.dataset.do = "save-answers";
    button.dataset.format = format;
    saves.append(button);
  }
  const stop = put(made("button", "plain"), "stop");
  stop.type = "button";
  stop.dataset.do = "stop-batch";
  place.append(kinds, stop, saves);
  return place;
}

function grid() {
  const scroller = made("div", "grid");
  const table = made("table");
  table.hidden = true;
  const head = table.createTHead().insertRow();
  for (const key of COLUMNS) {
    const cell = put(made("th"), key);
    cell.scope = "col";
    head.append(cell);
  }
  table.append(made("tbody"));
  scroller.append(table);
  return scroller;
}

$("input.questions").addEventListener("change", (event) => {
  [...event.target.files].forEach(askFile);
  event.target.value = "";
});

async function told(turn, work) {
  try {
    await work();
  } catch (problem) {
    say(problem.message);
  }
}

Object.assign(actions, {
  "pick-questions": () => $("input.questions").click(),
  which: (button) => {
    const turn = button.closest(".turn");
    turn.which = button.dataset.which;
    turn.rows = 0;
    for (const other of $$("[data-do=which]", turn)) other.setAttribute("aria-pressed", String(other === button));
    told(turn, () => look(turn));
  },
  "more-rows": (button) => {
    const turn = button.closest(".turn");
    turn.rows = Number(button.dataset.shown);
    told(turn, () => look(turn));
  },
  "stop-batch": (button) => told(button.closest(".turn"), () => look(button.closest(".turn"), true)),
  "save-answers": (button) => {
    const turn = button.closest(".turn");
    told(turn, async () => {
      const answer = await call("answers", { run: turn.run, format: button.dataset.format });
      download(answer.file, "application/octet-stream", answer.name);
    });
  },
});
