"""Find lists of contents, and indexes: lines with leaders or pages, or with titles of the text below."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise

from qa import lang
from qa.text.labels import read_label
from qa.text.stretches import Stretch

_LEADER = r"(?:(?:\.\s?){4,}|…{2,}\.*|(?:·\s?){4,}|_{4,})"
_NUMBER = r"\d{1,4}(?:[-–]\d{1,3})?"
_MAY_END = re.compile(r"[\divxlc]\W*$")
_PAGE_END = re.compile(rf"(?:{_LEADER})?\s*{_NUMBER}\W*$")
_LEADER_LINE = re.compile(rf"{_LEADER}\s*(?:{_NUMBER}|[ivxlc]{{1,6}})\W*$")
_ANY_LEADER = ("....", ". . . .", "……", "····", "· · ·")
_LEADERS = re.compile(rf"{_LEADER}\s*{_NUMBER}")
_PAGE_LINE = re.compile(r"(?<=[^\W\d_])[)\"'”’.,;]*\s+(?:[A-Z]-)?(\d{1,4})\W*$")
_LISTED_LINE = re.compile(r"(?<=[^\W_])[)\"'”’.,;]*\s+(?:(?:[A-Z]-)?\d{1,4}|[ivxl]{1,5})\W*$")
# In a text without line breaks: a title, its page, and the next title or label.
_PAGES = re.compile(r"(?<=[^\W_])[)\"'”’.;]*\s+(\d{1,3})\s+(?=[^\W\d_a-z]|\d{1,2}[.\s]|\d{1,2}$|[§(])")
_SENTENCE = re.compile(r"[^\W\d_]{3,}[.;:!?]\s+[^\W\d_]+\s+[a-z]")
_MIN_TITLE = 9
"""Characters of the title of a list of contents that in capitals cannot be part of a sentence."""
_TITLES = lang.in_any("contents_titles")
_CAPITAL_TITLE = re.compile(
    rf"(?:{'|'.join(sorted(title.upper() for title in _TITLES if len(title) > _MIN_TITLE))})\b"
)
_RUN_IN = re.compile(r"[^.:;]{2,100}(?=[.:])")
_PLAIN = re.compile(r"[\W_]+")
_MAX_WORDS = 25
_MIN_FLAT = 120
"""Characters of a list of contents without line breaks."""
_MIN_ENTRIES, _MIN_FLAT_ENTRIES = 3, 5
_MAX_FLAT_GAP = 110
"""Mean characters between the page numbers of a list of contents without line breaks."""
_MAX_OTHER_LINES = 3
"""Lines in a row in a list of contents that have no page and are not repeated: wrapped titles, "Page"."""
# "Allen, Paul, 100", "software, 13, 280-82n": the end of an entry in the index of a book.
_INDEX_END = re.compile(r",\s*\d{1,4}n?(?:[–-]\d{1,4}n?)?$")
_MIN_INDEX_ENTRIES, _MAX_INDEX_GAP, _INDEX_SHARE = 20, 4, 0.6
"""Entries of an index; stretches from one to the next, such as "see also" lines; share of entries."""
_LEADER_PAGE = -1
_ABOVE = 3
"""Stretches between the title of a list of contents and its first entry."""


def contents(text: str, stretches: Sequence[Stretch]) -> set[int]:
    """Return the positions of the stretches that belong to a list of contents, or to the index of a book."""
    entries, titles = _entries(text, stretches)
    result = {at for at, page in entries.items() if page == _LEADER_PAGE}
    result.update(_flat_lists(text, stretches, titles))
    result.update(_indexes(text, stretches))
    runs = [lines for lines in _runs(text, stretches, entries) if _count(lines, entries) >= _MIN_ENTRIES]
    repeats = _Repeats(text, stretches if titles or runs else ())
    for lines in runs:
        if _is_list(lines, entries, titles, result, repeats):
            result.update(lines)
    for title in titles:
        result.update(_titles_below(text, stretches, title, result, repeats))
    result.update(at for at in titles if not result.isdisjoint(range(at + 1, at + 1 + _ABOVE)))
    return result


def _entries(text: str, stretches: Sequence[Stretch]) -> tuple[dict[int, int], list[int]]:
    """Return the page numbers at the ends of lines, and the positions of titles of lists of contents."""
    entries: dict[int, int] = {}
    titles: list[int] = []
    for at, stretch in enumerate(stretches):
        if (page := _page(text, stretch)) is not None:
            entries[at] = page
        elif _is_title(text, stretch):
            titles.append(at)
    return entries, titles


def _is_list(
    lines: range, entries: Mapping[int, int], titles: Iterable[int], seen: set[int], repeats: _Repeats
) -> bool:
    """Return whether lines with page numbers are a list of contents, and not a table of values."""
    if len(seen.intersection(lines)) > 1 or _is_titled(lines, titles):
        return True
    return repeats.are_most([at for at in lines if at in entries])


def _count(lines: range, entries: Mapping[int, int]) -> int:
    """Return the number of lines with page numbers."""
    return sum(at in entries for at in lines)


def _is_titled(lines: range, titles: Iterable[int]) -> bool:
    """Return whether the title of a list of contents is just above lines."""
    return any(lines.start - _ABOVE <= title < lines.start for title in titles)


def _flat_lists(text: str, stretches: Sequence[Stretch], titles: Iterable[int]) -> Iterator[int]:
    """Yield the positions of lists without line breaks."""
    has_leaders = any(leader in text for leader in _ANY_LEADER)
    for at in range(len(stretches)) if has_leaders else titles:
        if stretches[at].end - stretches[at].start >= _MIN_FLAT and _is_flat_list(text, stretches[at]):
            yield at


def _indexes(text: str, stretches: Sequence[Stretch]) -> Iterator[int]:
    """Yield the positions of the stretches of indexes: long runs of entries that end with pages."""
    entries = [at for at, stretch in enumerate(stretches) if _is_index_entry(text, stretch)]
    begins = [0, *(n for n in range(1, len(entries)) if entries[n] - entries[n - 1] > _MAX_INDEX_GAP)]
    for begin, end in pairwise([*begins, len(entries)]):
        run = range(entries[begin], entries[end - 1] + 1) if begin < end else range(0)
        if end - begin >= max(_MIN_INDEX_ENTRIES, _INDEX_SHARE * len(run)):
            yield from run


def _is_index_entry(text: str, stretch: Stretch) -> bool:
    if stretch.kind in ("code", "row") or text[stretch.end - 1] not in "0123456789n":
        return False
    return _INDEX_END.search(text, max(stretch.start, stretch.end - 30), stretch.end) is not None


def _page(text: str, stretch: Stretch) -> int | None:
    """Return the page number at the end of a line, -1 after a leader, None if the line has none."""
    if stretch.kind == "code" or stretch.end - stretch.start > 300:
        return None
    # Most lines end without a number.
    if not _MAY_END.search(text, max(stretch.start, stretch.end - 3), stretch.end):
        return None
    start = max(stretch.start, stretch.end - 120)
    if _LEADER_LINE.search(text, start, stretch.end):
        return _LEADER_PAGE
    match = _PAGE_LINE.search(text, start, stretch.end)
    if match is None or len(text[stretch.start : stretch.end].split()) > _MAX_WORDS:
        return None
    return int(match[1])


def _runs(text: str, stretches: Sequence[Stretch], entries: Mapping[int, int]) -> Iterator[range]:
    """Yield runs of lines with page numbers that do not decrease, with single short lines between them."""
    run: list[int] = []
    page = 0
    for at, number in entries.items():
        is_near = bool(run) and (
            at == run[-1] + 1 or (at == run[-1] + 2 and _is_short(text, stretches[at - 1]))
        )
        # A leader has no number that could be compared.
        if run and not (is_near and (number < 0 or number >= page)):
            yield range(run[0], run[-1] + 1)
            run, page = [], 0
        run.append(at)
        page = max(page, number)
    if run:
        yield range(run[0], run[-1] + 1)


def _is_short(text: str, stretch: Stretch) -> bool:
    return stretch.end - stretch.start <= 120 and text[stretch.end - 1] not in ".;:!?"


def _is_title(text: str, stretch: Stretch) -> bool:
    """Return whether a stretch is the title of a list of contents, or begins with one in capitals."""
    line = text[stretch.start : min(stretch.end, stretch.start + 200)]
    if _CAPITAL_TITLE.match(line):
        return True
    return len(line) <= 40 and " ".join(_PLAIN.sub(" ", line).casefold().split()) in _TITLES


def _is_flat_list(text: str, stretch: Stretch) -> bool:
    """Return whether a long stretch is a list of contents without line breaks."""
    if stretch.kind in ("code", "row"):
        return False
    leaders = [match.start() for match in _LEADERS.finditer(text, stretch.start, stretch.end)]
    length = stretch.end - stretch.start
    if len(leaders) >= _MIN_ENTRIES and length / len(leaders) < 2 * _MAX_FLAT_GAP:
        return True
    pages = [int(match[1]) for match in _PAGES.finditer(text, stretch.start, stretch.end)]
    if len(pages) < _MIN_FLAT_ENTRIES or length / len(pages) > _MAX_FLAT_GAP:
        return False
    steps = sum(0 <= after - before <= 40 for before, after in pairwise(pages))
    return steps >= 0.8 * (len(pages) - 1) and not _SENTENCE.search(text, stretch.start, stretch.end)


def _titles_below(
    text: str, stretches: Sequence[Stretch], title: int, seen: set[int], repeats: _Repeats
) -> Iterator[int]:
    """Yield the lines below the title of a list of contents that have pages or that the text repeats."""
    pending: list[int] = []
    for at in range(title + 1, len(stretches)):
        stretch = stretches[at]
        pending.append(at)
        is_short = _is_short(text, stretch)
        if at in seen or (is_short and repeats.has(at)) or _has_pages(text, stretch):
            yield from pending
            pending = []
        elif len(pending) > _MAX_OTHER_LINES or not is_short:
            return


def _has_pages(text: str, stretch: Stretch) -> bool:
    """Return whether a line without a sentence has titles with page numbers."""
    if stretch.kind == "code" or _SENTENCE.search(text, stretch.start, stretch.end):
        return False
    if _LISTED_LINE.search(text, max(stretch.start, stretch.end - 120), stretch.end):
        return True
    pages = len(_PAGES.findall(text, stretch.start, stretch.end))
    return pages > 0 and (stretch.end - stretch.start) / pages <= _MAX_FLAT_GAP


class _Repeats:
    """The last position of each short line of a text, without its label and page number."""

    def __init__(self, text: str, stretches: Sequence[Stretch]) -> None:
        self._text = text
        self._stretches = stretches
        self._last: dict[str, int] = {}
        for at, stretch in enumerate(stretches):
            self._last[self._plain(at)] = at
            if label := read_label(text, stretch.start, stretch.end):
                # The title may lead its clause: "27. Governing Law. This Agreement …".
                title = _RUN_IN.match(text, label.end, stretch.end)
                self._last[_PLAIN.sub("", title[0]).casefold() if title else ""] = at

    def has(self, at: int) -> bool:
        """Return whether a later line has the same words."""
        plain = self._plain(at)
        return len(plain) > 3 and self._last[plain] > at

    def are_most(self, positions: Sequence[int]) -> bool:
        """Return whether later lines have the same words as most of these."""
        return 2 * sum(map(self.has, positions)) > len(positions)

    def _plain(self, at: int) -> str:
        stretch = self._stretches[at]
        if stretch.end - stretch.start > 150:
            return ""
        label = read_label(self._text, stretch.start, stretch.end)
        words = self._text[label.end if label else stretch.start : stretch.end]
        return _PLAIN.sub("", _PAGE_END.sub("", words)).casefold()
