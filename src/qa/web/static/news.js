// Shows in a turn what is new since its question was asked before.

import { dayOf } from "./dates.js";
import { $, $$, button, create } from "./dom.js";
import { label, put } from "./labels.js";
import { visible } from "./text.js";

const NAMES = { new: "mark-new", changed: "mark-changed" };

/** Shows the news of a turn, if there are any: above its answer, and on the new and changed quotes. */
export function showNews(turn) {
  const { news } = turn;
  if (!news?.marks || !Array.isArray(news.gone)) return;
  for (const card of $$(".card", turn)) {
    const mark = news.marks[card.dataset.rank];
    if (mark) $("cite", card).prepend(put(create("span", `news-mark ${mark}`), NAMES[mark]));
  }
  $(".answer", turn).prepend(box(news));
}

/** Takes the news of a turn away when they were read. */
export function hideNews(turn) {
  turn.news = null;
  for (const shown of $$(".news, .news-mark", turn)) shown.remove();
}

function box({ marks, gone, since }) {
  const of = (kind) => Object.values(marks).filter((mark) => mark === kind).length;
  const counts = [["news-new", of("new")], ["news-changed", of("changed")], ["news-gone", gone.length]].filter(([, n]) => n);
  const changes = () => counts.map(([key, n]) => label(key, { n })).reduce((first, second) => label("and", { first, second }));
  const day = () => dayOf(new Date(since));
  const element = create("div", "news");
  element.append(put(create("p"), "news-since", { day, changes }), put(button("news-read", "quiet"), "news-read"));
  if (gone.length) element.append(goneQuotes(gone));
  return element;
}

function goneQuotes(gone) {
  const folded = create("details");
  folded.append(put(create("summary"), "gone-quotes"), ...gone.map(goneQuote));
  return folded;
}

function goneQuote({ text, title }) {
  const quote = create("blockquote", "", visible(text));
  Object.assign(quote, { dir: "auto", lang: "" });
  quote.append(create("cite", "", visible(title)));
  return quote;
}
