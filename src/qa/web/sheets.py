"""Pages of PDFs as they are printed, for the page beside the answers: drawn once and kept for a while."""

from __future__ import annotations

import base64
import threading
from collections import OrderedDict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from urllib.request import url2pathname

from qa.errors import ReadError
from qa.parsers import attached
from qa.record import Span
from qa.types import Document, Page
from qa.web.drawing import Drawn, Mark, Original, Worker, hash_of

WIDTHS = (400, 800, 1200, 1600, 2400, 3200)
"""Pixels across that pages are drawn in: few, so that screens of nearly one size share a drawing."""
KEPT_BYTES = 64_000_000
KEPT_QUOTES = 1_000

Json = dict[str, Any]
_Key = tuple[Original, int, int, int, int]


class Sheets:
    """Draws pages of the library's PDFs; safe to use from several threads."""

    def __init__(self) -> None:
        # A book's quote takes seconds to find; turning its pages must not wait for that.
        self._drawing, self._finding = Worker(), Worker()
        self._drawn: OrderedDict[_Key, Drawn] = OrderedDict()
        self._marks: OrderedDict[_Key, list[Mark]] = OrderedDict()
        self._lock = threading.Lock()

    def sheet(self, document: Document, page: int, wanted: int) -> Json:
        """A page as an image. Raises `ReadError` where the file is another one now, or cannot be drawn."""
        original = original_of(document)
        page = max(1, min(page, len(document.pages)))
        width = next((width for width in WIDTHS if width >= wanted), WIDTHS[-1])
        key = (*_state(original), page, width)
        with self._lock:
            drawn = self._drawn.get(key)
        if drawn is None:
            drawn = self._drawing.draw(original, page, width)
            with self._lock:
                self._drawn[key] = drawn
                while sum(len(kept.png) for kept in self._drawn.values()) > KEPT_BYTES:
                    self._drawn.popitem(last=False)
        return {
            "image": "data:image/png;base64," + base64.b64encode(drawn.png).decode(),
            "width": drawn.width,
            "height": drawn.height,
            "page": page,
            "pages": len(document.pages),
        }

    def marks(self, document: Document, quote: Span) -> Json:
        """Where a quote stands on its pages, in shares of their width and height."""
        original = original_of(document)
        key = (*_state(original), quote.start, quote.end)
        with self._lock:
            found = self._marks.get(key)
        if found is None:
            found = self._finding.marks(original, hash_of(document.text), quote.start, quote.end)
            with self._lock:
                self._marks[key] = found
                while len(self._marks) > KEPT_QUOTES:
                    self._marks.popitem(last=False)
        return {
            "marks": [
                {"page": m.page, "left": m.left, "top": m.top, "right": m.right, "bottom": m.bottom}
                for m in found
            ]
        }

    def close(self) -> None:
        """Ends the processes."""
        self._drawing.close()
        self._finding.close()


def has_sheets(document: Document) -> bool:
    """Whether a document has pages that can be drawn, if its file is still there."""
    name = [_path(document.uri), *attached.split(document.uri or "")[1]][-1]
    return bool(document.pages) and name.lower().endswith(".pdf")


def page_of(pages: tuple[Page, ...], at: int) -> int:
    """The number of the page that an offset is on."""
    return next((page.number for page in reversed(pages) if page.start <= at), 1)


def original_of(document: Document) -> Original:
    """The file that a document was read from. Raises `ReadError` where it was no file here."""
    path = _path(document.uri)
    if not (path and has_sheets(document)):
        raise ReadError("original-missing")
    return Original(path, document.sha256, (document.uri or "") if attached.is_attached(document.uri) else "")


def _state(original: Original) -> tuple[Original, int, int]:
    """The file as it is now: what was drawn of it before serves only for as long as nothing touches it."""
    try:
        status = Path(original.path).stat()
    except OSError as error:
        raise ReadError("original-missing") from error
    return original, status.st_mtime_ns, status.st_size


def _path(uri: str | None) -> str:
    try:
        parts = urlsplit(uri or "")
    except ValueError:
        return ""
    if parts.scheme != "file" or parts.netloc not in ("", "localhost"):
        return ""
    return url2pathname(parts.path)
