import assert from "node:assert/strict";
import { test } from "node:test";

import { codePoints, indexAfter } from "../../../src/qa/web/static/offsets.js";

test("a character outside the basic plane is one code point", () => {
  assert.equal(codePoints("a😀b"), 3);
  assert.equal(codePoints("\ud800x"), 2);
  assert.equal(codePoints(""), 0);
});

test("an index after code points counts both halves of a pair", () => {
  assert.equal(indexAfter("a😀b", 0), 0);
  assert.equal(indexAfter("a😀b", 2), 3);
  assert.equal(indexAfter("a😀b", 9), 4);
});
