// The labels of one language, with their values.

/** Returns the first wanted language that has labels; English if there is none. */
export function firstKnown(wanted, texts) {
  const codes = wanted.map((tag) => String(tag).toLowerCase().split("-")[0]);
  return codes.find((code) => Object.hasOwn(texts, code)) || "en";
}

export class Wording {
  /**
   * @param {string} language
   * @param {Record<string, string | Record<string, string>>} texts labels, or their plural forms by CLDR name
   */
  constructor(language, texts) {
    this.language = language;
    this.tag = language === "zh" ? "zh-Hans" : language;
    this.texts = texts;
    this.plurals = new Intl.PluralRules(this.tag);
    this.numbers = new Intl.NumberFormat(this.tag);
  }

  number(value) {
    return this.numbers.format(value);
  }

  /**
   * Returns a label with its values as a list of pieces. A value is a text, a number, an element, or a function
   * that returns a text in the current language. The number n decides between singular and plural.
   */
  pieces(key, values = {}) {
    let text = this.texts[key];
    if (typeof text !== "string") text = text[this.plurals.select(values.n)] || text.other;
    return text.split(/\{(\w+)\}/).map((piece, at) => {
      if (at % 2 === 0) return piece;
      const value = typeof values[piece] === "function" ? values[piece]() : values[piece];
      return typeof value === "number" ? this.number(value) : value;
    });
  }

  label(key, values) {
    return this.pieces(key, values).join("");
  }
}
