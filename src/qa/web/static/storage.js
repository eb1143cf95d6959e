// What this browser keeps. A browser may refuse, and other pages of the same address may have written
// anything under the same keys.

export function read(key) {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

/** Stores a text; returns false where there is no room. */
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

/** Stores a list; returns false where there is no room. */
export function writeList(key, items) {
  return write(key, JSON.stringify(items));
}

/**
 * Stores a list, without its first items where there is no room for all.
 * @returns {number} how many items are stored; -1 where not even an empty list is.
 */
export function writeNewest(key, items) {
  let rest = items;
  while (!writeList(key, rest)) {
    if (!rest.length) return -1;
    rest = withoutOldest(rest);
  }
  return rest.length;
}

/** The list without its oldest tenth. */
export function withoutOldest(items) {
  return items.slice(Math.ceil(items.length / 10));
}
