// What this browser keeps for all tabs: the conversation, a list of {key, record, documents}, oldest first,
// and the kept quotes. The server gets it only to show it again or to make a file of it.

import { readList, withoutOldest, writeList, writeNewest } from "./storage.js";

export const TURNS = "verbatim-history";
export const QUOTES = "verbatim-kept";

/** Keys sort by time, to put the turns of several tabs in order. */
export function newKey() {
  return Date.now().toString(36) + Math.random().toString(36).slice(2);
}

/** The stored turns; those of earlier versions have no key and come first. */
export function storedTurns() {
  const strings = (list) => Array.isArray(list) && list.every((name) => typeof name === "string");
  const keyed = (one, at) => ({ ...one, key: typeof one.key === "string" ? one.key : String(at).padStart(8, "0") });
  return readList(TURNS)
    .filter((one) => one?.record && strings(one.documents))
    .map(keyed);
}

/** Stores turns, the newest that there is room for; returns whether older ones were lost for want of room. */
function storeTurns(items) {
  const stored = writeNewest(TURNS, items);
  return stored >= 0 && stored < items.length;
}

/** Adds turns to the stored ones; returns whether older ones were lost for want of room. */
export function addTurns(items) {
  const own = new Map(items.map((one) => [one.key, one]));
  const others = storedTurns().filter((one) => !own.has(one.key));
  return storeTurns([...others, ...own.values()].sort((a, b) => (a.key < b.key ? -1 : 1)));
}

/** Removes the stored turns with these keys, and returns them. */
export function takeTurns(keys) {
  const turns = storedTurns();
  storeTurns(turns.filter((one) => !keys.has(one.key)));
  return turns.filter((one) => keys.has(one.key));
}

export const storedQuotes = () => readList(QUOTES);

/**
 * Stores kept quotes; where there is no room, the oldest turns make way for them.
 * @returns {{stored: boolean, turnsLost: boolean}}
 */
export function storeQuotes(items) {
  let turnsLost = false;
  while (!writeList(QUOTES, items)) {
    const turns = storedTurns();
    if (!turns.length || writeNewest(TURNS, withoutOldest(turns)) < 0) return { stored: false, turnsLost };
    turnsLost = true;
  }
  return { stored: true, turnsLost };
}
