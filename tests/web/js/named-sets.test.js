import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { documentsIn, namedSets, namesOf, storeSet, TAGS } from "../../../src/qa/web/static/named-sets.js";

let stored;

beforeEach(() => {
  stored = new Map();
  globalThis.localStorage = { getItem: (key) => stored.get(key) ?? null, setItem: (key, text) => stored.set(key, text) };
});

test("a set is stored, replaced, and removed with its last document", () => {
  storeSet(TAGS, "lease", ["b.pdf", "a.pdf", "b.pdf"]);
  storeSet(TAGS, "barn", ["a.pdf"]);
  assert.deepEqual(namedSets(TAGS).map((one) => one.name), ["barn", "lease"]);
  assert.deepEqual(documentsIn(TAGS, "lease"), ["b.pdf", "a.pdf"]);
  assert.deepEqual(namesOf(TAGS, "a.pdf"), ["barn", "lease"]);
  storeSet(TAGS, "barn", []);
  assert.deepEqual(namesOf(TAGS, "a.pdf"), ["lease"]);
  assert.deepEqual(documentsIn(TAGS, "barn"), []);
});

test("invalid sets are left out", () => {
  stored.set(TAGS, JSON.stringify([null, 7, { name: "x" }, { name: 1, documents: [] }, { name: "y", documents: [1] }, { name: "z", documents: ["a"] }]));
  assert.deepEqual(namedSets(TAGS), [{ name: "z", documents: ["a"] }]);
});
