import assert from "node:assert/strict";
import { test } from "node:test";

import { on, perform } from "../../../src/qa/web/static/actions.js";
import { chunks } from "../../../src/qa/web/static/chunks.js";
import { linkTo, placeIn } from "../../../src/qa/web/static/place.js";
import { restored } from "../../../src/qa/web/static/session.js";

const ADDRESS = { origin: "https://example.org", pathname: "/docs/", search: "" };

test("a link points to its place", () => {
  const place = { document: "a & b#ü.txt", start: "10", end: "20", sha256: "0123456789abcdef" };
  const link = linkTo(place, ADDRESS);
  assert.ok(link.startsWith("https://example.org/docs/#doc=a+%26+b%23"));
  assert.deepEqual(placeIn(new URL(link).hash), { ...place, sha256: "0123456789ab" });
});

test("a link keeps the URL except its language", () => {
  const link = (search) => linkTo({ document: "a", start: 1, end: 2 }, { ...ADDRESS, search });
  assert.equal(link("?lang=de"), "https://example.org/docs/#doc=a&start=1&end=2");
  assert.equal(link("?lang=de&x=1"), "https://example.org/docs/?x=1#doc=a&start=1&end=2");
});

test("a link without a document has no place; a link without offsets points to a document", () => {
  for (const hash of ["", "#", "#start=1&end=2"]) assert.equal(placeIn(hash), null);
  assert.deepEqual(placeIn("#doc=a&start=1"), { document: "a" });
  assert.deepEqual(placeIn("#doc="), { document: "" });
});

test("parts of a list are near a size and lose nothing", () => {
  assert.deepEqual(chunks([], 10), []);
  assert.deepEqual(chunks(["abc", "def", "g"], 6), [["abc", "def"], ["g"]]);
  assert.deepEqual(chunks(["abcdefghi", "a"], 5), [["abcdefghi"], ["a"]]);
  const items = Array.from({ length: 100 }, (_, at) => "x".repeat(at));
  assert.deepEqual(chunks(items, 300).flat(), items);
});

test("unfinished work is restored without invalid parts", () => {
  const run = { run: "r", key: "k", name: "a.csv", documents: ["a"] };
  const question = { question: "Why?", documents: [], after: ["How?"] };
  const json = JSON.stringify({ draft: "Wh", runs: [run, null, { ...run, run: 1 }], checks: [{ ...run, name: 2 }, run], asked: [question, { question: "?" }] });
  assert.deepEqual(restored(json), { draft: "Wh", runs: [run], checks: [run], asked: [question], searches: [] });
  for (const broken of [null, "", "null", "1", "[]", '{"runs": {}, "asked": 1, "draft": []}'])
    assert.deepEqual(restored(broken), { draft: null, runs: [], checks: [], asked: [], searches: [] });
});

test("a button starts the action of its name", () => {
  on({ first: (button) => button + 1, second: () => 2 });
  assert.equal(perform("first", 1), 2);
  assert.equal(perform("second"), 2);
});
