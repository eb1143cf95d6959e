"""A document as HTML around a quote: as much of it as is read at once, each line with its number.

A document may be many megabytes, so only a window of it is ever sent; the rest follows on request.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import pairwise

from qa.record import Span
from qa.render import displayable
from qa.text.lines import line_ends, line_number
from qa.types import Block, Document
from qa.web.labels import ENGLISH, Labels
from qa.web.markup import attributes, line

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


def view(document: Document, marks: Marks, labels: Labels = ENGLISH) -> str:
    """The window around the quote, with buttons for what stands before and after it."""
    text = document.text
    start = _snapped(text, max(0, marks.quote.start - BEFORE))
    end = _snapped(text, min(len(text), marks.quote.end + AFTER))
    shown = lines(document, Span(start, end), marks, labels)
    return earlier(start, labels) + shown + later(document, end, labels)


def before(document: Document, at: int, marks: Marks, labels: Labels = ENGLISH) -> str:
    """What stands before an offset that a window begins at."""
    start = _snapped(document.text, max(0, at - MORE))
    return earlier(start, labels) + lines(document, Span(start, at), marks, labels)


def after(document: Document, at: int, marks: Marks, labels: Labels = ENGLISH) -> str:
    """What stands after an offset that a window ends at."""
    end = _snapped(document.text, min(len(document.text), at + MORE))
    return lines(document, Span(at, end), marks, labels) + later(document, end, labels)


def earlier(start: int, labels: Labels = ENGLISH) -> str:
    """The button for what stands before; nothing at the beginning."""
    data = attributes(do="before", at=start)
    return f'<button type="button" class="more"{data}>{labels("show-before")}</button>' if start else ""


def later(document: Document, end: int, labels: Labels = ENGLISH) -> str:
    """The button for what stands after; at the end, that it is the end."""
    if end >= len(document.text):
        return f'<p class="end">{labels("end")}</p>'
    data = attributes(do="after", at=end)
    return f'<button type="button" class="more"{data}>{labels("show-after")}</button>'


def lines(document: Document, window: Span, marks: Marks, labels: Labels = ENGLISH) -> str:
    """The lines of a window. The text of all of them is the window's text, character for character."""
    text, base = document.text, window.start
    shown = displayable(text[window.start : window.end])
    number = line_number(text, window.start)
    stops = (window.start + end + 1 for end in line_ends(text[window.start : window.end]))
    out = []
    begun = (page for page in document.pages if window.start <= page.start < window.end)
    pages = {page.start: labels("page-break", n=str(page.number)) for page in begun}
    starts = sorted(pages)
    looks = _Looks(marks)
    at = window.start
    while at < window.end:
        end = next(stops, window.end)
        out += [
            f'<div class="page" role="separator" aria-label="{pages[start]}">'
            f"<span>{pages[start]}</span></div>"
            for start in starts[bisect_left(starts, at) : bisect_left(starts, end)]
        ]
        # A window may begin within a line, even within a Windows line end.
        continued = at > 0 and (text[at - 1] not in "\r\n" or text.startswith("\r\n", at - 1))
        classes = " ".join(("line", *_classes(document.blocks, Span(at, end), marks)))
        blank = not text[at:end].strip()
        data = "" if continued or blank else attributes(number=number)
        data += _role(document.blocks, Span(at, end))
        words = _set_off(shown, base, Span(at, end), looks)
        out.append(f'<div class="{classes}" dir="auto" lang=""{data}>{words}</div>')
        number += 1
        at = end
    return "".join(out)


def details(document: Document, marks: Marks) -> str:
    """The small print of a source: its name, the offsets of the quote, its fingerprint."""
    place = f"{document.doc_id}:{marks.quote.start}-{marks.quote.end}" if marks.quote.end else document.doc_id
    return f"<bdi>{line(place)}</bdi> <span>SHA-256 {escape(document.sha256[:12])}</span>"


def _set_off(shown: str, base: int, part: Span, looks: _Looks) -> str:
    """A part of a line with its marks; ``shown`` is the window's text, which begins at ``base``."""
    out: list[str] = []
    quoted: list[str] = []
    marks = looks.marks
    for start, end in pairwise(looks.edges(part.start, part.end)):
        piece = escape(shown[start - base : end - base])
        if _within(start, marks.quote):
            quoted.append(f"<b>{piece}</b>" if looks.matched(start) else piece)
            if end == part.end or not _within(end, marks.quote):
                out.append(f'<mark class="quote">{"".join(quoted)}</mark>')
        elif _within(start, marks.context):
            out.append(f'<span class="context">{piece}</span>')
        else:
            out.append(piece)
    return "".join(out)


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


def _role(blocks: tuple[Block, ...], part: Span) -> str:
    """What makes a heading one for screen readers too, which step from heading to heading."""
    block = _block(blocks, part.start)
    if block is None or block.kind != "heading" or not part.start <= block.start < part.end:
        return ""
    # The name of the source is the heading above them all, of level 2.
    return f' role="heading" aria-level="{_level(block) + 2}"'


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
