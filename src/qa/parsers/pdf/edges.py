"""Find the rows at the top and bottom of a page, which may be its headers and footers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf

from qa.parsers.pdf.glyphs import PageGlyphs, Piece
from qa.parsers.pdf.lines import Line, line_of, rows_of

# Top and bottom of a row.
_Band = tuple[float, float]

# Share of the page height, at the top and at the bottom, that contains headers and footers.
_EDGE_ZONE = 0.14
# Smaller zone for files of two pages, which may be two copies of one page.
_EDGE_ZONE_OF_TWO = 0.11
# Maximum distance, in points, between two lines at the same height.
_SLOT_POINTS = 4.0


@dataclass(frozen=True, slots=True, eq=False)
class EdgeRow:
    """A whole line at the edge of a page; ``text`` has a tab at each wide gap."""

    page: int
    pieces: Sequence[Piece]
    line: Line
    text: str
    slot: int
    at_top: bool
    is_far_out: bool
    is_apart: bool
    is_apart_outwards: bool
    is_of_table: bool
    is_beside: bool


def edge_rows(number: int, page: PageGlyphs) -> Iterator[EdgeRow]:
    """Yield the rows in the zones at the top and bottom of a page, whose index is ``number``."""
    rows = rows_of(page.pieces)
    bands = [_band(row) for row in rows]
    usual = _usual_gap(bands)
    zone = page.height * _EDGE_ZONE
    body = _body_rows(rows, zone, page.height - zone)
    for at, (row, band) in enumerate(zip(rows, bands, strict=True)):
        middle = _middle(band)
        if zone < middle < page.height - zone:
            continue
        at_top = middle < page.height / 2
        size = max(piece.size for piece in row)
        min_gap = max(0.5 * size, 1.25 * min(usual, 2 * size))
        # The sides towards the body and towards the edge.
        inwards, outwards = (_gap(bands, at, step) > min_gap for step in ((1, -1) if at_top else (-1, 1)))
        line = line_of(row[::-1] if page.right_to_left else row)
        # From the nearer edge, because pages of one document may differ in height.
        place = middle if at_top else middle - page.height
        yield EdgeRow(
            number,
            row,
            line,
            line.text.casefold(),
            round(place / _SLOT_POINTS),
            at_top,
            is_far_out=abs(place) < page.height * _EDGE_ZONE_OF_TWO,
            is_apart=inwards,
            is_apart_outwards=outwards,
            is_of_table=_is_of_table(row, body if at_top else body[::-1]),
            is_beside=_is_beside(bands, at),
        )


def _band(row: Sequence[Piece]) -> _Band:
    """Return the top and bottom of a row."""
    return min(piece.top for piece in row), max(piece.bottom for piece in row)


def _body_rows(rows: Sequence[list[Piece]], top: float, bottom: float) -> list[list[Piece]]:
    """Return the rows between the edge zones."""
    return [row for row in rows if top < _middle(_band(row)) and row[0].middle < bottom]


def _middle(band: _Band) -> float:
    """Return the vertical middle of a row."""
    return (band[0] + band[1]) / 2


def _usual_gap(bands: Sequence[_Band]) -> float:
    """Return the lower quartile of the gaps between rows."""
    gaps = sorted(below[0] - above[1] for above, below in pairwise(bands) if below[0] > above[1])
    return gaps[(len(gaps) - 1) // 4] if gaps else 0.0


def _is_beside(bands: Sequence[_Band], at: int) -> bool:
    """Check whether the row before or after is at the same height."""
    return any(_overlap(bands[at], bands[near]) for near in (at - 1, at + 1) if 0 <= near < len(bands))


def _gap(bands: Sequence[_Band], at: int, step: int) -> float:
    """Return the distance to the next row above or below that is not beside this one."""
    top, bottom = bands[at]
    for band in bands[at + 1 :] if step > 0 else reversed(bands[:at]):
        if not _overlap(bands[at], band):
            return band[0] - bottom if step > 0 else top - band[1]
    return inf


def _overlap(first: _Band, second: _Band) -> bool:
    """Check whether two rows are at the same height."""
    overlap = min(first[1], second[1]) - max(first[0], second[0])
    return overlap > 0.4 * min(first[1] - first[0], second[1] - second[0])


def _is_of_table(row: Sequence[Piece], body: Sequence[Sequence[Piece]]) -> bool:
    """Check whether a row's cells begin at the same positions as cells of nearby body rows."""
    if len(row) < 2:
        return False
    starts = [piece.left for piece in row]
    for body_row in body[:3]:
        aligned = sum(any(abs(piece.left - start) < 2 for piece in body_row) for start in starts)
        if len(body_row) > 1 and aligned > 1:
            return True
    return False
