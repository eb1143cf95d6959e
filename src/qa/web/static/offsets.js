// Offsets of a document's text and the places in the page where they are shown. Offsets are code points; the lines
// of the text, and of the printed pages, have theirs in data-at.

/** Returns the number of code points of a text. */
export const codePoints = (text) => [...text].length;

/** Returns the index in a text after a number of code points. */
export function indexAfter(text, points) {
  let at = 0;
  for (let left = points; left > 0 && at < text.length; left--) at += text.codePointAt(at) > 0xffff ? 2 : 1;
  return at;
}

function textNodes(line) {
  const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
  const nodes = [];
  while (walker.nextNode()) nodes.push(walker.currentNode);
  return nodes;
}

// Returns the text node and the index in it of an offset in a line.
function pointIn(line, offset) {
  let left = offset - Number(line.dataset.at);
  const nodes = textNodes(line);
  for (const node of nodes) {
    const length = codePoints(node.data);
    if (left <= length) return [node, indexAfter(node.data, Math.max(0, left))];
    left -= length;
  }
  const last = nodes.at(-1);
  return last ? [last, last.data.length] : [line, 0];
}

/** Returns the ranges of the page that show a stretch of the text, in these lines. */
export function rangesOf(lines, start, end) {
  const ranges = [];
  // The last line that begins at or before the start, and those that follow before the end.
  let first = lines.findLastIndex((line) => Number(line.dataset.at) <= start);
  for (first = Math.max(0, first); first < lines.length && Number(lines[first].dataset.at) < end; first++) {
    const range = document.createRange();
    range.setStart(...pointIn(lines[first], start));
    range.setEnd(...pointIn(lines[first], end));
    if (!range.collapsed) ranges.push(range);
  }
  return ranges;
}

/** Returns the offset in the text of a point of the page; null if it is in no line. */
export function offsetAt(node, index) {
  const element = node.nodeType === Node.TEXT_NODE ? node.parentElement : node;
  const line = element.closest("[data-at]");
  if (!line) return null;
  const before = document.createRange();
  before.selectNodeContents(line);
  before.setEnd(node, index);
  return Number(line.dataset.at) + codePoints(before.toString());
}
