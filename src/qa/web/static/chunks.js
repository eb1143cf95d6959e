/**
 * Cuts a list into parts whose items are, as JSON, not much larger than a size; a part has one item at least.
 * @template T
 * @param {T[]} items
 * @param {number} size characters
 * @returns {T[][]}
 */
export function chunks(items, size) {
  const parts = [];
  let room = 0;
  for (const item of items) {
    if (room <= 0) {
      parts.push([]);
      room = size;
    }
    parts.at(-1).push(item);
    room -= JSON.stringify(item).length;
  }
  return parts;
}
