"""The process that draws pages of PDFs. A file that crashes or blocks the PDF library ends only this process.

It is separate from the parsers' process: pages can be drawn while a long file is being indexed. It opens PDFs
with the parsers' `opened`, which takes their lock.
"""

from __future__ import annotations

import base64
import hashlib
import io
import multiprocessing
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from math import sqrt
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa import parsers
from qa.errors import ReadError
from qa.messages import Message, from_json
from qa.parsers import wire
from qa.parsers.limits import READ_MEMORY
from qa.web.pool import BusyError

if TYPE_CHECKING:
    from qa.parsers.pdf.box import Box

DRAWING_SECONDS = 30.0
"""Maximum seconds for drawing a page."""
FINDING_SECONDS = 300.0
"""Maximum seconds for locating a quote; a book of many hundred pages is read from its beginning."""
MOST_PIXELS = 12_000_000
"""Maximum pixels of a page."""
_MOST_BYTES = 8 * MOST_PIXELS
_COLUMN_PAGES = 3
"""Pages whose text decides on the edges of the column."""
MOST_WAITING = 12
"""Maximum number of requests of one worker at a time."""


@dataclass(frozen=True, slots=True)
class Original:
    """The file that a document was read from, and the hash that identifies its content.

    ``uri`` names the attachment of the file at ``path``; it is empty if the document is the file itself.
    """

    path: str
    sha256: str
    uri: str = ""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A page as PNG."""

    png: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A line of a quote on a page (counted from 1); its edges are shares of the page's width and height."""

    page: int
    left: float
    top: float
    right: float
    bottom: float


class Worker:
    """A process that answers one request at a time.

    It starts at the first request and is replaced if it dies.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._room = threading.Semaphore(MOST_WAITING)
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

    def draw(self, original: Original, page: int, width: int) -> Drawn:
        """Draw a page.

        Args:
            original: The file.
            page: The number of the page, from 1.
            width: The width of the image in pixels.

        Raises:
            ReadError: The page cannot be drawn.
            BusyError: Too many requests wait.
        """
        png, across, down = self._ask("draw", DRAWING_SECONDS, original, page, width)
        return Drawn(base64.b64decode(png), int(across), int(down))

    def pages(self, original: Original, page: int) -> tuple[list[list[float]], list[float]]:
        """Return the width and height of every page, and the left and right edge of the text around one.

        Args:
            original: The file.
            page: The number of a page; a few after it count for the edges, too. The edges are shares of the
                page's width.

        Raises:
            ReadError: The file cannot be opened.
            BusyError: Too many requests wait.
        """
        sizes, column = self._ask("pages", DRAWING_SECONDS, original, page)
        return [[float(width), float(height)] for width, height in sizes], [float(edge) for edge in column]

    def marks(self, original: Original, text_hash: str, start: int, end: int) -> list[Mark]:
        """Locate ``text[start:end]`` on the pages, line by line.

        Args:
            original: The file.
            text_hash: The hash of the text as it was read at indexing.
            start: The start of the quote in code points.
            end: The end of the quote in code points.

        Raises:
            ReadError: The file does not contain that text, for example because it was recognised from images.
            BusyError: Too many requests wait.
        """
        lines = self._ask("marks", FINDING_SECONDS, original, text_hash, start, end)
        return [Mark(int(page), *map(float, edges)) for page, *edges in lines]

    def lines(
        self, original: Original, text_hash: str, page: int
    ) -> list[tuple[int, int, float, float, float, float]]:
        """Return the lines of a page: start and end in the text; left, top, right and bottom as in `Mark`.

        Args:
            original: The file.
            text_hash: The hash of the text as it was read at indexing.
            page: The number of the page, from 1.

        Raises:
            ReadError: The file does not contain that text.
            BusyError: Too many requests wait.
        """
        lines = self._ask("lines", FINDING_SECONDS, original, text_hash, page)
        return [(int(start), int(end), *map(float, edges)) for start, end, *edges in lines]  # type: ignore[misc]

    def close(self) -> None:
        """End the process; a later request starts another."""
        with self._lock:
            self._end()

    def _ask(self, name: str, seconds: float, *arguments: Any) -> Any:
        # Each waiting request blocks a thread of the server.
        if not self._room.acquire(blocking=False):
            raise BusyError
        try:
            return self._ask_in_turn(name, seconds, *arguments)
        finally:
            self._room.release()

    def _ask_in_turn(self, name: str, seconds: float, *arguments: Any) -> Any:
        with self._lock:
            try:
                pipe = self._running_process()
                pipe.send((name, arguments))
                if not pipe.poll(seconds):
                    self._end()
                    raise ReadError("drawing-too-slow")
                # JSON, not pickle: a process that a malicious file controls must not send code.
                failed, answer = wire.loads(pipe.recv_bytes(_MOST_BYTES))
                refusal = from_json(answer) if failed else None
            except (EOFError, OSError, ValueError, TypeError) as error:
                self._end()
                raise ReadError("drawing-failed") from error
        if refusal is not None:
            raise ReadError(refusal.code, **refusal.params)
        return answer

    def _running_process(self) -> Connection:
        if self._pipe is None or self._process is None or not self._process.is_alive():
            self._end()
            # A fork would copy the locks of the server's threads, and nobody would release those in use.
            context = multiprocessing.get_context("spawn")
            self._pipe, remote = context.Pipe()
            with remote:
                process = context.Process(target=_work, args=(remote,), name="drawing", daemon=True)
                process.start()
            # Only now: a process that never started cannot be ended.
            self._process = process
        return self._pipe

    def _end(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.join()
        if self._pipe is not None:
            self._pipe.close()
        self._process = self._pipe = None


# -- in the process ---------------------------------------------------------------------------------


def _work(pipe: Connection) -> None:
    _limit_memory()
    functions: dict[str, Callable[..., Any]] = {"draw": draw, "pages": pages, "marks": marks, "lines": lines}
    with suppress(EOFError, KeyboardInterrupt):
        while True:
            name, arguments = pipe.recv()
            try:
                reply = wire.dumps((False, functions[name](*arguments)))
            except ReadError as error:
                locked = error.code == "pdf-encrypted"
                reply = wire.dumps((True, Message("original-locked") if locked else error.message))
            except Exception:
                reply = wire.dumps((True, Message("drawing-failed")))
            pipe.send_bytes(reply)


def draw(original: Original, page: int, width: int) -> Drawn:
    """Draw a page with this width in pixels, or smaller if it would have more than `MOST_PIXELS`."""
    from qa.parsers.pdf.file import opened
    from qa.parsers.pdf.forms import open_forms

    with opened(_bytes(original), None) as document:
        # Without this, the fields of forms are drawn empty.
        open_forms(document)
        if not 1 <= page <= len(document):
            raise ReadError("drawing-failed")
        sheet = document[page - 1]
        across, down = sheet.get_size()
        if across <= 0 or down <= 0:
            raise ReadError("drawing-failed")
        scale = min(width / across, sqrt(MOST_PIXELS / (across * down)))
        bitmap = sheet.render(scale=scale, rev_byteorder=True)
        image = bitmap.to_pil()
        file = io.BytesIO()
        image.save(file, "PNG", compress_level=6)
        return Drawn(file.getvalue(), image.width, image.height)


def pages(original: Original, page: int) -> tuple[list[tuple[float, float]], tuple[float, float]]:
    """Return the sizes of all pages, and the left and right edge of the text on some of them."""
    from qa.parsers.pdf.file import opened

    with opened(_bytes(original), None) as document:
        sizes = [document.get_page_size(at) for at in range(len(document))]
        first = max(0, min(page, len(sizes)) - 1)
        edges = [_text_edges(document[at]) for at in range(first, min(first + _COLUMN_PAGES, len(sizes)))]
        # An empty page, and a wide one among others, say nothing about the column.
        columns = [
            edge for edge, size in zip(edges, sizes[first:], strict=False) if edge and size == sizes[first]
        ]
        left, right = (min((e[0] for e in columns), default=0.0), max((e[1] for e in columns), default=1.0))
        return sizes, (max(0.0, left), min(1.0, right))


def _text_edges(page: Any) -> tuple[float, float] | None:
    """Return the left and right edge of the text of a page as shares of its width; None without text."""
    if page.get_rotation():
        return None
    textpage = page.get_textpage()
    left, _, right, _ = page.get_bbox()
    boxes = [textpage.get_rect(at) for at in range(textpage.count_rects())]
    if not boxes or right <= left:
        return None
    width = right - left
    return (min(box[0] for box in boxes) - left) / width, (max(box[2] for box in boxes) - left) / width


def marks(original: Original, text_hash: str, start: int, end: int) -> list[Mark]:
    """Locate a part of the text on the pages, if the file still contains exactly that text."""
    from qa.parsers.pdf.file import opened
    from qa.parsers.pdf.reading import boxes

    data = _checked(original, text_hash)
    rectangles = boxes(data, start, end)
    with opened(data, None) as document:
        sizes = {box.page: document[box.page - 1].get_size() for box in rectangles}
    return [Mark(box.page, *_shares(box, *sizes[box.page])) for box in rectangles]


def lines(original: Original, text_hash: str, page: int) -> list[tuple[int, int, float, float, float, float]]:
    """Return the lines of a page with their places in the text, if the file still contains that text."""
    from qa.parsers.pdf.file import opened
    from qa.parsers.pdf.reading import page_lines

    data = _checked(original, text_hash)
    printed = page_lines(data, page)
    with opened(data, None) as document:
        size = document[page - 1].get_size() if printed else (1.0, 1.0)
    return [(start, end, *_shares(box, *size)) for start, end, box in printed]


def _checked(original: Original, text_hash: str) -> bytes:
    data = _bytes(original)
    if _text_hash(data) != text_hash:
        raise ReadError("original-differs")
    return data


def _shares(box: Box, width: float, height: float) -> tuple[float, float, float, float]:
    return box.left / width, box.top / height, box.right / width, box.bottom / height


_last: tuple[tuple[Any, ...], bytes] | None = None
_hashes: dict[str, str] = {}


def _bytes(original: Original) -> bytes:
    """Return the content of the file, if it is still the indexed content.

    The file is read again whenever it may have changed.
    """
    global _last  # noqa: PLW0603
    path = Path(original.path)
    try:
        status = path.stat()
        key = (original, status.st_mtime_ns, status.st_size, status.st_ino)
        if _last is None or _last[0] != key:
            _last = None
            _last = (key, parsers.original(original.uri) if original.uri else path.read_bytes())
            if hashlib.sha256(_last[1]).hexdigest() != original.sha256:
                _last = None
                raise ReadError("original-changed")
    except OSError as error:
        raise ReadError("original-missing") from error
    return _last[1]


def _text_hash(data: bytes) -> str:
    """Return the hash of the text that the parser reads from a file."""
    from qa.parsers.pdf.reading import text

    digest = hashlib.sha256(data).hexdigest()
    if digest not in _hashes:
        _hashes[digest] = hash_of(text(data))
    return _hashes[digest]


def hash_of(text: str) -> str:
    """Return the hash of a text."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def _limit_memory() -> None:
    # Windows has no such limit; there, the process may use all memory.
    with suppress(ImportError, ValueError, OSError):
        import resource

        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        limit = READ_MEMORY if hard == resource.RLIM_INFINITY else min(READ_MEMORY, hard)
        resource.setrlimit(resource.RLIMIT_AS, (limit, hard))
