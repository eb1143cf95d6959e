"""Pieces at one height to a line of text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from qa.parsers.pdf.glyphs import LEAST_SIZE, Piece

# A page with more pieces is a drawing; looking for columns and tables would take minutes.
MOST_PIECES = 5_000
# Cells of a table stand further apart than this, in heights of letters; words never do.
CELL_GAP = 2.5
# What begins an item: a bullet, a number or letter of a list, question and answer of a transcript.
MARK = re.compile(
    r"[•●▪■◦‣⁃➢❖✓○–—*·§►→o-]|\d{1,3}-|\(?(?:\d{1,3}|[a-zA-Z]|[ivxlcIVXLC]{1,6})[.)]|\(?\d{1,2}(?:\.\d{1,2}){1,4}[.)]?"
    r"|\[\d{1,3}\]|[QA]\s?[.:]?"
)
# Letters so much smaller than others, and apart from them, are not on their line.
_SMALL = 0.6


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a column: its text, and where each code point comes from (-1: from nowhere)."""

    text: str
    indices: tuple[int, ...]
    left: float
    top: float
    right: float
    bottom: float
    font: str = ""
    bold: bool = False

    @property
    def size(self) -> float:
        return max(self.bottom - self.top, LEAST_SIZE)


def rows_of(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces line by line from the top, those of a line from the left."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: piece.middle):
        row = rows[-1] if rows else []
        # On one line where the middle of each stands within the height of the other.
        if row and row[0].top < piece.middle < row[0].bottom and piece.top < row[0].middle < piece.bottom:
            row.append(piece)
        else:
            rows.append([piece])
    return [part for row in rows for part in _by_size(row)]


def _by_size(row: list[Piece]) -> list[list[Piece]]:
    """A line without what is far smaller and far apart: a logo beside a title is no part of it."""
    row.sort(key=lambda piece: piece.left)
    sizes = [piece.size for piece in row]
    large = max(sizes)
    if min(sizes) > _SMALL * large:
        return [row]
    stretches = [[row[0]]]
    for before, piece in pairwise(row):
        if piece.left - before.right > CELL_GAP * large:
            stretches.append([])
        stretches[-1].append(piece)
    small = [part for part in stretches if all(piece.size <= _SMALL * large for piece in part)]
    rest = [piece for part in stretches if part not in small for piece in part]
    return [[piece for part in small for piece in part], rest] if small else [row]


def line_of(row: Sequence[Piece]) -> Line:
    """The pieces of one line, in their order, as a line of text."""
    text, indices = row[0].text, row[0].indices
    for before, piece in pairwise(row):
        gap = max(piece.left - before.right, before.left - piece.right)
        # However far the text is from the mark of its item, it is no cell of a table.
        is_item = len(row) == 2 and MARK.fullmatch(before.text)
        text += ("\t" if gap > CELL_GAP * piece.size and not is_item else " ") + piece.text
        indices += (-1, *piece.indices)
    largest = max(row, key=lambda piece: len(piece.text))
    # The number of a heading may be set in another way than the heading.
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
