import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

import { earlierTurns, newKey, storedQuotes, storedTurns, storeQuotes, timeOf } from "../../../src/qa/web/static/memory.js";
import { addNotebook, dropNotebook, enter, keyIn, notebook, notebooks, renameNotebook } from "../../../src/qa/web/static/notebooks.js";
import { read, readList, remove, write, writeList } from "../../../src/qa/web/static/storage.js";

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

  removeItem(key) {
    this.items.delete(key);
  }
}

beforeEach(() => {
  globalThis.localStorage = new Storage();
  enter("");
});

test("without storage, nothing is stored and nothing fails", async () => {
  delete globalThis.localStorage;
  assert.equal(read("x"), null);
  assert.equal(write("x", "1"), false);
  remove("x");
  assert.deepEqual(readList("x"), []);
  assert.equal(await storedTurns(""), null);
  assert.equal(storeQuotes([1]), false);
  assert.equal(addNotebook("mine"), null);
  assert.deepEqual(notebooks(), [{ id: "", name: "" }]);
});

test("only a list is read as a list", () => {
  for (const [text, list] of [["[1,2]", [1, 2]], ["{}", []], ["not JSON", []], ["null", []], ["", []]]) {
    write("x", text);
    assert.deepEqual(readList("x"), list);
  }
});

test("later keys sort after earlier ones, and tell when they were made", (context) => {
  context.mock.timers.enable({ apis: ["Date"], now: 1_700_000_000_000 });
  const first = newKey();
  context.mock.timers.tick(1);
  assert.ok(first < newKey());
  assert.equal(timeOf(first).getTime(), 1_700_000_000_000);
  assert.equal(timeOf("00000003"), null);
});

test("the turns of earlier versions are read, without broken ones", () => {
  const record = { question: "?", quotes: [] };
  const broken = [null, 1, "a", {}, { record }, { record: {}, documents: [] }, { record, documents: "a" }, { record, documents: [1] }];
  writeList("verbatim-history", [{ record, documents: ["a"] }, ...broken, { key: "lxyz", record, documents: [] }]);
  const turns = earlierTurns();
  assert.deepEqual(turns.map((turn) => [turn.notebook, turn.key]), [["", "00000000"], ["", "lxyz"]]);
});

test("each notebook has its own kept quotes", () => {
  storeQuotes([1]);
  const id = addNotebook("Leases");
  enter(id);
  assert.equal(notebook(), id);
  assert.deepEqual(storedQuotes(), []);
  storeQuotes([2]);
  assert.deepEqual([storedQuotes(""), storedQuotes(id), storedQuotes()], [[1], [2], [2]]);
});

test("a renamed notebook keeps its id, and invalid ones are left out", () => {
  const id = addNotebook("Leases");
  renameNotebook(id, "Old leases");
  renameNotebook("", "First");
  assert.deepEqual(notebooks(), [{ id: "", name: "First" }, { id, name: "Old leases" }]);
  writeList("verbatim-notebooks", [7, { id: 1, name: "a" }, { id: "x", name: "X" }]);
  enter("unknown");
  assert.equal(notebook(), "x");
});

test("a deleted notebook comes back with all that it had", () => {
  const [a, b] = [addNotebook("A"), addNotebook("B")];
  write(keyIn("kept", a), "quotes of A");
  const undo = dropNotebook(a, ["kept", "scope"]);
  assert.deepEqual(notebooks().map((one) => one.id), ["", b]);
  assert.equal(read(keyIn("kept", a)), null);
  undo();
  undo();
  assert.deepEqual(notebooks().map((one) => one.id), ["", a, b]);
  assert.equal(read(keyIn("kept", a)), "quotes of A");
  assert.equal(read(keyIn("scope", a)), null);
});
