
// Runs once, when Gradio has put page.html in place; gives `element`, `server` and `upload`.
// Text of documents arrives as HTML that the server escaped. Whatever is made here from a string is
// made with textContent. The other scripts follow in the same scope; start.js is the last.

const $ = (selector, within = element) => within.querySelector(selector);
const $$ = (selector, within = element) => [...within.querySelectorAll(selector)];
const app = $(".verbatim");
const turns = $(".turns");
const box = $("#question");
const pane = $(".pane");
const sourceText = $(".source .text");
const phone = window.matchMedia("(max-width: 899px)");
const calm = window.matchMedia("(prefers-reduced-motion: reduce)");
const EARLIER = 5; // questions of the conversation that a question is understood with
const SCOPE = "verbatim-scope";
const CALL = 200000; // characters of one call, of which each is up to four bytes for the server
const UNDO = 15000; // milliseconds that an undo is offered for

const scope = new Set(fetched(SCOPE).filter((name) => typeof name === "string")); // documents that are asked; empty for all
let known = 0; // documents in the library
let opened = null; // the card whose source is shown
let shown = null; // what was last asked of the server for the source pane
let ready = false; // whether the model is loaded
let opening = 0; // counts openings, so that a slow one cannot overtake a later one

async function call(name, data) {
  let answer;
  try {
    answer = await server[name]({ ...data, lang: language });
  } catch {
    // Told below, as where Gradio gives nothing at all.
  }
  if (!answer) throw new Error(label((await reachable()) ? "refused" : "lost"));
  if (answer.error) throw Object.assign(new Error(answer.error), { code: answer.code });
  return answer;
}

async function reachable() {
  try {
    return Boolean(await fetch(location.href, { method: "HEAD" }));
  } catch {
    return false;
  }
}

// Sends a file, and gives where it lies; throws why it cannot be sent.
async function send(file, { any = false } = {}) {
  const most = Number(app.dataset.mostBytes);
  if (file.size > most && !any) throw new Error(label("too-large", { size: Math.floor(most / 1e6) }));
  try {
    return { stored: (await upload(file)).path, name: file.name };
  } catch {
    throw new Error(label((await reachable()) ? "not-arrived" : "lost"));
  }
}

function say(words, undo = null) {
  const toast = $(".toast");
  toast.textContent = words;
  toast.undo = undo;
  if (undo) toast.append(" ", undoing());
  toast.classList.add("shown");
  clearTimeout(say.timer);
  say.timer = setTimeout(hush, undo ? UNDO : 4000);
}

function undoing() {
  const button = put(document.createElement("button"), "undo");
  button.type = "button";
  button.dataset.do = "undo";
  return button;
}

function hush() {
  const toast = $(".toast");
  // Nothing is taken from under a person's hand.
  if (toast.undo && toast.matches(":hover, :focus-within")) say.timer = setTimeout(hush, 1000);
  else toast.classList.remove("shown");
}

function undoable() {
  return Boolean($(".toast.shown")?.undo);
}

// -- asking ---------------------------------------------------------------------------------------

// A turn of the conversation without its answer.
function begin(question, documents) {
  const turn = document.createElement("section");
  turn.className = "turn";
  // Keys sort by time, so that turns of several tabs find their places.
  turn.key = Date.now().toString(36) + Math.random().toString(36).slice(2);
  turn.setAttribute("aria-label", visible(question));
  turn.documents = documents;
  const heading = document.createElement("h2");
  heading.textContent = visible(question);
  heading.dir = "auto";
  heading.lang = "";
  const body = document.createElement("div");
  body.className = "answer";
  body.setAttribute("role", "status");
  turn.append(heading, body);
  if (documents.length) {
    const limits = document.createElement("p");
    limits.className = "limits";
    named(limits, "asked-of", documents);
    heading.after(limits);
  }
  fold(heading);
  return turn;
}

// A question that would fill the window is cut short, with a button for the rest where there is more.
const cut = new ResizeObserver((changed) => {
  for (const { target } of changed)
    target.rest.hidden = !target.classList.contains("whole") && target.scrollHeight <= target.clientHeight + 2;
});

function fold(heading) {
  const words = heading.textContent;
  if (words.length < 150 && words.split("\n").length < 7) return;
  heading.classList.add("long");
  heading.rest = put(document.createElement("button"), "show-whole");
  Object.assign(heading.rest, { type: "button", className: "link", hidden: true });
  heading.rest.dataset.do = "whole";
  heading.after(heading.rest);
  cut.observe(heading);
}

function unfold(button) {
  const whole = $("h2", button.closest(".turn")).classList.toggle("whole");
  put(button, whole ? "show-less" : "show-whole");
}

function insert(turn) {
  let before = null;
  for (let one = turns.lastElementChild; one && one.key > turn.key; one = one.previousElementSibling) before = one;
  turns.insertBefore(turn, before);
  greet();
}

// The welcome stands where there is no conversation.
function greet() {
  const begun = turns.childElementCount > 0;
  $(".welcome").hidden = begun;
  $("[data-do=new]").hidden = !begun;
}

function fill(turn, answer, record) {
  $(".answer", turn).innerHTML = answer.html;
  turn.copies = answer.copies;
  turn.record = record;
  for (const card of $$(".card", turn)) pinned(card);
}

// What is asked in another tab is another train of thought.
const here = (turn) => !turn.elsewhere;

function earlier() {
  return conversation().filter(here).slice(-EARLIER).map((turn) => turn.record.question);
}

// Asks a question in a turn of its own, or once more in the turn that it has.
async function ask(question, { documents = [...scope], after = earlier(), turn = null } = {}) {
  question = question.trim();
  if (!question) return box.focus();
  if (!turn) {
    turn = begin(question, documents);
    insert(turn);
  }
  turn.asked = { question, documents, after };
  const waiting = put(document.createElement("p"), ready ? "reading-documents" : "loading-model");
  waiting.className = "waiting";
  const body = $(".answer", turn);
  body.replaceChildren(waiting);
  reveal(turn);
  // The example that was clicked is gone; on a phone the keyboard would come up.
  if (!phone.matches) box.focus();
  try {
    const answer = await call("ask", { question, documents, after });
    fill(turn, answer, answer.record);
    remember(turn);
    reveal(turn);
    const first = $(".card", turn);
    // Only the newest question may change what is shown beside it.
    if (turn === [...turns.children].filter(here).at(-1)) {
      if (answer.answered && first) await open(first, { quietly: true });
      else close();
    }
  } catch (problem) {
    body.replaceChildren(failed(problem.message, () => ask(question, { documents, after, turn })));
  }
}

function failed(words, again) {
  const told = document.createElement("div");
  told.className = "failure";
  told.setAttribute("role", "alert");
  const message = document.createElement("p");
  message.textContent = words;
  const retry = document.createElement("button");
  retry.type = "button";
  retry.className = "plain";
  put(retry, "try-again");
  retry.addEventListener("click", again);
  told.append(message, retry);
  return told;
}

// Says of one document its name, of several their number.
function named(node, key, names) {
  if (names.length === 1) put(node, key, { name: visible(names[0]) });
  else put(node, key + "-some", { n: names.length });
}

function reveal(what) {
  const log = $(".log");
  log.scrollTo({ top: what.offsetTop - 12, behavior: calm.matches ? "auto" : "smooth" });
}

$("form.ask").addEventListener("submit", (event) => {
  event.preventDefault();
  const question = box.value;
  if (!question.trim()) return;
  box.value = "";
  fit();
  ask(question);
});

function fit() {
  box.style.height = "auto";
  box.style.height = Math.min(box.scrollHeight, 180) + "px";
}
box.addEventListener("input", fit);

// -- the source -----------------------------------------------------------------------------------

async function open(place, { quietly = false, focus = false } = {}) {
  const card = place.closest(".card");
  const data = { ...place.dataset };
  delete data.do;
  delete data.rank;
  mark(card);
  shown = { ...data };
  const turn = ++opening;
  show("source", { quietly });
  let answer;
  try {
    answer = await call("source", data);
  } catch (problem) {
    if (turn !== opening) return;
    const gone = Object.assign(document.createElement("p"), { textContent: problem.message });
    unfilled(problem.code === "document-gone" ? gone : failed(problem.message, () => open(place)));
    return;
  }
  if (turn !== opening) return;
  if (data.sha256 && !answer.sha256.startsWith(data.sha256)) say(label("changed-since"));
  shown.sha256 = answer.sha256;
  $("[data-do=link]").hidden = data.start === undefined;
  sourceText.innerHTML = answer.html;
  $("#panel-source").classList.remove("empty");
  fillWith($(".source h2"), answer.title);
  $(".source h2").title = $(".source h2").textContent;
  fillWith($(".source .place"), answer.place);
  $(".source .details").innerHTML = answer.details;
  $(".source .kind").hidden = !(data.nearest || place.closest(".nearest"));
  sourceText.classList.toggle("plain-reading", data.start === undefined);
  steps();
  toQuote();
  present(data, answer.page, focus);
}

function toQuote() {
  const quote = $("mark.quote", sourceText);
  if (!quote) {
    sourceText.scrollTop = 0;
    return;
  }
  const top = quote.getBoundingClientRect().top - sourceText.getBoundingClientRect().top;
  sourceText.scrollTop += top - sourceText.clientHeight * 0.3;
}

function mark(card) {
  if (opened) opened.removeAttribute("aria-current");
  opened = card;
  if (card) card.setAttribute("aria-current", "true");
}

function close() {
  mark(null);
  opening++;
  shown = null;
  unfilled(put(document.createElement("p"), "nothing-open"));
  steps();
}

// What is said in place of a source; a bar without a name would stand above it for nothing.
function unfilled(said) {
  if (said.matches("p")) said.className = "nothing";
  sourceText.replaceChildren(said);
  $("#panel-source").classList.add("empty");
  put($(".source h2"), "source");
  $(".source .details").textContent = "";
  $("[data-do=link]").hidden = true;
  $(".source .kind").hidden = true;
  present({}, null);
}

function siblings() {
  return opened ? $$(".card", opened.closest(".turn")) : [];
}

function steps() {
  const cards = siblings();
  const at = cards.indexOf(opened);
  $(".steps").hidden = cards.length < 2;
  put($(".steps .at"), "at", { at: at + 1, total: cards.length });
  $("[data-do=previous]").disabled = at <= 0;
  $("[data-do=next]").disabled = at === cards.length - 1;
}

function step(by) {
  const next = siblings()[siblings().indexOf(opened) + by];
  if (next) {
    next.scrollIntoView({ block: "nearest" });
    open(next);
  }
}

async function more(button) {
  button.disabled = true;
  const { do: which, at } = button.dataset;
  const asked = opening;
  try {
    const answer = await call("source", { ...shown, do: which, at });
    if (asked !== opening) return;
    const fromEnd = sourceText.scrollHeight - sourceText.scrollTop;
    button.insertAdjacentHTML(which === "before" ? "beforebegin" : "afterend", answer.html);
    button.remove();
    // What was being read stays where it is.
    if (which === "before") sourceText.scrollTop = sourceText.scrollHeight - fromEnd;
  } catch (problem) {
    button.disabled = false;
    say(problem.message);
  }
}

// -- what stands beside ---------------------------------------------------------------------------

function show(which, { quietly = false } = {}) {
  pane.dataset.shows = which;
  for (const tab of $$("[role=tab]")) {
    const on = tab.dataset.tab === which;
    tab.setAttribute("aria-selected", String(on));
    tab.tabIndex = on ? 0 : -1;
    $("#" + tab.getAttribute("aria-controls")).hidden = !on;
  }
  // On a phone the pane covers half the answers: it comes up only when it is asked for.
  if (!quietly) pane.classList.add("raised");
}

function lower() {
  pane.classList.remove("raised");
}

// -- the library ----------------------------------------------------------------------------------

async function refresh(rows = 0) {
  try {
    const answer = await call("library", { search: $(".search").value, shown: rows, names: scope.size > 0 });
    known = answer.documents;
    $(".rows").innerHTML = answer.html;
    if (answer.names) {
      const names = new Set(answer.names);
      const gone = [...scope].filter((name) => !names.has(name));
      for (const name of gone) scope.delete(name);
      if (gone.length) keepScope();
    }
    for (const row of $$(".rows .document")) $("input", row).checked = scope.has(row.dataset.document);
    fillWith($(".documents .summary"), answer.summary);
    fillWith($(".documents .made"), answer.made);
    noted(answer.notes);
    put($(".library-count"), "documents-count", { n: known });
    $(".no-documents").hidden = known > 0;
    $(".how").hidden = known < 2;
    scoped();
  } catch (problem) {
    say(problem.message);
  }
}

// One note is read at a glance; more of them would push the documents out of view, so they are folded.
function noted(notes) {
  const place = $(".notes");
  const many = String(notes.length > 1);
  if (place.dataset.many !== many) place.open = many === "false";
  place.dataset.many = many;
  place.hidden = !notes.length;
  put($("summary", place), "notes", { n: notes.length });
  $("ul", place).replaceChildren(...notes.map((note) => Object.assign(document.createElement("li"), { textContent: note })));
}

function keepScope() {
  write(SCOPE, [...scope]);
}

function scoped() {
  if (scope.size) named($(".scope"), "asking", [...scope]);
  else put($(".scope"), "asking-all", { n: known });
  $(".unscope").hidden = !scope.size;
}

async function offer() {
  try {
    const answer = await call("examples", {});
    $(".examples ul").innerHTML = answer.html;
    $(".examples").hidden = !answer.html;
    ready = true;
  } catch (problem) {
    say(problem.message);
  }
}

async function remove(row) {
  const name = row.dataset.document;
  try {
    await call("remove", { document: name });
    if (scope.delete(name)) keepScope();
    if (shown && shown.document === name) close();
    say(label("removed"));
    await refresh();
    offer();
    $(".search").focus();
  } catch (problem) {
    say(problem.message);
  }
}

$(".search").addEventListener("input", () => {
  clearTimeout(refresh.timer);
  refresh.timer = setTimeout(refresh, 200);
});
$(".rows").addEventListener("change", (event) => {
  const name = event.target.closest(".document").dataset.document;
  if (event.target.checked) scope.add(name);
  else scope.delete(name);
  keepScope();
  scoped();
});

// -- copying --------------------------------------------------------------------------------------

function copy(card) {
  return toClipboard(card.closest(".turn").copies[card.dataset.rank - 1], label("copied"), card);
}

async function toClipboard(words, done, from) {
  try {
    await navigator.clipboard.writeText(words);
    say(done);
  } catch {
    // A page that is served to other machines without encryption has no clipboard of that kind.
    const area = document.createElement("textarea");
    area.value = words;
    app.append(area);
    area.select();
    const worked = document.execCommand("copy");
    area.remove();
    from.focus();
    say(worked ? done : label("no-copy"));
  }
}

// -- light and dark -------------------------------------------------------------------------------

const systemDark = window.matchMedia("(prefers-color-scheme: dark)");
function paint() {
  const dark = (stored("verbatim-theme") || (systemDark.matches ? "dark" : "light")) === "dark";
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
  app.dataset.theme = dark ? "dark" : "light";
  const button = $("[data-do=theme]");
  put($("span", button), dark ? "light" : "dark");
  put(button, dark ? "light-colours" : "dark-colours", {}, "aria-label");
}
systemDark.addEventListener("change", paint);
function repaint() {
  try {
    localStorage.setItem("verbatim-theme", app.dataset.theme === "dark" ? "light" : "dark");
  } catch {
    return;
  }
  paint();
}

// -- another language -----------------------------------------------------------------------------

for (const [code, name] of Object.entries(LANGUAGES)) {
  const option = document.createElement("option");
  option.value = option.lang = code;
  option.textContent = name;
  $(".languages").append(option);
}
$(".languages").value = language;
$(".languages").addEventListener("change", (event) => {
  try {
    localStorage.setItem(SETTING, event.target.value);
  } catch {
    // Then it is so until the page is loaded again.
  }
  const address = new URL(location.href);
  address.searchParams.delete("lang");
  history.replaceState(history.state, "", address);
  use(event.target.value);
  retell();
});

// What the server has made of answers, documents and sources is made again.
async function retell() {
  listKept();
  refresh();
  for (const turn of $$(".batch")) if (turn.run) told(turn, () => look(turn));
  const past = conversation();
  const at = opened && [past.indexOf(opened.closest(".turn")), opened.dataset.rank];
  try {
    const answers = await again(past);
    for (const [n, answer] of answers.entries()) fill(past[n], answer, past[n].record);
    if (!shown) return;
    const card = at && past[at[0]] && $(`.card[data-rank="${at[1]}"]`, past[at[0]]);
    const place = card || document.createElement("span");
    if (!card) Object.assign(place.dataset, shown);
    const beside = pane.dataset.shows;
    await open(place, { quietly: true });
    show(beside, { quietly: true });
  } catch (problem) {
    say(problem.message);
  }
}

// -- what is clicked ------------------------------------------------------------------------------

const actions = {
  open: (button) => open(button.dataset.document === undefined ? button.closest(".card") : button, { focus: true }),
  copy: (button) => copy(button.closest(".card")),
  example: (button) => ask(button.textContent),
  before: more,
  after: more,
  previous: () => step(-1),
  next: () => step(1),
  theme: repaint,
  keys: () => $(".keys").showModal(),
  documents: () => show("documents"),
  back: lower,
  pick: () => $(".files").click(),
  unlock,
  "stop-adding": (button) => button.work(),
  "choose-kind": (button) => button.work(),
  dismiss: () => {
    for (const place of $$(".uploads .run")) if (place.dataset.run) forgetRun(place.dataset.run);
    $(".uploads .progress").replaceChildren();
    $(".uploads").hidden = true;
  },
  "ask-all": (button) => ask(button.closest(".turn").record.question, { documents: [] }),
  "ask-alone": (button) => {
    const turn = button.closest(".turn");
    ask(turn.record.question, { documents: turn.documents, after: [], turn });
  },
  unscope: () => {
    scope.clear();
    keepScope();
    refresh();
  },
  new: () => {
    const gone = [...turns.children];
    const forgotten = forget();
    turns.replaceChildren();
    greet();
    close();
    box.focus();
    say(label("conversation-cleared"), () => bringBack(gone, forgotten));
  },
  undo: () => {
    const toast = $(".toast");
    toast.classList.remove("shown");
    toast.undo?.();
    toast.undo = null;
    if (!phone.matches) box.focus();
  },
  read: (button) => {
    mark(null);
    open(button.closest(".document"), { focus: true });
  },
  remove: (button) => {
    const asking = $(".confirm", button.closest(".document"));
    asking.hidden = false;
    $("[data-do=keep]", asking).focus();
  },
  keep: (button) => {
    const row = button.closest(".document");
    $(".confirm", row).hidden = true;
    $("[data-do=remove]", row).focus();
  },
  confirm: (button) => remove(button.closest(".document")),
  whole: unfold,
  "more-documents": (button) => refresh(Number(button.dataset.shown)),
};

app.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) return void actions[button.dataset.do](button);
  const tab = event.target.closest("[role=tab]");
  if (tab) return show(tab.dataset.tab);
  const card = event.target.closest(".card");
  // Whoever selects words in a card does not mean to open it.
  if (card && !event.target.closest("summary, button, .why") && window.getSelection().isCollapsed) open(card);
});

// -- keys -----------------------------------------------------------------------------------------

const typing = (target) => target.matches("textarea, input:not([type=checkbox])");
const cards = () => $$(".card").filter((card) => card.checkVisibility ? card.checkVisibility() : card.offsetParent);

function move(by) {
  const every = cards();
  const at = every.indexOf(document.activeElement.closest(".card"));
  const from = at >= 0 ? at : opened ? every.indexOf(opened) - (document.activeElement === opened ? 0 : by) : by > 0 ? -1 : every.length;
  if (every[from + by]) land(every[from + by]);
}

function land(card) {
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function toNewest() {
  const every = cards();
  const newest = every.at(-1).closest(".turn");
  land(every.find((card) => newest.contains(card)));
}

document.addEventListener("keydown", (event) => {
  const target = event.target;
  if (event.defaultPrevented || event.isComposing || $(".keys").open) return;
  if (target === box && event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    $("form.ask").requestSubmit();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const card = target.closest(".card");
  if (event.key === "/" && !typing(target)) {
    event.preventDefault();
    box.focus();
  } else if (event.key === "?" && !typing(target)) {
    event.preventDefault();
    actions.keys();
  } else if (event.key === "Escape") {
    back(target, card);
  } else if (event.key === "Enter" && card && target === card) {
    event.preventDefault();
    open(card, { focus: true });
  } else if ((event.key === "c" || event.key === "C") && card && target === card) {
    copy(card);
  } else if ((event.key === "k" || event.key === "K") && card && target === card) {
    pin(card);
  } else if (target.matches("[role=tab]") && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
    event.preventDefault();
    const tabs = $$("[role=tab]").map((tab) => tab.dataset.tab);
    const step = event.key === "ArrowRight" ? 1 : tabs.length - 1;
    show(tabs[(tabs.indexOf(pane.dataset.shows) + step) % tabs.length]);
    $("[role=tab][aria-selected=true]").focus();
  } else if (target.closest(".sheet") && sheetKey(event.key)) {
    event.preventDefault();
  } else if (target.closest(".source") && (event.key === "ArrowLeft" || event.key === "ArrowRight")) {
    event.preventDefault();
    step(event.key === "ArrowLeft" ? -1 : 1);
  } else if ((event.key === "ArrowUp" || event.key === "ArrowDown") && !target.closest(".pane")) {
    if (target === box && box.value) return;
    if (!cards().length || (typing(target) && target !== box)) return;
    event.preventDefault();
    if (target === box && event.key === "ArrowDown") toNewest();
    else move(event.key === "ArrowUp" ? -1 : 1);
  }
});

function back(target, card) {
  if (target.closest(".confirm")) return actions.keep(target);
  if (target.closest(".pane")) {
    lower();
    if (opened && pane.dataset.shows === "source") opened.focus();
    else box.focus();
  } else if (pane.classList.contains("raised") && phone.matches) lower();
  else if (card) box.focus();
  else if (target === box) box.blur();
}
