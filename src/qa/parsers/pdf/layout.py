"""Determine the reading order of a page's pieces: column after column, lines from the top."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

from qa.parsers.pdf.glyphs import Piece
from qa.parsers.pdf.lines import MAX_PIECES, Line, rows_of
from qa.parsers.pdf.tables import is_table, join_rows

# Minimum size of text columns, as opposed to a table: lines per column, characters per line, and the share of
# lines that are at least this part of the column's width.
_MIN_LINES = 4
_MIN_CHARACTERS = 14
_WIDE_LINE = 0.6
_MIN_WIDE_SHARE = 0.4
# Maximum distance between the starts of a column's lines, in letter heights.
_MAX_INDENT = 4


def columns(pieces: Sequence[Piece], *, right_to_left: bool = False) -> list[list[Line]]:
    """Return the lines of each column in reading order; content across columns forms a separate column."""
    ordered = sorted(pieces, key=lambda piece: (piece.top, piece.left))
    return [
        join_rows(rows_of(region), right_to_left=right_to_left)
        for region in _regions(ordered, right_to_left)
        if region
    ]


def _regions(pieces: list[Piece], right_to_left: bool) -> list[list[Piece]]:
    gutter = _best_gutter(pieces)
    if gutter is None:
        return [pieces]
    regions: list[list[Piece]] = []
    plain: list[Piece] = []
    for run, is_separated in _runs(pieces, gutter):
        if not is_separated:
            plain += run
            continue
        regions += _regions(plain, right_to_left) if plain else []
        plain = []
        sides = _sides(run, gutter)
        for side in reversed(sides) if right_to_left else sides:
            regions += _regions(side, right_to_left)
    return regions + (_regions(plain, right_to_left) if plain else [])


def _best_gutter(pieces: list[Piece]) -> float | None:
    """Return the position that separates the most pieces into columns, or None."""
    if not 2 * _MIN_LINES <= len(pieces) <= MAX_PIECES:
        return None
    best, most = None, 0
    for gutter in _gutters(pieces):
        separated = sum(len(run) for run, is_separated in _runs(pieces, gutter) if is_separated)
        if separated > most:
            best, most = gutter, separated
    return best


def _gutters(pieces: list[Piece]) -> Iterable[float]:
    """Yield positions just left of pieces' starts that have a piece further left at the same height."""
    starts = Counter(round(piece.left) for piece in pieces)
    leftmost_end = min(piece.right for piece in pieces)
    for start in sorted(starts):
        # The lines of a column begin at the same position, except for rounding.
        if leftmost_end < start and sum(starts[start + near] for near in (-1, 0, 1)) >= _MIN_LINES // 2:
            yield start - 1.0


def _runs(pieces: list[Piece], gutter: float) -> Iterable[tuple[list[Piece], bool]]:
    """Yield stretches of pieces beside the gutter, and pieces across it; true if it separates columns."""
    run: list[Piece] = []
    for piece in pieces:
        if piece.left < gutter < piece.right:
            if run:
                yield run, _separates_columns(run, gutter)
                run = []
            yield [piece], False
        else:
            run.append(piece)
    if run:
        yield run, _separates_columns(run, gutter)


def _separates_columns(run: list[Piece], gutter: float) -> bool:
    """Check whether the pieces on both sides of a gutter are columns of text."""
    left, right = _sides(run, gutter)
    size = median(piece.size for piece in run)
    # There may be several columns right of the gutter; only the next one counts.
    start = min((piece.left for piece in right), default=0.0)
    right = [piece for piece in right if piece.left < start + _MAX_INDENT * size]
    if min(len(left), len(right)) < _MIN_LINES or not _are_columns(left, right) or is_table(left, right):
        return False
    overlap = min(left[-1].bottom, right[-1].bottom) - max(left[0].top, right[0].top)
    gap = min(piece.left for piece in right) - max(piece.right for piece in left)
    return overlap > (_MIN_LINES - 1) * size and gap > 0.4 * size


def _are_columns(left: list[Piece], right: list[Piece]) -> bool:
    """Check whether both sides are columns, or only one if the file writes them separately."""
    column_count = _is_column(left) + _is_column(right)
    return column_count == 2 or (column_count == 1 and _is_written_separately(left, right))


def _is_column(side: list[Piece]) -> bool:
    if median(len(piece.text) for piece in side) < _MIN_CHARACTERS:
        return False
    width = max(piece.right for piece in side) - min(piece.left for piece in side)
    wide = sum(piece.right - piece.left >= _WIDE_LINE * width for piece in side)
    return wide >= _MIN_WIDE_SHARE * len(side)


def _is_written_separately(left: list[Piece], right: list[Piece]) -> bool:
    """Check whether the file writes one side after the other; it writes a table row by row."""
    lefts = [index for piece in left for index in piece.indices]
    rights = [index for piece in right for index in piece.indices]
    return max(lefts) < min(rights) or max(rights) < min(lefts)


def _sides(run: list[Piece], gutter: float) -> tuple[list[Piece], list[Piece]]:
    left = [piece for piece in run if piece.right <= gutter]
    return left, [piece for piece in run if piece.right > gutter]
