// The data that this browser stores for all tabs: the conversation, a list of {key, record, documents}, oldest
// first, and the kept quotes. The server gets them only to render them or to export them as a file.

import { readList, withoutOldest, writeList, writeNewest } from "./storage.js";

export const TURNS = "verbatim-history";
export const QUOTES = "verbatim-kept";

/** Returns a new key of a turn. Keys sort by time, which orders the turns of several tabs. */
export function newKey() {
  return Date.now().toString(36) + Math.random().toString(36).slice(2);
}

/** Returns the stored turns; turns of earlier versions have no key and come first. */
export function storedTurns() {
  const areStrings = (list) => Array.isArray(list) && list.every((name) => typeof name === "string");
  const oldKey = (at) => String(at).padStart(8, "0");
  const withKey = (turn, at) => ({ ...turn, key: typeof turn.key === "string" ? turn.key : oldKey(at) });
  return readList(TURNS)
    .filter((turn) => turn?.record && areStrings(turn.documents))
    .map(withKey);
}

/** Stores as many turns as there is room for, newest first; returns whether older turns were lost. */
function storeTurns(items) {
  const stored = writeNewest(TURNS, items);
  return stored >= 0 && stored < items.length;
}

/** Adds turns to the stored ones; returns whether older turns were lost because there was no room. */
export function addTurns(items) {
  const own = new Map(items.map((turn) => [turn.key, turn]));
  const others = storedTurns().filter((turn) => !own.has(turn.key));
  return storeTurns([...others, ...own.values()].sort((a, b) => (a.key < b.key ? -1 : 1)));
}

/** Removes the stored turns with these keys, and returns them. */
export function takeTurns(keys) {
  const turns = storedTurns();
  storeTurns(turns.filter((turn) => !keys.has(turn.key)));
  return turns.filter((turn) => keys.has(turn.key));
}

export const storedQuotes = () => readList(QUOTES);

/**
 * Stores kept quotes; if there is no room, removes the oldest turns.
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
