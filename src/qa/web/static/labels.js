// The labels of the page. All languages are loaded and one is shown; labels that `put` has set change when the
// person chooses another language.

import { $$, app } from "./dom.js";
import { read } from "./storage.js";
import { TEXTS } from "./texts.js";
import { firstKnown, Wording } from "./wording.js";

export const SETTING = "verbatim-language";
const ATTRIBUTES = { say: "text", sayLabel: "aria-label", sayTitle: "title", sayPlaceholder: "placeholder" };
const MARKED = "[data-say], [data-say-label], [data-say-title], [data-say-placeholder]";
let wording;

// Returns the language of the URL, or else the one chosen here, or else the first known one of the browser.
export function preferred() {
  const wanted = [new URLSearchParams(location.search).get("lang"), read(SETTING), ...navigator.languages];
  return firstKnown(wanted, TEXTS);
}

export function useLanguage(code) {
  wording = new Wording(code, TEXTS[code]);
  document.documentElement.lang = app.lang = wording.tag;
  for (const node of $$("[data-labelled]")) rewrite(node);
}

export const language = () => wording.language;
export const label = (key, values) => wording.label(key, values);
export const number = (value) => wording.number(value);

// Sets a label of an element, as its text (around the elements among the values) or as an attribute.
export function put(node, key, values, attribute = "text") {
  node.labelled = { ...node.labelled, [attribute]: [key, values] };
  node.dataset.labelled = "";
  rewrite(node);
  return node;
}

function rewrite(node) {
  for (const [attribute, [key, values]] of Object.entries(node.labelled)) {
    if (attribute === "text") node.replaceChildren(...wording.pieces(key, values));
    else node.setAttribute(attribute, label(key, values));
  }
}

// Sets the labels that page.html marks with data-say="key" or data-say="key|key of the keyboard"; the children
// of an element fill the gaps of its label.
export function putAll() {
  for (const node of $$(MARKED))
    for (const [name, attribute] of Object.entries(ATTRIBUTES))
      if (node.dataset[name] !== undefined) putMarked(node, node.dataset[name], attribute);
}

function putMarked(node, marked, attribute) {
  const [key, pressed] = marked.split("|");
  if (pressed) {
    const keyName = () => (Object.hasOwn(TEXTS.en, pressed) ? label(pressed) : pressed);
    put(node, "with-key", { name: () => label(key), key: keyName }, attribute);
  } else {
    const gaps = [...node.children].filter((child) => child.dataset.gap);
    put(node, key, Object.fromEntries(gaps.map((child) => [child.dataset.gap, child])), attribute);
  }
}

// Replaces a label by HTML from the server.
export function fillWith(node, html) {
  node.labelled = {};
  node.innerHTML = html;
}

// Sets a label with the name of a single document, or with the number of several.
export function putNames(node, key, names) {
  if (names.length === 1) put(node, key, { name: names[0] });
  else put(node, `${key}-some`, { n: names.length });
}
