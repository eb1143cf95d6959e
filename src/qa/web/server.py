"""Runs the page in a web server on a separate thread."""

from __future__ import annotations

import socket
import threading

import uvicorn

from qa.errors import QaError, UsageError
from qa.web.asgi import App
from qa.web.connections import BACKLOG, connection_class, most_connections

START_SECONDS = 60.0
"""Maximum seconds for starting."""
END_SECONDS = 3
"""Seconds that current requests have to finish when the server stops."""


class Server:
    """A web server; it reserves its address when it is created."""

    def __init__(self, host: str, port: int) -> None:
        """Reserve the address.

        Raises:
            UsageError: The address is not available.
        """
        try:
            self._socket = _bind(host, port)
        except (OSError, OverflowError) as error:
            raise UsageError("port-in-use", host=host, port=port, other=port + 1) from error
        shown = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host
        self.port: int = self._socket.getsockname()[1]
        self.url = f"http://{shown}:{self.port}/"

    def start(self, app: App) -> None:
        """Start to answer requests.

        Raises:
            QaError: The app does not start.
        """
        started = threading.Event()
        config = uvicorn.Config(
            app,
            http=connection_class(most_connections()),
            ws="none",
            lifespan="on",
            backlog=BACKLOG,
            log_level="warning",
            access_log=False,
            # Only `clients` reads the headers of proxies, and only of trusted ones.
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
        """Stop answering."""
        self._server.should_exit = True
        self._thread.join(END_SECONDS + 5)
        self._socket.close()


class _Uvicorn(uvicorn.Server):
    def __init__(self, config: uvicorn.Config, started: threading.Event) -> None:
        super().__init__(config)
        self._started = started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        try:
            await super().startup(sockets)
        finally:
            self._started.set()


def _bind(host: str, port: int) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    bound = socket.socket(family, kind, protocol)
    try:
        # On Windows, this option would let two programs share one port.
        if hasattr(socket, "AF_UNIX"):
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError:
        bound.close()
        raise
    return bound
