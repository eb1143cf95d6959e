// The documents that questions are limited to; an empty set means all documents.

import { $ } from "./dom.js";
import { put, putNames } from "./labels.js";
import { keyIn } from "./notebooks.js";
import { read, readList, remove, write, writeList } from "./storage.js";
import { visible } from "./text.js";

export const SCOPE = "verbatim-scope";
export const SCOPE_FILTER = "verbatim-scope-filter";
export const scope = new Set(stored());
let filter = read(keyIn(SCOPE_FILTER)) ?? null;

/** Returns the name of the saved filter that the documents come from; null for a list. */
export const scopeFilter = () => filter;

function stored() {
  return readList(keyIn(SCOPE)).filter((name) => typeof name === "string");
}

function storeScope() {
  writeList(keyIn(SCOPE), [...scope]);
  if (filter === null) remove(keyIn(SCOPE_FILTER));
  else write(keyIn(SCOPE_FILTER), filter);
}

/** Limits questions to these documents, or to none if there are none; `from` is the saved filter that found them. */
export function setScope(names, from = null) {
  filter = from;
  scope.clear();
  for (const name of names) scope.add(name);
  storeScope();
}

/** Takes the documents of the notebook that has become the open one. */
export function turnToScope() {
  setScope(stored(), read(keyIn(SCOPE_FILTER)) ?? null);
}

/** Drops the documents that are no longer in the library. */
export function keepOnly(names) {
  const existing = new Set(names);
  const gone = [...scope].filter((name) => !existing.has(name));
  for (const name of gone) scope.delete(name);
  if (gone.length) storeScope();
}

/** Shows below the question which documents are asked; `total` is the number of all documents. */
export function showScope(total) {
  if (scope.size) putNames($(".scope"), "asking", [...scope].map(visible));
  else put($(".scope"), "asking-all", { n: total });
  $(".unscope").hidden = !scope.size;
}
