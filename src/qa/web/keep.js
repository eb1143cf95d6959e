
// -- what stays: the conversation, kept quotes, links -------------------------------------------------
// All of it stays in this browser; the server gets it only to show it again or to make a file of it.

const HISTORY = "verbatim-history";
const KEPT = "verbatim-kept";
const MOST_TURNS = 50;
const clippings = fetched(KEPT).filter(intact); // each {record, note}; the record holds the one quote

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

// Stores as many of the last items as there is room for; false where there is none at all.
function store(key, items) {
  for (let kept = items; ; kept = kept.slice(Math.ceil(kept.length / 2))) {
    try {
      localStorage.setItem(key, JSON.stringify(kept));
      return true;
    } catch {
      if (!kept.length) return false;
    }
  }
}

function conversation() {
  return $$(".turn").filter((turn) => turn.record);
}

function remember() {
  const turns_ = conversation().slice(-MOST_TURNS);
  store(HISTORY, turns_.map((turn) => ({ record: turn.record, documents: turn.documents })));
}

// What the server needs to show turns again.
function kept(past) {
  return { records: past.map((one) => one.record), limited: past.map((one) => one.documents.length > 0) };
}

async function recall() {
  const past = fetched(HISTORY).filter((one) => one?.record && Array.isArray(one.documents) && one.documents.every((name) => typeof name === "string"));
  listKept();
  if (!past.length) return;
  try {
    const { answers } = await call("again", kept(past));
    const before = turns.firstElementChild;
    for (const [at, answer] of answers.entries()) {
      const turn = begin(past[at].record.question, past[at].documents);
      // Whoever asked meanwhile finds the older questions above.
      turns.insertBefore(turn, before);
      fill(turn, answer, past[at].record);
    }
    reveal(turns.lastElementChild);
  } catch (problem) {
    say(problem.message);
  }
}

// -- kept quotes --------------------------------------------------------------------------------------

const cited = (record) => record.quotes[0].citation;
const samePlace = (a, b) => a.doc_id === b.doc_id && a.sha256 === b.sha256 && a.start === b.start && a.end === b.end;

function quoteOf(card) {
  const { record } = card.closest(".turn");
  return { ...record, quotes: record.quotes.filter((quote) => String(quote.rank) === card.dataset.rank) };
}

function keptAt(card) {
  const place = cited(quoteOf(card));
  return clippings.findIndex((clipping) => samePlace(cited(clipping.record), place));
}

function pinned(card) {
  $("[data-do=pin]", card).setAttribute("aria-pressed", String(keptAt(card) >= 0));
}

function pin(card) {
  const at = keptAt(card);
  if (at >= 0) {
    if (clippings[at].note && card.dataset.sure === undefined) {
      card.dataset.sure = "";
      return say(label("has-note"));
    }
    clippings.splice(at, 1);
  } else clippings.push({ record: quoteOf(card), note: "" });
  delete card.dataset.sure;
  changed();
  say(label(at >= 0 ? "kept-no-more" : "kept-now"));
}

function changed() {
  if (!store(KEPT, clippings)) say(label("no-room"));
  listKept();
}

function listKept() {
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
  item.dataset.at = at;
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
  const at = Number(button.closest(".clipping").dataset.at);
  const [item] = clippings.splice(at, 1);
  clippings.splice(at + by, 0, item);
  changed();
  // The button that was pressed is gone with its row: the keyboard goes on where the quote is now.
  const row = $$(".clipping")[at + by];
  const same = $(`[data-do=${button.dataset.do}]`, row);
  (same.disabled ? $(".note", row) : same).focus();
}

$(".clippings").addEventListener("input", (event) => {
  const item = event.target.closest(".clipping");
  if (!item) return;
  clippings[Number(item.dataset.at)].note = event.target.value;
  clearTimeout(store.timer);
  store.timer = setTimeout(() => store(KEPT, clippings), 300);
});
window.addEventListener("pagehide", () => store(KEPT, clippings));

async function exportAs(format) {
  const all = $(".kept .what").value === "all";
  const items = all ? conversation().map((turn) => ({ record: turn.record, note: "" })) : clippings;
  if (!items.length) return say(label(all ? "nothing-asked" : "nothing-kept"));
  const name = all ? "conversation" : "kept-quotes";
  try {
    const answer = await call("export", {
      format,
      what: all ? "all" : "kept",
      records: items.map((item) => item.record),
      notes: items.map((item) => item.note),
    });
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
    clippings.splice(Number(button.closest(".clipping").dataset.at), 1);
    changed();
    ($(".clipping .note") || $("#tab-kept")).focus();
  },
  "open-kept": (button) => {
    const quote = clippings[Number(button.closest(".clipping").dataset.at)].record.quotes[0];
    const place = made("span");
    const { doc_id, start, end, sha256 } = quote.citation;
    const matched = quote.matched.map((span) => span.start + "-" + span.end).join(" ");
    Object.assign(place.dataset, { document: doc_id, start, end, sha256, matched });
    place.dataset.passage = quote.context.start + "-" + quote.context.end;
    open(place, { focus: true });
  },
  export: (button) => exportAs(button.dataset.format),
  link: (button) => toClipboard(linkTo(shown), label("link-copied"), button),
});
