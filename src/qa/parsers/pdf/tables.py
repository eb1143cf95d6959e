"""Join the lines of each table cell, which makes every cell one piece of text."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache, partial
from itertools import pairwise
from statistics import median

from qa.parsers.pdf.glyphs import Piece
from qa.parsers.pdf.lines import MARK, MAX_PIECES, MIN_CELL_GAP, Line, line_of

_Row = Sequence[Piece]
# In letter heights: minimum gap between two columns, maximum gap between two rows.
_MIN_GUTTER = 0.5
_MAX_ROW_GAP = 4.0
# Minimum ratio of the distance between rows to the distance between lines of a cell.
_MIN_ROW_RATIO = 1.2
# Minimum distance of lines in different cells, in letter heights, even if all distances are equal.
_MIN_CELL_DISTANCE = 1.45
# Minimum cells that begin at the same height on both sides of a table, their minimum share, and the minimum
# share of cells that begin a sentence or a name.
_MIN_CELLS = 3
_MIN_ALIGNED_CELLS = 0.75
_MIN_SENTENCE_STARTS = 0.9
# Minimum lines with a gap at one position, and the share of pieces after it that are aligned there.
_MIN_LINES = 3
_MIN_ALIGNED_SHARE = 0.6
_ALIGNMENT_TOLERANCE = 2.5
_MOSTLY = 0.8
_RARELY = 0.2
_NUMBER = re.compile(r"\d{1,4}(?:\.\d{1,3})*")
# Maximum lines above a line that are searched for the positions of its cells.
_MAX_LINES_ABOVE = 20
# Minimum ratio of the line counts of a table's two sides.
_MIN_LINE_RATIO = 1.2
# Maximum characters of the cells on one side of a table; if both sides are prose, they are columns.
_MAX_SHORT_CELL = 60


@dataclass(frozen=True, slots=True)
class _Zone:
    """Lines from ``start`` to ``end`` with common gaps, which separate the columns."""

    start: int
    end: int
    gutters: tuple[float, ...]


def is_table(left: Sequence[Piece], right: Sequence[Piece]) -> bool:
    """Check whether two sides of a page belong together row by row: short labels and their descriptions."""
    few, many = sorted((len(left), len(right)))
    if many < _MIN_LINE_RATIO * few:
        # For example, two signatures side by side.
        return False
    cells = _stack_cells(left), _stack_cells(right)
    if not any(_is_short(side) for side in cells):
        return False
    labels, lines = (left, right) if len(left) == few else (right, left)
    return _are_aligned(*sorted(cells, key=len)) or _begin_sentences(_stack_cells(labels), lines)


def _are_aligned(fewer: Sequence[_Row], more: Sequence[_Row]) -> bool:
    """Check whether most cells on one side begin at the height of a cell on the other side."""
    aligned = sum(
        any(abs(cell[0].bottom - opposite[0].bottom) < 0.35 * cell[0].size for opposite in more)
        for cell in fewer
    )
    return len(fewer) >= _MIN_CELLS and aligned >= _MIN_ALIGNED_CELLS * len(fewer)


def _begin_sentences(labels: Sequence[_Row], lines: Sequence[Piece]) -> bool:
    """Check whether the lines beside short labels begin a sentence or a name.

    If rows have no space between them, only the words show where a cell begins.
    """
    starts = [label[0] for label in labels if lines[0].top < label[0].bottom < lines[-1].bottom + 1]
    facing = [
        next((line for line in lines if abs(line.bottom - start.bottom) < 0.2 * start.size), None)
        for start in starts
    ]
    sentence_starts = sum(piece is not None and not piece.text[:1].islower() for piece in facing)
    return (
        len(starts) >= _MIN_CELLS
        and sentence_starts >= _MIN_SENTENCE_STARTS * len(starts)
        and _is_short(labels)
    )


def _is_short(cells: Sequence[_Row]) -> bool:
    return (
        median(len(cell) for cell in cells) <= 2
        and median(_letters(cell) for cell in cells) < _MAX_SHORT_CELL
    )


def _letters(cell: _Row) -> int:
    return sum(len(piece.text) for piece in cell)


def _stack_cells(side: Sequence[Piece]) -> list[list[Piece]]:
    """Group the ordered pieces of a side into stretches of closely following lines."""
    steps = [after.bottom - before.bottom for before, after in pairwise(side)]
    steps = [step for step, piece in zip(steps, side, strict=False) if step > 0.5 * piece.size]
    tight = min([*steps, 1.3 * median(piece.size for piece in side)])
    cells = [[side[0]]]
    for before, piece in pairwise(side):
        if piece.bottom - before.bottom > max(_MIN_ROW_RATIO * tight, 1.1 * piece.size):
            cells.append([])
        cells[-1].append(piece)
    return cells


def join_rows(rows: Sequence[list[Piece]], *, right_to_left: bool = False) -> list[Line]:
    """Return the lines of a column, with each table row as one line."""
    lines: list[Line] = []
    done = 0
    for zone in _find_zones(rows) if sum(map(len, rows)) <= MAX_PIECES else ():
        lines += [_line(row, right_to_left) for row in rows[done : zone.start]]
        for group in _group_rows(rows[zone.start : zone.end], zone.gutters, right_to_left):
            lines += _join_cells(group, zone.gutters, right_to_left)
        done = zone.end
    return lines + [_line(row, right_to_left) for row in rows[done:]]


def _line(row: _Row, right_to_left: bool) -> Line:
    return line_of(row[::-1] if right_to_left else row)


def _find_zones(rows: Sequence[list[Piece]]) -> list[_Zone]:
    zones: list[_Zone] = []
    at = 0
    while at < len(rows):
        gaps = _find_gaps(rows[at])
        if not gaps:
            at += 1
            continue
        end = at + 1
        while (
            end < len(rows) and rows[end][0].top - rows[end - 1][0].bottom < _MAX_ROW_GAP * rows[end][0].size
        ):
            left = _free_gaps(gaps, rows[end])
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
    """Check whether a common gap separates columns: it is wide, or the pieces after it are aligned."""
    sides = [([p for p in row if p.right <= gutter], [p for p in row if p.left >= gutter]) for row in rows]
    neighbours = [(left[-1], right[0]) for left, right in sides if left and right]
    after = [right for _, right in neighbours]
    wide_gaps = sum(right.left - left.right > MIN_CELL_GAP * right.size for left, right in neighbours)
    if len(after) < _MIN_LINES:
        return len(after) == wide_gaps > 0
    return max(wide_gaps, _count_aligned(after)) >= _MIN_ALIGNED_SHARE * len(after)


def _count_aligned(pieces: Sequence[Piece]) -> int:
    """Return how many pieces are aligned at the left, at the right or in the middle."""
    edges = ([p.left for p in pieces], [p.right for p in pieces], [(p.left + p.right) / 2 for p in pieces])
    return max(sum(abs(edge - median(side)) < _ALIGNMENT_TOLERANCE for edge in side) for side in edges)


def _are_marks(gutter: float, rows: Sequence[_Row]) -> bool:
    """Check whether the pieces left of a gutter are list markers."""
    marks = both = 0
    for row in rows:
        left = [piece for piece in row if piece.right <= gutter]
        if 0 < len(left) < len(row):
            both += 1
            marks += all(map(_is_number, left))
    return marks >= _MOSTLY * both


def _is_number(piece: Piece) -> bool:
    return MARK.fullmatch(piece.text) is not None or _NUMBER.fullmatch(piece.text) is not None


def _find_gaps(row: _Row) -> list[tuple[float, float]]:
    """Return the gaps between the pieces of a line."""
    gaps = []
    reach = row[0].right
    for piece in row[1:]:
        if piece.left - reach > _MIN_GUTTER * piece.size:
            gaps.append((reach, piece.left))
        reach = max(reach, piece.right)
    return gaps


def _free_gaps(gaps: Sequence[tuple[float, float]], row: _Row) -> list[tuple[float, float]]:
    """Return the parts of the gaps above a line that the line leaves free."""
    free = list(gaps)
    for piece in row:
        rest = []
        for start, stop in free:
            if piece.right <= start or piece.left >= stop:
                rest.append((start, stop))
                continue
            rest += [(start, min(stop, piece.left)), (max(start, piece.right), stop)]
        free = [(start, stop) for start, stop in rest if stop - start > _MIN_GUTTER * piece.size]
    return free


def _group_rows(
    rows: Sequence[list[Piece]], gutters: Sequence[float], right_to_left: bool
) -> list[list[_Row]]:
    """Group the lines of a table into its rows."""
    filled = [_columns(row, gutters) for row in rows]
    key = max if right_to_left else min
    first_column = key(set().union(*filled))
    spaces = _measure_spaces(rows, [first_column in columns for columns in filled])
    labels = cache(partial(_Labels, rows, gutters, right_to_left=right_to_left))
    groups: list[list[_Row]] = [[rows[0]]]
    opened = filled[0]
    for row, columns, is_far in zip(rows[1:], filled[1:], spaces.are_far, strict=True):
        first = key(opened)
        begins = first in columns and labels(first).begin(groups[-1], row)
        continues = _surely_continues(columns, opened, first, spaces) or (
            not begins and _continues(row, columns, opened, first, tells=spaces.tell)
        )
        if is_far or not continues or not _is_below(row, groups[-1], gutters):
            groups.append([])
            opened = set()
        groups[-1].append(row)
        opened = opened | columns
    return groups


class _Labels:
    """The first cells of a table's rows."""

    def __init__(
        self, rows: Sequence[_Row], gutters: Sequence[float], column: int, *, right_to_left: bool
    ) -> None:
        self._gutters = gutters
        self._column = column
        self._right_to_left = right_to_left
        cells = [piece for row in rows for piece in self._of(row)]
        self._left = min(piece.left for piece in cells)
        self._right = max(piece.right for piece in cells)
        self._are_numbered = 2 * sum(map(_is_number, cells)) > len(cells)

    def begin(self, group: Sequence[_Row], row: _Row) -> bool:
        """Check whether a line's first cell is new, not the continuation of the cell above.

        A word that would have fitted into the line above begins a new cell.
        """
        above = next(cell[-1] for line in reversed(group) if (cell := self._of(line)))
        below = self._of(row)[0]
        if (self._are_numbered and _is_number(below)) or above.text.endswith((":", ";")):
            return True
        if below.text[:1].islower():
            return False
        needed = (below.right - below.left) * len(below.text.split()[0]) / len(below.text) + 0.2 * below.size
        if self._right_to_left:
            return above.left - needed > self._left
        return above.right + needed < self._right

    def _of(self, row: _Row) -> list[Piece]:
        return [piece for piece in row if _column(piece, self._gutters) == self._column]


@dataclass(frozen=True, slots=True)
class _Spaces:
    """Lines far from the line before; ``tell`` if distances separate rows, ``are_sure`` if reliably."""

    are_far: list[bool]
    tell: bool
    are_sure: bool = False


def _measure_spaces(rows: Sequence[_Row], begin: Sequence[bool]) -> _Spaces:
    """Evaluate the distances between lines; ``begin`` marks the lines that have a first cell."""
    size = median(piece.size for row in rows for piece in row)
    steps = [_base(after) - _base(before) for before, after in pairwise(rows)]
    tight = min([*(step for step in steps if step > 0.5 * size), 1.6 * size])
    are_far = [step > 1.05 * tight + 0.3 for step in steps]
    if _separate_rows(are_far, begin[1:]):
        return _Spaces(are_far, tell=True, are_sure=True)
    are_far = [step > max(_MIN_ROW_RATIO * tight, 1.1 * size) for step in steps]
    if any(are_far) and not all(are_far):
        return _Spaces(are_far, tell=True)
    return _Spaces([step > _MIN_CELL_DISTANCE * size for step in steps], tell=False)


def _separate_rows(are_far: Sequence[bool], begin: Sequence[bool]) -> bool:
    """Check whether a first cell is usual in lines far from the line before, and rare in other lines."""
    far = [first for first, is_far in zip(begin, are_far, strict=True) if is_far]
    near = [first for first, is_far in zip(begin, are_far, strict=True) if not is_far]
    return bool(far and near) and sum(far) >= _MOSTLY * len(far) and sum(near) <= _RARELY * len(near)


def _surely_continues(filled: set[int], opened: set[int], first: int, spaces: _Spaces) -> bool:
    """Check whether the distances alone show that a near line continues the row."""
    return spaces.are_sure and (len(opened) > 1 or first not in filled)


def _continues(row: _Row, filled: set[int], opened: set[int], first: int, *, tells: bool) -> bool:
    """Check whether a line continues the cells of the lines before it."""
    if len(opened) < 2 or (first in filled and not tells) or (filled - opened and not tells):
        return False
    if len(filled) < len(opened) - (first not in filled) or (first not in filled and len(opened) == 2):
        return True
    # A line with as many cells as a row is a new row, unless most of its cells continue text.
    starts = [piece.text[:1] for piece in row]
    return sum(start.islower() for start in starts) > len(starts) / 2


def _is_below(row: _Row, group: Sequence[_Row], gutters: Sequence[float]) -> bool:
    """Check whether every piece begins, ends or is centred at the same position as its cell above."""
    for piece in row:
        column = _column(piece, gutters)
        cell = [
            piece_above
            for line in group[-_MAX_LINES_ABOVE:]
            for piece_above in line
            if _column(piece_above, gutters) == column
        ]
        near = 2 * piece.size
        if cell and not any(
            abs(piece.left - piece_above.left) < near
            or abs(piece.right - piece_above.right) < near
            or abs(piece.left + piece.right - piece_above.left - piece_above.right) < near
            for piece_above in cell
        ):
            return False
    return True


def _join_cells(group: Sequence[_Row], gutters: Sequence[float], right_to_left: bool) -> list[Line]:
    """Return a row of a table as one line, or its lines if only one column has text."""
    cells = _cells(group, gutters)
    if len(cells) < 2:
        return [_line(row, right_to_left) for row in group]
    text, indices = "", tuple[int, ...]()
    for column in sorted(cells, reverse=right_to_left):
        if text:
            text, indices = text + "\t", (*indices, -1)
        cell_text, cell_indices = _join_lines([_line(pieces, right_to_left) for pieces in cells[column]])
        text, indices = text + cell_text, indices + cell_indices
    whole = _line([piece for row in group for piece in row], right_to_left)
    head = _line(group[0], right_to_left)
    return [replace(whole, text=text, indices=indices, top=head.top, bottom=head.bottom)]


def _cells(group: Sequence[_Row], gutters: Sequence[float]) -> dict[int, list[list[Piece]]]:
    """Return the pieces of each line of a table row's cells, by column."""
    cells: dict[int, list[list[Piece]]] = {}
    for row in group:
        parts: dict[int, list[Piece]] = {}
        for piece in row:
            parts.setdefault(_column(piece, gutters), []).append(piece)
        for column, pieces in parts.items():
            cells.setdefault(column, []).append(pieces)
    return cells


def _join_lines(lines: Sequence[Line]) -> tuple[str, tuple[int, ...]]:
    """Return the text of a cell and its character numbers."""
    text, indices = lines[0].text, lines[0].indices
    for line in lines[1:]:
        # The search joins a word that continues in the next line.
        text += ("\n" if text.endswith("-") else " ") + line.text
        indices += (-1, *line.indices)
    return text, indices


def _column(piece: Piece, gutters: Sequence[float]) -> int:
    middle = (piece.left + piece.right) / 2
    return sum(middle > gutter for gutter in gutters)


def _columns(row: _Row, gutters: Sequence[float]) -> set[int]:
    """Return the columns in which a line has pieces."""
    return {_column(piece, gutters) for piece in row}


def _base(row: _Row) -> float:
    return max(piece.bottom for piece in row)
