"""Separate running headers, footers and page numbers: whole lines at page edges that other pages repeat."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Literal

from qa.parsers.pdf.edges import EdgeRow, edge_rows
from qa.parsers.pdf.glyphs import PageGlyphs, Piece
from qa.parsers.pdf.lines import Line

Reason = Literal["repeated", "page number"]

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


@dataclass(frozen=True, slots=True)
class _Run:
    reason: Reason
    number: int
    needs_gap: bool
    offset: int | None = None


def split_pages(pages: Sequence[PageGlyphs]) -> list[PageParts]:
    """Separate the running lines of the pages from their bodies."""
    edges = [list(edge_rows(number, page)) for number, page in enumerate(pages)]
    rows = list(chain.from_iterable(edges))
    runs = _find_page_numbers(rows)
    runs |= _find_repeated(_rest(rows, runs), len(pages))
    runs |= _find_counters(_rest(rows, runs), runs)
    lines = _edge_lines(edges, runs, len(pages))
    parts = [_split_page(page, page_rows, lines) for page, page_rows in zip(pages, edges, strict=True)]
    # If every page has only the same few words, these words are the content.
    return parts if any(page.body for page in parts) else [PageParts(page.pieces) for page in pages]


def _rest(rows: Sequence[EdgeRow], runs: Container[EdgeRow]) -> list[EdgeRow]:
    """Return the rows that belong to no run."""
    return [row for row in rows if row not in runs]


def _split_page(page: PageGlyphs, rows: Sequence[EdgeRow], lines: dict[EdgeRow, EdgeLine]) -> PageParts:
    """Separate the edge lines among the rows of one page from its body."""
    edge_rows_of_page = [row for row in rows if row in lines]
    edge_pieces = {id(piece) for row in edge_rows_of_page for piece in row.pieces}
    return PageParts(
        [piece for piece in page.pieces if id(piece) not in edge_pieces],
        tuple(lines[row] for row in edge_rows_of_page if row.at_top),
        tuple(lines[row] for row in edge_rows_of_page if not row.at_top),
    )


def _edge_lines(
    edges: Sequence[Sequence[EdgeRow]], runs: dict[EdgeRow, _Run], pages: int
) -> dict[EdgeRow, EdgeLine]:
    """Return the rows that are separate from the body and repeat, or share a slot with such rows."""
    rows_apart = (
        row
        for rows in edges
        for at_top in (True, False)
        for row in _rows_apart([row for row in rows if row.at_top == at_top], runs, pages)
    )
    running = _without_single({row: runs[row] for row in rows_apart})
    last = {run.number: row.page for row, run in running.items()}
    lines = {
        row: EdgeLine(row.line, run.reason, run.number, last[run.number] == row.page)
        for row, run in running.items()
    }
    unique = _unique_rows((row for row in chain.from_iterable(edges) if row not in lines), running)
    return lines | {row: EdgeLine(row.line, None, -1, last=True) for row in unique}


def _rows_apart(rows: Sequence[EdgeRow], runs: dict[EdgeRow, _Run], pages: int) -> Iterator[EdgeRow]:
    """Yield the repeated rows at one edge of a page that are separate from the body, the outermost first."""
    outwards = sorted(rows, key=_height, reverse=rows[0].at_top) if rows else []
    free = set(_rows_outside_body(outwards, runs, pages))
    # The last line of a paragraph is no footer.
    is_apart = True
    for row in reversed(outwards):
        is_apart = row in free and (is_apart or row.is_apart_outwards or not runs[row].needs_gap)
        if is_apart:
            yield row


def _rows_outside_body(
    outwards: Iterable[EdgeRow], runs: dict[EdgeRow, _Run], pages: int
) -> Iterator[EdgeRow]:
    """Yield the repeated rows with a gap to the body, or with only such rows between them and the gap."""
    is_outside = False
    for row in outwards:
        run = runs.get(row)
        is_outside = run is not None and (row.is_apart or is_outside or not run.needs_gap)
        if is_outside and (pages > 2 or row.is_far_out):
            yield row


def _without_single(running: dict[EdgeRow, _Run]) -> dict[EdgeRow, _Run]:
    """Return the rows without runs of a single row; a page number may be single."""
    counts = Counter(run.number for run in running.values())
    return {row: run for row, run in running.items() if counts[run.number] > 1 or run.reason == "page number"}


def _unique_rows(rows: Iterable[EdgeRow], running: Iterable[EdgeRow]) -> Iterator[EdgeRow]:
    """Yield the rows without copies at a height where several other pages have running lines."""
    used_slots = {(row.at_top, row.slot + step, row.page) for row in running for step in (-1, 0, 1)}
    slots = Counter((at_top, slot) for at_top, slot, _ in used_slots)
    for row in rows:
        is_alone = row.is_apart and not row.is_of_table and not row.is_beside
        if is_alone and slots[row.at_top, row.slot] >= _MIN_PAGES_WITH_SLOT:
            yield row


def _height(row: EdgeRow) -> float:
    return row.pieces[0].middle


def _find_page_numbers(rows: Sequence[EdgeRow]) -> dict[EdgeRow, _Run]:
    """Return the rows that consist of a page number, at most one row of a page."""
    counting = _group_page_numbers(rows)
    pages = {
        (offset, slot): {row.page for near in (-1, 0, 1) for row in counting.get((offset, slot + near), ())}
        for offset, slot in counting
    }
    numbers: dict[EdgeRow, _Run] = {}
    numbered: set[int] = set()
    # Two numbers of a page may both count; the page number is on more pages and closer to their count.
    for key in sorted(counting, key=lambda key: (-len(pages[key]), abs(key[0]), key[1])):
        offset, _ = key
        if len(pages[key]) >= _min_numbered_pages(counting[key], offset):
            unnumbered = [row for row in counting[key] if row.page not in numbered]
            numbers |= dict.fromkeys(unnumbered, _Run("page number", 0, needs_gap=False, offset=offset))
            numbered |= {row.page for row in unnumbered}
    return numbers


def _group_page_numbers(rows: Iterable[EdgeRow]) -> dict[tuple[int, int], list[EdgeRow]]:
    """Group the rows that may be page numbers by the difference from the page's index, and by slot."""
    counting: dict[tuple[int, int], list[EdgeRow]] = defaultdict(list)
    for row in rows:
        # A number beside a title of another size may belong to the title.
        if row.is_beside or row.is_of_table or _CAPITAL_ROMAN.fullmatch(row.line.text):
            continue
        for form, value in _mask_numbers(row.text):
            if _PAGE_NUMBER.fullmatch(form) and not _is_year(form, value):
                counting[value - row.page, row.slot].append(row)
    return counting


def _is_year(form: str, value: int) -> bool:
    """Check whether a text is only a number that may be a year."""
    return _FIRST_YEAR <= value < _LAST_YEAR and len(form.strip(" -–—[]()|")) == 1


def _min_numbered_pages(rows: Sequence[EdgeRow], offset: int) -> int:
    """Return the minimum pages on which such numbers are page numbers.

    Two matching numbers may be chance unless they begin with 1 or include a word for page.
    """
    begins_at_one = offset == 1 or min(row.page for row in rows) + offset == 1
    return 2 if begins_at_one or any(_SAYS_PAGE.search(row.text) for row in rows) else 3


def _find_repeated(rows: Sequence[EdgeRow], pages: int) -> dict[EdgeRow, _Run]:
    """Return the rows that other pages repeat at the same height, apart from a page counter."""
    runs: dict[EdgeRow, _Run] = {}
    number = 1
    for (_, offset), same in _group_alike(rows).items():
        for level in _at_one_height(same):
            page_count = len({row.page for row in level})
            needs_gap = offset is not None or page_count < max(
                _MIN_PAGES_WITHOUT_GAP, _MIN_SHARE_WITHOUT_GAP * pages
            )
            for run in _near_together(level, _max_pages_between(page_count, pages)):
                unassigned = [row for row in run if row not in runs]
                if len({row.page for row in unassigned}) > 1:
                    runs.update(dict.fromkeys(unassigned, _Run("repeated", number, needs_gap, offset)))
                    number += 1
    return runs


def _group_alike(rows: Iterable[EdgeRow]) -> dict[tuple[str, int | None], list[EdgeRow]]:
    """Group the rows with the same text, and those with the same text around a counter of the pages."""
    alike: dict[tuple[str, int | None], list[EdgeRow]] = defaultdict(list)
    for row in rows:
        if row.is_of_table:
            continue
        alike[row.text, None].append(row)
        if row.is_beside:
            continue
        for form, value in _mask_numbers(row.text):
            if _SET_APART.search(form) or (form.startswith("# ") and row.line.text.isupper()):
                alike[form, value - row.page].append(row)
    return alike


def _max_pages_between(page_count: int, pages: int) -> int:
    """Return the maximum distance between the copies of a line that is on ``page_count`` pages."""
    is_dense = page_count > 2 and page_count >= _MIN_DENSE_SHARE * pages
    return pages if is_dense else _MAX_PAGES_BETWEEN


def _find_counters(rows: Sequence[EdgeRow], runs: dict[EdgeRow, _Run]) -> dict[EdgeRow, _Run]:
    """Return the rows with a number after words if such numbers count the surrounding pages.

    "Report 12" may be one of many reports, unless the neighbouring pages have 11 and 13.
    """
    number = max((run.number for run in runs.values()), default=0) + 1
    counters: dict[EdgeRow, _Run] = {}
    for (_, offset), same in _group_counters(rows, _counted_pages(runs)).items():
        for run_of_rows in _near_together(same, _MAX_PAGES_BETWEEN):
            if len({row.page for row in run_of_rows}) > 1:
                counters |= dict.fromkeys(
                    run_of_rows, _Run("repeated", number, needs_gap=True, offset=offset)
                )
                number += 1
    return counters


def _counted_pages(runs: dict[EdgeRow, _Run]) -> dict[int, set[int]]:
    """Return the pages with a counter, by the difference of the counter from the page's index."""
    pages: dict[int, set[int]] = defaultdict(set)
    for row, run in runs.items():
        if run.offset is not None and row.is_apart:
            pages[run.offset].add(row.page)
    return pages


def _group_counters(
    rows: Iterable[EdgeRow], counted_pages: dict[int, set[int]]
) -> dict[tuple[str, int], list[EdgeRow]]:
    """Group the rows by the text around a number that continues the count of neighbouring pages."""
    alike: dict[tuple[str, int], list[EdgeRow]] = defaultdict(list)
    for row in rows:
        if not row.is_apart or row.is_beside or row.is_of_table:
            continue
        for form, value in _mask_numbers(row.text):
            counted = counted_pages.get(value - row.page, ())
            if row.page not in counted and any(abs(row.page - page) <= 2 for page in counted):
                alike[form, value - row.page].append(row)
    return alike


def _mask_numbers(text: str) -> Iterator[tuple[str, int]]:
    """Yield the text once per number, with "#" in the number's place, and the number's value."""
    for number in _NUMBERS.finditer(text):
        yield f"{text[: number.start()]}#{text[number.end() :]}", _value(number.group())


def _value(numeral: str) -> int:
    if numeral.isdecimal():
        return int(numeral[:9])
    values = [_ROMAN[letter] for letter in numeral]
    return sum(-a if a < b else a for a, b in zip(values, [*values[1:], 0], strict=True))


def _at_one_height(rows: Sequence[EdgeRow]) -> Iterator[list[EdgeRow]]:
    group: list[EdgeRow] = []
    for row in sorted(rows, key=lambda row: (row.at_top, row.slot)):
        if group and (row.at_top != group[-1].at_top or row.slot > group[-1].slot + 1):
            yield group
            group = []
        group.append(row)
    if group:
        yield group


def _near_together(rows: Iterable[EdgeRow], pages: int) -> Iterator[list[EdgeRow]]:
    run: list[EdgeRow] = []
    for row in sorted(rows, key=lambda row: row.page):
        if run and row.page > run[-1].page + pages:
            yield run
            run = []
        run.append(row)
    if run:
        yield run
