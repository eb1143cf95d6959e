// The page's element, and how the modules look things up in it. Gradio has put page.html in place before
// any module runs. Text of documents arrives as HTML that the server escaped; what the modules make from a
// string, they make with textContent.

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

// A button that starts the action of a name; see actions.js.
export function button(action, className, text) {
  const element = create("button", className, text);
  element.type = "button";
  element.dataset.do = action;
  return element;
}
