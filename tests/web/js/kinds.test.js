import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32, deflateRawSync } from "node:zlib";

import { kindOf } from "../../../src/qa/web/static/kinds.js";

const kind = (name, content, readOnly) => kindOf(new File([content], name), readOnly);

/** A zip file of parts by name, packed or as they are. */
function zip(parts, { packed }) {
  const files = [];
  const list = [];
  let at = 0;
  for (const [name, text] of Object.entries(parts)) {
    const content = Buffer.from(text);
    const data = packed ? deflateRawSync(content) : content;
    const head = Buffer.alloc(26);
    head.writeUInt16LE(20, 0);
    head.writeUInt16LE(packed ? 8 : 0, 4);
    head.writeUInt32LE(crc32 ? crc32(content) : 0, 10);
    head.writeUInt32LE(data.length, 14);
    head.writeUInt32LE(content.length, 18);
    head.writeUInt16LE(name.length, 22);
    const entry = Buffer.alloc(14);
    entry.writeUInt32LE(at, 10);
    files.push(Buffer.from("PK\x03\x04"), head, Buffer.from(name), data);
    list.push(Buffer.from("PK\x01\x02\x14\x00"), head, entry, Buffer.from(name));
    at += 4 + head.length + name.length + data.length;
  }
  const end = Buffer.alloc(18);
  end.writeUInt16LE(Object.keys(parts).length, 6);
  end.writeUInt32LE(Buffer.concat(list).length, 8);
  end.writeUInt32LE(at, 12);
  return Buffer.concat([...files, ...list, Buffer.from("PK\x05\x06"), end]);
}

test("a table with a column question is asked, any other is a document", async () => {
  assert.equal(await kind("a.csv", "id,question\n1,Why?"), "questions");
  assert.equal(await kind("a.csv", 'sep=;\n"id";" Question "\n'), "questions");
  assert.equal(await kind("a.tsv", "id\tquestion\n"), "questions");
  assert.equal(await kind("a.CSV", "id,questions\n1,Why?"), "documents");
  assert.equal(await kind("a.csv", "\n\nquestion\n"), "questions");
  assert.equal(await kind("a.csv", "id\n1\nquestion"), "documents");
  assert.equal(await kind("a.csv", Buffer.from("\ufeffid,question", "utf16le")), "questions");
  assert.equal(await kind("a.csv", ""), "documents");
  assert.equal(await kind("a.csv", "Why?\nHow?"), "either");
  assert.equal(await kind("a", "question"), "documents");
});

test("on a read-only page, every table is asked", async () => {
  for (const name of ["a.csv", "a.tsv", "a.xlsx"]) assert.equal(await kind(name, "x", true), "questions");
  assert.equal(await kind("a.pdf", "x", true), "documents");
});

test("JSON is asked; JSON lines are asked if the first has a question", async () => {
  assert.equal(await kind("a.json", "[]"), "questions");
  assert.equal(await kind("a.jsonl", '{"question": "Why?"}'), "questions");
  assert.equal(await kind("a.jsonl", '{"_id": "1", "text": "x"}'), "documents");
  assert.equal(await kind("a.jsonl", "not JSON"), "documents");
  assert.equal(await kind("a.jsonl", ""), "documents");
});

test("a text of only questions may be either", async () => {
  assert.equal(await kind("a.txt", "Why?\r\n\r\n“How?”\n什么？"), "either");
  assert.equal(await kind("a.txt", "Why?\nBecause."), "documents");
  assert.equal(await kind("a.txt", ""), "documents");
  assert.equal(await kind("a.txt", "Why?\n".repeat(300_000)), "documents");
  assert.equal(await kind("a.md", "Why?"), "documents");
});

for (const packed of [true, false]) {
  test(`a workbook is asked where a cell is "question" (${packed ? "packed" : "as it is"})`, async () => {
    const book = (parts) => kind("a.xlsx", zip({ "[Content_Types].xml": "<question>question</question>", ...parts }, { packed }));
    assert.equal(await book({ "xl/sharedStrings.xml": "<si><t>id</t></si><si><t> Question </t></si>" }), "questions");
    assert.equal(await book({ "xl/worksheets/sheet1.xml": "<t>question</t>" }), "questions");
    assert.equal(await book({ "xl/sharedStrings.xml": `<t>${"x".repeat(300_000)}</t><t>question</t>` }), "questions");
    assert.equal(await book({ "xl/sharedStrings.xml": "<t>questions</t>" }), "documents");
    assert.equal(await book({ "docProps/app.xml": "<t>question</t>" }), "documents");
  });
}

test("a file that is not a zip file is not a workbook of questions", async () => {
  for (const content of ["", "question", "x".repeat(1000)]) assert.equal(await kind("a.xlsx", content), "documents");
});
