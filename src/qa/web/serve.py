"""Serves the page until the person stops it."""

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
from qa.web.busy import Busy
from qa.web.calls import Calls
from qa.web.clients import networks
from qa.web.gate import Gate
from qa.web.guard import Access, Guard
from qa.web.names import own_names, public_host
from qa.web.page import UPLOAD_BYTES, Page, build
from qa.web.receiving import Receiving
from qa.web.scratch import Scratch
from qa.web.server import Server
from qa.web.sessions import Sessions

QUESTION_FILE_BYTES = 20_000_000
"""Where documents cannot be added, the only files are of questions, and of kept quotes to be saved."""
READ_ONLY_BYTES = 500_000_000
"""What all of them may take together."""


@dataclass(frozen=True, slots=True)
class ServerOptions:
    """How the page is shared with others; nothing of it is needed by one person on one machine.

    ``logins`` is a file of `qa.web.auth`; ``root_path`` is where a reverse proxy shows the page;
    ``trusted_proxies`` are addresses whose X-Forwarded-For is believed; ``allowed_hosts`` are further names
    under which the page answers.
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
        """How large a file that is sent may be."""
        return min(self.upload_bytes, QUESTION_FILE_BYTES) if self.read_only else self.upload_bytes

    @property
    def prefix(self) -> str:
        """The path under which a reverse proxy shows the page."""
        return urlsplit(self.root_path or "").path.rstrip("/")


def serve(
    library: Library,
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = False,
    wait: Callable[[], object] | None = None,
    sharing: ServerOptions = ServerOptions(),
) -> None:
    """Opens the page at an address and serves it until ``wait`` returns, or the person stops it.

    The page opens before the model is loaded; a question that comes sooner waits for it. Raises
    `UsageError` where the address cannot be had.
    """
    if sharing.mcp and importlib.util.find_spec("mcp") is None:
        raise UsageError("mcp-missing")
    if sharing.root_path and not sharing.root_path.startswith(("/", "http://", "https://")):
        raise UsageError("root-path-invalid")
    allowed = auth.checker(sharing.logins) if sharing.logins else None
    access = Access(
        names=own_names(host, sharing.root_path, sharing.allowed_hosts),
        public=public_host(sharing.root_path),
        prefix=sharing.prefix,
        proxies=networks(sharing.trusted_proxies),
        requests_a_minute=sharing.requests_a_minute,
    )
    with _stopped_by_signals() as stopped, _scratch(sharing) as scratch:
        server = Server(host, port)
        sessions = Sessions(allowed, f"verbatim-{server.port}") if allowed else None
        page = build(
            library,
            scratch,
            read_only=sharing.read_only,
            upload_bytes=sharing.most_bytes,
            root_path=sharing.root_path,
            mcp=sharing.mcp,
        )
        if sharing.mcp:
            _answer_tools_in_json(page.blocks)
        try:
            server.start(layers(page.app, access, scratch, sharing, sessions, page.blocks.fns))
            sys.stderr.write(f"The page is at {server.url} (stop with Ctrl+C).\n")
            sys.stderr.flush()
            threading.Thread(target=_load, args=(library,), name="loading", daemon=True).start()
            if open_browser:
                webbrowser.open(server.url)
            (wait or stopped.wait)()
        finally:
            _end(server, page, sessions)


def _load(library: Library) -> None:
    # Who asks a question gets the failure; nobody is waiting here.
    with suppress(QaError):
        library.load()


def layers(
    app: App,
    access: Access,
    scratch: Scratch,
    sharing: ServerOptions,
    sessions: Sessions | None = None,
    functions: Collection[int] | None = None,
) -> App:
    """Puts before an app what every request must pass, from the innermost to the outermost."""
    app = Calls(app, functions)
    app = Receiving(app, scratch, sharing.most_bytes)
    app = Busy(app)
    app = Gate(app, sessions, tools=sharing.mcp, root=f"{sharing.prefix}/")
    return Guard(app, access)


def _end(server: Server, page: Page, sessions: Sessions | None) -> None:
    server.close()
    page.close()
    if sessions is not None:
        sessions.close()


@contextmanager
def _scratch(sharing: ServerOptions) -> Iterator[Scratch]:
    """Gives the private folder, which is also where Gradio keeps what it keeps."""
    scratch = Scratch(READ_ONLY_BYTES if sharing.read_only else max(2_000_000_000, 2 * sharing.upload_bytes))
    before = os.environ.get("GRADIO_TEMP_DIR")
    os.environ["GRADIO_TEMP_DIR"] = str(scratch.path / "gradio")
    # Gradio reads the variable when it is imported, and makes a folder there for each app.
    gradio.routes.DEFAULT_TEMP_DIR = os.environ["GRADIO_TEMP_DIR"]  # type: ignore[attr-defined]
    # Its log of every request says nothing to the person at the terminal.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        yield scratch
    finally:
        if before is None:
            os.environ.pop("GRADIO_TEMP_DIR", None)
        else:
            os.environ["GRADIO_TEMP_DIR"] = before
        scratch.close()


@contextmanager
def _stopped_by_signals() -> Iterator[threading.Event]:
    """Gives an event that a signal to end sets, so that everything is put away as after Ctrl-C."""
    stopped = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        yield stopped
        return
    before = {
        number: signal.signal(number, lambda *_: stopped.set())
        for number in (getattr(signal, name, None) for name in ("SIGTERM", "SIGHUP"))
        # A program that was begun with nohup goes on.
        if number is not None and signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield stopped
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _answer_tools_in_json(blocks: Any) -> None:
    """Has tools over MCP answer in JSON: Gradio writes results as Python does, which no assistant reads.

    Gradio has no option for it, so a public method of its server is replaced.
    """
    server = blocks.mcp_server_obj

    def content(results: list[Any], _: str) -> list[Any]:
        texts = (json.dumps(result, ensure_ascii=False) for result in results)
        return [server.types.TextContent(type="text", text=text) for text in texts]

    server.postprocess_output_data = content
