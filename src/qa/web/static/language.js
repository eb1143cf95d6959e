// The choice of the page's language.

import { showBatches } from "./batch.js";
import { $, create } from "./dom.js";
import { refresh } from "./documents.js";
import { showDrafts } from "./draft.js";
import { renderAgain as renderAnswers } from "./history.js";
import { listQuotes } from "./kept.js";
import { language, SETTING, useLanguage } from "./labels.js";
import { showNotebooks } from "./notebook-bar.js";
import { pane, show } from "./pane.js";
import { open, opened, shown } from "./source.js";
import { write } from "./storage.js";
import { LANGUAGES } from "./texts.js";
import { attempt } from "./toast.js";
import { answered } from "./turns.js";

/** Offers the languages, with the current one chosen. */
export function offerLanguages() {
  const chooser = $(".languages");
  for (const [code, name] of Object.entries(LANGUAGES)) {
    const option = create("option", "", name);
    option.value = option.lang = code;
    chooser.append(option);
  }
  chooser.value = language();
  chooser.addEventListener("change", () => {
    write(SETTING, chooser.value);
    const address = new URL(location.href);
    address.searchParams.delete("lang");
    history.replaceState(history.state, "", address);
    useLanguage(chooser.value);
    renderAgain();
  });
}

// Requests the server's HTML of answers, documents and sources again.
async function renderAgain() {
  listQuotes();
  showNotebooks();
  refresh();
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
