/**
 * Splits a list into parts whose JSON is not much larger than a size. Every part has at least one item.
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
