// Calls of the server, through the functions that Gradio gives the page.

import { app } from "./dom.js";
import { label, language } from "./labels.js";

export const CALL_SIZE = 200_000; // characters of one call, each of up to four bytes
let gradio;

/** @param {{server: Record<string, Function>, upload: (file: File) => Promise<{path: string}>}} functions */
export function connect(functions) {
  gradio = functions;
}

/** Calls a function of the server; throws with a sentence for the person, and its code, where it fails. */
export async function call(name, data) {
  let answer;
  try {
    answer = await gradio.server[name]({ ...data, lang: language() });
  } catch {
    // Handled below, as where Gradio returns nothing.
  }
  if (!answer) throw new Error(label((await reachable()) ? "refused" : "lost"));
  if (answer.error) throw Object.assign(new Error(answer.error), { code: answer.code });
  return answer;
}

/** Sends a file and returns where it is stored; throws why it cannot be sent. */
export async function send(file, { any = false } = {}) {
  const most = Number(app.dataset.mostBytes);
  if (file.size > most && !any) throw new Error(label("too-large", { size: Math.floor(most / 1e6) }));
  try {
    return { stored: (await gradio.upload(file)).path, name: file.name };
  } catch {
    throw new Error(label((await reachable()) ? "not-arrived" : "lost"));
  }
}

async function reachable() {
  try {
    return Boolean(await fetch(location.href, { method: "HEAD" }));
  } catch {
    return false;
  }
}
