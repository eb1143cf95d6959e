"""Serves the page until the person stops the program."""

from __future__ import annotations

import importlib.util
import json
import logging
import os
import signal
import sys
import threading
import webbrowser
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import gradio.routes

from qa import Library
from qa.errors import QaError, UsageError
from qa.web import auth
from qa.web.asgi import App
from qa.web.call_middleware import CallMiddleware
from qa.web.clients import networks
from qa.web.host_middleware import Access, HostMiddleware
from qa.web.load_middleware import LoadMiddleware
from qa.web.names import own_names, public_host
from qa.web.page import UPLOAD_BYTES, Page, build
from qa.web.route_middleware import RouteMiddleware
from qa.web.scratch import Scratch
from qa.web.server import Server
from qa.web.sessions import Sessions
from qa.web.upload_middleware import UploadMiddleware

QUESTION_FILE_BYTES = 20_000_000
"""Maximum bytes of an upload to a read-only page: a file of questions, or kept quotes to be exported."""
READ_ONLY_BYTES = 500_000_000
"""Maximum bytes of all uploads to a read-only page together."""


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """Options for sharing the page with others; one person on one machine needs none of them.

    Attributes:
        logins: A file of logins; see `qa.web.auth`.
        read_only: Whether adding and removing documents is disabled.
        upload_bytes: Maximum size of a file in bytes.
        requests_a_minute: Maximum requests per minute of a client; 0 for no limit.
        root_path: The path or URL at which a reverse proxy shows the page.
        mcp: Whether to offer tools over MCP.
        trusted_proxies: Addresses of proxies whose X-Forwarded-For header is trusted.
        allowed_hosts: Further host names under which the page answers.
    """

    logins: Path | None = None
    read_only: bool = False
    upload_bytes: int = UPLOAD_BYTES
    requests_a_minute: int = 0
    root_path: str | None = None
    mcp: bool = False
    trusted_proxies: tuple[str, ...] = ()
    allowed_hosts: tuple[str, ...] = ()

    @property
    def most_bytes(self) -> int:
        """Maximum size of an uploaded file in bytes."""
        return min(self.upload_bytes, QUESTION_FILE_BYTES) if self.read_only else self.upload_bytes

    @property
    def prefix(self) -> str:
        """Path under which a reverse proxy shows the page."""
        return urlsplit(self.root_path or "").path.rstrip("/")


def serve(
    library: Library,
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = False,
    wait: Callable[[], object] | None = None,
    options: ServerOptions = ServerOptions(),
) -> None:
    """Serve the page at an address until ``wait`` returns or the person stops it.

    The page opens before the model is loaded; a question that comes earlier waits for the model.

    Args:
        library: The library that answers.
        host: The address or name to listen on.
        port: The port to listen on; 0 for any free port.
        open_browser: Whether to open the page in the browser.
        wait: Returns when the server should stop; waits for a signal if left out.
        options: Options for sharing the page.

    Raises:
        UsageError: The address is not available, or an option is invalid.
    """
    if options.mcp and importlib.util.find_spec("mcp") is None:
        raise UsageError("mcp-missing")
    if options.root_path and not options.root_path.startswith(("/", "http://", "https://")):
        raise UsageError("root-path-invalid")
    allowed = auth.checker(options.logins) if options.logins else None
    access = Access(
        names=own_names(host, options.root_path, options.allowed_hosts),
        public=public_host(options.root_path),
        prefix=options.prefix,
        proxies=networks(options.trusted_proxies),
        requests_a_minute=options.requests_a_minute,
    )
    with _stopped_by_signals() as stopped, _scratch(options) as scratch:
        server = Server(host, port)
        sessions = Sessions(allowed, f"verbatim-{server.port}") if allowed else None
        page = build(
            library,
            scratch,
            read_only=options.read_only,
            upload_bytes=options.most_bytes,
            root_path=options.root_path,
            mcp=options.mcp,
        )
        if options.mcp:
            _answer_tools_in_json(page.blocks)
        try:
            server.start(with_middleware(page.app, access, scratch, options, sessions, page.blocks.fns))
            sys.stderr.write(f"The page is at {server.url} (stop with Ctrl+C).\n")
            sys.stderr.flush()
            threading.Thread(target=_load, args=(library,), name="loading", daemon=True).start()
            if open_browser:
                webbrowser.open(server.url)
            (wait or stopped.wait)()
        finally:
            _end(server, page, sessions)


def _load(library: Library) -> None:
    # The first question reports the failure; nobody waits for it here.
    with suppress(QaError):
        library.load()


def with_middleware(
    app: App,
    access: Access,
    scratch: Scratch,
    options: ServerOptions,
    sessions: Sessions | None = None,
    functions: Collection[int] | None = None,
) -> App:
    """Wrap an app in the middleware that every request passes, from the innermost to the outermost."""
    app = CallMiddleware(app, functions)
    app = UploadMiddleware(app, scratch, options.most_bytes)
    app = LoadMiddleware(app)
    app = RouteMiddleware(app, sessions, tools=options.mcp, root=f"{options.prefix}/")
    return HostMiddleware(app, access)


def _end(server: Server, page: Page, sessions: Sessions | None) -> None:
    server.close()
    page.close()
    if sessions is not None:
        sessions.close()


@contextmanager
def _scratch(options: ServerOptions) -> Iterator[Scratch]:
    """Provide the private folder, in which Gradio also stores its files."""
    scratch = Scratch(READ_ONLY_BYTES if options.read_only else max(2_000_000_000, 2 * options.upload_bytes))
    previous = os.environ.get("GRADIO_TEMP_DIR")
    os.environ["GRADIO_TEMP_DIR"] = str(scratch.path / "gradio")
    # Gradio reads the variable when it is imported, and creates a folder there for each app.
    gradio.routes.DEFAULT_TEMP_DIR = os.environ["GRADIO_TEMP_DIR"]  # type: ignore[attr-defined]
    # The person at the terminal does not need httpx's log of every request.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        yield scratch
    finally:
        if previous is None:
            os.environ.pop("GRADIO_TEMP_DIR", None)
        else:
            os.environ["GRADIO_TEMP_DIR"] = previous
        scratch.close()


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """Provide an event that termination signals set, for the same clean end as after Ctrl-C."""
    stopped = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return
    previous = {
        number: signal.signal(number, lambda *_: stopped.set())
        for number in (getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP"))
        # A program that was started with nohup continues.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield stopped
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _answer_tools_in_json(blocks: Any) -> None:
    """Make MCP tools answer in JSON; Gradio writes results as Python literals, which assistants do not parse.

    Gradio has no option for this, so a public method of its server is replaced.
    """
    server = blocks.mcp_server_obj

    def content(results: list[Any], _: str) -> list[Any]:
        texts = (json.dumps(result, ensure_ascii=False) for result in results)
        return [server.types.TextContent(type="text", text=text) for text in texts]

    server.postprocess_output_data = content
