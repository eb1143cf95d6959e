import { app, create } from "./dom.js";
import { label } from "./labels.js";
import { say } from "./toast.js";

/** Copies a text, shows a message, and returns the focus to an element. */
export async function toClipboard(text, message, from) {
  try {
    await navigator.clipboard.writeText(text);
    say(message);
  } catch {
    // A page that is served to other machines without encryption has no navigator.clipboard.
    const area = create("textarea");
    area.value = text;
    app.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    from.focus();
    say(copied ? message : label("no-copy"));
  }
}
