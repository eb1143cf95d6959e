// The words on the page. All languages are loaded, one is shown; what `put` has put in place follows when
// the person chooses another.

import { $$, app } from "./dom.js";
import { read } from "./storage.js";
import { TEXTS } from "./texts.js";
import { firstKnown, Wording } from "./wording.js";

export const SETTING = "verbatim-language";
const ATTRIBUTES = { say: "text", sayLabel: "aria-label", sayTitle: "title", sayPlaceholder: "placeholder" };
const MARKED = "[data-say], [data-say-label], [data-say-title], [data-say-placeholder]";
let wording;

// The language in the address counts first, then the one that was chosen here, then those of the browser.
export function preferred() {
  const wanted = [new URLSearchParams(location.search).get("lang"), read(SETTING), ...navigator.languages];
  return firstKnown(wanted, TEXTS);
}

export function useLanguage(code) {
  wording = new Wording(code, TEXTS[code]);
  document.documentElement.lang = app.lang = wording.tag;
  for (const node of $$("[data-said]")) rewrite(node);
}

export const language = () => wording.language;
export const label = (key, values) => wording.label(key, values);
export const number = (value) => wording.number(value);

// Puts a label into an element, as its text (around the elements among the values) or as an attribute.
export function put(node, key, values, attribute = "text") {
  node.said = { ...node.said, [attribute]: [key, values] };
  node.dataset.said = "";
  rewrite(node);
  return node;
}

function rewrite(node) {
  for (const [attribute, [key, values]] of Object.entries(node.said)) {
    if (attribute === "text") node.replaceChildren(...wording.pieces(key, values));
    else node.setAttribute(attribute, label(key, values));
  }
}

// Fills in what page.html marks with data-say="key", or "key|key of the keyboard"; the children of an
// element fill the label's gaps.
export function putAll() {
  for (const node of $$(MARKED))
    for (const [name, attribute] of Object.entries(ATTRIBUTES))
      if (node.dataset[name] !== undefined) putMarked(node, node.dataset[name], attribute);
}

function putMarked(node, marked, attribute) {
  const [key, pressed] = marked.split("|");
  if (pressed) {
    const named = () => (Object.hasOwn(TEXTS.en, pressed) ? label(pressed) : pressed);
    put(node, "with-key", { name: () => label(key), key: named }, attribute);
  } else {
    const gaps = [...node.children].filter((child) => child.dataset.gap);
    put(node, key, Object.fromEntries(gaps.map((child) => [child.dataset.gap, child])), attribute);
  }
}

// Replaces a label by HTML from the server.
export function fillWith(node, html) {
  node.said = {};
  node.innerHTML = html;
}

// Names one document; of several, says how many.
export function putNames(node, key, names) {
  if (names.length === 1) put(node, key, { name: names[0] });
  else put(node, `${key}-some`, { n: names.length });
}
