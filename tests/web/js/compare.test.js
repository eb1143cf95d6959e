import assert from "node:assert/strict";
import { test } from "node:test";

import { differences } from "../../../src/qa/web/static/compare.js";

const quote = (rank, text, { doc_id = "a", answers = true, start = 0 } = {}) => ({ rank, text, answers, citation: { doc_id, start } });
const answer = (...quotes) => ({ answered: true, quotes });
const nothing = { answered: false, quotes: [quote(1, "Near.", { answers: false })] };
const RENT = "The rent is nine pounds a year.";

test("the same quotes at another place or rank are no news", () => {
  assert.equal(differences(answer(quote(1, RENT), quote(2, "So.")), answer(quote(1, "So."), quote(2, RENT, { start: 9 }))), null);
  assert.equal(differences(nothing, { ...nothing, quotes: [] }), null);
});

test("new, changed and gone quotes are told apart", () => {
  const old = quote(1, RENT);
  const changed = quote(2, "The rent is ten pounds a year.");
  assert.deepEqual(differences(answer(old), answer(quote(1, "It rains."), changed)), { marks: { 1: "new", 2: "changed" }, gone: [] });
  const elsewhere = quote(1, "The rent is ten pounds a year.", { doc_id: "b" });
  assert.deepEqual(differences(answer(old), answer(elsewhere)), { marks: { 1: "new" }, gone: [old] });
});

test("closest passages do not count", () => {
  const close = quote(2, "It rains.", { answers: false });
  assert.equal(differences(answer(quote(1, RENT)), answer(quote(1, RENT), close)), null);
  const old = quote(1, RENT);
  assert.deepEqual(differences(answer(old), nothing), { marks: {}, gone: [old] });
  assert.deepEqual(differences(nothing, answer(old)), { marks: { 1: "new" }, gone: [] });
});
