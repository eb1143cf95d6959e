"""Assemble the paragraphs of pages into one text that keeps the page of every offset.

A paragraph that a page break cuts in two becomes one paragraph again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qa.parsers.build import TextBuilder
from qa.parsers.pdf.lines import Line
from qa.parsers.pdf.paragraphs import Paragraph, Sizes, continues_in, paragraphs
from qa.parsers.pdf.running import EdgeLine
from qa.types import BlockKind, Page

# A line on at least this many pages, and on at least this share of all pages, is no heading of any size.
_MIN_RUNNING_PAGES = 3
_MIN_RUNNING_SHARE = 0.4


@dataclass(frozen=True, slots=True)
class PlacedLine:
    """A line with its offset in the text and its page."""

    start: int
    page: int
    line: Line


@dataclass(frozen=True, slots=True)
class Content:
    """The body of a page, and the lines at its head and foot."""

    body: Sequence[Paragraph]
    head: Sequence[EdgeLine] = ()
    foot: Sequence[EdgeLine] = ()


class Assembly:
    """The text of a file, built page by page."""

    def __init__(self, contents: Sequence[Content]) -> None:
        self.builder = TextBuilder()
        self.placed: list[PlacedLine] = []
        self._contents = contents
        self._sizes = Sizes([content.body for content in contents])
        self._starts: list[int | None] = [None] * len(contents)
        self._last: Paragraph | None = None
        self._seen_runs: set[int] = set()
        self._run_counts = Counter(line.run for page in contents for line in (*page.head, *page.foot))

    def add_page(self, number: int, content: Content) -> None:
        """Append the content of page ``number``, counted from 1."""
        following = next((page.body[0] for page in self._contents[number:] if page.body), None)
        body = self._notes_first(content.body, following)
        continues_on_next = bool(body) and following is not None and continues_in(body[-1], following)
        continues_previous = bool(body) and self._last is not None and continues_in(self._last, body[0])
        # A line of the page's edge must not interrupt a sentence that runs across the page break.
        is_inside = continues_on_next and continues_previous and len(body) == 1
        head = self._first_copies(number, content.head, is_inside=is_inside)
        foot = self._first_copies(number, content.foot, is_inside=is_inside)
        first = 1 if continues_previous and not is_inside else 0
        last = len(body) - 1 if continues_on_next else len(body)
        self._add(number, body[:first])
        self._add_edge(number, head, is_title=number == 1)
        self._add(number, body[first:last])
        self._add_edge(number, foot)
        self._add(number, body[last:])

    def add_recognised(self, number: int, text: str) -> None:
        """Append text recognised on page ``number``; blank lines separate its paragraphs."""
        for part in text.split("\n\n"):
            if part.strip():
                start = self.builder.add(part)
                self._last = None
                if self._starts[number - 1] is None:
                    self._starts[number - 1] = start

    def pages(self) -> tuple[Page, ...]:
        """Return the pages, which cover the text without gaps; a page without text is empty."""
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
            if kind == "paragraph" and last is not None and continues_in(last, paragraph):
                start = self.builder.resume(paragraph.text)
            else:
                start = self.builder.add(paragraph.text, kind, level)
            self._last = paragraph if kind in {"paragraph", "item"} else None
            self._place(number, start, paragraph)

    def _add_edge(self, number: int, lines: Sequence[EdgeLine], *, is_title: bool = False) -> None:
        """Append the lines at an edge; the head of the first page may be the title of the document."""
        is_frequent = any(
            self._run_counts[line.run] >= max(_MIN_RUNNING_PAGES, _MIN_RUNNING_SHARE * len(self._contents))
            for line in lines
        )
        is_running = not is_title and all(line.reason is not None for line in lines)
        for paragraph in paragraphs([line.line for line in lines]):
            kind: BlockKind
            kind, level = self._sizes.kind(paragraph)
            if kind == "heading" and (is_frequent or not self._sizes.is_large(paragraph)):
                # Headings are never quoted, and a running line is no heading of the text after it.
                kind, level = "paragraph", 0
            if is_running and kind != "heading":
                kind, level = "running", 0
            self._place(number, self.builder.add(paragraph.text, kind, level), paragraph)
            self._last = None

    def _place(self, number: int, start: int, paragraph: Paragraph) -> None:
        if self._starts[number - 1] is None:
            self._starts[number - 1] = start
        for line in paragraph.lines:
            self.placed.append(PlacedLine(start, number, line))
            start += len(line.text) + 1

    def _first_copies(self, number: int, lines: Sequence[EdgeLine], *, is_inside: bool) -> list[EdgeLine]:
        """Return the lines that are not in the text yet; report the others as omissions."""
        first = []
        for line in lines:
            is_copy = line.run in self._seen_runs or (is_inside and not line.last)
            if line.reason is not None and (is_copy or line.reason == "page number"):
                self.builder.omit(line.reason, line.line.text, page=number)
            else:
                first.append(line)
                if line.reason is not None:
                    self._seen_runs.add(line.run)
        return first

    def _notes_first(self, body: Sequence[Paragraph], following: Paragraph | None) -> Sequence[Paragraph]:
        """Return the paragraphs with footnotes before the last one if the next page continues it.

        This keeps the sentence in one piece, and the notes on their page.
        """
        first_note = len(body)
        while first_note > 0 and self._sizes.is_note(body[first_note - 1]):
            first_note -= 1
        if (
            not 0 < first_note < len(body)
            or following is None
            or not continues_in(body[first_note - 1], following)
        ):
            return body
        return [*body[: first_note - 1], *body[first_note:], body[first_note - 1]]
