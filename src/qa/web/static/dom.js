// The page's root element, and functions to look up and create elements. Gradio puts page.html in place before
// any module runs. Text of documents arrives as HTML that the server escaped; the modules turn strings into
// elements only with textContent.

export const app = document.querySelector(".verbatim");
export const phone = window.matchMedia("(max-width: 899px)");
export const calm = window.matchMedia("(prefers-reduced-motion: reduce)");

export const $ = (selector, within = app) => within.querySelector(selector);
export const $$ = (selector, within = app) => [...within.querySelectorAll(selector)];

export function create(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

// Creates a button that starts the action of a name; see actions.js.
export function button(action, className, text) {
  const element = create("button", className, text);
  element.type = "button";
  element.dataset.do = action;
  return element;
}
