"""Limits the number of concurrent requests; a request above the limit is refused at once."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from contextlib import suppress

from qa.web.asgi import App, Message, Receive, RefusedError, Send, busy, refuse
from qa.web.routes import RouteKind

MOST_REQUESTS = 200
MOST_REQUESTS_PER_CLIENT = 100
MOST_STREAMS = 128
MOST_STREAMS_PER_CLIENT = 64
IDLE_SECONDS = 60.0
"""Seconds with nothing but heartbeats after which a stream ends."""
STREAM_SECONDS = 900.0
"""Maximum seconds of a stream."""
_HEARTBEATS = (b'data: {"msg":"heartbeat"', b"event: heartbeat", b": ping")


class LoadMiddleware:
    """Counts the requests and streams of the server and of each client. Use it on the event loop only."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._requests: Counter[str] = Counter()
        self._streams: Counter[str] = Counter()

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Handle one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_stream = scope["qa.kind"] is RouteKind.STREAM
        counts = self._streams if is_stream else self._requests
        most, most_per_client = (
            (MOST_STREAMS, MOST_STREAMS_PER_CLIENT)
            if is_stream
            else (MOST_REQUESTS, MOST_REQUESTS_PER_CLIENT)
        )
        client = scope["client"][0]
        if counts.total() >= most or counts[client] >= most_per_client:
            await refuse(send, busy())
            return
        counts[client] += 1
        try:
            if is_stream:
                await self._stream(scope, receive, send)
            else:
                await self._app(scope, receive, send)
        except RefusedError as error:
            await refuse(send, error)
        finally:
            counts[client] -= 1
            if not counts[client]:
                del counts[client]

    async def _stream(self, scope: Message, receive: Receive, send: Send) -> None:
        start = last = time.monotonic()
        started = ended = False

        async def send_watched(message: Message) -> None:
            nonlocal last, started, ended
            started = True
            if message["type"] == "http.response.body":
                body = message.get("body", b"")
                ended = not message.get("more_body", False)
                if body and not body.startswith(_HEARTBEATS):
                    last = time.monotonic()
            await send(message)

        task = asyncio.ensure_future(self._app(scope, receive, send_watched))
        try:
            while not task.done():
                left = min(last + IDLE_SECONDS, start + STREAM_SECONDS) - time.monotonic()
                if left <= 0:
                    break
                await asyncio.wait({task}, timeout=left)
        finally:
            done = task.done()
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        if not done and started and not ended:
            await send({"type": "http.response.body", "body": b"", "more_body": False})
        elif not done and not started:
            raise busy()
