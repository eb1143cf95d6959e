"""Runs the page's layers in a server of its own thread."""

from __future__ import annotations

import socket
import threading

import uvicorn

from qa.errors import QaError, UsageError
from qa.web.asgi import App
from qa.web.connections import BACKLOG, connection_class, most_connections

START_SECONDS = 60.0
END_SECONDS = 3
"""What is being answered may end for so long when the server stops."""


class Server:
    """A server at an address, which it has from the moment it is made."""

    def __init__(self, host: str, port: int) -> None:
        """Takes the address. Raises `UsageError` where it cannot be had."""
        try:
            self._socket = _bound(host, port)
        except (OSError, OverflowError) as error:
            raise UsageError("port-in-use", host=host, port=port, other=port + 1) from error
        shown = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{shown}:{self.port}/"

    def start(self, app: App) -> None:
        """Answers from now on. Raises `QaError` where the app does not start."""
        started = threading.Event()
        config = uvicorn.Config(
            app,
            http=connection_class(most_connections()),
            ws="none",
            lifespan="on",
            backlog=BACKLOG,
            log_level="warning",
            access_log=False,
            # What a proxy says is believed in `clients` alone, and only of proxies that are named.
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=END_SECONDS,
            h11_max_incomplete_event_size=65_536,
        )
        self._server = _Uvicorn(config, started)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._socket]}, name="server", daemon=True
        )
        self._thread.start()
        if not started.wait(START_SECONDS) or not self._server.started:
            self.close()
            raise QaError("page-not-started")

    def close(self) -> None:
        """Stops answering."""
        self._server.should_exit = True
        self._thread.join(END_SECONDS + 5)
        self._socket.close()


class _Uvicorn(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: threading.Event) -> None:
        super().__init__(config)
        self._is_started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        finally:
            self._is_started.set()


def _bound(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    made = socket.socket(family, kind, protocol)
    try:
        # On Windows, the same option would let two programs have one port.
        if hasattr(socket, "AF_UNIX"):
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind(address)
    except OSError:
        made.close()
        raise
    return made
