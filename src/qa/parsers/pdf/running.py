"""Separate running headers, footers and page numbers: whole lines at page edges that other pages repeat."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from typing import Literal

from qa.parsers.pdf.glyphs import PageGlyphs, Piece
from qa.parsers.pdf.lines import Line, line_of, rows_of

Reason = Literal["repeated", "page number"]

# Share of the page height, at the top and at the bottom, that contains headers and footers.
_EDGE_ZONE = 0.14
# Smaller zone for files of two pages, which may be two copies of one page.
_EDGE_ZONE_OF_TWO = 0.11
# Maximum distance, in points, between two lines at the same height.
_SLOT_POINTS = 4.0
# A repeated line is a running line if it recurs within this many pages, or on this share of all pages.
_MAX_PAGES_BETWEEN = 4
_MIN_DENSE_SHARE = 0.25
# A line on at least this many pages, and on this share of all pages, needs no gap to the body.
_MIN_PAGES_WITHOUT_GAP = 5
_MIN_SHARE_WITHOUT_GAP = 0.6
# Minimum other pages with headers at the same height that make a unique line a header.
_MIN_PAGES_WITH_SLOT = 3
# Arabic numbers anywhere, Roman numerals at either end.
_NUMBERS = re.compile(r"\d+|^[ivxlc]+\b|\b[ivxlc]+$")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}
_PAGE = (
    r"(?:pages?|pg|pp?|seiten?|s|páginas?|pagina|pág|pag|strana|stránka|str|strona|side|sida|sivu|oldal"
    r"|страница|стр|с|sayfa|halaman|trang|slide|folie|第|頁|页|ページ|페이지|쪽|صفحة|σελίδα|σελ)"
)
_OF = r"(?:of|von|de|sur|di|van|av|af|z|из|tot|la|共|总)"
_PAGE_NUMBER = re.compile(
    rf"[\W_]*(?:{_PAGE}(?![^\W\d_]))?[\W_]*(?:(?:\d+|[a-z])[-–.])?#[\W_]*(?:{_PAGE}(?![^\W\d_]))?"
    rf"(?:[\W_]*{_OF}?[\W_]*\d+)?[\W_]*{_PAGE}?[\W_]*"
)
_SAYS_PAGE = re.compile(rf"(?<![^\W\d_]){_PAGE}(?![^\W\d_])|[/|]|\b{_OF}\b")
# A counter begins or ends its line, separate from the rest:
# "Report | 12", "Report, page 12", "3 of 9  Report".
# "Report 12", "Lot 2 | Boat", "2. Findings", "4 March" may be titles; "it is on page 2 of it" is a sentence.
_COUNTER = rf"(?:{_PAGE}[\W_]{{0,3}})?#(?:\s*{_OF}\s*\d+|\s*/\s*\d+)?"
_APART = r"(?:\t|\s[|·•–—/-]\s|[|·•])"
_SET_APART = re.compile(
    rf"^[(\[]?{_COUNTER}[)\]]?\s*{_APART}|{_APART}\s*[(\[]?{_COUNTER}[)\]]?$"
    rf"|\b{_PAGE}\W{{0,3}}#(?:\s*{_OF}\s*\d+)?[)\]]?$|^{_PAGE}\W{{0,3}}#\s*{_OF}\s*\d+\b"
)
# Years may be titles of pages, and may increase with the pages by chance.
_FIRST_YEAR, _LAST_YEAR = 1800, 2100
_CAPITAL_ROMAN = re.compile(r"[\W_]*[IVXLC]+[\W_]*")


@dataclass(frozen=True, slots=True)
class EdgeLine:
    """A line at the head or foot of a page, separate from the body.

    ``reason`` is None if no other page has the line. Lines with the same ``run`` repeat each other; ``last``
    is true on the last page with the line.
    """

    line: Line
    reason: Reason | None
    run: int
    last: bool


@dataclass(frozen=True, slots=True)
class PageParts:
    """The pieces of a page's body, and the lines above and below it."""

    body: Sequence[Piece]
    head: tuple[EdgeLine, ...] = ()
    foot: tuple[EdgeLine, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class _Row:
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


@dataclass(frozen=True, slots=True)
class _Run:
    reason: Reason
    number: int
    needs_gap: bool
    offset: int | None = None


def split_pages(pages: Sequence[PageGlyphs]) -> list[PageParts]:
    """Separate the running lines of the pages from their bodies."""
    edges = [list(_edge_rows(number, page)) for number, page in enumerate(pages)]
    rows = [row for page_rows in edges for row in page_rows]
    runs = _find_page_numbers(rows)
    runs |= _find_repeated([row for row in rows if row not in runs], len(pages))
    runs |= _find_counters([row for row in rows if row not in runs], runs)
    lines = _edge_lines(edges, runs, len(pages))
    parts = []
    for page, page_rows in zip(pages, edges, strict=True):
        edge_pieces = {id(piece) for row in page_rows if row in lines for piece in row.pieces}
        parts.append(
            PageParts(
                [piece for piece in page.pieces if id(piece) not in edge_pieces],
                tuple(lines[row] for row in page_rows if row in lines and row.at_top),
                tuple(lines[row] for row in page_rows if row in lines and not row.at_top),
            )
        )
    # If every page has only the same few words, these words are the content.
    return parts if any(page.body for page in parts) else [PageParts(page.pieces) for page in pages]


def _edge_lines(edges: Sequence[Sequence[_Row]], runs: dict[_Row, _Run], pages: int) -> dict[_Row, EdgeLine]:
    """Return the rows that are separate from the body and repeat, or share a slot with such rows."""
    running: dict[_Row, _Run] = {}
    for rows in edges:
        for at_top in (True, False):
            # From the body outwards: a row is separate from the body if the row between them is.
            outwards = sorted((r for r in rows if r.at_top == at_top), key=_height, reverse=at_top)
            free: list[_Row] = []
            inner = False
            for row in outwards:
                run = runs.get(row)
                inner = run is not None and (row.is_apart or inner or not run.needs_gap)
                if inner and (pages > 2 or row.is_far_out):
                    free.append(row)
            # And back inwards: the last line of a paragraph is no footer.
            outer = True
            for row in reversed(outwards):
                outer = row in free and (outer or row.is_apart_outwards or not runs[row].needs_gap)
                if outer:
                    running[row] = runs[row]
    counts = Counter(run.number for run in running.values())
    running = {
        row: run for row, run in running.items() if counts[run.number] > 1 or run.reason == "page number"
    }
    last = {run.number: row.page for row, run in running.items()}
    lines = {
        row: EdgeLine(row.line, run.reason, run.number, last[run.number] == row.page)
        for row, run in running.items()
    }
    used_slots = {(row.at_top, row.slot + step, row.page) for row in running for step in (-1, 0, 1)}
    slots = Counter((at_top, slot) for at_top, slot, _ in used_slots)
    for row in (row for rows in edges for row in rows):
        is_alone = row.is_apart and not row.is_of_table and not row.is_beside
        if row not in lines and is_alone and slots[row.at_top, row.slot] >= _MIN_PAGES_WITH_SLOT:
            lines[row] = EdgeLine(row.line, None, -1, last=True)
    return lines


def _height(row: _Row) -> float:
    return row.pieces[0].middle


def _find_page_numbers(rows: Sequence[_Row]) -> dict[_Row, _Run]:
    """Return the rows that consist of a page number, at most one row of a page."""
    counting: dict[tuple[int, int], list[_Row]] = defaultdict(list)
    for row in rows:
        # A number beside a title of another size may belong to the title.
        if row.is_beside or row.is_of_table or _CAPITAL_ROMAN.fullmatch(row.line.text):
            continue
        for form, value in _mask_numbers(row.text):
            is_year = _FIRST_YEAR <= value < _LAST_YEAR and len(form.strip(" -–—[]()|")) == 1
            if _PAGE_NUMBER.fullmatch(form) and not is_year:
                counting[value - row.page, row.slot].append(row)
    pages = {
        (offset, slot): {row.page for near in (-1, 0, 1) for row in counting.get((offset, slot + near), ())}
        for offset, slot in counting
    }
    numbers: dict[_Row, _Run] = {}
    numbered: set[int] = set()
    # Two numbers of a page may both count; the page number is on more pages and closer to their count.
    for offset, slot in sorted(counting, key=lambda key: (-len(pages[key]), abs(key[0]), key[1])):
        # Two matching numbers may be chance unless they begin with 1 or include a word for page.
        begins_at_one = min(row.page for row in counting[offset, slot]) + offset == 1
        names_page = any(_SAYS_PAGE.search(row.text) for row in counting[offset, slot])
        if len(pages[offset, slot]) > (1 if offset == 1 or begins_at_one or names_page else 2):
            unnumbered = [row for row in counting[offset, slot] if row.page not in numbered]
            numbers |= dict.fromkeys(unnumbered, _Run("page number", 0, needs_gap=False, offset=offset))
            numbered |= {row.page for row in unnumbered}
    return numbers


def _find_repeated(rows: Sequence[_Row], pages: int) -> dict[_Row, _Run]:
    """Return the rows that other pages repeat at the same height, apart from a page counter."""
    alike: dict[tuple[str, int | None], list[_Row]] = defaultdict(list)
    for row in rows:
        if row.is_of_table:
            continue
        alike[row.text, None].append(row)
        if row.is_beside:
            continue
        for form, value in _mask_numbers(row.text):
            if _SET_APART.search(form) or (form.startswith("# ") and row.line.text.isupper()):
                alike[form, value - row.page].append(row)
    runs: dict[_Row, _Run] = {}
    number = 1
    for (_, offset), same in alike.items():
        for level in _at_one_height(same):
            page_count = len({row.page for row in level})
            max_distance = (
                pages if page_count > 2 and page_count >= _MIN_DENSE_SHARE * pages else _MAX_PAGES_BETWEEN
            )
            needs_gap = offset is not None or page_count < max(
                _MIN_PAGES_WITHOUT_GAP, _MIN_SHARE_WITHOUT_GAP * pages
            )
            for run in _near_together(level, max_distance):
                unassigned = [row for row in run if row not in runs]
                if len({row.page for row in unassigned}) > 1:
                    runs.update(dict.fromkeys(unassigned, _Run("repeated", number, needs_gap, offset)))
                    number += 1
    return runs


def _find_counters(rows: Sequence[_Row], runs: dict[_Row, _Run]) -> dict[_Row, _Run]:
    """Return the rows with a number after words if such numbers count the surrounding pages.

    "Report 12" may be one of many reports, unless the neighbouring pages have 11 and 13.
    """
    pages_of: dict[int, set[int]] = defaultdict(set)
    for row, run in runs.items():
        if run.offset is not None and row.is_apart:
            pages_of[run.offset].add(row.page)
    alike: dict[tuple[str, int], list[_Row]] = defaultdict(list)
    for row in rows:
        if not row.is_apart or row.is_beside or row.is_of_table:
            continue
        for form, value in _mask_numbers(row.text):
            counted = pages_of.get(value - row.page, ())
            if row.page not in counted and any(abs(row.page - page) <= 2 for page in counted):
                alike[form, value - row.page].append(row)
    number = max((run.number for run in runs.values()), default=0) + 1
    counters: dict[_Row, _Run] = {}
    for (_, offset), same in alike.items():
        for run_of_rows in _near_together(same, _MAX_PAGES_BETWEEN):
            if len({row.page for row in run_of_rows}) > 1:
                counters |= dict.fromkeys(
                    run_of_rows, _Run("repeated", number, needs_gap=True, offset=offset)
                )
                number += 1
    return counters


def _mask_numbers(text: str) -> Iterator[tuple[str, int]]:
    """Yield the text once per number, with "#" in the number's place, and the number's value."""
    for number in _NUMBERS.finditer(text):
        yield f"{text[: number.start()]}#{text[number.end() :]}", _value(number.group())


def _value(numeral: str) -> int:
    if numeral.isdecimal():
        return int(numeral[:9])
    values = [_ROMAN[letter] for letter in numeral]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def _at_one_height(rows: Sequence[_Row]) -> Iterator[list[_Row]]:
    group: list[_Row] = []
    for row in sorted(rows, key=lambda row: (row.at_top, row.slot)):
        if group and (row.at_top != group[-1].at_top or row.slot > group[-1].slot + 1):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _near_together(rows: Iterable[_Row], pages: int) -> Iterator[list[_Row]]:
    run: list[_Row] = []
    for row in sorted(rows, key=lambda row: row.page):
        if run and row.page > run[-1].page + pages:
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _edge_rows(number: int, page: PageGlyphs) -> Iterator[_Row]:
    rows = rows_of(page.pieces)
    bands = [(min(p.top for p in row), max(p.bottom for p in row)) for row in rows]
    gaps = sorted(below[0] - above[1] for above, below in pairwise(bands) if below[0] > above[1])
    usual = gaps[(len(gaps) - 1) // 4] if gaps else 0.0
    zone = page.height * _EDGE_ZONE
    body = [row for row, (top, bottom) in zip(rows, bands, strict=True) if zone < (top + bottom) / 2]
    body = [row for row in body if row[0].middle < page.height - zone]
    for at, (row, (top, bottom)) in enumerate(zip(rows, bands, strict=True)):
        middle = (top + bottom) / 2
        if zone < middle < page.height - zone:
            continue
        at_top = middle < page.height / 2
        size = max(piece.size for piece in row)
        usual_gap = max(0.5 * size, 1.25 * min(usual, 2 * size))
        above, below = (_gap(bands, at, step) > usual_gap for step in (-1, 1))
        line = line_of(row[::-1] if page.right_to_left else row)
        # From the nearer edge, because pages of one document may differ in height.
        place = middle if at_top else middle - page.height
        yield _Row(
            number,
            row,
            line,
            line.text.casefold(),
            round(place / _SLOT_POINTS),
            at_top,
            abs(place) < page.height * _EDGE_ZONE_OF_TWO,
            below if at_top else above,
            above if at_top else below,
            _is_of_table(row, body if at_top else body[::-1]),
            any(_overlap(bands[at], bands[n]) for n in (at - 1, at + 1) if 0 <= n < len(bands)),
        )


def _gap(bands: Sequence[tuple[float, float]], at: int, step: int) -> float:
    """Return the distance to the next row above or below that is not beside this one."""
    top, bottom = bands[at]
    for band in bands[at + 1 :] if step > 0 else reversed(bands[:at]):
        if not _overlap(bands[at], band):
            return band[0] - bottom if step > 0 else top - band[1]
    return inf


def _overlap(first: tuple[float, float], second: tuple[float, float]) -> bool:
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
