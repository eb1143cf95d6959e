// Starts the action of a clicked button, and opens the source of a clicked card.

import { perform } from "./actions.js";
import { app } from "./dom.js";
import { open } from "./source.js";

app.addEventListener("click", (event) => {
  const button = event.target.closest("[data-do]");
  if (button) return void perform(button.dataset.do, button);
  const card = event.target.closest(".card");
  // Selecting text in a card does not open its source.
  if (card && !event.target.closest("summary, button, .why, .resize") && window.getSelection().isCollapsed) open(card);
});
