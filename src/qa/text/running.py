"""Find the lines that pages repeat: headers, footers and page numbers."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Container, Iterator, Sequence

from qa import lang
from qa.text.stretches import Stretch

_PAGE_NUMBER = re.compile(r"[\W_]*(?:\d{1,3}|[ivxl]{1,5}|[A-Z]{1,2}-\d{1,3})[\W_]*$")
_DOTTED = re.compile(r"\(?\w+[.)]$")
_DIGITS = re.compile(r"\d+|\b[ivxl]+\b")
_PAGE_WORD = re.compile(rf"(?:{lang.alternatives('page_words')})\b\W*#", re.IGNORECASE)
_PAGE_GAP = re.compile(r"\s*?(?:\x0c|\n[^\S\n]*\n[^\S\n]*\n)")
_MIN_COPIES = 3
_MAX_RUNNING, _MAX_NUMBER, _MAX_PAGE_WORDS = 300, 12, 12
_MIN_PAIR = 12
"""Characters of a line that has one copy."""


def without_running(text: str, stretches: Sequence[Stretch], page_starts: Sequence[int]) -> Iterator[Stretch]:
    """Yield the stretches without page numbers and lines that page breaks repeat.

    Args:
        text: Text of the document.
        stretches: All of its stretches in order.
        page_starts: Offsets at which its pages begin, if they are known.
    """
    running = {
        at
        for at, stretch in enumerate(stretches)
        if stretch.kind == "running" or _is_page_number(text, stretch)
    }
    breaks = {near for at in running for near in (at - 1, at + 1)}
    page_breaks = _PageBreaks(text, stretches, page_starts, breaks)
    # A line beside a running line is at the edge of its page too.
    for form, positions in [*_repeated(text, stretches, running)] * 2:
        if _is_running(form, sum(map(page_breaks.has, positions)), len(positions)):
            running.update(positions)
            breaks.update(near for at in positions for near in (at - 1, at + 1))
    yield from (stretch for at, stretch in enumerate(stretches) if at not in running)


def _repeated(
    text: str, stretches: Sequence[Stretch], running: Container[int]
) -> Iterator[tuple[str, list[int]]]:
    """Yield lines with copies, with "#" in the place of numbers, and the positions of the copies."""
    alike: dict[str, list[int]] = defaultdict(list)
    for at, stretch in enumerate(stretches):
        is_line = stretch.kind == "paragraph" and stretch.end - stretch.start <= _MAX_RUNNING
        if is_line and at not in running:
            alike[_DIGITS.sub("#", text[stretch.start : stretch.end].casefold())].append(at)
    yield from (item for item in alike.items() if len(item[1]) > 1)


def _is_page_number(text: str, stretch: Stretch) -> bool:
    """Return whether a line is only the number of a page."""
    if stretch.end - stretch.start > _MAX_NUMBER or stretch.kind != "paragraph":
        return False
    line = text[stretch.start : stretch.end]
    return _PAGE_NUMBER.match(line) is not None and not _DOTTED.match(line)


def _is_running(form: str, at_breaks: int, count: int) -> bool:
    """Return whether a line with copies counts the pages, or is at their edges."""
    if len(form) < 2:
        return False
    if count < _MIN_COPIES:
        return len(form) > _MIN_PAIR and at_breaks == count
    return 2 * at_breaks > count or (
        _PAGE_WORD.search(form) is not None and len(form.split()) <= _MAX_PAGE_WORDS
    )


class _PageBreaks:
    """The places where pages end: a known page, a form feed, a wide gap, the number of a page."""

    def __init__(
        self, text: str, stretches: Sequence[Stretch], page_starts: Sequence[int], breaks: set[int]
    ) -> None:
        self._text, self._stretches, self._page_starts, self._breaks = text, stretches, page_starts, breaks

    def has(self, at: int) -> bool:
        """Return whether a stretch is the first or the last one of a page."""
        last = len(self._stretches) - 1
        return at in self._breaks or at == last or self._is_between(at - 1) or self._is_between(at)

    def _is_between(self, at: int) -> bool:
        """Return whether a page ends between a stretch and the next one."""
        if at < 0:
            return False
        end, start = self._stretches[at].end, self._stretches[at + 1].start
        page = bisect_left(self._page_starts, end)
        is_page = page < len(self._page_starts) and self._page_starts[page] <= start
        return is_page or _PAGE_GAP.match(self._text, end, start) is not None
