// The documents that questions are limited to; an empty set means all documents.

import { $ } from "./dom.js";
import { put, putNames } from "./labels.js";
import { readList, writeList } from "./storage.js";
import { visible } from "./text.js";

const KEY = "verbatim-scope";
export const scope = new Set(readList(KEY).filter((name) => typeof name === "string"));

export function storeScope() {
  writeList(KEY, [...scope]);
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
