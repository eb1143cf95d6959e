import assert from "node:assert/strict";
import { test } from "node:test";

import { matching, searchable } from "../../../src/qa/web/static/find-turns.js";

const turn = (notebook, question, ...quotes) => ({ notebook, record: { question, quotes: quotes.map((text) => ({ text })) } });
const TURNS = [
  turn("", "Who repairs the roof?", "The Landlord repairs the roof.", "x".repeat(300) + " The café pays rent. " + "y".repeat(300)),
  turn("b", "What is the rent?", "Nine pounds."),
];
const kept = { "": [{ record: { question: "Who repairs the roof?" }, note: "Ask the solicitor" }], b: [] };
const found = (search) => matching(searchable(TURNS, (id) => kept[id]), search);
const questions = (search) => found(search).map((hit) => hit.turn.record.question);

test("every word must be in the question, its quotes or its notes", () => {
  assert.deepEqual(questions(""), ["Who repairs the roof?", "What is the rent?"]);
  assert.deepEqual(questions("RENT"), ["Who repairs the roof?", "What is the rent?"]);
  assert.deepEqual(questions("rent pounds"), ["What is the rent?"]);
  assert.deepEqual(questions("solicitor"), ["Who repairs the roof?"]);
  assert.deepEqual(questions("cafe roof"), ["Who repairs the roof?"]);
  assert.deepEqual(questions("lighthouse"), []);
});

test("a text other than the question is shown around the word", () => {
  const [first, second] = found("rent");
  assert.ok(first.excerpt.startsWith("… x") && first.excerpt.includes("café pays rent") && first.excerpt.endsWith(" …"));
  assert.equal(second.excerpt, "");
  assert.equal(found("solicitor")[0].excerpt, "Ask the solicitor");
});
