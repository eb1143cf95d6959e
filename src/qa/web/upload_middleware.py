"""Receives uploaded files and counts their bytes as they arrive."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from typing import Any, BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from qa.web.asgi import App, Message, Receive, RefusedError, Send, answer, busy, headers_of, length_of
from qa.web.routes import RouteKind
from qa.web.scratch import Bin, FullError, Scratch

AT_ONCE = 16
"""Maximum number of concurrent uploads."""
MOST_FILES = 100
"""Maximum number of files in an upload."""
HEADER_BYTES = 8_192
"""Maximum bytes of the headers of a part."""
AROUND_FILES = 1_000_000
"""Maximum bytes of a request beside its files."""
IDLE_SECONDS = 30.0
"""Seconds without data after which an upload is refused."""
SLOW_SECONDS = 60.0
LEAST_A_SECOND = 1_000
"""Bytes per second; an upload that is slower after `SLOW_SECONDS` is refused."""


class UploadMiddleware:
    """Stores each file of an upload in its own bin, and answers with the names of the bins."""

    def __init__(self, app: App, scratch: Scratch, most_bytes: int) -> None:
        self._app = app
        self._scratch = scratch
        self._max_bytes = most_bytes
        self._uploads = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Handle one request.

        Raises:
            RefusedError: The upload is not allowed.
        """
        if scope.get("qa.kind") is not RouteKind.UPLOAD:
            await self._app(scope, receive, send)
            return
        if self._uploads >= AT_ONCE:
            raise busy("uploads-busy")
        self._uploads += 1
        try:
            await answer(send, 200, await self._store(scope, receive))
        finally:
            self._uploads -= 1

    async def _store(self, scope: Message, receive: Receive) -> list[str]:
        if length_of(scope) > self._max_bytes + AROUND_FILES:
            raise RefusedError(413, "upload-too-large")
        kind, options = parse_options_header(headers_of(scope).get(b"content-type", ""))
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not 0 < len(boundary) <= 256:
            raise RefusedError(415, "upload-no-form")
        with ExitStack() as undo:
            form = _Form(self._scratch, self._max_bytes)
            undo.callback(form.drop)
            try:
                await self._feed(form, boundary, receive)
            except FormParserError as error:
                raise RefusedError(400, "upload-no-form") from error
            except FullError as error:
                raise RefusedError(507, error.code, 3_600) from error
            undo.pop_all()
            return form.names()

    async def _feed(self, form: _Form, boundary: bytes, receive: Receive) -> None:
        parser = MultipartParser(boundary, form.callbacks())
        start, total, more = time.monotonic(), 0, True
        while more:
            try:
                message = await asyncio.wait_for(receive(), IDLE_SECONDS)
            except TimeoutError as error:
                raise RefusedError(408, "upload-too-slow") from error
            if message["type"] != "http.request":
                raise RefusedError(400, "upload-cut-off")
            body = message.get("body", b"")
            more = message.get("more_body", False)
            total += len(body)
            if total > self._max_bytes + AROUND_FILES:
                raise RefusedError(413, "upload-too-large")
            elapsed = time.monotonic() - start
            if elapsed > SLOW_SECONDS and total < elapsed * LEAST_A_SECOND:
                raise RefusedError(408, "upload-too-slow")
            parser.write(body)
        parser.finalize()
        if not form.complete:
            raise RefusedError(400, "upload-no-form")


class _Form:
    """The parts of a multipart form; the bytes of files are written to disk, all other parts are skipped."""

    def __init__(self, scratch: Scratch, most_bytes: int) -> None:
        self.complete = False
        self._scratch = scratch
        self._max_bytes = most_bytes
        self._bins: list[Bin] = []
        self._file: BinaryIO | None = None
        self._size = 0
        self._header = (b"", b"")
        self._field = b""
        self._header_bytes = 0

    def callbacks(self) -> Any:
        """Return the callbacks for the parser."""
        return {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._open,
            "on_part_data": self._data,
            "on_part_end": self._close,
            "on_end": self._end,
        }

    def names(self) -> list[str]:
        """Return the names of the bins, in the order of the files."""
        return [bin.name for bin in self._bins]

    def drop(self) -> None:
        """Remove the files received so far."""
        self._close()
        for bin in self._bins:
            bin.drop()

    def _begin(self) -> None:
        self._header, self._field, self._header_bytes = (b"", b""), b"", 0

    def _header_name(self, data: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self._header = (self._header[0] + data[start:end], self._header[1])

    def _header_value(self, data: bytes, start: int, end: int) -> None:
        self._count(end - start)
        self._header = (self._header[0], self._header[1] + data[start:end])

    def _count(self, size: int) -> None:
        self._header_bytes += size
        if self._header_bytes > HEADER_BYTES:
            raise RefusedError(400, "upload-no-form")

    def _header_end(self) -> None:
        name, value = self._header
        self._header = (b"", b"")
        if name.lower() == b"content-disposition":
            self._field = parse_options_header(value)[1].get(b"name", b"")

    def _open(self) -> None:
        if self._field != b"files":
            return
        if len(self._bins) >= MOST_FILES:
            raise RefusedError(413, "too-many-files", most=MOST_FILES)
        self._bins.append(self._scratch.new())
        self._size = 0
        self._file = self._bins[-1].file.open("wb")

    def _data(self, data: bytes, start: int, end: int) -> None:
        if self._file is None:
            return
        self._size += end - start
        if self._size > self._max_bytes:
            raise RefusedError(413, "upload-too-large")
        self._bins[-1].take(end - start)
        try:
            self._file.write(data[start:end])
        except OSError as error:
            raise FullError from error

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _end(self) -> None:
        self.complete = True
