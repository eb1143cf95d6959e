// Keyboard shortcuts. Elements with their own keys handle them earlier and prevent the default.

import { on, perform } from "./actions.js";
import { box } from "./ask.js";
import { $, $$, phone } from "./dom.js";
import { keep } from "./documents.js";
import { pin } from "./kept.js";
import { copyQuote } from "./links.js";
import { lower, pane, stepTab } from "./pane.js";
import { pressKey } from "./paper.js";
import { recall } from "./past.js";
import { open, opened, step } from "./source.js";

const isTyping = (target) => target.matches("textarea, input:not([type=checkbox])");
const cards = () => $$(".card").filter((card) => (card.checkVisibility ? card.checkVisibility() : card.offsetParent));

// Moves from card to card.
function move(by) {
  const all = cards();
  const next = all[start(all, by) + by];
  if (next) land(next);
}

// Returns the index of the card that a move starts from, or one before the first or after the last.
function start(all, by) {
  const at = all.indexOf(document.activeElement.closest(".card"));
  if (at >= 0) return at;
  const card = opened();
  if (all.includes(card)) return all.indexOf(card) - (document.activeElement === card ? 0 : by);
  return by > 0 ? -1 : all.length;
}

function land(card) {
  card.focus({ preventScroll: true });
  card.scrollIntoView({ block: "nearest" });
}

function toNewest() {
  const all = cards();
  const newest = all.at(-1).closest(".turn");
  land(all.find((card) => newest.contains(card)));
}

function back(target) {
  if (target.closest(".confirm")) return keep(target);
  if (target.closest(".pane")) {
    lower();
    if (opened() && pane.dataset.shows === "source") opened().focus();
    else box.focus();
  } else if (pane.classList.contains("raised") && phone.matches) lower();
  else if (target.closest(".card")) box.focus();
  else if (target === box) box.blur();
}

// Each of these returns whether it handled the key.
const onPage = (key, target) => {
  // In the empty box, nobody writes a question that begins with a question mark.
  if (isTyping(target) && (key !== "?" || target !== box || box.value)) return false;
  if (key === "/") box.focus();
  else if (key === "?") perform("keys");
  else return false;
  return true;
};

const onCard = (key, card) => {
  if (key === "Enter") open(card, { focus: true });
  else if (key.toLowerCase() === "c") copyQuote(card, { exactly: key === "C" });
  else if (key.toLowerCase() === "k") pin(card);
  else return false;
  return true;
};

const onArrow = (key, target) => {
  const by = { ArrowLeft: -1, ArrowRight: 1 }[key];
  if (!by || isTyping(target)) return false;
  if (target.matches("[role=tab]")) stepTab(by);
  else if (target.closest(".source")) step(by);
  else return false;
  return true;
};

const onVertical = (key, target) => {
  const by = { ArrowUp: -1, ArrowDown: 1 }[key];
  if (!by || target.closest(".pane")) return false;
  if (target === box && recall(by)) return true;
  if (target === box ? box.value : isTyping(target)) return false;
  if (!cards().length) return false;
  if (target === box && by > 0) toNewest();
  else move(by);
  return true;
};

function press(key, target) {
  if (key === "Escape") {
    back(target);
    return false;
  }
  return (
    onPage(key, target) ||
    (target.matches(".card") && onCard(key, target)) ||
    (!target.matches("[role=tab]") && target.closest(".sheet") && pressKey(key)) ||
    onArrow(key, target) ||
    onVertical(key, target)
  );
}

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  if (event.defaultPrevented || event.isComposing || $(".keys").open) return;
  if (target === box && key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    $("form.ask").requestSubmit();
  } else if (!event.ctrlKey && !event.metaKey && !event.altKey && press(key, target)) event.preventDefault();
});

on({ keys: () => $(".keys").showModal() });
