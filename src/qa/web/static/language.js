// The choice of the page's language.

import { $, create } from "./dom.js";
import { language, SETTING, useLanguage } from "./labels.js";
import { repaint } from "./repaint.js";
import { write } from "./storage.js";
import { LANGUAGES } from "./texts.js";

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
    repaint();
  });
}
