// The notebooks of this browser: each has its own questions, kept quotes, notes and selected documents. The first
// one has an empty id, under which earlier versions stored everything.

import { read, readList, remove, write, writeList } from "./storage.js";

export const NOTEBOOKS = "verbatim-notebooks"; // a list of {id, name}
const CURRENT = "verbatim-notebook";
const FIRST = { id: "", name: "" };

const isNotebook = (item) => typeof item?.id === "string" && typeof item.name === "string";

/** Returns all notebooks, at least one. */
export function notebooks() {
  const list = readList(NOTEBOOKS).filter(isNotebook);
  return list.length ? list : [FIRST];
}

let current = existing(ofThisTab() ?? read(CURRENT));

function existing(id) {
  const list = notebooks();
  return (list.find((one) => one.id === id) ?? list[0]).id;
}

// Each tab may have another notebook open; a new tab begins with the one opened last.
function ofThisTab() {
  try {
    return sessionStorage.getItem(CURRENT);
  } catch {
    return null;
  }
}

/** Returns the id of the notebook that is open in this tab. */
export const notebook = () => current;

/** Makes a notebook the open one of this tab. */
export function enter(id) {
  current = existing(id);
  write(CURRENT, current);
  try {
    sessionStorage.setItem(CURRENT, current);
  } catch {
    // Without storage, a reload opens the last notebook of all tabs.
  }
}

/** Returns the key in the browser's storage of something that each notebook has. */
export const keyIn = (key, id = current) => (id ? `${key}:${id}` : key);

/** Adds a notebook and returns its id; null if there is no room for it. */
export function addNotebook(name) {
  const id = Date.now().toString(36) + Math.random().toString(36).slice(2, 8);
  return writeList(NOTEBOOKS, [...notebooks(), { id, name }]) ? id : null;
}

export function renameNotebook(id, name) {
  return writeList(NOTEBOOKS, notebooks().map((one) => (one.id === id ? { id, name } : one)));
}

/** Removes a notebook from the list, with these keys of the storage; returns a function that undoes it. */
export function dropNotebook(id, keys) {
  const before = notebooks();
  const at = before.findIndex((one) => one.id === id);
  const texts = keys.map((key) => [keyIn(key, id), read(keyIn(key, id))]);
  writeList(NOTEBOOKS, before.toSpliced(at, 1));
  for (const [key] of texts) remove(key);
  return () => {
    const now = notebooks();
    if (!now.some((one) => one.id === id)) writeList(NOTEBOOKS, now.toSpliced(at, 0, before[at]));
    for (const [key, text] of texts) if (text !== null) write(key, text);
  };
}
