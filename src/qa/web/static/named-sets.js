// Named sets of documents in this browser: tags, which the list of documents shows, and saved selections.
// Each is a list of {name, documents}. Saved filters are a list of {name, filter}, so that they also find documents
// that are added later. All notebooks share them.

import { readList, writeList } from "./storage.js";

export const TAGS = "verbatim-tags";
export const SELECTIONS = "verbatim-selections";

export const FILTERS = "verbatim-filters";

const areTexts = (list) => Array.isArray(list) && list.every((text) => typeof text === "string");

/** Returns the named sets under a key, by name. */
export function namedSets(key) {
  return readList(key)
    .filter((item) => typeof item?.name === "string" && areTexts(item.documents))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** Returns the documents of a set; an empty list if there is no such set. */
export function documentsIn(key, name) {
  return namedSets(key).find((one) => one.name === name)?.documents ?? [];
}

/** Returns the names of the sets that have a document. */
export function namesOf(key, document) {
  return namedSets(key).filter((one) => one.documents.includes(document)).map((one) => one.name);
}

/** Stores the documents of a set; a set without documents is removed. Returns false if there is no room. */
export function storeSet(key, name, documents) {
  const others = namedSets(key).filter((one) => one.name !== name);
  const unique = [...new Set(documents)];
  return writeList(key, unique.length ? [...others, { name, documents: unique }] : others);
}

const isFilter = (item) => typeof item?.name === "string" && areTexts(Object.values(item.filter ?? { none: null }));

/** Returns the saved filters, by name. */
export function savedFilters() {
  return readList(FILTERS).filter(isFilter).sort((a, b) => a.name.localeCompare(b.name));
}

/** Stores a filter; null removes it. Returns false if there is no room. */
export function storeFilter(name, filter) {
  const others = savedFilters().filter((one) => one.name !== name);
  return writeList(FILTERS, filter ? [...others, { name, filter }] : others);
}
