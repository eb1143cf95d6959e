import assert from "node:assert/strict";
import { test } from "node:test";

import { indexAt, intact, isAnswer, joined, marksOf, moved, placeOf, withItem, withNote, without, withQuote, withTitles } from "../../../src/qa/web/static/quotes.js";

const citation = (start) => ({ doc_id: "a.txt", title: "A", sha256: "00", start, end: start + 5 });
const record = (start) => ({
  question: "Why?",
  quotes: [{ text: "Words", matched: [], context: { start: 0, end: 9 }, citation: citation(start) }],
});
const kept = (...starts) => starts.map((start) => ({ record: record(start), note: "" }));
const starts = (list) => list.map((one) => one.record.quotes[0].citation.start);

test("a quote is found by its place", () => {
  assert.equal(indexAt(kept(1, 7), citation(7)), 1);
  assert.equal(indexAt(kept(1, 7), { ...citation(7), sha256: "01" }), -1);
  assert.equal(indexAt(kept(1, 7), { ...citation(7), end: 13 }), -1);
});

test("functions return new lists and modify none", () => {
  const list = Object.freeze(kept(1, 7));
  assert.deepEqual(starts(withQuote(list, record(9))), [1, 7, 9]);
  assert.equal(withQuote(list, record(7)), list);
  assert.deepEqual(starts(without(list, citation(1))), [7]);
  assert.deepEqual(withNote(list, citation(7), "Yes.").map((one) => one.note), ["", "Yes."]);
});

test("a removed quote comes back to its place with its note", () => {
  const list = Object.freeze(kept(1, 7, 9));
  const item = { record: record(7), note: "Yes." };
  assert.deepEqual(withItem(without(list, citation(7)), item, 1), [list[0], item, list[2]]);
  assert.equal(withItem(list, item, 1), list);
});

test("a quote moves up and down, but not beyond the ends", () => {
  const list = kept(1, 7, 9);
  assert.deepEqual(starts(moved(list, citation(9), -1)), [1, 9, 7]);
  assert.deepEqual(starts(moved(list, citation(1), 1)), [7, 1, 9]);
  assert.deepEqual(starts(moved(list, citation(1), -1)), [1, 7, 9]);
  assert.deepEqual(starts(moved(list, citation(9), 1)), [1, 7, 9]);
  assert.equal(moved(list, citation(5), 1), list);
});

test("unsaved quotes are joined with the stored ones", () => {
  assert.deepEqual(starts(joined(kept(3, 1), kept(1, 7))), [3, 1, 7]);
});

test("only valid items of the storage are kept quotes", () => {
  const [item] = kept(1);
  assert.ok(intact(item));
  const [quote] = item.record.quotes;
  const withParts = (parts) => ({ ...item, record: { ...item.record, quotes: [{ ...quote, ...parts }] } });
  for (const broken of [null, 1, "x", {}, { record: {} }, { record: { quotes: [] } }, { ...item, note: 1 },
    withParts({ text: null }), withParts({ matched: "1-2" }), withParts({ context: null }),
    withParts({ citation: null }), withParts({ citation: { doc_id: "a.txt" } })])
    assert.equal(intact(broken), false, JSON.stringify(broken));
});

test("a quote is an answer if the question is answered and the quote is a part of the answer", () => {
  const kept = (answered, more) => ({ answered, quotes: [{ ...record(1).quotes[0], ...more }] });
  assert.equal(isAnswer(kept(true, { answers: true })), true);
  assert.equal(isAnswer(kept(true, { answers: false })), false);
  assert.equal(isAnswer(kept(false, { answers: false })), false);
  // Records of earlier versions do not say.
  assert.equal(isAnswer(kept(true, {})), true);
  assert.equal(isAnswer(kept(false, {})), false);
});

test("quotes get the new titles of their documents, and only theirs", () => {
  const list = ["a.txt", "b.txt"].map((doc_id) => {
    const [quote] = record(1).quotes;
    return { record: { quotes: [{ ...quote, citation: { ...quote.citation, doc_id, title: "Old", name: "Old (A / B)" } }] }, note: "n" };
  });
  const now = withTitles(list, { "a.txt": { title: "New", name: null } });
  assert.deepEqual(now.map((item) => [placeOf(item.record).title, placeOf(item.record).name]), [["New", undefined], ["Old", "Old (A / B)"]]);
  assert.equal(now[0].note, "n");
  assert.equal(now[1], list[1]);
  assert.equal(withTitles(list, { "c.txt": { title: "New" } }), list);
  assert.equal(withTitles(list, { "a.txt": { title: "Old", name: "Old (A / B)" } }), list);
});

test("answer words are separate from matching words", () => {
  const matched = [
    { start: 1, end: 3 },
    { start: 4, end: 6, kind: "answer" },
    { start: 7, end: 9, kind: "lexical" },
    { start: 10, end: 12, kind: "answer" },
  ];
  assert.deepEqual(marksOf({ matched }), { matched: "1-3 7-9", answers: "4-6 10-12" });
  assert.deepEqual(marksOf({ matched: [] }), { matched: "", answers: "" });
});
