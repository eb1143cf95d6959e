// The documents that questions are limited to; an empty set means all documents.

import { $ } from "./dom.js";
import { put, putNames } from "./labels.js";
import { keyIn } from "./notebooks.js";
import { readList, writeList } from "./storage.js";
import { visible } from "./text.js";

export const SCOPE = "verbatim-scope";
export const scope = new Set(stored());

function stored() {
  return readList(keyIn(SCOPE)).filter((name) => typeof name === "string");
}

export function storeScope() {
  writeList(keyIn(SCOPE), [...scope]);
}

/** Limits questions to these documents, or to none if there are none. */
export function setScope(names) {
  scope.clear();
  for (const name of names) scope.add(name);
  storeScope();
}

/** Takes the documents of the notebook that has become the open one. */
export function turnToScope() {
  setScope(stored());
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
