"""How much is done at once: past the bound, a request is told so at once instead of waiting without end."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import suppress

from qa.web.asgi import App, Message, Receive, RefusedError, Send, busy, refuse
from qa.web.routes import Kind

MOST_REQUESTS = 200
MOST_REQUESTS_OF_ONE = 100
MOST_STREAMS = 128
MOST_STREAMS_OF_ONE = 64
IDLE_SECONDS = 60.0
"""After so long without anything but heartbeats, a stream ends."""
STREAM_SECONDS = 900.0
_HEARTBEATS = (b'data: {"msg":"heartbeat"', b"event: heartbeat", b": ping")


class LoadMiddleware:
    """Counts requests and streams, in all and of each client; used on the event loop alone."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._requests: Counter[str] = Counter()
        self._streams: Counter[str] = Counter()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        streams = scope["qa.kind"] is Kind.STREAM
        counts = self._streams if streams else self._requests
        most, of_one = (
            (MOST_STREAMS, MOST_STREAMS_OF_ONE) if streams else (MOST_REQUESTS, MOST_REQUESTS_OF_ONE)
        )
        who = scope["client"][0]
        if counts.total() >= most or counts[who] >= of_one:
            await refuse(send, busy())
            return
        counts[who] += 1
        try:
            if streams:
                await self._stream(scope, receive, send)
            else:
                await self._app(scope, receive, send)
        except RefusedError as error:
            await refuse(send, error)
        finally:
            counts[who] -= 1
            if not counts[who]:
                del counts[who]

    async def _stream(self, scope: Message, receive: Receive, send: Send) -> None:
        begun = last = time.monotonic()
        started = ended = False

        async def watched(message: Message) -> None:
            nonlocal last, started, ended
            started = True
            if message["type"] == "http.response.body":
                body = message.get("body", b"")
                ended = not message.get("more_body", False)
                if body and not body.startswith(_HEARTBEATS):
                    last = time.monotonic()
            await send(message)

        working = asyncio.ensure_future(self._app(scope, receive, watched))
        try:
            while not working.done():
                left = min(last + IDLE_SECONDS, begun + STREAM_SECONDS) - time.monotonic()
                if left <= 0:
                    break
                await asyncio.wait({working}, timeout=left)
        finally:
            over = working.done()
            working.cancel()
            with suppress(asyncio.CancelledError):
                await working
        if not over and started and not ended:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        elif not over and not started:
            raise busy()
