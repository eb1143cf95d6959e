// The storage of this browser. A browser may refuse it, and other pages of the same origin may have written
// anything under the same keys.

export function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Stores a text; returns false if there is no room. */
export function write(key, text) {
  try {
    localStorage.setItem(key, text);
    return true;
  } catch {
    return false;
  }
}

export function readList(key) {
  try {
    const items = JSON.parse(read(key) || "[]");
    return Array.isArray(items) ? items : [];
  } catch {
    return [];
  }
}

/** Stores a list; returns false if there is no room. */
export function writeList(key, items) {
  return write(key, JSON.stringify(items));
}

/**
 * Stores a list, without its first items if there is no room for all.
 * @returns {number} the number of stored items; -1 if not even an empty list could be stored
 */
export function writeNewest(key, items) {
  let rest = items;
  while (!writeList(key, rest)) {
    if (!rest.length) return -1;
    rest = withoutOldest(rest);
  }
  return rest.length;
}

/** Returns a list without its oldest tenth. */
export function withoutOldest(items) {
  return items.slice(Math.ceil(items.length / 10));
}
