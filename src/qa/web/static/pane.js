// The pane beside the conversation, with tabs for the source, the documents and the kept quotes.

import { on } from "./actions.js";
import { $, $$, app, phone } from "./dom.js";

export const pane = $(".pane");

export function show(which, { quietly = false } = {}) {
  pane.dataset.shows = which;
  for (const tab of $$("[role=tab]")) {
    const selected = tab.dataset.tab === which;
    tab.setAttribute("aria-selected", String(selected));
    tab.tabIndex = selected ? 0 : -1;
    $("#" + tab.getAttribute("aria-controls")).hidden = !selected;
  }
  pane.dispatchEvent(new Event("shown"));
  // On a phone the pane covers half of the answers, so it opens only on request.
  if (!quietly) raise();
}

// On a phone the raised pane is a step of the browser's history, so that Back closes it.
function raise() {
  if (pane.classList.contains("raised")) return;
  pane.classList.add("raised");
  if (phone.matches && !isStep()) history.pushState({ ...history.state, pane: true }, "");
}

const isStep = () => Boolean(history.state?.pane);

export function lower() {
  if (!pane.classList.contains("raised")) return;
  pane.classList.remove("raised");
  if (isStep()) history.back();
}

window.addEventListener("popstate", () => {
  if (!isStep()) pane.classList.remove("raised");
});

/** Shows the tab that is `by` places further, and moves the focus there. */
export function stepTab(by) {
  const tabs = $$("[role=tab]").map((tab) => tab.dataset.tab);
  show(tabs[(tabs.indexOf(pane.dataset.shows) + by + tabs.length) % tabs.length]);
  $("[role=tab][aria-selected=true]").focus();
}

app.addEventListener("click", (event) => {
  const tab = event.target.closest("[role=tab]");
  if (tab) show(tab.dataset.tab);
});

on({ documents: () => show("documents"), back: lower });
