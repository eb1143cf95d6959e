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

export function remove(key) {
  try {
    localStorage.removeItem(key);
  } catch {
    // Without storage, there is nothing to remove.
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
