
// -- adding files, and what is dropped ----------------------------------------------------------------

// Runs that are not over, or not without a failure, so that they are found again after a reload. Nobody
// can guess their names: whoever knows one began it.
const RUNS = "verbatim-uploads";
const LOOK = 300; // milliseconds between two looks at a run
const MOST_PEEKED = 1_000_000; // bytes: a list of questions that is larger is rare, and can be chosen as one
const MOST_UNPACKED = 20_000_000; // letters of a part of a workbook: its names of columns come first

function runs() {
  return fetched(RUNS).filter((run) => typeof run === "string");
}

function keepRun(run) {
  write(RUNS, [...runs(), run]);
}

function forgetRun(run) {
  write(RUNS, runs().filter((other) => other !== run));
}

// A place of its own in the list of files being added, which stands as long as the others there.
function room() {
  const place = document.createElement("div");
  place.className = "run";
  place.dataset.busy = "";
  $(".uploads .progress").append(place);
  $(".uploads").hidden = false;
  settle();
  return place;
}

function settle() {
  $("[data-do=dismiss]").hidden = Boolean($(".uploads [data-busy]"));
}

function pressed(name, key, work) {
  const button = put(document.createElement("button"), key);
  button.type = "button";
  button.className = "plain";
  button.dataset.do = name;
  button.work = work;
  return button;
}

// One line of a list of files: what is done with it, and its name.
function lineOf(file, key) {
  const item = document.createElement("li");
  const state = put(document.createElement("span"), key);
  state.className = "state";
  const name = Object.assign(document.createElement("bdi"), { textContent: visible(file.name) });
  item.append(state, " ", name);
  return item;
}

async function add(files, password, place = room()) {
  files = [...files];
  if (!files.length) return vanish(place);
  if (app.dataset.readOnly === "true") {
    vanish(place);
    return say(label("read-only"));
  }
  show("documents");
  const list = document.createElement("ul");
  list.append(...files.map((file) => lineOf(file, "waiting")));
  place.replaceChildren(list);
  const arrived = [];
  const sources = [];
  const lost = [];
  for (const [at, file] of files.entries()) {
    const item = list.children[at];
    const state = $(".state", item);
    put(state, "sending");
    try {
      arrived.push(await send(file));
      sources.push(file);
      put(state, "sent");
    } catch (problem) {
      item.className = "failed";
      put(state, "not-sent");
      item.append(" ", Object.assign(document.createElement("span"), { className: "detail", textContent: problem.message }));
      lost.push(item);
    }
  }
  try {
    if (arrived.length) {
      const { run } = await call("add", { files: arrived, password });
      keepRun(run);
      await watch(place, run, sources, lost);
    }
  } catch (problem) {
    say(problem.message);
  }
  await over(place);
}

// Shows a run until it is over; `sources` are its files where this page sent them, `more` other lines of its list.
async function watch(place, run, sources = [], more = []) {
  place.dataset.run = run;
  const list = document.createElement("div");
  let asked = false;
  const stop = pressed("stop-adding", "stop", () => {
    asked = true;
    stop.disabled = true;
    put(stop, "stopping");
  });
  put(stop, "stop-adding", {}, "aria-label");
  place.replaceChildren(list, stop);
  let state;
  for (let html; !state?.done; ) {
    // Whoever dismissed the list, or went on to another page, does not look any more.
    if (!place.isConnected) return;
    if (state) await new Promise((resolve) => setTimeout(resolve, LOOK));
    state = await call("added", { run, stop: asked });
    if (html !== state.html) list.innerHTML = html = state.html;
  }
  stop.remove();
  for (const button of $$("[data-do=unlock]", list)) button.file = sources[button.dataset.at];
  $("ul", list).append(...more);
  if (state.files.every((file) => file.state === "done")) forgetRun(run);
  if (state.files.length) say(label("sentence-end", { words: state.summary }));
  else if (!more.length) vanish(place); // a run that the server does not know any more
}

async function over(place) {
  delete place.dataset.busy;
  settle();
  await refresh();
  offer();
}

function vanish(place) {
  place.remove();
  settle();
  if (!$(".uploads .run")) $(".uploads").hidden = true;
}

// Goes on with the runs that were begun before the page was loaded again.
function resumeAdding() {
  for (const run of runs()) {
    const place = room();
    watch(place, run).catch((problem) => say(problem.message)).then(() => over(place));
  }
}

// -- an encrypted file ----------------------------------------------------------------------------------

function unlock(button) {
  const item = button.closest("li");
  const word = $("input", item);
  if (!word.value) return word.focus();
  // After a reload the page has the file no more, and the server never kept it.
  if (!button.file) return chooseAgain(button);
  const place = item.closest(".run");
  item.remove();
  if (!$("li", place)) {
    forgetRun(place.dataset.run);
    vanish(place);
  }
  add([button.file], word.value).then(() => ($(".unlock input") || $("[data-do=dismiss]")).focus());
}

function chooseAgain(button) {
  const chooser = Object.assign(document.createElement("input"), { type: "file", accept: ".pdf" });
  chooser.addEventListener("change", () => {
    [button.file] = chooser.files;
    unlock(button);
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

// -- what is dropped ------------------------------------------------------------------------------------

let dragged = 0;
const carriesFiles = (event) => event.dataTransfer && [...event.dataTransfer.types].includes("Files");
app.addEventListener("dragenter", (event) => {
  if (!carriesFiles(event)) return;
  dragged++;
  $(".drop").hidden = false;
});
app.addEventListener("dragleave", (event) => {
  if (carriesFiles(event) && --dragged <= 0) $(".drop").hidden = true;
});
app.addEventListener("dragover", (event) => carriesFiles(event) && event.preventDefault());
app.addEventListener("drop", (event) => {
  if (!carriesFiles(event)) return;
  event.preventDefault();
  dragged = 0;
  $(".drop").hidden = true;
  dropped([...event.dataTransfer.files]);
});

async function dropped(files) {
  const kinds = await Promise.all(files.map(kindOf));
  const of = (kind) => files.filter((_, at) => kinds[at] === kind);
  of("questions").forEach(askFile);
  of("either").forEach(askWhich);
  if (of("documents").length) add(of("documents"));
}

// A table with a column "question" is asked, any other is a document. Of other files, their first lines tell.
async function kindOf(file) {
  if (/\.json$/i.test(file.name)) return "questions";
  const isTable = /\.(csv|tsv|xlsx)$/i.test(file.name);
  // Nothing can be added there, and whoever asks is told how a table of questions looks.
  if (isTable && app.dataset.readOnly === "true") return "questions";
  if (/\.xlsx$/i.test(file.name)) return (await asksInSheets(file).catch(() => false)) ? "questions" : "documents";
  if (!isTable && !/\.(jsonl|txt)$/i.test(file.name)) return "documents";
  const text = await beginning(file).catch(() => "");
  const lines = text.split(/\r\n|\r|\n/).map((one) => one.trim()).filter(Boolean);
  if (/\.jsonl$/i.test(file.name)) return asks(lines[0]) ? "questions" : "documents";
  if (isTable && lines.slice(0, 2).some(namesQuestions)) return "questions";
  const every = file.size <= MOST_PEEKED && lines.length && lines.every((one) => /[?？؟]["”]?$/.test(one));
  return every ? "either" : "documents";
}

async function beginning(file) {
  const bytes = new Uint8Array(await file.slice(0, MOST_PEEKED).arrayBuffer());
  const wide = { "255,254": "utf-16le", "254,255": "utf-16be" }[bytes.slice(0, 2).join()];
  return new TextDecoder(wide || "utf-8").decode(bytes);
}

// The first line, or the second below one like "sep=;".
function namesQuestions(line) {
  return line.split(/[,;\t|]/).some((cell) => /^"?\s*question\s*"?$/i.test(cell));
}

// Whether a workbook has a cell "question". Its cells lie in a zip file, which ends with the list of its parts.
async function asksInSheets(file) {
  const data = new Uint8Array(await file.arrayBuffer());
  const view = new DataView(data.buffer);
  let end = data.length - 22;
  while (view.getUint32(end, true) !== 0x06054b50) end--; // throws before the beginning: no zip file
  let at = view.getUint32(end + 16, true);
  for (let parts = view.getUint16(end + 10, true); parts > 0; parts--) {
    const [size, names, extra, comment] = [20, 28, 30, 32].map((place) =>
      place === 20 ? view.getUint32(at + place, true) : view.getUint16(at + place, true));
    const name = new TextDecoder().decode(data.subarray(at + 46, at + 46 + names));
    if (/^xl\/(sharedStrings|worksheets\/[^/]+)\.xml$/.test(name)) {
      const local = view.getUint32(at + 42, true);
      const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
      const part = new Blob([data.subarray(start, start + size)]).stream();
      const packed = view.getUint16(at + 10, true) === 8;
      if (await hasCell(packed ? part.pipeThrough(new DecompressionStream("deflate-raw")) : part)) return true;
    }
    at += 46 + names + extra + comment;
  }
  return false;
}

async function hasCell(stream) {
  const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (let read = 0; read < MOST_UNPACKED; read += text.length) {
    const { done, value } = await reader.read();
    if (done) return false;
    // What is cut between two pieces is looked at with the next.
    text = text.slice(-100) + value;
    if (/>\s*question\s*</i.test(text)) return reader.cancel().then(() => true);
  }
  await reader.cancel();
  return false;
}

function asks(row) {
  try {
    return "question" in JSON.parse(row);
  } catch {
    return false;
  }
}

function askWhich(file) {
  if (app.dataset.readOnly === "true") return askFile(file);
  show("documents");
  const place = room();
  const list = document.createElement("ul");
  list.append(lineOf(file, "waiting"));
  const said = put(document.createElement("p"), "all-questions");
  const ask = pressed("choose-kind", "ask-these", () => {
    vanish(place);
    askFile(file);
  });
  const take = pressed("choose-kind", "add-as-document", () => add([file], undefined, place));
  place.replaceChildren(list, said, ask, " ", take);
  ask.focus();
}
