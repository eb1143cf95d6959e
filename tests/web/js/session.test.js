import assert from "node:assert/strict";
import { test } from "node:test";

import { restored } from "../../../src/qa/web/static/session.js";

const question = { question: "Who?", documents: ["a.txt"], after: ["Why?"] };

test("unfinished questions are asked again as they were asked", () => {
  const asked = [question, { ...question, named: false }, { ...question, named: true }];
  assert.deepEqual(restored(JSON.stringify({ asked })).asked, asked);
});

test("searches for words are made again", () => {
  const searches = [{ words: "red barn", key: "k", documents: [] }];
  assert.deepEqual(restored(JSON.stringify({ searches: [...searches, { words: 3 }, null] })).searches, searches);
});

const nothing = { draft: null, runs: [], checks: [], asked: [], searches: [] };

test("invalid parts are left out", () => {
  const asked = [{ ...question, named: "no" }, { ...question, after: "Why?" }, null, { question: "Who?" }];
  assert.deepEqual(restored(JSON.stringify({ draft: 3, runs: [{ run: "x" }], checks: [1], asked })), nothing);
  assert.deepEqual(restored("{"), nothing);
});
