import { app, create } from "./dom.js";
import { label } from "./labels.js";
import { say } from "./toast.js";

/** Copies a text, shows a message, which may offer more, and returns the focus to an element. */
export async function toClipboard(text, message, from, more = null) {
  try {
    await navigator.clipboard.writeText(text);
    say(message, more);
  } catch {
    // A page that is served to other machines without encryption has no navigator.clipboard.
    const area = create("textarea");
    area.value = text;
    app.append(area);
    area.select();
    const copied = document.execCommand("copy");
    area.remove();
    from.focus();
    if (copied) say(message, more);
    else say(label("no-copy"));
  }
}
