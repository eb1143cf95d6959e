// Links to places in documents. The place is in the URL's fragment, which servers never log.

/**
 * @param {{document: string, start: string | number, end: string | number, sha256?: string}} place
 * @param {{origin: string, pathname: string, search: string}} address of the page
 */
export function linkTo(place, address) {
  const parts = new URLSearchParams({ doc: place.document, start: place.start, end: place.end });
  if (place.sha256) parts.set("sha", place.sha256.slice(0, 12));
  const search = new URLSearchParams(address.search);
  search.delete("lang"); // the person who opens the link may use another language
  return `${address.origin}${address.pathname}${search.size ? `?${search}` : ""}#${parts}`;
}

/** Returns the place that a URL's fragment points to; null if there is none. */
export function placeIn(hash) {
  const parts = new URLSearchParams(hash.slice(1));
  const [document, start, end, sha256] = ["doc", "start", "end", "sha"].map((name) => parts.get(name));
  if (document === null) return null;
  const place = { document };
  if (start !== null && end !== null) Object.assign(place, { start, end });
  if (sha256) place.sha256 = sha256;
  return place;
}
