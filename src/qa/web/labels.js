"use strict";
// The words of the page: those of every language come along, and one language is shown. Whatever is put
// in place by `put` follows when a person chooses another.

const LANGUAGES = @languages;
const LABELS = @labels;
const ATTRIBUTES = { say: "text", sayLabel: "aria-label", sayTitle: "title", sayPlaceholder: "placeholder" };
const SETTING = "verbatim-language";
let language, tag, plurals, numbers;

function stored(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

// The address may ask for a language, then what was chosen here counts, then what the browser prefers.
function preferred() {
  const wanted = [new URLSearchParams(location.search).get("lang"), stored(SETTING), ...navigator.languages];
  const codes = wanted.map((one) => String(one).toLowerCase().split("-")[0]);
  return codes.find((code) => Object.hasOwn(LABELS, code)) || "en";
}

function use(code) {
  language = code;
  tag = code === "zh" ? "zh-Hans" : code;
  plurals = new Intl.PluralRules(tag);
  numbers = new Intl.NumberFormat(tag);
  document.documentElement.lang = element.querySelector(".verbatim").lang = tag;
  for (const node of element.querySelectorAll("[data-said]")) rewrite(node);
}

// A label with its values put in, piece by piece; a value is a text, a number, an element, or a function
// that gives one in the language of the moment. The number n decides between one and many.
function pieces(key, values = {}) {
  let text = LABELS[language][key];
  if (typeof text !== "string") text = text[plurals.select(values.n)] || text.other;
  return text.split(/\{(\w+)\}/).map((piece, at) => {
    if (at % 2 === 0) return piece;
    const value = typeof values[piece] === "function" ? values[piece]() : values[piece];
    return typeof value === "number" ? numbers.format(value) : value;
  });
}

function label(key, values) {
  return pieces(key, values).join("");
}

// Words of a label as an element's text (around the elements among the values) or as one of its attributes.
function put(node, key, values, attribute = "text") {
  node.said = { ...node.said, [attribute]: [key, values] };
  node.dataset.said = "";
  rewrite(node);
  return node;
}

function rewrite(node) {
  for (const [attribute, [key, values]] of Object.entries(node.said)) {
    if (attribute === "text") node.replaceChildren(...pieces(key, values));
    else node.setAttribute(attribute, label(key, values));
  }
}

// What page.html says with data-say="key", or "key|key of the keyboard"; its children fill the label's gaps.
function putAll() {
  for (const node of element.querySelectorAll("[data-say], [data-say-label], [data-say-title], [data-say-placeholder]")) {
    for (const [name, attribute] of Object.entries(ATTRIBUTES)) {
      if (node.dataset[name] === undefined) continue;
      const [key, pressed] = node.dataset[name].split("|");
      if (pressed) {
        const named = () => (Object.hasOwn(LABELS.en, pressed) ? label(pressed) : pressed);
        put(node, "with-key", { name: () => label(key), key: named }, attribute);
      } else {
        const gaps = [...node.children].filter((child) => child.dataset.gap);
        put(node, key, Object.fromEntries(gaps.map((child) => [child.dataset.gap, child])), attribute);
      }
    }
  }
}

// What the server made takes the place of a label.
function fillWith(node, html) {
  node.said = {};
  node.innerHTML = html;
}

use(preferred());
putAll();
