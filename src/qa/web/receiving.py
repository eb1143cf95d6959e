"""Takes files that are sent to the server, counting their bytes as they come."""

from __future__ import annotations

import asyncio
import time
from contextlib import ExitStack
from typing import Any, BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from qa.web.asgi import App, Message, Receive, RefusedError, Send, answer, busy, headers_of, length_of
from qa.web.routes import Kind
from qa.web.scratch import Bin, FullError, Scratch

AT_ONCE = 16
MOST_FILES = 100
HEADER_BYTES = 8_192
AROUND_FILES = 1_000_000
"""Bytes of a request beside its files."""
IDLE_SECONDS = 30.0
SLOW_SECONDS = 60.0
LEAST_A_SECOND = 1_000
"""A sender that is slower than this after `SLOW_SECONDS` is cut off."""


class Receiving:
    """Keeps each file of an upload in a bin of its own, and answers with the bins' names."""

    def __init__(self, app: App, scratch: Scratch, most_bytes: int) -> None:
        self._app = app
        self._scratch = scratch
        self._most = most_bytes
        self._now = 0

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Handles one request. Raises `RefusedError`."""
        if scope.get("qa.kind") is not Kind.UPLOAD:
            await self._app(scope, receive, send)
            return
        if self._now >= AT_ONCE:
            raise busy("uploads-busy")
        self._now += 1
        try:
            await answer(send, 200, await self._received(scope, receive))
        finally:
            self._now -= 1

    async def _received(self, scope: Message, receive: Receive) -> list[str]:
        if length_of(scope) > self._most + AROUND_FILES:
            raise RefusedError(413, "upload-too-large")
        kind, options = parse_options_header(headers_of(scope).get(b"content-type", ""))
        boundary = options.get(b"boundary", b"")
        if kind != b"multipart/form-data" or not 0 < len(boundary) <= 256:
            raise RefusedError(415, "upload-no-form")
        with ExitStack() as undo:
            form = _Form(self._scratch, self._most)
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
        begun, total, more = time.monotonic(), 0, True
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
            if total > self._most + AROUND_FILES:
                raise RefusedError(413, "upload-too-large")
            since = time.monotonic() - begun
            if since > SLOW_SECONDS and total < since * LEAST_A_SECOND:
                raise RefusedError(408, "upload-too-slow")
            parser.write(body)
        parser.finalize()
        if not form.complete:
            raise RefusedError(400, "upload-no-form")


class _Form:
    """What a form brings: the bytes of its files go to disk, everything else is left out."""

    def __init__(self, scratch: Scratch, most_bytes: int) -> None:
        self.complete = False
        self._scratch = scratch
        self._most = most_bytes
        self._bins: list[Bin] = []
        self._file: BinaryIO | None = None
        self._size = 0
        self._header = (b"", b"")
        self._field = b""
        self._header_bytes = 0

    def callbacks(self) -> Any:
        """Returns what the parser calls."""
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
        """Returns the names of the bins, in the order of the files."""
        return [one.name for one in self._bins]

    def drop(self) -> None:
        """Removes what came so far."""
        self._close()
        for one in self._bins:
            one.drop()

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
        if self._size > self._most:
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
