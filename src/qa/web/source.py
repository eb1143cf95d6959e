"""A document as HTML around a quote: as much of it as is read at once, each line with its number.

A document may be many megabytes, so only a window of it is ever sent; the rest follows on request.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from qa.record import Span
from qa.render import displayable
from qa.text.lines import line_ends, line_number
from qa.types import Block, Document
from qa.web.labels import ENGLISH, Labels
from qa.web.templates import render

BEFORE, AFTER = 6_000, 9_000
"""Characters around a quote that are shown at first."""
MORE = 15_000
"""Characters that each request for more brings."""
_SNAP = 2_000
"""How far the edge of a window moves to fall between two lines."""


_NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Marks:
    """What is set off in a document: the quote, the passage around it, the words that matched."""

    quote: Span = _NOWHERE
    context: Span = _NOWHERE
    matched: tuple[Span, ...] = ()


class _Looks:
    """Where the look of a text changes, sorted once, so that each line looks up only what is in it."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        self._words = _merged(marks.matched)
        spans = (marks.quote, marks.context, *self._words)
        self._edges = sorted({at for span in spans for at in (span.start, span.end)})

    def edges(self, start: int, end: int) -> list[int]:
        """Returns the offsets between two others where the look changes, with these two."""
        inner = self._edges[bisect_right(self._edges, start) : bisect_left(self._edges, end)]
        return [start, *inner, end]

    def matched(self, at: int) -> bool:
        """Says whether a word that matched is at an offset."""
        before = bisect_right(self._words, at, key=lambda span: span.start) - 1
        return before >= 0 and at < self._words[before].end


def _merged(spans: tuple[Span, ...]) -> list[Span]:
    """Returns the same stretches in order, those that touch or overlap as one."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a line with one look; a quote is in pieces that matched or not."""

    look: Literal["quote", "context", ""]
    pieces: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        """Its text."""
        return "".join(text for text, _ in self.pieces)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a window. Its number is None where it continues one before the window, or is blank.

    ``level`` is that of a heading, for screen readers, and ``pages`` are the pages that begin before it.
    """

    stretches: tuple[Stretch, ...]
    number: int | None
    classes: tuple[str, ...] = ("line",)
    level: int | None = None
    pages: tuple[int, ...] = ()


def view(document: Document, marks: Marks, labels: Labels = ENGLISH) -> str:
    """Returns the window around the quote, with buttons for the text before and after it."""
    text = document.text
    start = _snapped(text, max(0, marks.quote.start - BEFORE))
    end = _snapped(text, min(len(text), marks.quote.end + AFTER))
    return _html(document, Span(start, end), marks, labels, before=True, after=True)


def before(document: Document, at: int, marks: Marks, labels: Labels = ENGLISH) -> str:
    """Returns the text before an offset that a window begins at."""
    start = _snapped(document.text, max(0, at - MORE))
    return _html(document, Span(start, at), marks, labels, before=True)


def after(document: Document, at: int, marks: Marks, labels: Labels = ENGLISH) -> str:
    """Returns the text after an offset that a window ends at."""
    end = _snapped(document.text, min(len(document.text), at + MORE))
    return _html(document, Span(at, end), marks, labels, after=True)


def _html(
    document: Document,
    window: Span,
    marks: Marks,
    labels: Labels,
    *,
    before: bool = False,
    after: bool = False,
) -> str:
    """Returns a window with buttons for the text ``before`` or ``after`` it, or that it is the end."""
    ended = window.end >= len(document.text)
    return render(
        "parts/source.html",
        lines=lines(document, window, marks),
        before=window.start if before else 0,
        after=window.end if after and not ended else 0,
        ended=after and ended,
        labels=labels,
    )


def lines(document: Document, window: Span, marks: Marks) -> Iterator[Line]:
    """Yields the lines of a window. Together they are the window's text, character for character."""
    text = document.text
    shown = displayable(text[window.start : window.end])
    number = line_number(text, window.start)
    stops = (window.start + end + 1 for end in line_ends(text[window.start : window.end]))
    pages = {page.start: page.number for page in document.pages if window.start <= page.start < window.end}
    starts = sorted(pages)
    looks = _Looks(marks)
    at = window.start
    while at < window.end:
        end = next(stops, window.end)
        # A window may begin within a line, even within a Windows line end.
        continued = at > 0 and (text[at - 1] not in "\r\n" or text.startswith("\r\n", at - 1))
        blank = not text[at:end].strip()
        part = Span(at, end)
        yield Line(
            tuple(_stretches(shown, window.start, part, looks)),
            None if continued or blank else number,
            ("line", *_classes(document.blocks, part, marks)),
            _heading_level(document.blocks, part),
            tuple(pages[start] for start in starts[bisect_left(starts, at) : bisect_left(starts, end)]),
        )
        number += 1
        at = end


def details(document: Document, marks: Marks) -> str:
    """Returns the small print of a source: its name, the offsets of the quote, its fingerprint."""
    place = f"{document.doc_id}:{marks.quote.start}-{marks.quote.end}" if marks.quote.end else document.doc_id
    return render("parts/details.html", place=place, sha256=document.sha256)


def _stretches(shown: str, base: int, part: Span, looks: _Looks) -> Iterator[Stretch]:
    """Yields a part of a line by its looks; ``shown`` is the window's text, which begins at ``base``."""
    quoted: list[tuple[str, bool]] = []
    marks = looks.marks
    for start, end in pairwise(looks.edges(part.start, part.end)):
        piece = shown[start - base : end - base]
        if _within(start, marks.quote):
            quoted.append((piece, looks.matched(start)))
            if end == part.end or not _within(end, marks.quote):
                yield Stretch("quote", tuple(quoted))
        else:
            yield Stretch("context" if _within(start, marks.context) else "", ((piece, False),))


def _classes(blocks: tuple[Block, ...], part: Span, marks: Marks) -> Iterator[str]:
    inside = min(part.end, marks.context.end) - max(part.start, marks.context.start)
    # A line may be a whole book: one that is mostly something else is not the passage.
    if inside > 0 and 2 * inside >= part.end - part.start:
        yield "near"
    block = _block(blocks, part.start)
    if block is not None and block.kind == "heading":
        yield "heading"
        yield f"level-{_level(block)}"
    elif block is not None and block.kind in ("code", "row"):
        yield "code"


def _heading_level(blocks: tuple[Block, ...], part: Span) -> int | None:
    """Returns the level of a heading that begins in a part: screen readers step from heading to heading."""
    block = _block(blocks, part.start)
    if block is None or block.kind != "heading" or not part.start <= block.start < part.end:
        return None
    # The name of the source is the heading above them all, of level 2.
    return _level(block) + 2


def _level(block: Block) -> int:
    return max(1, min(block.level, 4))


def _block(blocks: tuple[Block, ...], at: int) -> Block | None:
    found = bisect_right(blocks, at, key=lambda block: block.start) - 1
    return blocks[found] if found >= 0 and at < blocks[found].end else None


def _within(at: int, span: Span) -> bool:
    return span.start <= at < span.end


def _snapped(text: str, at: int) -> int:
    """The nearest beginning of a line or word at or before an offset, if there is one not far from it."""
    if at <= 0 or at >= len(text):
        return max(0, min(at, len(text)))
    for separator in ("\n", "\r", " "):
        found = text.rfind(separator, max(0, at - _SNAP), at)
        if found >= 0:
            return found + 1
    return at
