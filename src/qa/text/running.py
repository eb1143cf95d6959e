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
_MIN_PAIR, _MIN_COPY = 12, 4
"""Characters of a line that has one copy; of a copy of a line that the parser knows as running."""


def without_running(text: str, stretches: Sequence[Stretch], page_starts: Sequence[int]) -> Iterator[Stretch]:
    """Yield the stretches without page numbers and lines that page breaks repeat.

    Args:
        text: Text of the document.
        stretches: All of its stretches in order.
        page_starts: Offsets at which its pages begin, if they are known.
    """
    running = set(_known(text, stretches))
    breaks = {near for at in running for near in (at - 1, at + 1)}
    page_breaks = _PageBreaks(text, stretches, page_starts, breaks)
    running.update(at for at in _later_copies(text, stretches) if page_breaks.has(at))
    # A line beside a running line is at the edge of its page too.
    for form, positions in [*_repeated(text, stretches, running)] * 2:
        if _is_running(form, sum(map(page_breaks.has, positions)), len(positions)):
            running.update(positions)
            breaks.update(near for at in positions for near in (at - 1, at + 1))
    yield from (stretch for at, stretch in enumerate(stretches) if at not in running)


def _known(text: str, stretches: Sequence[Stretch]) -> Iterator[int]:
    """Yield the positions of page numbers, and of lines that the parser knows as running."""
    for at, stretch in enumerate(stretches):
        if stretch.kind == "running" or _is_page_number(text, stretch):
            yield at


def _later_copies(text: str, stretches: Sequence[Stretch]) -> set[int]:
    """Return the positions of lines with the same words as a running line before them.

    The lines before it may be the title of the document, which running lines repeat.
    """
    forms: set[str] = set()
    result: set[int] = set()
    for at, stretch in enumerate(stretches):
        if stretch.kind == "running":
            lines = text[stretch.start : stretch.end].split("\n")
            forms.update(form for line in ["\n".join(lines), *lines] if len(form := _form(line)) > _MIN_COPY)
        elif _may_be_running(text, stretch) and _form(text[stretch.start : stretch.end]) in forms:
            result.add(at)
    return result


def _may_be_running(text: str, stretch: Stretch) -> bool:
    """Return whether a stretch is a line, and no field to be filled in."""
    is_line = stretch.kind in ("paragraph", "row") and stretch.end - stretch.start <= _MAX_RUNNING
    return is_line and not (stretch.kind == "row" and text[stretch.end - 1] == ":")


def _form(line: str) -> str:
    """Return a line without case, with "#" in the place of numbers."""
    return _DIGITS.sub("#", " ".join(line.casefold().split()))


def _repeated(
    text: str, stretches: Sequence[Stretch], running: Container[int]
) -> Iterator[tuple[str, list[int]]]:
    """Yield lines with copies, with "#" in the place of numbers, and the positions of the copies."""
    alike: dict[str, list[int]] = defaultdict(list)
    for at, stretch in enumerate(stretches):
        if at not in running and _may_be_running(text, stretch):
            alike[_form(text[stretch.start : stretch.end])].append(at)
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
