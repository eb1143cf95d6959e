// The order and the filters of a table, without the page: rows are sorted by the cells of one column.

/** The marks of a cell, in the order in which they are sorted. */
export const MARKS = ["wrong", "check", "right"];

/** The limits of the confidence by which cells are filtered: from the first, below the second. */
export const CONFIDENCES = { high: [0.9, 2], middle: [0.5, 0.9], low: [0, 0.5] };

const keys = {
  confidence: (cell) => cell.confidence,
  mark: (cell) => (cell.mark ? MARKS.indexOf(cell.mark) : null),
  answer: (cell) => (cell.sort === "" ? null : cell.sort),
};

// Numbers come before words.
function compare(a, b) {
  if (typeof a !== typeof b) return typeof a === "number" ? -1 : 1;
  return typeof a === "number" ? a - b : a.localeCompare(b);
}

/**
 * Returns documents sorted by their cells of a column; those without a cell, or without the value, come last.
 * @param {string[]} documents
 * @param {(document: string) => object | undefined} cellOf
 * @param {{by: string, direction: number}} order direction 1 is ascending, -1 descending, 0 the original order
 */
export function sorted(documents, cellOf, { by, direction }) {
  if (!direction) return documents;
  const value = new Map(
    documents.map((document) => {
      const cell = cellOf(document);
      return [document, cell ? (keys[by](cell) ?? null) : null];
    }),
  );
  return [...documents].sort((a, b) => {
    const [first, second] = [value.get(a), value.get(b)];
    if (first === null || second === null) return (first === null) - (second === null);
    return direction * compare(first, second);
  });
}

/**
 * Returns whether a cell passes the filters; an empty filter lets every cell pass.
 * @param {object | undefined} cell
 * @param {{confidence: string, mark: string}} filters
 */
export function passes(cell, { confidence, mark }) {
  if (!confidence && !mark) return true;
  if (!cell) return false;
  if (mark && (cell.mark ?? "none") !== mark) return false;
  if (!confidence) return true;
  const [least, below] = CONFIDENCES[confidence];
  return cell.confidence !== null && cell.confidence >= least && cell.confidence < below;
}

/** Returns the next direction of a column's order: descending, then ascending, then the original order. */
export const nextDirection = (direction) => ({ 0: -1, "-1": 1, 1: 0 })[direction];
