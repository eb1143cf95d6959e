// Requests the server's HTML of answers, documents and sources again, for example in another language.

import { showBatches } from "./batch.js";
import { $, create } from "./dom.js";
import { refresh } from "./documents.js";
import { showDrafts } from "./draft.js";
import { renderAgain as renderAnswers } from "./history.js";
import { listQuotes } from "./kept.js";
import { showNotebooks } from "./notebook-bar.js";
import { pane, show } from "./pane.js";
import { listAgain } from "./places.js";
import { open, opened, shown } from "./source.js";
import { followTitles } from "./titles.js";
import { attempt } from "./toast.js";
import { answered } from "./turns.js";

/** Shows everything again; `rows` is the number of documents in the list. */
export async function repaint(rows = 0) {
  listQuotes();
  followTitles();
  showNotebooks();
  refresh(rows);
  listAgain();
  showBatches();
  showDrafts();
  const turns = answered();
  const previous = opened();
  const at = previous && [turns.indexOf(previous.closest(".turn")), previous.dataset.rank];
  await attempt(async () => {
    await renderAnswers();
    if (!shown()) return;
    const card = at && turns[at[0]] && $(`.card[data-rank="${at[1]}"]`, turns[at[0]]);
    const place = card || create("span");
    if (!card) Object.assign(place.dataset, shown());
    const tab = pane.dataset.shows;
    await open(place, { quietly: true });
    show(tab, { quietly: true });
  });
}
