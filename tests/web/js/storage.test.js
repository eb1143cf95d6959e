import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { addTurns, newKey, QUOTES, storedQuotes, storedTurns, storeQuotes, takeTurns, TURNS } from "../../../src/qa/web/static/memory.js";
import { read, readList, withoutOldest, write, writeList, writeNewest } from "../../../src/qa/web/static/storage.js";

/** A browser's storage with so much room for all values together. */
class Storage {
  constructor(room = Infinity) {
    this.room = room;
    this.items = new Map();
  }

  getItem(key) {
    return this.items.get(key) ?? null;
  }

  setItem(key, text) {
    const others = [...this.items].filter(([other]) => other !== key).reduce((sum, [, value]) => sum + value.length, 0);
    if (others + text.length > this.room) throw new Error("QuotaExceededError");
    this.items.set(key, text);
  }
}

const turn = (key, question = "?") => ({ key, record: { question }, documents: [] });
const keys = () => storedTurns().map((one) => one.key);

beforeEach(() => {
  globalThis.localStorage = new Storage();
});

test("without storage, nothing is stored and nothing fails", () => {
  delete globalThis.localStorage;
  assert.equal(read("x"), null);
  assert.equal(write("x", "1"), false);
  assert.deepEqual(readList("x"), []);
  assert.equal(addTurns([turn("a")]), false);
  assert.deepEqual(storeQuotes([1]), { stored: false, turnsLost: false });
});

test("only a list is read as a list", () => {
  for (const [text, list] of [["[1,2]", [1, 2]], ["{}", []], ["not JSON", []], ["null", []], ["", []]]) {
    write("x", text);
    assert.deepEqual(readList("x"), list);
  }
});

test("the oldest tenth is removed, at least one item", () => {
  assert.deepEqual(withoutOldest([1]), []);
  assert.equal(withoutOldest(Array(10).fill(0)).length, 9);
  assert.equal(withoutOldest(Array(11).fill(0)).length, 9);
});

test("the newest items are stored if there is no room for all", () => {
  globalThis.localStorage = new Storage(9);
  assert.equal(writeNewest("x", [1, 2, 3, 4, 5]), 4);
  assert.deepEqual(readList("x"), [2, 3, 4, 5]);
  globalThis.localStorage = new Storage(1);
  assert.equal(writeNewest("x", [1, 2]), -1);
});

test("turns of several tabs are stored in the order of their keys", () => {
  addTurns([turn("b"), turn("d")]);
  addTurns([turn("a"), turn("c"), turn("b", "again")]);
  assert.deepEqual(keys(), ["a", "b", "c", "d"]);
  assert.equal(storedTurns()[1].record.question, "again");
  assert.deepEqual(takeTurns(new Set(["b", "x"])).map((one) => one.key), ["b"]);
  assert.deepEqual(keys(), ["a", "c", "d"]);
});

test("later keys sort after earlier ones", (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: 1_700_000_000_000 });
  const first = newKey();
  context.mock.timers.tick(1);
  assert.ok(first < newKey());
});

test("broken turns are left out, and turns without a key come first", () => {
  const broken = [null, 1, {}, { record: {} }, { record: {}, documents: "a" }, { record: {}, documents: [1] }];
  writeList(TURNS, [{ record: {}, documents: ["a"] }, ...broken, turn("lxyz")]);
  assert.deepEqual(keys(), ["00000000", "lxyz"]);
});

test("turns lost for lack of room are reported", () => {
  globalThis.localStorage = new Storage(JSON.stringify([turn("a"), turn("b")]).length);
  assert.equal(addTurns([turn("a"), turn("b")]), false);
  assert.equal(addTurns([turn("c")]), true);
  assert.deepEqual(keys(), ["b", "c"]);
});

test("turns are removed to make room for kept quotes", () => {
  const quotes = ["x".repeat(40)];
  globalThis.localStorage = new Storage(JSON.stringify([turn("a"), turn("b")]).length + 10);
  addTurns([turn("a"), turn("b")]);
  assert.deepEqual(storeQuotes(quotes), { stored: true, turnsLost: true });
  assert.deepEqual(storedQuotes(), quotes);
  assert.deepEqual(keys(), ["b"]);
  assert.equal(storeQuotes(["x".repeat(400)]).stored, false);
  assert.deepEqual(readList(QUOTES), quotes);
});
