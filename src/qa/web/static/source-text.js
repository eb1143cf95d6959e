// The text of a source, as the parser extracted it.

import { $ } from "./dom.js";

export const sourceText = $(".source .text");

export function scrollToQuote() {
  const quote = $("mark.quote", sourceText);
  if (!quote) {
    sourceText.scrollTop = 0;
    return;
  }
  const top = quote.getBoundingClientRect().top - sourceText.getBoundingClientRect().top;
  sourceText.scrollTop += top - sourceText.clientHeight * 0.3;
}
