import { app, create } from "./dom.js";
import { label } from "./labels.js";
import { say } from "./toast.js";

/** Copies words, says so, and returns the keyboard to where it was. */
export async function toClipboard(words, done, from) {
  try {
    await navigator.clipboard.writeText(words);
    say(done);
  } catch {
    // Served to other machines without encryption, a page has no such clipboard.
    const area = create("textarea");
    area.value = words;
    app.append(area);
    area.select();
    const worked = document.execCommand("copy");
    area.remove();
    from.focus();
    say(worked ? done : label("no-copy"));
  }
}
