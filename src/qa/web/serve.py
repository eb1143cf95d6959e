"""Serves the page until the person stops it."""

from __future__ import annotations

import importlib.util
import json
import logging
import sys
import threading
import webbrowser
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from starlette.middleware import Middleware

from qa.answer import Answerer
from qa.embed import Encoder
from qa.errors import UsageError
from qa.index import Index
from qa.web import auth
from qa.web.guard import LOOPBACK, UPLOAD_BYTES, Guard, Limits
from qa.web.once import Once
from qa.web.page import build, look


@dataclass(frozen=True, slots=True)
class Sharing:
    """How the page is shared with others; nothing of it is needed by one person on one machine.

    ``logins`` is a file of `qa.web.auth`; ``root_path`` is where a reverse proxy shows the page.
    """

    logins: Path | None = None
    read_only: bool = False
    upload_bytes: int = UPLOAD_BYTES
    requests_a_minute: int = 0
    root_path: str | None = None
    mcp: bool = False


def serve(
    index: Index,
    answerer: Callable[[], Answerer],
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = False,
    encoder: Callable[[], Encoder] | None = None,
    wait: Callable[[], object] | None = None,
    sharing: Sharing = Sharing(),
) -> None:
    """Opens the page at an address and serves it until ``wait`` returns, or the person stops it.

    The page opens before the model is loaded; a question that comes sooner waits for it. Raises
    `UsageError` where the address cannot be had.
    """
    model = Once(answerer)
    if sharing.mcp and importlib.util.find_spec("mcp") is None:
        raise UsageError("Serving tools over MCP needs one more package: pip install 'verbatim-qa[mcp]'")
    if sharing.root_path and not sharing.root_path.startswith(("/", "http://", "https://")):
        raise UsageError("--root-path is an address (https://example.org/verbatim) or a path (/verbatim).")
    allowed = auth.checker(sharing.logins) if sharing.logins else None
    limits = Limits(
        only_loopback=host in LOOPBACK,
        public_name=urlsplit(sharing.root_path or "").netloc or None,
        upload_bytes=sharing.upload_bytes,
        requests_a_minute=sharing.requests_a_minute,
    )
    blocks = build(index, model, encoder, read_only=sharing.read_only, upload_bytes=sharing.upload_bytes)
    # Its log of every request says nothing to the person at the terminal.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    try:
        _, url, _ = blocks.launch(
            server_name=host,
            server_port=port,
            prevent_thread_lock=True,
            quiet=True,
            share=False,
            ssr_mode=False,
            pwa=False,
            enable_monitoring=False,
            show_error=True,
            # Else a machine too busy to answer within three seconds is told to open a public tunnel.
            _frontend=False,
            auth=allowed,
            max_file_size=sharing.upload_bytes,
            root_path=sharing.root_path,
            mcp_server=sharing.mcp,
            app_kwargs={"middleware": [Middleware(Guard, limits=limits)]},
            **look(),
        )
    except OSError as error:
        raise UsageError(
            f"The page cannot listen on {host}, port {port}: another program may be using it; "
            f"give another port: qa serve --port {port + 1}"
        ) from error
    if sharing.mcp:
        _answer_tools_in_json(blocks)
    try:
        sys.stderr.write(f"The page is at {url} (stop with Ctrl+C).\n")
        sys.stderr.flush()
        model.begin()
        if open_browser:
            webbrowser.open(url)
        (wait or threading.Event().wait)()
    finally:
        blocks.close(verbose=False)


def _answer_tools_in_json(blocks: Any) -> None:
    """Has tools over MCP answer in JSON: Gradio writes results as Python does, which no assistant reads."""
    server = blocks.mcp_server_obj

    def content(results: list[Any], _: str) -> list[Any]:
        texts = (json.dumps(result, ensure_ascii=False) for result in results)
        return [server.types.TextContent(type="text", text=text) for text in texts]

    server.postprocess_output_data = content
