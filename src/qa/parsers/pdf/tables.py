"""Rows of tables: the lines of their cells put together, so that each cell is in one piece."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import median

from qa.parsers.pdf.glyphs import Piece
from qa.parsers.pdf.lines import CELL_GAP, MARK, MOST_PIECES, Line, line_of

_Row = Sequence[Piece]
# In heights of letters: the narrowest gap between two columns, and the widest between two rows.
_GUTTER = 0.5
_FAR = 4.0
# Lines of a cell are nearer to one another than its rows by this share.
_APART = 1.2
# Lines further apart than this are of different cells, however even the distances are.
_WIDE = 1.45
# So many cells that begin at one height on both sides, and so large a share of them, make a table.
_LEAST_CELLS = 3
_TOGETHER = 0.75
_ALL = 0.9
# So many lines have a gap at one place, and so large a share of what follows it begins, or ends, there.
_LEAST_LINES = 3
_SAME = 0.6
_ALIGNED = 2.5
_MOSTLY = 0.8
_RARELY = 0.2
_NUMBER = re.compile(r"\d{1,4}(?:\.\d{1,3})*")
# So many lines above one are looked at for where its cells begin.
_LOOKED_AT = 20
# One side has more lines than the other by this share.
_WRAPPED = 1.2
# The cells of one side are short; where both are prose, they are columns.
_SHORT = 60


@dataclass(frozen=True, slots=True)
class _Zone:
    """Lines, from and to, that leave the same places free; these are what parts the columns."""

    start: int
    end: int
    gutters: tuple[float, ...]


def is_table(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Whether what is on two sides of a page belongs together row by row: a short cell, and what it names."""
    cells = _stacked(left), _stacked(right)
    fewer, more = sorted(cells, key=len)
    few, many = sorted((len(left), len(right)))
    if many < _WRAPPED * few:
        # Two signatures side by side, say.
        return False
    if not any(_is_short(side) for side in cells):
        return False
    together = sum(
        any(abs(cell[0].bottom - other[0].bottom) < 0.35 * cell[0].size for other in more) for cell in fewer
    )
    if len(fewer) >= _LEAST_CELLS and together >= _TOGETHER * len(fewer):
        return True
    # Without space between the rows, a line that begins a cell begins a sentence, or a name.
    label, lines = (left, right) if len(left) == few else (right, left)
    starts = [cell[0] for cell in _stacked(label) if lines[0].top < cell[0].bottom < lines[-1].bottom + 1]
    beside = [next((o for o in lines if abs(o.bottom - s.bottom) < 0.2 * s.size), None) for s in starts]
    begun = sum(piece is not None and not piece.text[:1].islower() for piece in beside)
    return len(starts) >= _LEAST_CELLS and begun >= _ALL * len(starts) and _is_short(_stacked(label))


def _is_short(cells: Sequence[_Row]) -> bool:
    return median(len(cell) for cell in cells) <= 2 and median(_letters(cell) for cell in cells) < _SHORT


def _letters(cell: _Row) -> int:
    return sum(len(piece.text) for piece in cell)


def _stacked(side: Sequence[Piece]) -> list[list[Piece]]:
    """The pieces of a side, which are in order, in stretches of lines that follow one another closely."""
    steps = [after.bottom - before.bottom for before, after in pairwise(side)]
    steps = [step for step, piece in zip(steps, side, strict=False) if step > 0.5 * piece.size]
    tight = min([*steps, 1.3 * median(piece.size for piece in side)])
    cells = [[side[0]]]
    for before, piece in pairwise(side):
        if piece.bottom - before.bottom > max(_APART * tight, 1.1 * piece.size):
            cells.append([])
        cells[-1].append(piece)
    return cells


def joined_rows(rows: Sequence[list[Piece]], *, right_to_left: bool = False) -> list[Line]:
    """The lines of a column, those of one row of a table put together."""
    lines: list[Line] = []
    done = 0
    for zone in _zones(rows) if sum(map(len, rows)) <= MOST_PIECES else ():
        lines += [_line(row, right_to_left) for row in rows[done : zone.start]]
        for group in _groups(rows[zone.start : zone.end], zone.gutters, right_to_left):
            lines += _row(group, zone.gutters, right_to_left)
        done = zone.end
    return lines + [_line(row, right_to_left) for row in rows[done:]]


def _line(row: _Row, right_to_left: bool) -> Line:
    return line_of(row[::-1] if right_to_left else row)


def _zones(rows: Sequence[list[Piece]]) -> list[_Zone]:
    zones: list[_Zone] = []
    at = 0
    while at < len(rows):
        gaps = _gaps(rows[at])
        if not gaps:
            at += 1
            continue
        end = at + 1
        while end < len(rows) and rows[end][0].top - rows[end - 1][0].bottom < _FAR * rows[end][0].size:
            left = _free(gaps, rows[end])
            if not left:
                break
            gaps = left
            end += 1
        gutters = [(start + stop) / 2 for start, stop in gaps]
        gutters = [gutter for gutter in gutters if _is_gutter(gutter, rows[at:end])]
        if gutters and not (len(gutters) == 1 and _are_marks(gutters[0], rows[at:end])):
            zones.append(_Zone(at, end, tuple(gutters)))
        at = end
    return zones


def _is_gutter(gutter: float, rows: Sequence[_Row]) -> bool:
    """Whether a place that lines leave free parts columns: wide, or with aligned pieces on its right."""
    wide = 0
    after: list[Piece] = []
    for row in rows:
        left = [piece for piece in row if piece.right <= gutter]
        right = [piece for piece in row if piece.left >= gutter]
        if left and right:
            wide += right[0].left - left[-1].right > CELL_GAP * right[0].size
            after.append(right[0])
    if len(after) < _LEAST_LINES:
        return len(after) == wide > 0
    edges = ([p.left for p in after], [p.right for p in after], [(p.left + p.right) / 2 for p in after])
    aligned = max(sum(abs(edge - median(side)) < _ALIGNED for edge in side) for side in edges)
    return aligned >= _SAME * len(after) or wide >= _SAME * len(after)


def _are_marks(gutter: float, rows: Sequence[_Row]) -> bool:
    """Whether what is left of a gutter are the marks of a list."""
    marks = both = 0
    for row in rows:
        left = [piece for piece in row if piece.right <= gutter]
        if 0 < len(left) < len(row):
            both += 1
            marks += all(map(_is_number, left))
    return marks >= _MOSTLY * both


def _is_number(piece: Piece) -> bool:
    return MARK.fullmatch(piece.text) is not None or _NUMBER.fullmatch(piece.text) is not None


def _gaps(row: _Row) -> list[tuple[float, float]]:
    """Where a line leaves room between its pieces."""
    gaps = []
    reach = row[0].right
    for piece in row[1:]:
        if piece.left - reach > _GUTTER * piece.size:
            gaps.append((reach, piece.left))
        reach = max(reach, piece.right)
    return gaps


def _free(gaps: Sequence[tuple[float, float]], row: _Row) -> list[tuple[float, float]]:
    """What a line leaves free of the gaps above it."""
    free = list(gaps)
    for piece in row:
        rest = []
        for start, stop in free:
            if piece.right <= start or piece.left >= stop:
                rest.append((start, stop))
                continue
            rest += [(start, min(stop, piece.left)), (max(start, piece.right), stop)]
        free = [(start, stop) for start, stop in rest if stop - start > _GUTTER * piece.size]
    return free


def _groups(rows: Sequence[list[Piece]], gutters: Sequence[float], right_to_left: bool) -> list[list[_Row]]:
    """The lines of each row of a table."""
    filled = [{_column(piece, gutters) for piece in row} for row in rows]
    key = max if right_to_left else min
    spaces = _spaces(rows, [key(columns) == key(set().union(*filled)) for columns in filled])
    labels = cache(lambda column: _Labels(rows, gutters, column, right_to_left))
    groups: list[list[_Row]] = [[rows[0]]]
    opened = filled[0]
    for row, columns, is_far in zip(rows[1:], filled[1:], spaces.are_far, strict=True):
        first = key(opened)
        begins = first in columns and labels(first).begin(groups[-1], row)
        is_sure = spaces.are_sure and (len(opened) > 1 or first not in columns)
        goes_on = is_sure or (not begins and _goes_on(row, columns, opened, first, tells=spaces.tell))
        if is_far or not goes_on or not _is_below(row, groups[-1], gutters):
            groups.append([])
            opened = set()
        groups[-1].append(row)
        opened = opened | columns
    return groups


class _Labels:
    """The first cells of rows."""

    def __init__(
        self, rows: Sequence[_Row], gutters: Sequence[float], column: int, right_to_left: bool
    ) -> None:
        self._gutters = gutters
        self._column = column
        self._right_to_left = right_to_left
        cells = [piece for row in rows for piece in self._of(row)]
        self._left = min(piece.left for piece in cells)
        self._right = max(piece.right for piece in cells)
        self._are_numbered = 2 * sum(map(_is_number, cells)) > len(cells)

    def begin(self, group: Sequence[_Row], row: _Row) -> bool:
        """Whether the first cell of a line is not the rest of the one above, where its words had fitted."""
        above = next(cell[-1] for line in reversed(group) if (cell := self._of(line)))
        below = self._of(row)[0]
        if (self._are_numbered and _is_number(below)) or above.text.endswith((":", ";")):
            return True
        if below.text[:1].islower():
            return False
        word = (below.right - below.left) * len(below.text.split()[0]) / len(below.text) + 0.2 * below.size
        if self._right_to_left:
            return above.left - word > self._left
        return above.right + word < self._right

    def _of(self, row: _Row) -> list[Piece]:
        return [piece for piece in row if _column(piece, self._gutters) == self._column]


@dataclass(frozen=True, slots=True)
class _Spaces:
    """Which lines are far from the one before; whether that tells rows, and whether surely so."""

    are_far: list[bool]
    tell: bool
    are_sure: bool = False


def _spaces(rows: Sequence[_Row], begin: Sequence[bool]) -> _Spaces:
    """What the distances between lines say; ``begin`` are the lines that have a first cell."""
    size = median(piece.size for row in rows for piece in row)
    steps = [_base(after) - _base(before) for before, after in pairwise(rows)]
    tight = min([*(step for step in steps if step > 0.5 * size), 1.6 * size])
    are_far = [step > 1.05 * tight + 0.3 for step in steps]
    far = [first for first, is_far in zip(begin[1:], are_far, strict=True) if is_far]
    near = [first for first, is_far in zip(begin[1:], are_far, strict=True) if not is_far]
    if far and near and sum(far) >= _MOSTLY * len(far) and sum(near) <= _RARELY * len(near):
        return _Spaces(are_far, tell=True, are_sure=True)
    are_far = [step > max(_APART * tight, 1.1 * size) for step in steps]
    if any(are_far) and not all(are_far):
        return _Spaces(are_far, tell=True)
    return _Spaces([step > _WIDE * size for step in steps], tell=False)


def _goes_on(row: _Row, filled: set[int], opened: set[int], first: int, *, tells: bool) -> bool:
    """Whether a line has the rest of the cells of the lines before it."""
    if len(opened) < 2 or (first in filled and not tells) or (filled - opened and not tells):
        return False
    if len(filled) < len(opened) - (first not in filled) or (first not in filled and len(opened) == 2):
        return True
    # A line as full as a row is one, unless all of its cells go on.
    starts = [piece.text[:1] for piece in row]
    return sum(start.islower() for start in starts) > len(starts) / 2


def _is_below(row: _Row, group: Sequence[_Row], gutters: Sequence[float]) -> bool:
    """Whether every piece begins, ends or is centred where its cell has done so before."""
    for piece in row:
        column = _column(piece, gutters)
        cell = [other for line in group[-_LOOKED_AT:] for other in line if _column(other, gutters) == column]
        near = 2 * piece.size
        if cell and not any(
            abs(piece.left - other.left) < near
            or abs(piece.right - other.right) < near
            or abs(piece.left + piece.right - other.left - other.right) < near
            for other in cell
        ):
            return False
    return True


def _row(group: Sequence[_Row], gutters: Sequence[float], right_to_left: bool) -> list[Line]:
    cells: dict[int, list[list[Piece]]] = {}
    for row in group:
        parts: dict[int, list[Piece]] = {}
        for piece in row:
            parts.setdefault(_column(piece, gutters), []).append(piece)
        for column, pieces in parts.items():
            cells.setdefault(column, []).append(pieces)
    if len(cells) < 2:
        return [_line(row, right_to_left) for row in group]
    text, indices = "", tuple[int, ...]()
    for column in sorted(cells, reverse=right_to_left):
        if text:
            text, indices = text + "\t", (*indices, -1)
        for number, pieces in enumerate(cells[column]):
            line = _line(pieces, right_to_left)
            if number:
                # A word that goes on in the next line is joined where it is looked for.
                text, indices = text + ("\n" if text.endswith("-") else " "), (*indices, -1)
            text, indices = text + line.text, indices + line.indices
    whole = _line([piece for row in group for piece in row], right_to_left)
    head = _line(group[0], right_to_left)
    left = min(piece.left for row in group for piece in row)
    right = max(piece.right for row in group for piece in row)
    return [Line(text, indices, left, head.top, right, head.bottom, whole.font, whole.bold)]


def _column(piece: Piece, gutters: Sequence[float]) -> int:
    middle = (piece.left + piece.right) / 2
    return sum(middle > gutter for gutter in gutters)


def _base(row: _Row) -> float:
    return max(piece.bottom for piece in row)
