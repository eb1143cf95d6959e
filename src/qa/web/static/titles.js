// The titles of the documents of kept quotes, which a person may have changed since.

import { keptQuotes, retitle } from "./kept.js";
import { placeOf } from "./quotes.js";
import { call } from "./server.js";

/** Gives kept quotes the titles that their documents have now. */
export async function followTitles() {
  const documents = [...new Set(keptQuotes().map(({ record }) => placeOf(record).doc_id))];
  if (!documents.length) return;
  try {
    retitle((await call("titles", { documents })).titles);
  } catch {
    // They keep the titles that they have.
  }
}
