"""The endpoints of the pane that shows a source: its text in parts, its printed pages."""

from __future__ import annotations

import threading
from bisect import bisect_right
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from qa import Library
from qa.errors import UsageError
from qa.programs import inputs
from qa.record import Span
from qa.render.phrases import heading_path, title_of
from qa.types import Document
from qa.web import cards, comparison, finding, page_images, source
from qa.web.labels import Labels
from qa.web.outline import outline
from qa.web.own_quotes import own_quote
from qa.web.page_calls import Json, labels_of, style_of
from qa.web.page_images import PageImages
from qa.web.templates import html_line, render
from qa.web.titles import Titles

CACHED_CHARACTERS = 20_000_000
"""Maximum characters of all cached documents; reading a book means many requests for its parts."""
MOST_COLUMNS = 1_000
"""Maximum characters of a row on any screen."""


class SourceEndpoints:
    """The endpoints of the source; see `qa.web.endpoints.Endpoints`."""

    def __init__(self, library: Library, titles: Titles) -> None:
        self._library = library
        self._titles = titles
        self._page_images = PageImages()
        self._documents: OrderedDict[tuple[str, str], Document] = OrderedDict()
        self._lock = threading.Lock()

    def source(self, data: Mapping[str, Any]) -> Json:
        """Return what the page needs to lay out a document, and the parts of its text with the quote."""
        document = self.document(inputs.text(data.get("document")))
        labels, marks = labels_of(data), _marks(data, len(document.text))
        columns = max(1, min(inputs.number(data.get("columns") or 80), MOST_COLUMNS))
        parts = source.parts(document, columns)
        starts = [start for start, _ in parts]
        ends = [*starts[1:], len(document.text)]
        shown = sorted({max(0, bisect_right(starts, at) - 1) for at in (marks.quote.start, marks.quote.end)})
        return {
            "parts": parts,
            "length": len(document.text),
            "lines": 1 + document.text.count("\n"),
            "loaded": {
                str(at): source.part(document, Span(starts[at], ends[at]), marks, labels)
                for at in shown
                if starts
            },
            **self._heading(document, marks.quote, labels),
            "details": source.details(document, marks),
            "sha256": document.sha256,
            "page_starts": [page.start for page in document.pages],
            "page": page_images.page_of(document.pages, marks.quote.start)
            if page_images.has_page_images(document)
            else None,
        }

    def part(self, data: Mapping[str, Any]) -> Json:
        """Return a part of a document's text as HTML; its version is that of the other parts."""
        document = self._version(data)
        length = len(document.text)
        window = inputs.span(data.get("from"), data.get("to"), length)
        return {"html": source.part(document, window, _marks(data, length), labels_of(data))}

    def outline(self, data: Mapping[str, Any]) -> Json:
        """Return the headings of a document."""
        return {"headings": outline(self._version(data))}

    def find_words(self, data: Mapping[str, Any]) -> Json:
        """Return the places of words in a document, and their number."""
        document, words = self._version(data), inputs.text(data.get("words"), finding.MOST_WORDS)
        hits, total = finding.find(document.text, words)
        return {"hits": hits, "total": total}

    def own_quote(self, data: Mapping[str, Any]) -> Json:
        """Return a selected stretch of a document as a record, and the text to copy."""
        document, labels = self._version(data), labels_of(data)
        selected = inputs.span(data.get("start"), data.get("end"), len(document.text))
        record = own_quote(document, selected, self._library.cite, labels("own-quote"))
        return {
            "record": record.model_dump(mode="json"),
            "copy": cards.copy_text(record.quotes[0], labels, style_of(data)),
        }

    def compare(self, data: Mapping[str, Any]) -> Json:
        """Return two documents side by side; without ``other``, the second is that with the nearest name."""
        document = self.document(inputs.text(data.get("document")))
        infos = self._library.documents()
        wanted = data.get("other")
        other = inputs.text(wanted) if wanted else comparison.closest(document.doc_id, document.title, infos)
        if other is None:
            raise UsageError("document-gone")
        result = comparison.compare(document.text, self.document(other).text)
        html = render(
            "parts/comparison.html",
            comparison=result,
            old=document.doc_id,
            new=other,
            labels=labels_of(data),
        )
        names = {doc_id: html_line(name) for doc_id, name in self._titles.distinct(infos).items()}
        return {
            "html": html,
            "differences": result.differences,
            "name": names.pop(document.doc_id, html_line(document.title)),
            "other": other,
            "documents": list(names.items()),
        }

    def page_lines(self, data: Mapping[str, Any]) -> Json:
        """Return the lines of text on a page of a PDF with their offsets and edges, to select and to mark."""
        document = self._version(data)
        return {"lines": self._page_images.lines(document, inputs.number(data.get("page")))}

    def pages(self, data: Mapping[str, Any]) -> Json:
        """Return the sizes of the pages of a PDF, and the edges of the text on the pages around one."""
        document = self._version(data)
        return self._page_images.pages(document, inputs.number(data.get("page") or 1))

    def page_image(self, data: Mapping[str, Any]) -> Json:
        """Return a page of a PDF as an image, about as many pixels wide as requested."""
        document = self.document(inputs.text(data.get("document")))
        page, width = inputs.number(data.get("page")), inputs.number(data.get("width"))
        return self._page_images.image(document, page, width)

    def marks(self, data: Mapping[str, Any]) -> Json:
        """Return the positions of a quote on the pages of a PDF."""
        document = self.document(inputs.text(data.get("document")))
        quote = inputs.span(data.get("start"), data.get("end"), len(document.text))
        return self._page_images.marks(document, quote) if quote.end > quote.start else {"marks": []}

    def endpoints(self) -> list[Callable[[Mapping[str, Any]], Json]]:
        """Return the endpoints of the page."""
        texts = (self.source, self.part, self.outline, self.find_words, self.own_quote, self.compare)
        return [*texts, self.pages, self.page_image, self.page_lines, self.marks]

    def close(self) -> None:
        """End the processes that draw pages."""
        self._page_images.close()

    def document(self, name: str) -> Document:
        """Return a document of the library, cached for each state of the library.

        Raises:
            UsageError: It is no longer in the library.
        """
        key = (self._library.manifest().get("generation", ""), name)
        with self._lock:
            document = self._documents.pop(key, None)
        document = document or self._library.get(name)
        if document is None:
            raise UsageError("document-gone")
        with self._lock:
            self._documents[key] = document
            for old in [old for old in self._documents if old[0] != key[0]]:
                del self._documents[old]
            while len(self._documents) > 1 and self._cached() > CACHED_CHARACTERS:
                self._documents.popitem(last=False)
        return document

    def _cached(self) -> int:
        return sum(len(document.text) for document in self._documents.values())

    def _version(self, data: Mapping[str, Any]) -> Document:
        """Return the document of a request, if it is still the version that the page shows."""
        document = self.document(inputs.text(data.get("document")))
        if document.sha256 != inputs.text(data.get("sha256")):
            raise UsageError("document-gone")
        return document

    def _heading(self, document: Document, quote: Span, labels: Labels) -> Json:
        """Return the name of a source and the quote's place in it, worded as in all other formats."""
        if quote.end == quote.start:
            # A document without text has no place to cite.
            name = title_of(self._library.cite(document, 0, 1)) if document.text else document.title
            return {"title": html_line(name) or html_line(document.doc_id), "place": ""}
        citation = self._library.cite(document, quote.start, quote.end)
        return {
            "title": html_line(heading_path(citation)),
            "place": html_line(cards.located(citation, labels)),
        }


def _marks(data: Mapping[str, Any], length: int) -> source.Marks:
    """Return the marks of a request on a text of this length."""
    quote = inputs.span(data.get("start"), data.get("end"), length)
    passage = next(iter(inputs.spans(data.get("passage"), length)), quote)
    matched, answers = (tuple(inputs.spans(data.get(key), length)) for key in ("matched", "answers"))
    return source.Marks(quote, passage, matched, answers)
