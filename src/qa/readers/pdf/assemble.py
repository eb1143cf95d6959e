"""Paragraphs of pages to one text: what a page cuts off goes on, and every offset keeps its page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.readers.build import TextBuilder
from qa.readers.pdf.layout import Line
from qa.readers.pdf.paragraphs import Paragraph, Sizes, goes_on
from qa.types import Page


@dataclass(frozen=True, slots=True)
class Placed:
    """Where a line stands in the text, and on which page."""

    start: int
    page: int
    line: Line


class Assembly:
    """Grows the text page by page."""

    def __init__(self, contents: Sequence[Sequence[Paragraph]]) -> None:
        self.builder = TextBuilder()
        self.placed: list[Placed] = []
        self._contents = contents
        self._sizes = Sizes(contents)
        self._starts: list[int | None] = [None] * len(contents)
        self._last: Paragraph | None = None

    def add_page(self, number: int, content: Sequence[Paragraph]) -> None:
        """Append what stands on page ``number``, counted from 1."""
        following = next((page[0] for page in self._contents[number:] if page), None)
        for paragraph in self._notes_first(content, following):
            kind, level = self._sizes.kind(paragraph)
            last = self._last
            if kind == "paragraph" and last is not None and goes_on(last, paragraph):
                start = self.builder.resume(paragraph.text)
            else:
                start = self.builder.add(paragraph.text, kind, level)
            self._last = paragraph if kind in {"paragraph", "item"} else None
            self._starts[number - 1] = start if self._starts[number - 1] is None else self._starts[number - 1]
            for line in paragraph.lines:
                self.placed.append(Placed(start, number, line))
                start += len(line.text) + 1

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
