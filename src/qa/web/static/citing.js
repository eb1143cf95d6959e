// The choice of the citation style, and the citations of kept quotes in it.

import { chunks } from "./chunks.js";
import { $, $$, create } from "./dom.js";
import { keptQuotes } from "./kept.js";
import { label } from "./labels.js";
import { samePlace } from "./quotes.js";
import { repaint } from "./repaint.js";
import { call, CALL_SIZE } from "./server.js";
import { chooseStyle, PLAIN, style } from "./styles.js";
import { attempt, say } from "./toast.js";

const chooser = $(".styles");

/** Shows the chosen style. */
export function showStyle() {
  chooser.value = style();
  if (!chooser.value) chooser.value = PLAIN;
}

chooser.addEventListener("change", () => {
  if (!chooseStyle(chooser.value)) return say(label("no-room"));
  repaint();
});

// Puts the citation of each kept quote below it, unless the line with its place is enough.
async function citeQuotes() {
  const quotes = keptQuotes();
  const chosen = style();
  if (chosen === PLAIN || !quotes.length) return;
  const cited = [];
  const records = quotes.map(({ record }) => record);
  for (const part of chunks(records, CALL_SIZE / 2)) cited.push(...(await call("cite", { records: part })).cited);
  if (style() !== chosen) return;
  for (const item of $$(".clipping")) {
    const at = quotes.findIndex(({ record }) => samePlace(record.quotes[0].citation, item.place));
    if (at < 0 || $(".cited", item)) continue;
    const shown = create("p", "cited");
    shown.innerHTML = cited[at];
    shown.lang = "";
    $(".about", item).after(shown);
  }
}

$(".clippings").addEventListener("listed", () => attempt(citeQuotes));
