// The list of questions beside the conversation, which is also the search in all notebooks.

import { on } from "./actions.js";
import { dayOf } from "./dates.js";
import { $, button, create, phone } from "./dom.js";
import { matching, searchable } from "./find-turns.js";
import { label, put } from "./labels.js";
import { storedQuotes, storedTurns, timeOf } from "./memory.js";
import { notebook } from "./notebooks.js";
import { nameOf, openNotebook } from "./notebook-bar.js";
import { lower, pane, show } from "./pane.js";
import { intact } from "./quotes.js";
import { visible } from "./text.js";
import { byKey, reveal, turns } from "./turns.js";

const SEARCH_MS = 120; // between the last key and the search
const MOST = 300; // questions that are listed
let items = null; // the searched turns, until one changes
let timer;

const search = () => $(".find-question").value.trim();
const isShown = () => pane.dataset.shows === "questions";

// Lists the questions of this notebook, newest first, or those of all notebooks that match the search.
async function list() {
  if (!isShown()) return;
  items ??= searchable((await storedTurns(null)) ?? [], (id) => storedQuotes(id).filter(intact));
  const isHere = ({ turn }) => turn.notebook === notebook();
  const hits = matching(search() ? items : items.filter(isHere), search()).reverse();
  const sorted = [...hits.filter(isHere), ...hits.filter((hit) => !isHere(hit))];
  $(".past-list").replaceChildren(...sorted.slice(0, MOST).map(row));
  $(".no-past").hidden = hits.length > 0;
  put($(".no-past"), search() ? "no-question-matches" : "nothing-asked");
}

function row({ turn, excerpt }) {
  const { notebook: of, key, record } = turn;
  const item = create("li", "past-question");
  const go = button("go-to-question", "title", visible(record.question));
  Object.assign(go, { place: { of, key }, dir: "auto", lang: "" });
  item.append(go);
  if (excerpt) {
    const found = create("p", "excerpt", visible(excerpt));
    Object.assign(found, { dir: "auto", lang: "" });
    item.append(found);
  }
  item.append(facts(turn));
  return item;
}

function facts({ notebook: of, key, record }) {
  const line = create("p", "facts");
  const asked = timeOf(key);
  const place = of === notebook() ? "" : nameOf(of);
  line.textContent = [label(record.answered ? "which-answered" : "which-unanswered"), asked && dayOf(asked), visible(place)].filter(Boolean).join(" · ");
  return line;
}

async function go({ of, key }) {
  if (of !== notebook()) await openNotebook(of, key);
  const turn = byKey(key);
  if (!turn) return;
  lower();
  reveal(turn);
  const heading = $("h2", turn);
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

function again() {
  items = null;
  list();
}

turns.addEventListener("changed", again);
pane.addEventListener("shown", list);
// A note may have been written.
$(".find-question").addEventListener("focus", () => (items = null));
$(".find-question").addEventListener("input", () => {
  clearTimeout(timer);
  timer = setTimeout(list, SEARCH_MS);
});

on({
  "go-to-question": (pressed) => go(pressed.place),
  questions: () => {
    show("questions");
    if (!phone.matches) $(".find-question").focus();
  },
});
