"""Paragraphs of pages to one text: what a page cuts off goes on, and every offset keeps its page."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qa.parsers.build import TextBuilder
from qa.parsers.pdf.lines import Line
from qa.parsers.pdf.paragraphs import Paragraph, Sizes, goes_on, paragraphs
from qa.parsers.pdf.running import EdgeLine
from qa.types import BlockKind, Page

# A line on so many pages, and on this share of them, is no heading, however large.
_MANY = 3
_MOST = 0.4


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a line stands in the text, and on which page."""

    start: int
    page: int
    line: Line


@dataclass(frozen=True, slots=True)
class Content:
    """What a page says, and the lines at its head and foot."""

    body: Sequence[Paragraph]
    head: Sequence[EdgeLine] = ()
    foot: Sequence[EdgeLine] = ()


class Assembly:
    """Grows the text page by page."""

    def __init__(self, contents: Sequence[Content]) -> None:
        self.builder = TextBuilder()
        self.placed: list[Placed] = []
        self._contents = contents
        self._sizes = Sizes([content.body for content in contents])
        self._starts: list[int | None] = [None] * len(contents)
        self._last: Paragraph | None = None
        self._kept: set[int] = set()
        self._times = Counter(line.run for page in contents for line in (*page.head, *page.foot))

    def add_page(self, number: int, content: Content) -> None:
        """Append what stands on page ``number``, counted from 1."""
        following = next((page.body[0] for page in self._contents[number:] if page.body), None)
        body = self._notes_first(content.body, following)
        goes_over = bool(body) and following is not None and goes_on(body[-1], following)
        comes_over = bool(body) and self._last is not None and goes_on(self._last, body[0])
        # No line of the edge may come inside a sentence that runs over the end of the page.
        is_inside = goes_over and comes_over and len(body) == 1
        head = self._first_copies(number, content.head, is_inside=is_inside)
        foot = self._first_copies(number, content.foot, is_inside=is_inside)
        first = 1 if comes_over and not is_inside else 0
        last = len(body) - 1 if goes_over else len(body)
        self._add(number, body[:first])
        self._add_edge(number, head)
        self._add(number, body[first:last])
        self._add_edge(number, foot)
        self._add(number, body[last:])

    def add_recognised(self, number: int, text: str) -> None:
        """Append text that was recognised on page ``number``, parted by blank lines."""
        for part in text.split("\n\n"):
            if part.strip():
                start = self.builder.add(part)
                self._last = None
                if self._starts[number - 1] is None:
                    self._starts[number - 1] = start

    def pages(self) -> tuple[Page, ...]:
        """The pages, which part the text without a gap; one without text is empty."""
        end = self.builder.length
        pages = []
        for number in range(len(self._starts), 0, -1):
            start = self._starts[number - 1]
            start = end if start is None else start
            start = 0 if number == 1 else start
            pages.append(Page(number, start, end))
            end = start
        return tuple(reversed(pages))

    def _add(self, number: int, body: Sequence[Paragraph]) -> None:
        for paragraph in body:
            kind, level = self._sizes.kind(paragraph)
            last = self._last
            if kind == "paragraph" and last is not None and goes_on(last, paragraph):
                start = self.builder.resume(paragraph.text)
            else:
                start = self.builder.add(paragraph.text, kind, level)
            self._last = paragraph if kind in {"paragraph", "item"} else None
            self._place(number, start, paragraph)

    def _add_edge(self, number: int, lines: Sequence[EdgeLine]) -> None:
        often = any(self._times[line.run] >= max(_MANY, _MOST * len(self._contents)) for line in lines)
        for paragraph in paragraphs([line.line for line in lines]):
            kind: BlockKind
            kind, level = self._sizes.kind(paragraph)
            if kind == "heading" and (often or not self._sizes.is_large(paragraph)):
                # A heading is never quoted, and a running line is no heading of what follows it.
                kind, level = "paragraph", 0
            self._place(number, self.builder.add(paragraph.text, kind, level), paragraph)
            self._last = None

    def _place(self, number: int, start: int, paragraph: Paragraph) -> None:
        if self._starts[number - 1] is None:
            self._starts[number - 1] = start
        for line in paragraph.lines:
            self.placed.append(Placed(start, number, line))
            start += len(line.text) + 1

    def _first_copies(self, number: int, lines: Sequence[EdgeLine], *, is_inside: bool) -> list[EdgeLine]:
        """The lines that are not yet in the text; the others are noted as left out."""
        first = []
        for line in lines:
            again = line.run in self._kept or (is_inside and not line.last)
            if line.reason is not None and (again or line.reason == "page number"):
                self.builder.omit(line.reason, line.line.text, page=number)
            else:
                first.append(line)
                if line.reason is not None:
                    self._kept.add(line.run)
        return first

    def _notes_first(self, content: Sequence[Paragraph], following: Paragraph | None) -> Sequence[Paragraph]:
        """The page with its foot notes before its last paragraph, where that goes on on the next page.

        A sentence is then in one piece, and the notes are still on their page.
        """
        notes = len(content)
        while notes > 0 and self._sizes.is_note(content[notes - 1]):
            notes -= 1
        if not 0 < notes < len(content) or following is None or not goes_on(content[notes - 1], following):
            return content
        return [*content[: notes - 1], *content[notes:], content[notes - 1]]
