// Light and dark colours: those of the system until the person chooses.

import { on } from "./actions.js";
import { $, app } from "./dom.js";
import { put } from "./labels.js";
import { read, write } from "./storage.js";

const KEY = "verbatim-theme";
const systemDark = window.matchMedia("(prefers-color-scheme: dark)");

export function paint() {
  const dark = (read(KEY) || (systemDark.matches ? "dark" : "light")) === "dark";
  document.documentElement.style.colorScheme = dark ? "dark" : "light";
  app.dataset.theme = dark ? "dark" : "light";
  const button = $("[data-do=theme]");
  put($("span", button), dark ? "light" : "dark");
  put(button, dark ? "light-colours" : "dark-colours", {}, "aria-label");
}

systemDark.addEventListener("change", paint);

on({
  theme: () => {
    if (write(KEY, app.dataset.theme === "dark" ? "light" : "dark")) paint();
  },
});
