// Every place of words in the documents, counted by document, in a turn of the conversation.

import { on } from "./actions.js";
import { box, fit } from "./ask.js";
import { $, $$, create } from "./dom.js";
import { download } from "./download.js";
import { failure } from "./failure.js";
import { label, put } from "./labels.js";
import { dropRemoved } from "./removed.js";
import { scope } from "./scope.js";
import { call } from "./server.js";
import { open, opened } from "./source.js";
import { attempt, say } from "./toast.js";
import { begin, greet, insert, reveal } from "./turns.js";

/** Lists every place of words in a new turn, or if they are an example, every passage like it. */
export function search(words, { documents = [...scope], key, notebook, alike = false } = {}) {
  const turn = begin(alike ? label("passages-like", { words }) : `“${words}”`, documents);
  turn.classList.add("places");
  Object.assign(turn, { words, alike });
  if (key) Object.assign(turn, { key, notebook: notebook ?? turn.notebook });
  insert(turn);
  greet();
  const body = $(".answer", turn);
  body.removeAttribute("role"); // only the summary is announced
  const status = put(create("p", "status"), alike ? "finding-alike" : "finding-places");
  status.setAttribute("role", "status");
  body.append(status);
  reveal(turn);
  return list(turn);
}

const NO_READER = "find-meaning-no-reader"; // a second try would fail too
const wanted = ({ words, documents, alike }) => ({ words, documents, alike });

async function list(turn, shown) {
  const [status] = $$(".status", turn);
  const body = $(".answer", turn);
  try {
    const answer = await call("places", { ...wanted(turn), shown });
    const result = create("div");
    result.innerHTML = answer.html;
    // The documents that the person folded stay folded.
    const folded = $$(".spots", turn).map((one) => !one.open && Boolean($(".spot", one)));
    body.replaceChildren(status, ...result.childNodes);
    for (const [at, one] of $$(".spots", turn).entries()) if (folded[at]) one.open = false;
    status.textContent = answer.summary;
    status.labelled = {};
  } catch (problem) {
    const again = async () => {
      await dropRemoved(turn);
      return list(turn, shown);
    };
    body.replaceChildren(status, failure(problem.message, problem.code === NO_READER ? null : again));
    status.textContent = "";
  }
}

/** Lists the places again, as many as before. */
export function listAgain() {
  for (const turn of $$(".turn.places")) list(turn, $$(".spot", turn).length || undefined);
}

async function more(pressed) {
  const turn = pressed.closest(".turn");
  const before = $$(".spot", turn).length;
  pressed.disabled = true;
  const at = $$(".spot", turn).indexOf(opened());
  await list(turn, pressed.dataset.shown);
  const spots = $$(".spot", turn);
  if (at >= 0 && spots[at]) open(spots[at], { quietly: true });
  spots[before]?.focus();
}

on({
  "find-places": () => {
    const words = box.value.trim();
    if (!words) {
      say(label("find-places-how"));
      return box.focus();
    }
    box.value = "";
    fit();
    search(words.replace(/^["“”„«»\s]+|["“”„«»\s]+$/g, "") || words);
  },
  "more-places": more,
  "save-places": (pressed) =>
    attempt(async () => {
      const answer = await call("places_file", { ...wanted(pressed.closest(".turn")), format: pressed.dataset.format });
      download(answer.file, answer.type, answer.name);
    }),
});
