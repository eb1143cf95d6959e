"""The order in which the pieces of a page are read: columns one after the other, lines from the top."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from statistics import median

from qa.parsers.pdf.glyphs import Piece
from qa.parsers.pdf.lines import MOST_PIECES, Line, rows_of
from qa.parsers.pdf.tables import is_table, joined_rows

# What makes two stretches of text columns, and not a table: so many lines, of so many characters, and
# so large a share of them as wide as that part of their column.
_LEAST_LINES = 4
_LEAST_CHARACTERS = 14
_WIDE = 0.6
_WIDE_SHARE = 0.4
# Lines of one column begin this near to one another, in heights of letters.
_INDENT = 4


def columns(pieces: Sequence[Piece], *, right_to_left: bool = False) -> list[list[Line]]:
    """The lines of each column, columns in reading order; what spans columns is a column of its own."""
    ordered = sorted(pieces, key=lambda piece: (piece.top, piece.left))
    return [
        joined_rows(rows_of(region), right_to_left=right_to_left)
        for region in _regions(ordered, right_to_left)
        if region
    ]


def _regions(pieces: list[Piece], right_to_left: bool) -> list[list[Piece]]:
    gutter = _best_gutter(pieces)
    if gutter is None:
        return [pieces]
    regions: list[list[Piece]] = []
    plain: list[Piece] = []
    for run, is_parted in _runs(pieces, gutter):
        if not is_parted:
            plain += run
            continue
        regions += _regions(plain, right_to_left) if plain else []
        plain = []
        sides = _sides(run, gutter)
        for side in reversed(sides) if right_to_left else sides:
            regions += _regions(side, right_to_left)
    return regions + (_regions(plain, right_to_left) if plain else [])


def _best_gutter(pieces: list[Piece]) -> float | None:
    """The place that parts the most pieces into columns, or None."""
    if not 2 * _LEAST_LINES <= len(pieces) <= MOST_PIECES:
        return None
    best, most = None, 0
    for gutter in _gutters(pieces):
        parted = sum(len(run) for run, is_parted in _runs(pieces, gutter) if is_parted)
        if parted > most:
            best, most = gutter, parted
    return best


def _gutters(pieces: list[Piece]) -> Iterable[float]:
    """Places just left of where pieces begin, that something on the same height stands left of."""
    starts = Counter(round(piece.left) for piece in pieces)
    leftmost_end = min(piece.right for piece in pieces)
    for start in sorted(starts):
        # The lines of a column begin at the same place, but for rounding.
        if leftmost_end < start and sum(starts[start + near] for near in (-1, 0, 1)) >= _LEAST_LINES // 2:
            yield start - 1.0


def _runs(pieces: list[Piece], gutter: float) -> Iterable[tuple[list[Piece], bool]]:
    """Stretches of pieces that leave the gutter free, and those across it; True where it parts columns."""
    run: list[Piece] = []
    for piece in pieces:
        if piece.left < gutter < piece.right:
            if run:
                yield run, _is_parted(run, gutter)
                run = []
            yield [piece], False
        else:
            run.append(piece)
    if run:
        yield run, _is_parted(run, gutter)


def _is_parted(run: list[Piece], gutter: float) -> bool:
    left, right = _sides(run, gutter)
    size = median(piece.size for piece in run)
    # Right of the gutter there may be more columns than one: the next one counts.
    start = min((piece.left for piece in right), default=0.0)
    right = [piece for piece in right if piece.left < start + _INDENT * size]
    if min(len(left), len(right)) < _LEAST_LINES or not (
        (_is_column(left) and _is_column(right))
        or (_is_written_apart(left, right) and (_is_column(left) or _is_column(right)))
    ):
        return False
    if is_table(left, right):
        return False
    together = min(left[-1].bottom, right[-1].bottom) - max(left[0].top, right[0].top)
    gap = min(piece.left for piece in right) - max(piece.right for piece in left)
    return together > (_LEAST_LINES - 1) * size and gap > 0.4 * size


def _is_column(side: list[Piece]) -> bool:
    if median(len(piece.text) for piece in side) < _LEAST_CHARACTERS:
        return False
    width = max(piece.right for piece in side) - min(piece.left for piece in side)
    wide = sum(piece.right - piece.left >= _WIDE * width for piece in side)
    return wide >= _WIDE_SHARE * len(side)


def _is_written_apart(left: list[Piece], right: list[Piece]) -> bool:
    """Whether the file writes one side after the other; a table it writes row by row."""
    lefts = [index for piece in left for index in piece.indices]
    rights = [index for piece in right for index in piece.indices]
    return max(lefts) < min(rights) or max(rights) < min(lefts)


def _sides(run: list[Piece], gutter: float) -> tuple[list[Piece], list[Piece]]:
    left = [piece for piece in run if piece.right <= gutter]
    return left, [piece for piece in run if piece.right > gutter]
