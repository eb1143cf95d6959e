// Refuses a text that is too long for its field, which a browser would cut without a word.

import { app } from "./dom.js";
import { label, number } from "./labels.js";
import { say } from "./toast.js";

app.addEventListener("beforeinput", (event) => {
  const field = event.target;
  if (!event.inputType.startsWith("insertFrom") || !(field.maxLength > 0) || !event.data) return;
  const replaced = field.selectionEnd - field.selectionStart;
  if (field.value.length - replaced + event.data.length <= field.maxLength) return;
  event.preventDefault();
  say(label("too-long", { most: number(field.maxLength) }));
});
