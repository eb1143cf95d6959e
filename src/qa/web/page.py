"""The page as a Gradio app: one HTML component, and endpoints with stable names for programs."""

from __future__ import annotations

import functools
import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlsplit

import gradio as gr
from fastapi import FastAPI
from gradio.events import api as gr_api
from starlette.middleware import Middleware

from qa import Library
from qa.errors import QaError
from qa.messages import Message
from qa.parsers import extensions
from qa.programs.tools import tools
from qa.web import api, assets, labels
from qa.web.asgi import App
from qa.web.assets import Assets
from qa.web.endpoints import Endpoints
from qa.web.failures import ErrorMiddleware, public
from qa.web.head_middleware import HeadMiddleware
from qa.web.page_calls import UNFORESEEN
from qa.web.scratch import Scratch
from qa.web.templates import render

TITLE = "Verbatim"
UPLOAD_BYTES = 500_000_000
MOST_QUEUED = 200
"""Maximum number of calls in Gradio's queue, which programs may use instead of waiting for the answer."""
T = TypeVar("T")
_SANS = ("ui-sans-serif", "system-ui", "sans-serif")
_MONO = ("ui-monospace", "monospace")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """The page as an ASGI app, with its Gradio blocks and its endpoints."""

    app: App
    blocks: gr.Blocks
    endpoints: Endpoints

    def close(self) -> None:
        """Stop the background work."""
        self.endpoints.close()
        self.blocks.close(verbose=False)


def build(
    library: Library,
    scratch: Scratch | None = None,
    *,
    read_only: bool = False,
    upload_bytes: int = UPLOAD_BYTES,
    root_path: str | None = None,
    mcp: bool = False,
) -> Page:
    """Build the page over a library, whose model is loaded at the first question at the latest.

    Args:
        library: The library that answers.
        scratch: The folder of uploaded files.
        read_only: Whether adding and removing documents is disabled.
        upload_bytes: Maximum size of a file in bytes.
        root_path: The path or URL at which a reverse proxy shows the page.
        mcp: Whether to offer tools over MCP.
    """
    endpoints = Endpoints(library, scratch or Scratch(), read_only=read_only)
    accept = ",".join(sorted(extensions()))
    html = render("page.html", accept=accept, read_only=read_only, most_bytes=upload_bytes)
    parts = assets.load(urlsplit(root_path or "").path.rstrip("/"))
    blocks = _Blocks(title=TITLE, analytics_enabled=False, fill_width=True)
    with blocks:
        gr.HTML(
            value=html,
            js_on_load=parts.starter,
            server_functions=endpoints.page_endpoints(),
            apply_default_css=False,
            elem_id="verbatim",
        )
        _register(endpoints)
    blocks.queue(max_size=MOST_QUEUED)
    app = gr.mount_gradio_app(
        _app(parts, endpoints),
        blocks,
        path="/",
        root_path=root_path,
        run_history=False,
        ssr_mode=False,
        pwa=False,
        enable_monitoring=False,
        # Only errors that were raised for a person to read are passed on.
        show_error=False,
        max_file_size=upload_bytes,
        mcp_server=mcp,
        app_kwargs={
            "middleware": [Middleware(ErrorMiddleware), Middleware(HeadMiddleware, title=TITLE)],
            "openapi_url": None,
        },
        **appearance(parts),
    )
    # Public attributes without a setter: Gradio sets them when it serves a page itself. With the mount path,
    # the page would ignore the prefix of a proxy; without the others, files are not checked and streams end.
    blocks.custom_mount_path = None
    blocks.has_launched = blocks.is_running = True
    return Page(app, blocks, endpoints)


_ADDED_LATER: dict[str, tuple[object, ...]] = {"ask": (None, True), "search": (True,), "why": (None, True)}
"""Defaults of the last arguments of endpoints, which older programs leave out."""


class _Blocks(gr.Blocks):
    """Blocks whose endpoints may be called without their newest arguments, as older programs do."""

    def validate_inputs(self, block_fn: Any, inputs: list[Any]) -> None:
        # Gradio fills in arguments that a client or a tool leaves out, but not those of a plain request.
        added = _ADDED_LATER.get(str(block_fn.api_name), ())
        missing = len(block_fn.inputs) - len(inputs)
        if 0 < missing <= len(added):
            inputs += added[-missing:]
        try:
            super().validate_inputs(block_fn, inputs)
        except ValueError as error:
            raise _failure(Message("request-form-invalid")) from error


def appearance(parts: Assets) -> dict[str, Any]:
    """Return the appearance of the page as options of Gradio."""
    # Gradio would fetch named fonts from a font service; these are the system's.
    theme = gr.themes.Base(
        font=[gr.themes.Font(name) for name in _SANS], font_mono=[gr.themes.Font(name) for name in _MONO]
    ).set(
        body_background_fill="#f5f4f0",
        body_background_fill_dark="#131518",
        body_text_color="#1d2126",
        body_text_color_dark="#e7e5e0",
    )
    # Styles go into the head: Gradio's own option for them rewrites every selector.
    return {"theme": theme, "head": parts.head, "footer_links": []}


def _app(parts: Assets, endpoints: Endpoints) -> FastAPI:
    """Return the app that Gradio's is mounted on, with the page's own routes."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(parts.router())
    app.include_router(api.router(endpoints))
    return app


def _register(endpoints: Endpoints) -> None:
    """Register the endpoints for programs, whose names and forms are stable; they are also the MCP tools."""

    for name, tool in tools(endpoints).items():
        # Without the queue, one request returns the answer; the server's threads are the limit.
        gr_api(_with_failures(tool), api_name=name, queue=False)


class _SentenceError(gr.Error):
    """An error whose text is its message; Gradio's class puts the message in quotation marks."""

    def __str__(self) -> str:
        return str(self.message)


def _with_failures(tool: Callable[..., T]) -> Callable[..., T]:
    """Return a tool whose failures are errors that Gradio passes on."""

    @functools.wraps(tool)
    def call(*arguments: Any, **named: Any) -> T:
        try:
            return tool(*arguments, **named)
        except QaError as error:
            raise _failure(public(error.message)) from error
        except Exception as error:
            _log.exception("A program's request failed")
            raise _failure(UNFORESEEN) from error

    return call


def _failure(message: Message) -> _SentenceError:
    """Return the error that Gradio passes on; its title is the code, for programs."""
    return _SentenceError(labels.ENGLISH.say(message), title=message.code, print_exception=False)
