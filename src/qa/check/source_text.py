"""The text of a document with its line ends, for many citations of the same document."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass

from qa.answer.citations import name_of, origin_of
from qa.record import Citation, FilePlace
from qa.render import where
from qa.render.phrases import heading_path
from qa.text.lines import line_ends
from qa.types import Document, Line, Page


@dataclass(frozen=True, slots=True)
class SourceText:
    """A document with its line ends, for fast line numbers."""

    document: Document
    ends: tuple[int, ...]

    @classmethod
    def of(cls, document: Document) -> SourceText:
        """Return a document with its line ends."""
        return cls(document, tuple(line_ends(document.text)))

    def slice(self, start: int, end: int) -> str | None:
        """Return the text between two offsets, or None if they are outside the document."""
        return self.document.text[start:end] if 0 <= start <= end <= len(self.document.text) else None

    def line(self, start: int) -> int:
        """Return the line of the file if the document has those, else the line of the text."""
        lines = self.document.lines
        at = bisect_right(lines, start, key=lambda line: line.start) - 1
        anchor = lines[at] if at >= 0 else Line(0, 1)
        return anchor.number + bisect_left(self.ends, start) - bisect_left(self.ends, anchor.start)

    def page(self, start: int) -> int | None:
        """Return the page of an offset, from 1, or None if the document has no pages."""
        page = self._page(start)
        return page.number if page else None

    def page_label(self, start: int) -> str | None:
        """Return the label printed on the page of an offset, if it differs from the number."""
        page = self._page(start)
        return page.label if page else None

    def place(self, start: int) -> FilePlace | None:
        """Return the place in the file of an offset, or None if the document has none for it."""
        places = self.document.places
        at = bisect_right(places, start, key=lambda place: place.start) - 1
        if at < 0 or start >= places[at].end:
            return None
        return FilePlace(kind=places[at].kind, label=places[at].label)

    def where(self, start: int) -> tuple[str, str]:
        """Return the citation of an offset as a person reads it: the title, and what follows the headings."""
        citation = self.citation(start)
        title = heading_path(citation)
        return title, where(citation)[len(title) :]

    def citation(self, start: int) -> Citation:
        """Return the citation of an offset, without headings."""
        return Citation(
            doc_id=self.document.doc_id,
            title=self.document.title,
            sha256=self.document.sha256,
            uri=self.document.uri,
            page=self.page(start),
            line=self.line(start),
            start=start,
            end=start + 1,
            prefix="",
            suffix="",
            page_label=self.page_label(start),
            place=self.place(start),
            name=name_of(self.document),
            **origin_of(self.document),
        )

    def _page(self, start: int) -> Page | None:
        pages = self.document.pages
        at = bisect_right(pages, start, key=lambda page: page.start) - 1
        return pages[at] if at >= 0 else None
