"""Join the pieces at one height to a line of text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from qa.parsers.pdf.glyphs import Piece

# Maximum pieces of a page that is searched for columns and tables; on larger drawings this takes minutes.
MAX_PIECES = 5_000
# Minimum gap between cells of a table, in letter heights; gaps between words are never this wide.
MIN_CELL_GAP = 2.5
# Start of an item: a bullet, a number or letter of a list, a question or answer mark of a transcript.
MARK = re.compile(
    r"[•●▪■◦‣⁃➢❖✓○–—*·§►→o-]|\d{1,3}-|\(?(?:\d{1,3}|[a-zA-Z]|[ivxlcIVXLC]{1,6})[.)]|\(?\d{1,2}(?:\.\d{1,2}){1,4}[.)]?"
    r"|\[\d{1,3}\]|[QA]\s?[.:]?"
)
# Maximum relative size of letters that are not part of the line of larger letters far beside them.
_MAX_SMALL_SIZE = 0.6


class Line(Piece):
    """A line of a column; the character number of an added code point is -1."""

    __slots__ = ()


def rows_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """Group pieces into lines: lines from the top, pieces of a line from the left."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.middle):
        row = rows[-1] if rows else []
        # Pieces share a line if the middle of each is within the height of the other.
        if row and row[0].top < piece.middle < row[0].bottom and piece.top < row[0].middle < piece.bottom:
            row.append(piece)
        else:
            rows.append([piece])
    return [part for row in rows for part in _split_by_size(row)]


def _split_by_size(row: list[Piece]) -> list[list[Piece]]:
    """Separate much smaller, distant pieces from a line: a logo beside a title is not part of the title."""
    row.sort(key=lambda piece: piece.left)
    sizes = [piece.size for piece in row]
    large = max(sizes)
    if min(sizes) > _MAX_SMALL_SIZE * large:
        return [row]
    small: list[Piece] = []
    rest: list[Piece] = []
    for stretch in _split_at_gaps(row, MIN_CELL_GAP * large):
        is_small = all(piece.size <= _MAX_SMALL_SIZE * large for piece in stretch)
        (small if is_small else rest).extend(stretch)
    return [small, rest] if small else [row]


def _split_at_gaps(row: Sequence[Piece], width: float) -> list[list[Piece]]:
    """Split the pieces of a line at gaps wider than ``width``."""
    stretches = [[row[0]]]
    for before, piece in pairwise(row):
        if piece.left - before.right > width:
            stretches.append([])
        stretches[-1].append(piece)
    return stretches


def line_of(row: Sequence[Piece]) -> Line:
    """Join the pieces of a line, in their order, to a line of text."""
    text, indices = row[0].text, row[0].indices
    for before, piece in pairwise(row):
        gap = max(piece.left - before.right, before.left - piece.right)
        # Even far from its item's mark, the item's text is not a cell of a table.
        is_item = len(row) == 2 and MARK.fullmatch(before.text)
        text += ("\t" if gap > MIN_CELL_GAP * piece.size and not is_item else " ") + piece.text
        indices += (-1, *piece.indices)
    largest = max(row, key=lambda piece: len(piece.text))
    # The number of a heading may use another font than its words.
    words = row[1:] if len(row) > 1 and MARK.fullmatch(row[0].text) else row
    return Line(
        text,
        indices,
        min(piece.left for piece in row),
        largest.top,
        max(piece.right for piece in row),
        largest.bottom,
        words[0].font if all(piece.font == words[0].font for piece in words) else "",
        all(piece.bold for piece in words),
    )
