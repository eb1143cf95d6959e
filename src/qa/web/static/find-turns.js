// Searches the questions of all notebooks, with their quotes and notes.

/** Returns a text without accents and capitals, for comparing. */
export const folded = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

/**
 * Returns turns, each with the texts in which it is searched: its question, then its quotes and the notes on them.
 * @param {{notebook: string, record: object}[]} turns
 * @param {(notebook: string) => {record: object, note: string}[]} quotesOf the kept quotes of a notebook
 */
export function searchable(turns, quotesOf) {
  const notes = new Map();
  for (const notebook of new Set(turns.map((turn) => turn.notebook)))
    for (const { record, note } of quotesOf(notebook)) {
      const place = JSON.stringify([notebook, record.question]);
      notes.set(place, [...(notes.get(place) ?? []), note]);
    }
  return turns.map((turn) => {
    const { question, quotes } = turn.record;
    const of = notes.get(JSON.stringify([turn.notebook, question])) ?? [];
    const texts = [question, ...of, ...quotes.map((quote) => quote.text)].filter((text) => typeof text === "string" && text);
    return { turn, texts, folded: texts.map(folded) };
  });
}

/**
 * Returns the items that have every word of a search, and the text that shows it where the question does not.
 * @param {ReturnType<typeof searchable>} items
 * @param {string} search
 * @returns {{turn: object, excerpt: string}[]}
 */
export function matching(items, search) {
  const words = folded(search).split(/\s+/).filter(Boolean);
  const hasAll = (text) => words.every((word) => text.includes(word));
  return items
    .filter(({ folded }) => words.every((word) => folded.some((text) => text.includes(word))))
    .map(({ turn, texts, folded }) => {
      if (!words.length || hasAll(folded[0])) return { turn, excerpt: "" };
      const at = folded.findIndex((text, n) => n > 0 && words.some((word) => text.includes(word)));
      return { turn, excerpt: at < 0 ? "" : around(texts[at], folded[at], words) };
    });
}

const BEFORE = 60; // characters
const LENGTH = 180;

// Returns the part of a text around the first of these words.
function around(text, foldedText, words) {
  const first = Math.min(...words.map((word) => foldedText.indexOf(word)).filter((at) => at >= 0));
  // Folding may change the length a little; the part is wide enough for that.
  const start = Math.max(0, first - BEFORE);
  const part = text.slice(start, start + LENGTH).replace(/\s+/g, " ").trim();
  return (start ? "… " : "") + part + (start + LENGTH < text.length ? " …" : "");
}
