// Checks the quotations of a draft in a turn of the conversation.

import { on } from "./actions.js";
import { $, $$, button, create } from "./dom.js";
import { download } from "./download.js";
import { failure } from "./failure.js";
import { fillWith, label, put } from "./labels.js";
import { scope } from "./scope.js";
import { call, send } from "./server.js";
import { attempt } from "./toast.js";
import { begin, insert, reveal, takeOut } from "./turns.js";

const SAVES = { html: "save-report", docx: "save-copy", marked: "save-copy", json: null };
const LOCKED = ["draft-locked", "draft-password-wrong"];
const KINDS = { fails: "which-to-correct", all: "which-all" };
const ENDING = ".txt"; // of a pasted draft, which has no name of a file to show
const box = () => $("dialog.draft textarea");

/** Checks a draft: a file of any format that can be added. */
export function checkDraft(file) {
  check(draftTurn(file, [...scope]));
}

function check(turn, password) {
  const { documents } = turn;
  fillIn(turn, async () => {
    const file = await send(turn.file);
    // After a reload the check is found by the name of its file, also while it runs.
    turn.run = file.stored;
    return call("check", { file, documents, password });
  });
}

/** Shows a draft whose check began before the page was reloaded. */
export function rejoinDraft({ run, key, name, documents, notebook }) {
  const turn = draftTurn({ name }, documents, { key, notebook });
  turn.run = run;
  fillIn(turn, () => call("check", { file: { stored: run, name }, documents }));
}

function draftTurn(file, documents, earlier = {}) {
  const turn = begin(shownName(file.name), documents);
  turn.classList.add("checked");
  turn.file = file;
  if (earlier.key) Object.assign(turn, { key: earlier.key, notebook: earlier.notebook ?? turn.notebook });
  insert(turn);
  const body = $(".answer", turn);
  body.removeAttribute("role"); // the summary has this role; screen readers must not read out every quotation
  body.append(statusLine());
  reveal(turn);
  return turn;
}

function statusLine() {
  const status = put(create("p", "status"), "checking-draft");
  status.setAttribute("role", "status");
  return status;
}

const shownName = (name) => (name === label("pasted-draft") + ENDING ? label("pasted-draft") : name);

async function fillIn(turn, check) {
  const body = $(".answer", turn);
  try {
    const answer = await check();
    turn.run = answer.run;
    if (!$(".status", turn)) body.replaceChildren(statusLine());
    fillWith($(".status", turn), answer.status);
    $(".verdicts", turn)?.remove();
    if (!$(".controls", turn)) body.append(controls(answer));
    const verdicts = create("div", "verdicts");
    verdicts.innerHTML = answer.html;
    body.append(verdicts);
  } catch (problem) {
    // The server keeps no draft that it could not check.
    if (problem.code) delete turn.run;
    if (LOCKED.includes(problem.code) && turn.file instanceof File) body.replaceChildren(create("p", "", problem.message), unlocking(turn));
    else body.replaceChildren(failure(problem.message, () => tryAgain(turn)));
  }
}

// A form that checks an encrypted draft with its password.
function unlocking(turn) {
  const form = create("form", "unlock");
  const password = Object.assign(create("input"), { type: "password", autocomplete: "off" });
  put(password, "password-of", { name: turn.file.name }, "aria-label");
  const submit = put(create("button", "plain"), "check-quotations");
  form.append(password, submit);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (password.value) check(turn, password.value);
  });
  return form;
}

function tryAgain(turn) {
  const { run, key, file, documents, notebook } = turn;
  takeOut(turn);
  if (run) rejoinDraft({ run, key, name: file.name, documents, notebook });
  else if (file instanceof File) checkDraft(file);
  else openDialog();
}

/** Shows all checked drafts again in the current language. */
export function showDrafts() {
  for (const turn of $$(".checked")) if (turn.run) fillIn(turn, () => call("checked", { run: turn.run }));
}

function controls({ failing, formats }) {
  const bar = create("div", "controls");
  if (failing) bar.append(filters());
  const saves = create("div", "saves");
  saves.setAttribute("role", "group");
  put(saves, "save-file", {}, "aria-label");
  for (const format of formats) {
    const save = button("save-check", "link", "JSON");
    if (SAVES[format]) put(save, SAVES[format]);
    save.dataset.format = format;
    saves.append(save);
  }
  bar.append(saves);
  return bar;
}

function filters() {
  const group = create("div", "views");
  group.setAttribute("role", "group");
  for (const [which, key] of Object.entries(KINDS)) {
    const choice = put(button("which-quotations"), key);
    choice.dataset.which = which;
    choice.setAttribute("aria-pressed", String(which === "all"));
    group.append(choice);
  }
  return put(group, "quotations-shown", {}, "aria-label");
}

function openDialog() {
  $("dialog.draft").showModal();
  box().focus();
}

// A text of any length is sent as a file.
function checkPasted(event) {
  event.preventDefault();
  const text = box().value;
  if (!text.trim()) return box().focus();
  $("dialog.draft").close();
  box().value = "";
  checkDraft(new File([text], `${label("pasted-draft")}${ENDING}`, { type: "text/plain" }));
}

$("dialog.draft form").addEventListener("submit", checkPasted);
$("input.draft-file").addEventListener("change", (event) => {
  $("dialog.draft").close();
  [...event.target.files].forEach(checkDraft);
  event.target.value = "";
});

on({
  "check-draft": openDialog,
  "pick-draft": () => $("input.draft-file").click(),
  "close-draft": () => $("dialog.draft").close(),
  "which-quotations": (pressed) => {
    const turn = pressed.closest(".turn");
    turn.classList.toggle("only-fails", pressed.dataset.which === "fails");
    for (const other of $$("[data-do=which-quotations]", turn))
      other.setAttribute("aria-pressed", String(other === pressed));
  },
  "save-check": (pressed) =>
    attempt(async () => {
      const answer = await call("report", { run: pressed.closest(".turn").run, format: pressed.dataset.format });
      download(answer.file, answer.type, answer.name);
    }),
});
