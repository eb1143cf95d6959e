// Functions on lists of kept quotes. An item is {record, note}, and its record has one quote. No list is modified.

/** Returns the citation of the only quote of a record. */
export const placeOf = (record) => record.quotes[0].citation;

/** Returns whether the only quote of a record is part of an answer; records of earlier versions do not say. */
export const isAnswer = (record) => record.answered && record.quotes[0].answers !== false;

/** Returns whether a record is a quote that the person selected in a document. */
export const isOwn = (record) => record.id === "own";

/** Returns the marked words of a quote as the page's attributes: stretches that match, and stretches that answer. */
export function marksOf(quote) {
  const [answers, matched] = [true, false].map((wanted) =>
    quote.matched
      .filter((span) => (span.kind === "answer") === wanted)
      .map((span) => `${span.start}-${span.end}`)
      .join(" "),
  );
  return { matched, answers };
}

export const samePlace = (a, b) =>
  a.doc_id === b.doc_id && a.sha256 === b.sha256 && a.start === b.start && a.end === b.end;

/** Returns whether an item of the browser's storage is a valid kept quote; an invalid one must not break the page. */
export function intact(item) {
  const quote = item?.record?.quotes?.[0];
  const { doc_id, title } = quote?.citation ?? {};
  const texts = [item?.note, item?.record?.question, quote?.text, doc_id, title];
  return texts.every((text) => typeof text === "string") && Array.isArray(quote.matched) && Boolean(quote.context);
}

export function indexAt(list, place) {
  return list.findIndex((item) => samePlace(placeOf(item.record), place));
}

export function without(list, place) {
  return list.filter((item) => !samePlace(placeOf(item.record), place));
}

/** Adds a quote, and its text for reading as a card shows it. */
export function withQuote(list, record, reading) {
  return indexAt(list, placeOf(record)) >= 0 ? list : [...list, { record, note: "", reading }];
}

/** Puts a removed item back to its place, unless the quote was kept again meanwhile. */
export function withItem(list, item, at) {
  return indexAt(list, placeOf(item.record)) >= 0 ? list : list.toSpliced(at, 0, item);
}

export function withNote(list, place, note) {
  return list.map((item) => (samePlace(placeOf(item.record), place) ? { ...item, note } : item));
}

/**
 * Gives the quotes of documents other titles. A list without any of these documents is returned as it is.
 * @param {object[]} list
 * @param {Record<string, {title: string, name?: string}>} titles by the document
 */
export function withTitles(list, titles) {
  const isOld = ({ doc_id, title, name }) => {
    const now = Object.hasOwn(titles, doc_id) ? titles[doc_id] : null;
    return now && (now.title !== title || (now.name ?? null) !== (name ?? null));
  };
  if (!list.some(({ record }) => isOld(placeOf(record)))) return list;
  return list.map((item) => {
    const [quote, ...rest] = item.record.quotes;
    if (!isOld(quote.citation)) return item;
    const { name, ...citation } = { ...quote.citation, ...titles[quote.citation.doc_id] };
    const named = name ? { ...citation, name } : citation;
    return { ...item, record: { ...item.record, quotes: [{ ...quote, citation: named }, ...rest] } };
  });
}

/** Moves a quote by a number of places: towards the end, or towards the start if the number is negative. */
export function moved(list, place, by) {
  const at = indexAt(list, place);
  return at < 0 ? list : without(list, place).toSpliced(Math.max(0, at + by), 0, list[at]);
}

/** Returns the quotes of this tab, followed by those that are only in the storage. */
export function joined(own, stored) {
  return [...own, ...stored.filter((item) => indexAt(own, placeOf(item.record)) < 0)];
}
