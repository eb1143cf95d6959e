// Offers example questions that the documents answer while there is no conversation.

import { $ } from "./dom.js";
import { attempt } from "./toast.js";
import { call } from "./server.js";

let ready = false;

/** Returns whether the model is loaded; examples arrive only after that. */
export const modelReady = () => ready;

export function offer() {
  return attempt(async () => {
    const answer = await call("examples", {});
    $(".examples ul").innerHTML = answer.html;
    $(".examples").hidden = !answer.html;
    ready = true;
  });
}
