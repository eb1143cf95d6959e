// The entry point of the page's scripts. The page imports this module when page.html is in place.

import "./clicks.js";
import "./comparison.js";
import "./drop.js";
import "./export.js";
import "./find.js";
import "./keyboard.js";
import "./limits.js";
import "./outdated.js";
import "./outline.js";
import "./selection.js";
import "./split.js";
import "./thumbnails.js";
import "./more.js";
import "./places.js";
import "./rename.js";
import "./print.js";
import "./resize.js";
import "./questions.js";
import "./renew.js";
import "./why.js";
import { box } from "./ask.js";
import { showStyle } from "./citing.js";
import { phone } from "./dom.js";
import { refresh } from "./documents.js";
import { offer } from "./examples.js";
import { recall } from "./history.js";
import { listQuotes } from "./kept.js";
import { preferred, putAll, useLanguage } from "./labels.js";
import { offerLanguages } from "./language.js";
import { follow } from "./links.js";
import { showNotebooks } from "./notebook-bar.js";
import { connect } from "./server.js";
import { paint } from "./theme.js";
import { followTitles } from "./titles.js";
import { resume } from "./unfinished.js";
import { resumeUploads } from "./uploads.js";

/** @param {Parameters<typeof connect>[0]} functions Gradio's functions for calling the server */
export function start(functions) {
  connect(functions);
  useLanguage(preferred());
  putAll();
  offerLanguages();
  showStyle();
  paint();
  showNotebooks();
  listQuotes();
  followTitles();
  refresh();
  resume();
  recall();
  resumeUploads();
  follow();
  offer();
  if (!phone.matches) box.focus();
}
