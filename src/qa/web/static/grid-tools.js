// The parts of the view of a grid around the grid: its progress, buttons, filters, marks and a hint.

import { $, button, create } from "./dom.js";
import { put } from "./labels.js";
import { visible } from "./text.js";

const SEARCH_MS = 200; // between the last key and the search
const OUTCOMES = { "": "which-all", answered: "which-answered", unanswered: "which-unanswered" };
const MARKS = { right: ["mark-right", "R"], wrong: ["mark-wrong", "W"], check: ["mark-check", "C"] };
const SORTS = { confidence: "sort-confidence", mark: "sort-mark", answer: "sort-answer" };
const CONFIDENCES = { high: ["confidence-from", { least: 0.9 }], middle: ["confidence-between", { least: 0.5, most: 0.9 }], low: ["confidence-below", { most: 0.5 }] };

/**
 * Creates the section of a view around its grid.
 * @param {object} options those of the view
 * @param {(section: Element, changes: object) => void} choose shows the grid with another order or other filters
 * @param {Element} box the grid
 */
export function build({ name, formats, grows, add }, choose, box) {
  const section = create("div", `grid-view ${name}`);
  const bar = put(create("progress", "so-far"), "questions-asked", {}, "aria-label");
  const status = create("p", "status");
  status.setAttribute("role", "status");
  const none = put(create("p", "none-pass"), "none-pass");
  const more = put(button("more-rows", "more"), "more-rows");
  box.hidden = none.hidden = more.hidden = true;
  const line = create("div", "controls");
  line.append(put(button("stop-grid", "plain"), "stop"), continuing(), search(section, choose), unfolding());
  // On a phone these are folded, so that the first answer is in view.
  const folded = create("div", "folded");
  folded.append(...(grows ? [others(), addition(add)] : []), group("saves", "save-as-file", saves(formats)), tools(section, choose));
  line.append(folded);
  section.append(bar, status, create("p", "notes"), line, box, none, more, hint());
  return section;
}

function search(section, choose) {
  const box = create("input", "grid-search");
  Object.assign(box, { type: "search", maxLength: 200 });
  let timer;
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(() => choose(section, { words: box.value.trim() }), SEARCH_MS);
  });
  return put(put(box, "filter-words", {}, "placeholder"), "filter-words", {}, "aria-label");
}

function unfolding() {
  const one = put(button("grid-tools", "plain"), "grid-tools");
  one.setAttribute("aria-expanded", "false");
  return one;
}

/** Offers the values of the user's own columns that have few, to filter rows by. */
export function offerValues(section, columns, chosen, choose) {
  const menus = columns.filter(({ values }) => values?.length).map(({ id, title, values }) => {
    const words = create("span");
    words.innerHTML = title;
    const column = words.textContent;
    const menu = menuOf("own", [["", "any-value", { column }]], (value) => choose(section, { own: { ...section.state.view.own, [id]: value } }));
    // Values are the person's own words, in any language.
    for (const value of values) menu.append(Object.assign(create("option", "", visible(value)), { value, lang: "" }));
    menu.value = chosen[id] ?? "";
    return put(menu, "filter-own", { column }, "aria-label");
  });
  $(".own-values", section).replaceChildren(...menus);
}

function continuing() {
  const one = put(button("continue-grid", "plain"), "continue");
  one.hidden = true;
  return one;
}

function others() {
  const one = button("all-documents", "plain");
  one.hidden = true;
  return one;
}

function addition(add) {
  const form = create("form", "add-column");
  const box = create("input");
  box.maxLength = 2000;
  put(put(box, "add-question", {}, "placeholder"), "add-question", {}, "aria-label");
  form.append(box, put(create("button", "plain"), "add"));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const question = box.value.trim();
    if (question && (await add(form, question))) box.value = "";
  });
  return form;
}

function group(className, key, parts) {
  const element = put(create("div", className), key, {}, "aria-label");
  element.setAttribute("role", "group");
  element.append(...parts);
  return element;
}

function saves(formats) {
  const buttons = Object.entries(formats).map(([format, words]) => {
    const save = button("save-grid", "link", words);
    save.dataset.format = format;
    return save;
  });
  return [put(create("span"), "save-as"), ...buttons, put(button("print-grid", "link"), "print")];
}

function tools(section, choose) {
  const outcomes = Object.entries(OUTCOMES).map(([which, key]) => {
    const choice = put(button("which"), key);
    choice.dataset.which = which;
    choice.setAttribute("aria-pressed", String(!which));
    return choice;
  });
  const marks = Object.entries(MARKS).map(([mark, [key, letter]]) => {
    const one = put(button("mark-cell", `plain ${mark}`), key);
    one.dataset.mark = mark;
    one.setAttribute("aria-keyshortcuts", letter);
    return one;
  });
  const between = Object.entries(CONFIDENCES).map(([name, rest]) => [name, ...rest]);
  const known = Object.entries(MARKS).map(([mark, [key]]) => [mark, key]);
  const menu = (name, key, options) =>
    put(menuOf(name, options, (value) => choose(section, { [name]: value })), key, {}, "aria-label");
  const what = menuOf("sort", Object.entries(SORTS), (by) => choose(section, { by }));
  const bar = create("div", "tools-of-grid");
  bar.append(
    group("views", "which", outcomes),
    menu("confidence", "filter-confidence", [["", "any-confidence"], ...between]),
    menu("mark", "filter-mark", [["", "any-mark"], ...known, ["none", "mark-none"]]),
    create("span", "own-values"),
    put(create("label", "sort-by"), "sort-by", { what }),
    group("marks", "mark-as", marks),
  );
  return bar;
}

function menuOf(name, options, choose) {
  const menu = create("select", `choice-${name}`);
  for (const [value, key, values] of options) {
    const option = put(create("option"), key, values);
    option.value = value;
    menu.append(option);
  }
  menu.addEventListener("change", () => choose(menu.value));
  return menu;
}

function hint() {
  const keys = { arrows: ["↑", "↓", "←", "→"], enter: ["Enter"], more: ["M"], right: ["R"], wrong: ["W"], check: ["C"] };
  const shown = Object.entries(keys).map(([name, signs]) => {
    const together = create("span");
    together.append(...signs.map((sign) => create("kbd", "", sign)));
    return [name, together];
  });
  return put(create("p", "grid-hint"), "table-hint", Object.fromEntries(shown));
}
