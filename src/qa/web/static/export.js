// Exports the kept quotes or the whole conversation as a file.

import { on } from "./actions.js";
import { $ } from "./dom.js";
import { download } from "./download.js";
import { keptQuotes, storeNote } from "./kept.js";
import { label } from "./labels.js";
import { call, CALL_SIZE, send } from "./server.js";
import { attempt, say } from "./toast.js";
import { answered } from "./turns.js";

async function exportAs(format) {
  storeNote();
  const all = $(".kept .what").value === "all";
  const items = all ? answered().map((turn) => ({ record: turn.record, note: "" })) : keptQuotes();
  if (!items.length) return say(label(all ? "nothing-asked" : "nothing-kept"));
  const content = { records: items.map((item) => item.record), notes: items.map((item) => item.note) };
  const text = JSON.stringify(content);
  await attempt(async () => {
    // Content that is too large for a call is uploaded as a file first.
    const small = text.length <= CALL_SIZE;
    const payload = small ? content : { file: await send(new File([text], "kept.json"), { any: true }) };
    const answer = await call("export", { format, what: all ? "all" : "kept", ...payload });
    download(answer.file, answer.type, `${all ? "conversation" : "kept-quotes"}.${format}`);
  });
}

on({ export: (button) => exportAs(button.dataset.format) });
