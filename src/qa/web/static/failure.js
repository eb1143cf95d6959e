import { create } from "./dom.js";
import { put } from "./labels.js";
import { attempt } from "./toast.js";

/** Creates a message about a failure, with a button to try again; without one if `again` is null. */
export function failure(message, again) {
  const element = create("div", "failure");
  element.setAttribute("role", "alert");
  element.append(create("p", "", message));
  if (!again) return element;
  const retry = put(create("button", "plain"), "try-again");
  retry.type = "button";
  retry.addEventListener("click", () => {
    if (retry.ariaDisabled) return;
    retry.ariaDisabled = "true";
    attempt(again).finally(() => (retry.ariaDisabled = null));
  });
  element.append(retry);
  return element;
}
