"""Serves the page until the person stops it."""

from __future__ import annotations

import logging
import sys
import threading
import webbrowser
from collections.abc import Callable

from starlette.middleware import Middleware

from qa.answer import Answerer
from qa.embed import Encoder
from qa.errors import UsageError
from qa.index import Index
from qa.web.guard import LOOPBACK, Guard
from qa.web.once import Once
from qa.web.page import build, look


def serve(
    index: Index,
    answerer: Callable[[], Answerer],
    host: str = "127.0.0.1",
    port: int = 7860,
    open_browser: bool = False,
    encoder: Callable[[], Encoder] | None = None,
    wait: Callable[[], object] | None = None,
) -> None:
    """Opens the page at an address and serves it until ``wait`` returns, or the person stops it.

    The page opens before the model is loaded; a question that comes sooner waits for it. Raises
    `UsageError` where the address cannot be had.
    """
    model = Once(answerer)
    blocks = build(index, model, encoder)
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
            app_kwargs={"middleware": [Middleware(Guard, only_loopback=host in LOOPBACK)]},
            **look(),
        )
    except OSError as error:
        raise UsageError(
            f"The page cannot listen on {host}, port {port}: another program may be using it; "
            f"give another port: qa serve --port {port + 1}"
        ) from error
    try:
        sys.stderr.write(f"The page is at {url} (stop with Ctrl+C).\n")
        sys.stderr.flush()
        model.begin()
        if open_browser:
            webbrowser.open(url)
        (wait or threading.Event().wait)()
    finally:
        blocks.close(verbose=False)
