// Compares two answers to the same question: which quotes are new, changed or gone.

const ALIKE = 0.5; // share of common words from which two quotes of a document are versions of each other

const answers = (record) => (record.answered ? record.quotes.filter((quote) => quote.answers !== false) : []);
const isSame = (a, b) => a.citation.doc_id === b.citation.doc_id && a.text === b.text;
const wordsOf = (text) => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []);

function likeness(a, b) {
  if (a.citation.doc_id !== b.citation.doc_id) return 0;
  const [first, second] = [wordsOf(a.text), wordsOf(b.text)];
  const common = [...first].filter((word) => second.has(word)).length;
  return common / (first.size + second.size - common || 1);
}

/**
 * Returns what a newer answer has that an older one had not, and the reverse; null if nothing differs.
 * @param {{answered: boolean, quotes: object[]}} before
 * @param {{answered: boolean, quotes: object[]}} now
 * @returns {{marks: Record<string, "new" | "changed">, gone: object[]} | null} marks by the ranks of the newer quotes
 */
export function differences(before, now) {
  const [olds, news] = [answers(before), answers(now)];
  const added = news.filter((quote) => !olds.some((old) => isSame(old, quote)));
  let gone = olds.filter((old) => !news.some((quote) => isSame(old, quote)));
  const marks = {};
  for (const quote of added) {
    const [version] = gone.filter((old) => likeness(old, quote) >= ALIKE).sort((a, b) => likeness(b, quote) - likeness(a, quote));
    gone = gone.filter((old) => old !== version);
    marks[quote.rank] = version ? "changed" : "new";
  }
  return added.length || gone.length ? { marks, gone } : null;
}
