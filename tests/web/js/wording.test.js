import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";

import { visible } from "../../../src/qa/web/static/text.js";
import { firstKnown, Wording } from "../../../src/qa/web/static/wording.js";

const LANGUAGES = ["en", "de", "fr", "es", "zh"];
const texts = (language) =>
  JSON.parse(readFileSync(new URL(`../../../src/qa/web/labels/${language}.json`, import.meta.url)));
const wording = (language) => new Wording(language, texts(language));

test("the first language with labels is chosen", () => {
  const known = { en: {}, de: {}, zh: {} };
  assert.equal(firstKnown([null, "pt-BR", "DE-at", "en"], known), "de");
  assert.equal(firstKnown(["zh-Hant-TW"], known), "zh");
  assert.equal(firstKnown([undefined, "toString", "xx"], known), "en");
});

test("numbers and plurals follow the language", () => {
  const counted = (language) => [0, 1, 1234, 12345].map((n) => wording(language).label("sentences", { n }));
  assert.deepEqual(counted("en"), ["0 sentences", "1 sentence", "1,234 sentences", "12,345 sentences"]);
  assert.deepEqual(counted("de"), ["0 Sätze", "1 Satz", "1.234 Sätze", "12.345 Sätze"]);
  assert.deepEqual(counted("fr"), ["0 phrase", "1 phrase", "1\u202f234 phrases", "12\u202f345 phrases"]);
  assert.deepEqual(counted("es"), ["0 frases", "1 frase", "1234 frases", "12.345 frases"]);
  assert.deepEqual(counted("zh"), ["0 个句子", "1 个句子", "1,234 个句子", "12,345 个句子"]);
});

test("values are inserted once, unchanged", () => {
  const words = new Wording("en", { both: "{a} and {b}", one: "{n} of {n}" });
  assert.equal(words.label("both", { a: "{b}", b: "<b>" }), "{b} and <b>");
  assert.equal(words.label("one", { n: 1000 }), "1,000 of 1,000");
  const element = { tag: "a" };
  assert.deepEqual(words.pieces("both", { a: element, b: () => "later" }), ["", element, " and ", "later", ""]);
});

test("Chinese is tagged by its script", () => {
  assert.deepEqual(LANGUAGES.map((language) => wording(language).tag), ["en", "de", "fr", "es", "zh-Hans"]);
});

test("control characters become visible", () => {
  assert.equal(visible("a\tb\nc"), "a\tb\nc");
  assert.equal(visible("\u202ederiw\u202c"), "\ufffdderiw\ufffd");
  assert.equal(visible("\u0000\u001b[0m\u007f"), "\u2400\u241b[0m\u2421");
  assert.equal(visible("\u{e0041}\ud800 日本 \u{1f600}"), "\ufffd\ufffd 日本 \u{1f600}");
});
