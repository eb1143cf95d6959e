// Calls the server through the functions that Gradio provides.

import { app } from "./dom.js";
import { label, language } from "./labels.js";
import { style } from "./styles.js";

export const CALL_SIZE = 200_000; // maximum characters of a call; a character has up to four bytes
let gradio;
let sent = 0;
let known = 0; // the number of the call that brought the latest state of the library

/** @param {{server: Record<string, Function>, upload: (file: File) => Promise<{path: string}>}} functions */
export function connect(functions) {
  gradio = functions;
}

/** Calls a function of the server; if it fails, throws an error with a sentence for the person and its code. */
export async function call(name, data) {
  const number = ++sent;
  let answer;
  try {
    answer = await gradio.server[name]({ ...data, lang: language(), style: style() });
  } catch {
    // Handled below, like an empty result from Gradio.
  }
  if (!answer) throw new Error(label((await isReachable()) ? "refused" : "lost"));
  if (answer.error) throw Object.assign(new Error(answer.error), { code: answer.code });
  // A slow call must not bring back an earlier state.
  if (answer.generation && number > known) {
    known = number;
    app.dispatchEvent(new CustomEvent("generation", { detail: answer.generation }));
  }
  return answer;
}

/** Uploads a file and returns where it is stored; throws an error that explains why it cannot be uploaded. */
export async function send(file, { any = false } = {}) {
  const most = Number(app.dataset.mostBytes);
  if (file.size > most && !any) throw new Error(label("too-large", { size: Math.floor(most / 1e6) }));
  try {
    return { stored: (await gradio.upload(file)).path, name: file.name };
  } catch {
    throw new Error(label((await isReachable()) ? "not-arrived" : "lost"));
  }
}

async function isReachable() {
  try {
    return Boolean(await fetch(location.href, { method: "HEAD" }));
  } catch {
    return false;
  }
}
