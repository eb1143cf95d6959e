// The data that this browser stores for all tabs: the questions with their answers and the kept quotes of each
// notebook. The server gets them only to render them or to export them as a file.

import { clear, put, read, remove } from "./database.js";
import { keyIn } from "./notebooks.js";
import { readList, remove as removeText, writeList } from "./storage.js";

export const QUOTES = "verbatim-kept";
const EARLIER = "verbatim-history"; // a list of turns that an earlier version stored as a text
let opening = null;

// Tells the other tabs which notebooks changed.
const channel = () => (opening ??= new BroadcastChannel(EARLIER));

/** Returns a new key of a turn. Keys sort by time, which orders the turns of several tabs. */
export function newKey() {
  return Date.now().toString(36) + Math.random().toString(36).slice(2);
}

/** Returns when the turn of a key was asked; null for a turn of an earlier version. */
export function timeOf(key) {
  const time = parseInt(key.slice(0, 8), 36);
  return time > 1e12 ? new Date(time) : null;
}

const areStrings = (list) => Array.isArray(list) && list.every((name) => typeof name === "string");
const isSound = ({ record, documents }) =>
  typeof record?.question === "string" && Array.isArray(record.quotes) && areStrings(documents);

/** Returns the sound turns of a stored list; turns of the earliest version have no key and come first. */
export function earlierTurns() {
  const oldKey = (at) => String(at).padStart(8, "0");
  const withKey = (turn, at) => ({ ...turn, notebook: "", key: typeof turn.key === "string" ? turn.key : oldKey(at) });
  return readList(EARLIER).filter((turn) => turn && isSound(turn)).map(withKey);
}

async function adopt() {
  const turns = earlierTurns();
  if (turns.length) await put(turns);
  removeText(EARLIER);
}

let adopting = null;

/** Returns the stored turns of a notebook, or of all if it is null, oldest first; null if there is no storage. */
export async function storedTurns(notebook) {
  try {
    await (adopting ??= adopt());
    return (await read(notebook)).filter(isSound);
  } catch {
    return null;
  }
}

// Stores a change and tells the other tabs; returns false if there is no room.
async function change(work, notebooks) {
  try {
    await work();
  } catch {
    return false;
  }
  channel().postMessage(notebooks);
  return true;
}

const notebooksOf = (turns) => [...new Set(turns.map((turn) => turn.notebook))];

/** Stores turns; returns false if there is no room for them. */
export const addTurns = (turns) => change(() => put(turns), notebooksOf(turns));

/** Removes stored turns. */
export const removeTurns = (turns) => change(() => remove(turns), notebooksOf(turns));

/** Removes all stored turns of a notebook. */
export const clearTurns = (notebook) => change(() => clear(notebook), [notebook]);

/** Calls a function with the notebooks whose turns another tab changed. */
export function onTurnsElsewhere(follow) {
  channel().addEventListener("message", ({ data }) => follow(data));
}

export const storedQuotes = (notebook) => readList(keyIn(QUOTES, notebook));

/** Stores the kept quotes of the open notebook; returns false if there is no room. */
export const storeQuotes = (items) => writeList(keyIn(QUOTES), items);
