"""Images of the printed pages of PDFs, and the positions of quotes on them; both are cached."""

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
from qa.render import displayable
from qa.types import Document, Page
from qa.web.drawing import Drawn, Mark, Original, Worker, hash_of

WIDTHS = (200, 400, 800, 1200, 1600, 2400, 3200)
"""Widths of images in pixels; few, because screens of similar sizes should share an image."""
CACHE_BYTES = 64_000_000
"""Maximum bytes of all cached images."""
CACHED_QUOTES = 1_000
"""Maximum number of quotes whose positions are cached."""

Json = dict[str, Any]
_Key = tuple[Original, int, int, int, int]


class PageImages:
    """Draws pages of the library's PDFs; thread-safe."""

    def __init__(self) -> None:
        # Locating a quote in a book takes seconds; turning its pages must not wait for that.
        self._drawing, self._locating = Worker(), Worker()
        self._images: OrderedDict[_Key, Drawn] = OrderedDict()
        self._marks: OrderedDict[_Key, list[Mark]] = OrderedDict()
        self._lock = threading.Lock()

    def image(self, document: Document, page: int, least_width: int) -> Json:
        """Return a page as an image, at least this many pixels wide if a width of `WIDTHS` is.

        Raises:
            ReadError: The file has changed, or the page cannot be drawn.
        """
        original = original_of(document)
        page = max(1, min(page, len(document.pages)))
        width = next((width for width in WIDTHS if width >= least_width), WIDTHS[-1])
        key = (*_state(original), page, width)
        with self._lock:
            drawn = self._images.get(key)
        if drawn is None:
            drawn = self._drawing.draw(original, page, width)
            with self._lock:
                self._images[key] = drawn
                while sum(len(cached.png) for cached in self._images.values()) > CACHE_BYTES:
                    self._images.popitem(last=False)
        return {
            "image": "data:image/png;base64," + base64.b64encode(drawn.png).decode(),
            "width": drawn.width,
            "height": drawn.height,
            "page": page,
            "pages": len(document.pages),
        }

    def pages(self, document: Document, page: int) -> Json:
        """Return the sizes of all pages, and the edges of the text on a few of them as shares of the width.

        Raises:
            ReadError: The file has changed, or cannot be opened.
        """
        sizes, column = self._drawing.pages(original_of(document), page)
        return {"sizes": sizes, "column": column}

    def lines(self, document: Document, page: int) -> list[list[Any]]:
        """Return the lines of a page: offset, text, left, top, right, bottom in shares of the page.

        Raises:
            ReadError: The file has changed, or does not contain the text.
        """
        lines = self._locating.lines(original_of(document), hash_of(document.text), page)
        return [[start, displayable(document.text[start:end]), *edges] for start, end, *edges in lines]

    def marks(self, document: Document, quote: Span) -> Json:
        """Return the positions of a quote's lines on its pages, in shares of their width and height.

        Raises:
            ReadError: The file has changed, or does not contain the text.
        """
        original = original_of(document)
        key = (*_state(original), quote.start, quote.end)
        with self._lock:
            marks = self._marks.get(key)
        if marks is None:
            marks = self._locating.marks(original, hash_of(document.text), quote.start, quote.end)
            with self._lock:
                self._marks[key] = marks
                while len(self._marks) > CACHED_QUOTES:
                    self._marks.popitem(last=False)
        return {
            "marks": [
                {"page": m.page, "left": m.left, "top": m.top, "right": m.right, "bottom": m.bottom}
                for m in marks
            ]
        }

    def close(self) -> None:
        """End the processes."""
        self._drawing.close()
        self._locating.close()


def has_page_images(document: Document) -> bool:
    """Return whether a document has pages that can be drawn, if its file still exists."""
    name = [_path(document.uri), *attached.split(document.uri or "")[1]][-1]
    return bool(document.pages) and name.lower().endswith(".pdf")


def page_of(pages: tuple[Page, ...], at: int) -> int:
    """Return the number of the page that an offset is on."""
    return next((page.number for page in reversed(pages) if page.start <= at), 1)


def original_of(document: Document) -> Original:
    """Return the file that a document was read from.

    Raises:
        ReadError: The document has no local file with pages.
    """
    path = _path(document.uri)
    if not (path and has_page_images(document)):
        raise ReadError("original-missing")
    return Original(path, document.sha256, (document.uri or "") if attached.is_attached(document.uri) else "")


def _state(original: Original) -> tuple[Original, int, int]:
    """Return the identity of the current file for the cache; a changed file gets another one."""
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
