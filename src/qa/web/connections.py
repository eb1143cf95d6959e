"""Limits connections: idle, trickling and unread connections are closed, and their number is bounded."""

from __future__ import annotations

import asyncio
import json
import time
from contextlib import suppress
from typing import Any, cast

from uvicorn.protocols.http.h11_impl import H11Protocol

from qa.messages import Message
from qa.web.asgi import error_content

LOOK_SECONDS = 5.0
"""Seconds between two checks of a connection."""
HEADER_SECONDS = 20.0
"""Seconds after opening, or after the last response, within which a complete request head must arrive."""
UNREAD_SECONDS = 60.0
"""Seconds after which a client that reads nothing of its response is disconnected."""
LEAST_CONNECTIONS, MOST_CONNECTIONS = 64, 1_000
BACKLOG = 128
"""Connections that the system may accept at once; they must fit beside `most_connections`."""
_BUSY_BODY = json.dumps(error_content(Message("server-busy"))).encode()
_BUSY = (
    b"HTTP/1.1 503 Service Unavailable\r\nretry-after: 5\r\nconnection: close\r\n"
    b"content-type: application/json\r\ncontent-length: %d\r\n\r\n%b" % (len(_BUSY_BODY), _BUSY_BODY)
)


def most_connections() -> int:
    """Raise this process's limit of open files, and return the number of connections that fit into it."""
    files = 1_024
    with suppress(ImportError, ValueError, OSError):
        import resource

        soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
        wanted = 4_096 if hard == resource.RLIM_INFINITY else min(hard, 4_096)
        if soft != resource.RLIM_INFINITY and soft < wanted:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            soft = wanted
        files = MOST_CONNECTIONS * 2 if soft == resource.RLIM_INFINITY else soft
    return max(LEAST_CONNECTIONS, min(MOST_CONNECTIONS, files // 2))


class Connection(H11Protocol):
    """A connection. If there are too many, a new connection replaces the connection idle longest."""

    most = MOST_CONNECTIONS

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Start to serve, unless there are too many busy connections."""
        self._since = self._progress = time.monotonic()
        self._unread = 0
        self._looking: asyncio.TimerHandle | None = None
        others = [c for c in cast("set[Connection]", self.connections) if not c.transport.is_closing()]
        if len(others) >= self.most:
            idle = min((c for c in others if c.is_idle), key=lambda c: c._since, default=None)
            if idle is None:
                transport.write(_BUSY)
                transport.close()
            else:
                idle.transport.abort()
        super().connection_made(transport)
        self._looking = self.loop.call_later(LOOK_SECONDS, self._look)

    def connection_lost(self, exc: Exception | None) -> None:
        """End the connection."""
        if self._looking is not None:
            self._looking.cancel()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Process received data, unless the connection is being closed."""
        if not self.transport.is_closing():
            super().data_received(data)

    def on_response_complete(self) -> None:
        """Record when the connection became idle."""
        self._since = time.monotonic()
        super().on_response_complete()

    @property
    def is_idle(self) -> bool:
        """True if no request is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def _look(self) -> None:
        now = time.monotonic()
        unread = self.transport.get_write_buffer_size()
        if not unread or unread < self._unread:
            self._progress = now
        self._unread = unread
        stuck = unread and now - self._progress > UNREAD_SECONDS
        silent = not unread and self.is_idle and now - self._since > HEADER_SECONDS
        if stuck or silent:
            self.transport.abort()
            return
        self._looking = self.loop.call_later(LOOK_SECONDS, self._look)


def connection_class(most: int) -> type[Any]:
    """Return the class of connections for a server with at most this many."""
    return type("Connection", (Connection,), {"most": most})
