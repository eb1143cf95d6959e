import assert from "node:assert/strict";
import { test } from "node:test";

import { nextDirection, passes, sorted } from "../../../src/qa/web/static/table-order.js";

const CELLS = {
  a: { confidence: 0.5, mark: null, sort: 20 },
  b: { confidence: 0.95, mark: "right", sort: 3 },
  c: { confidence: null, mark: "wrong", sort: "" },
  d: { confidence: 0.1, mark: "check", sort: "Zürich" },
};
const ids = ["a", "b", "c", "d", "e"];
const order = (by, direction) => sorted(ids, (id) => CELLS[id], { by, direction }).join("");

test("rows are sorted by confidence, mark and answer, and those without come last", () => {
  assert.equal(order("confidence", 0), "abcde");
  assert.equal(order("confidence", -1), "badce");
  assert.equal(order("confidence", 1), "dabce");
  assert.equal(order("mark", 1), "cdbae");
  assert.equal(order("answer", 1), "badce");
  assert.equal(order("answer", -1), "dabce");
});

test("sorting leaves the list itself unchanged", () => {
  sorted(ids, (id) => CELLS[id], { by: "confidence", direction: 1 });
  assert.deepEqual(ids, ["a", "b", "c", "d", "e"]);
});

test("filters select cells by confidence and mark", () => {
  const passing = (filters) => ids.filter((id) => passes(CELLS[id], { confidence: "", mark: "", ...filters })).join("");
  assert.equal(passing({}), "abcde");
  assert.equal(passing({ confidence: "high" }), "b");
  assert.equal(passing({ confidence: "middle" }), "a");
  assert.equal(passing({ confidence: "low" }), "d");
  assert.equal(passing({ mark: "none" }), "a");
  assert.equal(passing({ mark: "wrong" }), "c");
  assert.equal(passing({ mark: "right", confidence: "low" }), "");
});

test("a header goes through both directions and back", () => {
  assert.deepEqual([0, -1, 1].map(nextDirection), [-1, 1, 0]);
});
