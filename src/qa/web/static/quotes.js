// Kept quotes as a list, each {record, note}; the record has the one quote. Nothing here changes a list.

/** The citation of the one quote of a record. */
export const placeOf = (record) => record.quotes[0].citation;

export const samePlace = (a, b) =>
  a.doc_id === b.doc_id && a.sha256 === b.sha256 && a.start === b.start && a.end === b.end;

/** Whether an item of the browser's storage is a kept quote: a broken one must not break the page. */
export function intact(item) {
  const quote = item?.record?.quotes?.[0];
  const { doc_id, title } = quote?.citation ?? {};
  const words = [item?.note, item?.record?.question, quote?.text, doc_id, title];
  return words.every((word) => typeof word === "string") && Array.isArray(quote.matched) && Boolean(quote.context);
}

export function indexAt(list, place) {
  return list.findIndex((one) => samePlace(placeOf(one.record), place));
}

export function without(list, place) {
  return list.filter((one) => !samePlace(placeOf(one.record), place));
}

export function withQuote(list, record) {
  return indexAt(list, placeOf(record)) >= 0 ? list : [...list, { record, note: "" }];
}

export function withNote(list, place, note) {
  return list.map((one) => (samePlace(placeOf(one.record), place) ? { ...one, note } : one));
}

/** Moves a quote by so many places, towards the end or, below zero, the beginning. */
export function moved(list, place, by) {
  const at = indexAt(list, place);
  return at < 0 ? list : without(list, place).toSpliced(Math.max(0, at + by), 0, list[at]);
}

/** What is kept in this tab, and after it what only the storage has. */
export function joined(own, stored) {
  return [...own, ...stored.filter((one) => indexAt(own, placeOf(one.record)) < 0)];
}
