"""The text of a document as HTML, each line with its number and its offset.

A document may be many megabytes: it is divided into parts, and the page asks for those that come into view.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

from qa.record import Span
from qa.render import displayable
from qa.render.reading import Mark
from qa.text.lines import line_ends, line_number
from qa.types import Block, Document
from qa.web.labels import ENGLISH, Labels
from qa.web.templates import render

PART = 4_000
"""Characters of a part; small, because the browser lays out a part within one frame."""
MOST_PARTS = 2_000
"""Maximum number of parts; those of a longer document are larger."""
LONGEST = 100_000
"""Maximum characters of a part that is sent."""
_SNAP = 2_000
"""Maximum characters by which the edge of a part moves to fall between two lines."""


_NOWHERE = Span(0, 0)


@dataclass(frozen=True, slots=True)
class Marks:
    """The marked parts of a document: the quote, the passage around it, the matching and the answer words."""

    quote: Span = _NOWHERE
    context: Span = _NOWHERE
    matched: tuple[Span, ...] = ()
    answers: tuple[Span, ...] = ()


class _Styles:
    """The offsets at which the style of a text changes, sorted once for quick look-ups by line."""

    def __init__(self, marks: Marks) -> None:
        self.marks = marks
        self._words, self._answers = _merged(marks.matched), _merged(marks.answers)
        spans = (marks.quote, marks.context, *self._words, *self._answers)
        self._edges = sorted({at for span in spans for at in (span.start, span.end)})

    def edges(self, start: int, end: int) -> list[int]:
        """Return ``start``, the offsets up to ``end`` at which the style changes, and ``end``."""
        inner = self._edges[bisect_right(self._edges, start) : bisect_left(self._edges, end)]
        return [start, *inner, end]

    def mark(self, at: int) -> Mark:
        """Return the mark of the character at an offset."""
        if _is_inside(self._answers, at):
            return "answer"
        return "match" if _is_inside(self._words, at) else ""


def _is_inside(spans: Sequence[Span], at: int) -> bool:
    """Return whether one of several spans, in order and without overlap, has an offset."""
    before = bisect_right(spans, at, key=lambda span: span.start) - 1
    return before >= 0 and at < spans[before].end


def _merged(spans: tuple[Span, ...]) -> list[Span]:
    """Return the spans in order; spans that touch or overlap become one."""
    merged: list[Span] = []
    for span in sorted(spans, key=lambda span: (span.start, span.end)):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return merged


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of a line with one style; its pieces are texts with their marks."""

    style: Literal["quote", "context", ""]
    pieces: tuple[tuple[str, Mark], ...]

    @property
    def text(self) -> str:
        """Text of all pieces."""
        return "".join(text for text, _ in self.pieces)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a part. Its number is None if it is blank or began before the part; ``start`` is its offset.

    ``level`` is the level of a heading, for screen readers; ``pages`` are the pages that begin before it.
    """

    stretches: tuple[Stretch, ...]
    start: int
    number: int | None
    classes: tuple[str, ...] = ("line",)
    level: int | None = None
    pages: tuple[int, ...] = ()


def parts(document: Document, columns: int) -> list[tuple[int, int]]:
    """Return the start of each part and its rows on the screen, if a row has this many characters.

    The rows are an estimate: the page reserves their room until it has the part.
    """
    text = document.text
    size = max(PART, len(text) // MOST_PARTS)
    starts = [0] if text else []
    while starts and starts[-1] + size < len(text):
        starts.append(_snapped(text, starts[-1] + size))
    return [(start, _rows(text[start:end], columns)) for start, end in pairwise((*starts, len(text)))]


def _rows(text: str, columns: int) -> int:
    return sum(1 + max(0, len(line) - 1) // columns for line in text.splitlines())


def part(document: Document, window: Span, marks: Marks, labels: Labels = ENGLISH) -> str:
    """Return a part as HTML; a part that is too long is cut."""
    window = Span(window.start, min(window.end, window.start + LONGEST))
    ended = window.end >= len(document.text)
    return render("parts/source.html", lines=lines(document, window, marks), ended=ended, labels=labels)


def lines(document: Document, window: Span, marks: Marks) -> Iterator[Line]:
    """Yield the lines of a part; together they are the part's text, character for character."""
    text = document.text
    shown = displayable(text[window.start : window.end])
    number = line_number(text, window.start)
    stops = (window.start + end + 1 for end in line_ends(text[window.start : window.end]))
    pages = {page.start: page.number for page in document.pages if window.start <= page.start < window.end}
    starts = sorted(pages)
    styles = _Styles(marks)
    top = min((block.level for block in document.blocks if block.kind == "heading"), default=1)
    at = window.start
    while at < window.end:
        end = next(stops, window.end)
        # A part may begin inside a line, even inside a Windows line break.
        continued = at > 0 and (text[at - 1] not in "\r\n" or text.startswith("\r\n", at - 1))
        blank = not text[at:end].strip()
        part = Span(at, end)
        yield Line(
            tuple(_stretches(shown, window.start, part, styles)),
            at,
            None if continued or blank else number,
            ("line", *_classes(document.blocks, part, marks)),
            _heading_level(document.blocks, part, top),
            tuple(pages[start] for start in starts[bisect_left(starts, at) : bisect_left(starts, end)]),
        )
        number += 1
        at = end


def details(document: Document, marks: Marks) -> str:
    """Return the details of a source: its id, the offsets of the quote, its hash."""
    place = f"{document.doc_id}:{marks.quote.start}-{marks.quote.end}" if marks.quote.end else document.doc_id
    return render("parts/details.html", place=place, sha256=document.sha256)


def _stretches(shown: str, base: int, part: Span, styles: _Styles) -> Iterator[Stretch]:
    """Yield the stretches of a line; ``shown`` is the part's text, which begins at ``base``."""
    quoted: list[tuple[str, Mark]] = []
    marks = styles.marks
    for start, end in pairwise(styles.edges(part.start, part.end)):
        piece = shown[start - base : end - base]
        if _within(start, marks.quote):
            mark = styles.mark(start)
            if quoted and quoted[-1][1] == mark:
                quoted[-1] = (quoted[-1][0] + piece, mark)
            else:
                quoted.append((piece, mark))
            if end == part.end or not _within(end, marks.quote):
                yield Stretch("quote", tuple(quoted))
        else:
            yield Stretch("context" if _within(start, marks.context) else "", ((piece, ""),))


def _classes(blocks: tuple[Block, ...], part: Span, marks: Marks) -> Iterator[str]:
    inside = min(part.end, marks.context.end) - max(part.start, marks.context.start)
    # A line may be a whole book; a line that is mostly other text is not the passage.
    if inside > 0 and 2 * inside >= part.end - part.start:
        yield "near"
    block = _block(blocks, part.start)
    if block is not None and block.kind == "heading":
        yield "heading"
        yield f"level-{_level(block)}"
    elif block is not None and block.kind in ("code", "row"):
        yield "code"


def _heading_level(blocks: tuple[Block, ...], part: Span, top: int) -> int | None:
    """Return the level of a heading that begins in a part, for screen readers; ``top`` is the highest one."""
    block = _block(blocks, part.start)
    if block is None or block.kind != "heading" or not part.start <= block.start < part.end:
        return None
    # The name of the source, above the text, has level 2.
    return min(block.level - top, 3) + 3


def _level(block: Block) -> int:
    return max(1, min(block.level, 4))


def _block(blocks: tuple[Block, ...], at: int) -> Block | None:
    last = bisect_right(blocks, at, key=lambda block: block.start) - 1
    return blocks[last] if last >= 0 and at < blocks[last].end else None


def _within(at: int, span: Span) -> bool:
    return span.start <= at < span.end


def _snapped(text: str, at: int) -> int:
    """Return the nearest start of a line, or else of a word, before an offset; else the offset itself."""
    if at <= 0 or at >= len(text):
        return max(0, min(at, len(text)))
    for separator in ("\n", "\r", " "):
        nearest = text.rfind(separator, max(0, at - _SNAP), at)
        if nearest >= 0:
            return nearest + 1
    return at
