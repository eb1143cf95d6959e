
// -- what stays: the conversation, kept quotes, links -------------------------------------------------
// All of it stays in this browser; the server gets it only to show it again or to make a file of it.

const HISTORY = "verbatim-history";
const KEPT = "verbatim-kept";
const UNFINISHED = "verbatim-unfinished";
let clippings = fetched(KEPT).filter(intact); // each {record, note}; the record holds the one quote
let unsaved = false; // whether the browser had no room for what is kept
let typed = null; // the note that is not stored yet, as {place, note}
let seen = new Set(); // keys of the stored turns that are known here

function fetched(key) {
  try {
    const found = JSON.parse(localStorage.getItem(key) || "[]");
    return Array.isArray(found) ? found : [];
  } catch {
    return [];
  }
}

// Whatever else runs at this address may have written into the storage: one broken item must not end the page.
function intact(clipping) {
  const quote = clipping?.record?.quotes?.[0];
  const words = [clipping?.note, clipping?.record?.question, quote?.text, quote?.citation?.doc_id, quote?.citation?.title];
  return words.every((word) => typeof word === "string") && Array.isArray(quote.matched) && Boolean(quote.context);
}

// Stores under a key; false where there is no room.
function write(key, items) {
  try {
    localStorage.setItem(key, JSON.stringify(items));
    return true;
  } catch {
    return false;
  }
}

// Stores turns; where there is no room for all, the oldest go. False where there is room for none.
function storeTurns(items) {
  let left = items;
  while (!write(HISTORY, left)) {
    if (!left.length) return false;
    left = left.slice(Math.ceil(left.length / 10));
  }
  if (left.length < items.length) tellFull();
  return true;
}

// Stores kept quotes; where there is no room, the oldest turns make way for them.
function storeKept(items) {
  while (!write(KEPT, items)) {
    const turns_ = past();
    if (!turns_.length || !storeTurns(turns_.slice(Math.ceil(turns_.length / 10)))) return false;
    tellFull();
  }
  return true;
}

function tellFull() {
  // After what is said of the quote or question that took the room.
  if (!tellFull.told) setTimeout(() => say(label("history-full")));
  tellFull.told = true;
}

// -- the conversation ---------------------------------------------------------------------------------

function conversation() {
  return $$(".turn").filter((turn) => turn.record);
}

// The stored turns, oldest first; those of earlier versions have no key, and come before all others.
function past() {
  const sound = (one) => one?.record && Array.isArray(one.documents) && one.documents.every((name) => typeof name === "string");
  const keyed = (one, at) => ({ ...one, key: typeof one.key === "string" ? one.key : String(at).padStart(8, "0") });
  return fetched(HISTORY).filter(sound).map(keyed);
}

const asStored = ({ key, record, documents }) => ({ key, record, documents });

// Adds turns to the stored ones, among which another tab may have put its own.
function putAway(items) {
  const own = new Map(items.map((one) => [one.key, one]));
  const others = past().filter((one) => !own.has(one.key));
  for (const key of own.keys()) seen.add(key);
  storeTurns([...others, ...own.values()].sort((a, b) => (a.key < b.key ? -1 : 1)));
}

function remember(turn) {
  if (turn.isConnected) putAway([asStored(turn)]);
}

// Lets go of the stored turns that are known here, and gives them.
function forget() {
  const every = past();
  const gone = every.filter((one) => seen.has(one.key));
  storeTurns(every.filter((one) => !seen.has(one.key)));
  seen.clear();
  return gone;
}

function bringBack(gone, forgotten) {
  gone.forEach(insert);
  putAway([...forgotten, ...gone.filter((turn) => turn.record).map(asStored)]);
  catchUp();
}

// Shows the turns that are stored and not shown yet, and takes away those that another tab let go.
async function catchUp({ elsewhere = false } = {}) {
  const stored_ = past();
  const keys = new Set(stored_.map((one) => one.key));
  for (const turn of conversation()) if (seen.has(turn.key) && !keys.has(turn.key)) takeAway(turn);
  seen = keys;
  const missing = stored_.filter((one) => !inPlace(one.key));
  if (!missing.length) return;
  try {
    const answers = await again(missing);
    for (const [at, answer] of answers.entries()) {
      const { key, record, documents } = missing[at];
      // It may have been let go meanwhile, or come in by another event.
      if (!seen.has(key) || inPlace(key)) continue;
      const turn = Object.assign(begin(record.question, documents), { key, elsewhere });
      insert(turn);
      fill(turn, answer, record);
    }
  } catch (problem) {
    say(problem.message);
  }
}

// The HTML of answers that are kept here, asked for in calls that are not too large for the server.
async function again(kept_) {
  const { records, limited } = kept(kept_);
  const answers = [];
  for (let at = 0; at < records.length; ) {
    let end = at;
    for (let size = 0; end < records.length && (end === at || size < CALL); end++)
      size += JSON.stringify(records[end]).length;
    const part = { records: records.slice(at, end), limited: limited.slice(at, end) };
    answers.push(...(await call("again", part)).answers);
    at = end;
  }
  return answers;
}

function inPlace(key) {
  return [...turns.children].some((turn) => turn.key === key);
}

function takeAway(turn) {
  if (turn.contains(opened)) close();
  turn.remove();
  greet();
}

// What the server needs to show turns again.
function kept(past) {
  return { records: past.map((one) => one.record), limited: past.map((one) => one.documents.length > 0) };
}

async function recall() {
  listKept();
  await catchUp();
  if (turns.lastElementChild) reveal(turns.lastElementChild);
}

// -- what a reload would cut off: the draft, questions without an answer, files that are asked --------

function setAside() {
  const asked = $$(".turn").filter((turn) => turn.asked && !turn.record).map((turn) => turn.asked);
  const runs = $$(".batch").filter((turn) => turn.run).map(({ run, key, file, documents }) => ({ run, key, name: file.name, documents }));
  try {
    sessionStorage.setItem(UNFINISHED, JSON.stringify({ draft: box.value, asked, runs }));
  } catch {
    // Then it ends with the page.
  }
}

function resume() {
  let left;
  try {
    left = JSON.parse(sessionStorage.getItem(UNFINISHED));
  } catch {
    return;
  }
  const text = (value) => typeof value === "string";
  const texts = (value) => Array.isArray(value) && value.every(text);
  const sound = (list, check) => (Array.isArray(list) ? list.filter((one) => one && check(one)) : []);
  if (text(left?.draft)) box.value = left.draft;
  fit();
  for (const one of sound(left?.runs, ({ run, key, name, documents }) => texts([run, key, name]) && texts(documents))) rejoin(one);
  for (const one of sound(left?.asked, ({ question, documents, after }) => text(question) && texts(documents) && texts(after))) {
    const { question, documents, after } = one;
    ask(question, { documents, after });
  }
}

function leave() {
  noteDown();
  setAside();
}
window.addEventListener("pagehide", leave);
document.addEventListener("visibilitychange", () => document.hidden && leave());

// -- kept quotes --------------------------------------------------------------------------------------

const cited = (record) => record.quotes[0].citation;
const samePlace = (a, b) => a.doc_id === b.doc_id && a.sha256 === b.sha256 && a.start === b.start && a.end === b.end;

function quoteOf(card) {
  const { record } = card.closest(".turn");
  return { ...record, quotes: record.quotes.filter((quote) => String(quote.rank) === card.dataset.rank) };
}

function indexAt(list, place) {
  return list.findIndex((one) => samePlace(cited(one.record), place));
}

function without(list, place) {
  return list.filter((one) => !samePlace(cited(one.record), place));
}

function pinned(card) {
  const at = indexAt(clippings, cited(quoteOf(card)));
  $("[data-do=pin]", card).setAttribute("aria-pressed", String(at >= 0));
}

function pin(card) {
  const record = quoteOf(card);
  const place = cited(record);
  const kept_ = indexAt(clippings, place) >= 0;
  if (kept_ && !sure(card, place)) return;
  delete card.dataset.sure;
  const done = changed((list) => {
    if (kept_) return without(list, place);
    return indexAt(list, place) >= 0 ? list : [...list, { record, note: "" }];
  });
  if (done) say(label(kept_ ? "kept-no-more" : "kept-now"));
}

// Whether a quote may go: one with a note goes when that is asked for twice.
function sure(node, place) {
  noteDown();
  if (!clippings[indexAt(clippings, place)]?.note || node.dataset.sure !== undefined) return true;
  node.dataset.sure = "";
  say(label("has-note"));
  return false;
}

// What is kept now, in whichever tab; what found no room is in this one alone.
function keptNow() {
  const stored_ = fetched(KEPT).filter(intact);
  return unsaved ? [...clippings, ...stored_.filter((one) => indexAt(clippings, cited(one.record)) < 0)] : stored_;
}

// Changes what is kept; false where there is no room for it.
function alter(change) {
  noteDown();
  clippings = change(keptNow());
  unsaved = !storeKept(clippings);
  if (unsaved) say(label("no-room"));
  return !unsaved;
}

function changed(change) {
  const done = alter(change);
  listKept();
  return done;
}

function noteDown() {
  if (!typed) return;
  const { place, note } = typed;
  typed = null;
  alter((list) => list.map((one) => (samePlace(cited(one.record), place) ? { ...one, note } : one)));
}

// Shows what another tab has kept; a note that is being written is not taken from under the hand.
function keptElsewhere() {
  noteDown();
  clippings = keptNow();
  const note = document.activeElement.closest(".clipping .note");
  const place = note?.closest(".clipping").place;
  listKept();
  const again = place && $$(".clipping .note")[indexAt(clippings, place)];
  if (!again) return;
  again.focus({ preventScroll: true });
  again.setSelectionRange(note.selectionStart, note.selectionEnd);
}

window.addEventListener("storage", ({ key }) => {
  if (key === KEPT || key === null) keptElsewhere();
  if (key === HISTORY || key === null) catchUp({ elsewhere: true });
});

function listKept() {
  noteDown();
  $(".kept-count").textContent = clippings.length ? " " + numbers.format(clippings.length) : "";
  $(".no-kept").hidden = clippings.length > 0;
  $(".clippings").replaceChildren(...clippings.map(clipping));
  for (const card of $$(".turn .card")) if (card.closest(".turn").record) pinned(card);
}

function made(tag, className, text) {
  const element_ = document.createElement(tag);
  if (className) element_.className = className;
  if (text !== undefined) element_.textContent = text;
  return element_;
}

function action(name, key, long, n) {
  const button = put(made("button", "quiet"), key);
  button.type = "button";
  button.dataset.do = name;
  return put(button, long, { n }, "aria-label");
}

function clipping({ record, note }, at) {
  const quote = record.quotes[0];
  const place = quote.citation;
  const item = made("li", "clipping");
  item.place = place;
  const words = made("blockquote", "", visible(quote.text));
  words.dir = "auto";
  words.lang = "";
  const [where, number] = place.page ? ["place-page", place.page] : ["place-line", place.line];
  const from = put(made("button", "link"), where, { title: visible(place.title || place.doc_id), n: String(number) });
  from.type = "button";
  from.dataset.do = "open-kept";
  const about = put(made("p", "about"), record.answered ? "on-question" : "on-question-nearest", { question: visible(record.question), place: from });
  const remark = made("textarea", "note");
  remark.value = note;
  remark.rows = 2;
  remark.maxLength = 10000;
  put(remark, "your-note", {}, "placeholder");
  put(remark, "note-on", { n: at + 1 }, "aria-label");
  const acts = made("div", "acts");
  const up = action("kept-up", "up", "move-up", at + 1);
  const down = action("kept-down", "down", "move-down", at + 1);
  up.disabled = at === 0;
  down.disabled = at === clippings.length - 1;
  acts.append(up, down, action("kept-out", "remove", "remove-kept", at + 1));
  item.append(words, about, remark, acts);
  return item;
}

// A text without what would steer the display; the server does the same to all that it sends as HTML.
function visible(text) {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu,
    (found) => (found < " " ? String.fromCharCode(0x2400 + found.charCodeAt()) : found === "\u007f" ? "\u2421" : "\ufffd"),
  );
}

function move_(button, by) {
  const { place } = button.closest(".clipping");
  changed((list) => {
    const at = indexAt(list, place);
    return at < 0 ? list : without(list, place).toSpliced(Math.max(0, at + by), 0, list[at]);
  });
  // The button that was pressed is gone with its row: the keyboard goes on where the quote is now.
  const row = $$(".clipping")[indexAt(clippings, place)];
  if (!row) return;
  const same = $(`[data-do=${button.dataset.do}]`, row);
  (same.disabled ? $(".note", row) : same).focus();
}

$(".clippings").addEventListener("input", (event) => {
  const item = event.target.closest(".clipping");
  if (!item) return;
  const { place } = item;
  if (typed && !samePlace(typed.place, place)) noteDown();
  typed = { place, note: event.target.value };
  delete item.dataset.sure;
  clearTimeout(noteDown.timer);
  noteDown.timer = setTimeout(noteDown, 300);
});

async function exportAs(format) {
  noteDown();
  const all = $(".kept .what").value === "all";
  const items = all ? conversation().map((turn) => ({ record: turn.record, note: "" })) : clippings;
  if (!items.length) return say(label(all ? "nothing-asked" : "nothing-kept"));
  const name = all ? "conversation" : "kept-quotes";
  try {
    const content = { records: items.map((item) => item.record), notes: items.map((item) => item.note) };
    const asked = { format, what: all ? "all" : "kept" };
    const text = JSON.stringify(content);
    const small = text.length <= CALL;
    const carried = small ? content : { file: await send(new File([text], "kept.json"), { any: true }) };
    const answer = await call("export", { ...asked, ...carried });
    download(answer.file, answer.type, name + "." + format);
  } catch (problem) {
    say(problem.message);
  }
}

function download(base64, type, name) {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([bytes], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60000);
}

// -- links --------------------------------------------------------------------------------------------

// After the number sign, where no server writes it into a log.
function linkTo(place) {
  const parts = new URLSearchParams({ doc: place.document, start: place.start, end: place.end });
  if (place.sha256) parts.set("sha", place.sha256.slice(0, 12));
  const search = new URLSearchParams(location.search);
  search.delete("lang"); // whoever follows the link has a language of their own
  return location.origin + location.pathname + (search.size ? "?" + search : "") + "#" + parts;
}

async function follow() {
  const parts = new URLSearchParams(location.hash.slice(1));
  const [doc, start, end] = ["doc", "start", "end"].map((name) => parts.get(name));
  if (doc === null) return;
  const place = made("span");
  place.dataset.document = doc;
  if (start !== null && end !== null) Object.assign(place.dataset, { start, end });
  if (parts.get("sha")) place.dataset.sha256 = parts.get("sha");
  await open(place, { focus: true });
}
window.addEventListener("hashchange", follow);

Object.assign(actions, {
  pin: (button) => pin(button.closest(".card")),
  "kept-up": (button) => move_(button, -1),
  "kept-down": (button) => move_(button, 1),
  "kept-out": (button) => {
    const item = button.closest(".clipping");
    if (!sure(item, item.place)) return;
    changed((list) => without(list, item.place));
    ($(".clipping .note") || $("#tab-kept")).focus();
  },
  "open-kept": (button) => {
    const { record } = clippings[indexAt(clippings, button.closest(".clipping").place)];
    const [quote] = record.quotes;
    const place = made("span");
    const { doc_id, start, end, sha256 } = quote.citation;
    const matched = quote.matched.map((span) => span.start + "-" + span.end).join(" ");
    Object.assign(place.dataset, { document: doc_id, start, end, sha256, matched });
    place.dataset.passage = quote.context.start + "-" + quote.context.end;
    if (!record.answered) place.dataset.nearest = "true";
    open(place, { focus: true });
  },
  export: (button) => exportAs(button.dataset.format),
  link: (button) => toClipboard(linkTo(shown), label("link-copied"), button),
});
