"""Running headers, footers and page numbers: whole lines at the edge of a page that other pages repeat."""

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

# The share of the height, at the top and at the bottom, in which headers and footers are.
_ZONE = 0.14
# Two pages may be two copies of one: there, only what is far out is a header.
_ZONE_OF_TWO = 0.11
# Points within which two lines are at the same height.
_NEAR = 4.0
# A line comes again so many pages later, or on this share of all pages; else its copies do not run.
_SOON = 4
_DENSE = 0.25
# A line on so many pages, and on this share of them, needs no gap to the body.
_MANY = 5
_MOST = 0.6
# A header of one page is one where so many other pages have headers.
_USUAL = 3
# Arabic numbers anywhere, Roman ones at either end.
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
# A counter ends its line, apart from the rest: "Report | 12", "Report, page 12", "3 of 9  Report".
# "Report 12", "Lot 2 | Boat", "2. Findings", "4 March" may be titles, "it is on page 2 of it" is a sentence.
_COUNTER = rf"(?:{_PAGE}[\W_]{{0,3}})?#(?:\s*{_OF}\s*\d+|\s*/\s*\d+)?"
_APART = r"(?:\t|\s[|·•–—/-]\s|[|·•])"
_SET_APART = re.compile(
    rf"^[(\[]?{_COUNTER}[)\]]?\s*{_APART}|{_APART}\s*[(\[]?{_COUNTER}[)\]]?$"
    rf"|\b{_PAGE}\W{{0,3}}#(?:\s*{_OF}\s*\d+)?[)\]]?$|^{_PAGE}\W{{0,3}}#\s*{_OF}\s*\d+\b"
)
# Numbers that pages may be named after, and that count with them by chance.
_FIRST_YEAR, _LAST_YEAR = 1800, 2100
_CAPITAL_ROMAN = re.compile(r"[\W_]*[IVXLC]+[\W_]*")


@dataclass(frozen=True, slots=True)
class EdgeLine:
    """A line at the head or foot of a page, apart from the body.

    ``reason`` is None where no other page has it. Lines with the same ``run`` repeat one another;
    ``last`` is true for the last page that has it.
    """

    line: Line
    reason: Reason | None
    run: int
    last: bool


@dataclass(frozen=True, slots=True)
class Parted:
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


def part(pages: Sequence[PageGlyphs]) -> list[Parted]:
    """Part the lines that run along the pages from what the pages say."""
    edges = [list(_edge_rows(number, page)) for number, page in enumerate(pages)]
    rows = [row for page_rows in edges for row in page_rows]
    runs = _number_pages(rows)
    runs |= _repeating([row for row in rows if row not in runs], len(pages))
    runs |= _counting_alike([row for row in rows if row not in runs], runs)
    lines = _lines(edges, runs, len(pages))
    parted = []
    for page, page_rows in zip(pages, edges, strict=True):
        taken = {id(piece) for row in page_rows if row in lines for piece in row.pieces}
        parted.append(
            Parted(
                [piece for piece in page.pieces if id(piece) not in taken],
                tuple(lines[row] for row in page_rows if row in lines and row.at_top),
                tuple(lines[row] for row in page_rows if row in lines and not row.at_top),
            )
        )
    # Where the same few words are all there is on every page, they are what the pages say.
    return parted if any(page.body for page in parted) else [Parted(page.pieces) for page in pages]


def _lines(edges: Sequence[Sequence[_Row]], runs: dict[_Row, _Run], pages: int) -> dict[_Row, EdgeLine]:
    """The rows that are apart from the body and repeat, or are where other pages have such rows."""
    kept: dict[_Row, _Run] = {}
    for rows in edges:
        for at_top in (True, False):
            # From the body outwards: a row is apart from the body where the row between them is.
            outwards = sorted((r for r in rows if r.at_top == at_top), key=_height, reverse=at_top)
            free: list[_Row] = []
            inner = False
            for row in outwards:
                run = runs.get(row)
                inner = run is not None and (row.is_apart or inner or not run.needs_gap)
                if inner and (pages > 2 or row.is_far_out):
                    free.append(row)
            # And back again: the last line of a paragraph is no footer.
            outer = True
            for row in reversed(outwards):
                outer = row in free and (outer or row.is_apart_outwards or not runs[row].needs_gap)
                if outer:
                    kept[row] = runs[row]
    times = Counter(run.number for run in kept.values())
    kept = {row: run for row, run in kept.items() if times[run.number] > 1 or run.reason == "page number"}
    last = {run.number: row.page for row, run in kept.items()}
    lines = {
        row: EdgeLine(row.line, run.reason, run.number, last[run.number] == row.page)
        for row, run in kept.items()
    }
    usual = {(row.at_top, row.slot + near, row.page) for row in kept for near in (-1, 0, 1)}
    slots = Counter((at_top, slot) for at_top, slot, _ in usual)
    for row in (row for rows in edges for row in rows):
        is_alone = row.is_apart and not row.is_of_table and not row.is_beside
        if row not in lines and is_alone and slots[row.at_top, row.slot] >= _USUAL:
            lines[row] = EdgeLine(row.line, None, -1, last=True)
    return lines


def _height(row: _Row) -> float:
    return row.pieces[0].middle


def _number_pages(rows: Sequence[_Row]) -> dict[_Row, _Run]:
    """The rows that are nothing but a number that counts the pages: one row of a page at the most."""
    counting: dict[tuple[int, int], list[_Row]] = defaultdict(list)
    for row in rows:
        # A number beside a title of another size may be the title's.
        if row.is_beside or row.is_of_table or _CAPITAL_ROMAN.fullmatch(row.line.text):
            continue
        for form, value in _with_one_number(row.text):
            is_year = _FIRST_YEAR <= value < _LAST_YEAR and len(form.strip(" -–—[]()|")) == 1
            if _PAGE_NUMBER.fullmatch(form) and not is_year:
                counting[value - row.page, row.slot].append(row)
    pages = {
        (offset, slot): {row.page for near in (-1, 0, 1) for row in counting.get((offset, slot + near), ())}
        for offset, slot in counting
    }
    numbers: dict[_Row, _Run] = {}
    numbered: set[int] = set()
    # Two numbers of a page may both count; the page's own is on more pages, and nearer to their count.
    for offset, slot in sorted(counting, key=lambda key: (-len(pages[key]), abs(key[0]), key[1])):
        # That two numbers count may be chance, but where they begin with 1 or say that they number pages.
        begins = min(row.page for row in counting[offset, slot]) + offset == 1
        says = any(_SAYS_PAGE.search(row.text) for row in counting[offset, slot])
        if len(pages[offset, slot]) > (1 if offset == 1 or begins or says else 2):
            fresh = [row for row in counting[offset, slot] if row.page not in numbered]
            numbers |= dict.fromkeys(fresh, _Run("page number", 0, needs_gap=False, offset=offset))
            numbered |= {row.page for row in fresh}
    return numbers


def _repeating(rows: Sequence[_Row], pages: int) -> dict[_Row, _Run]:
    """The rows that other pages repeat at the same height, but for a number that counts the pages."""
    alike: dict[tuple[str, int | None], list[_Row]] = defaultdict(list)
    for row in rows:
        if row.is_of_table:
            continue
        alike[row.text, None].append(row)
        if row.is_beside:
            continue
        for form, value in _with_one_number(row.text):
            if _SET_APART.search(form) or (form.startswith("# ") and row.line.text.isupper()):
                alike[form, value - row.page].append(row)
    runs: dict[_Row, _Run] = {}
    number = 1
    for (_, offset), same in alike.items():
        for level in _at_one_height(same):
            times = len({row.page for row in level})
            soon = pages if times > 2 and times >= _DENSE * pages else _SOON
            needs_gap = offset is not None or times < max(_MANY, _MOST * pages)
            for run in _near_together(level, soon):
                fresh = [row for row in run if row not in runs]
                if len({row.page for row in fresh}) > 1:
                    runs.update(dict.fromkeys(fresh, _Run("repeated", number, needs_gap, offset)))
                    number += 1
    return runs


def _counting_alike(rows: Sequence[_Row], runs: dict[_Row, _Run]) -> dict[_Row, _Run]:
    """The rows with a number after words, where the pages around them are counted by such numbers.

    "Report 12" may be one of many reports, unless the pages before and after have a 11 and a 13.
    """
    pages_of: dict[int, set[int]] = defaultdict(set)
    for row, run in runs.items():
        if run.offset is not None and row.is_apart:
            pages_of[run.offset].add(row.page)
    alike: dict[tuple[str, int], list[_Row]] = defaultdict(list)
    for row in rows:
        if not row.is_apart or row.is_beside or row.is_of_table:
            continue
        for form, value in _with_one_number(row.text):
            counted = pages_of.get(value - row.page, ())
            if row.page not in counted and any(abs(row.page - page) <= 2 for page in counted):
                alike[form, value - row.page].append(row)
    number = max((run.number for run in runs.values()), default=0) + 1
    found: dict[_Row, _Run] = {}
    for (_, offset), same in alike.items():
        for run_of_rows in _near_together(same, _SOON):
            if len({row.page for row in run_of_rows}) > 1:
                found |= dict.fromkeys(run_of_rows, _Run("repeated", number, needs_gap=True, offset=offset))
                number += 1
    return found


def _with_one_number(text: str) -> Iterator[tuple[str, int]]:
    """The text with each of its numbers in turn replaced by a sign, and the value of that number."""
    for found in _NUMBERS.finditer(text):
        yield f"{text[: found.start()]}#{text[found.end() :]}", _value(found.group())


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
    zone = page.height * _ZONE
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
        # From the nearer edge, since pages of one document may differ in height.
        place = middle if at_top else middle - page.height
        yield _Row(
            number,
            row,
            line,
            line.text.casefold(),
            round(place / _NEAR),
            at_top,
            abs(place) < page.height * _ZONE_OF_TWO,
            below if at_top else above,
            above if at_top else below,
            _is_of_table(row, body if at_top else body[::-1]),
            any(_overlap(bands[at], bands[n]) for n in (at - 1, at + 1) if 0 <= n < len(bands)),
        )


def _gap(bands: Sequence[tuple[float, float]], at: int, step: int) -> float:
    """The distance to the next row, above or below, that is not beside this one."""
    top, bottom = bands[at]
    for other in bands[at + 1 :] if step > 0 else reversed(bands[:at]):
        if not _overlap(bands[at], other):
            return other[0] - bottom if step > 0 else top - other[1]
    return inf


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    together = min(one[1], other[1]) - max(one[0], other[0])
    return together > 0.4 * min(one[1] - one[0], other[1] - other[0])


def _is_of_table(row: Sequence[Piece], body: Sequence[Sequence[Piece]]) -> bool:
    """Whether the cells of a row begin where those of the rows of the body do."""
    if len(row) < 2:
        return False
    starts = [piece.left for piece in row]
    for other in body[:3]:
        aligned = sum(any(abs(piece.left - start) < 2 for piece in other) for start in starts)
        if len(other) > 1 and aligned > 1:
            return True
    return False
