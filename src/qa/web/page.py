"""The page as a Gradio app: one HTML component, and endpoints with stable names for programs."""

from __future__ import annotations

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
from qa.types import QUOTES
from qa.web import api, assets, labels
from qa.web.asgi import App
from qa.web.assets import Assets
from qa.web.endpoints import Endpoints
from qa.web.failures import ErrorMiddleware, public
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
        app_kwargs={"middleware": [Middleware(ErrorMiddleware)], "openapi_url": None},
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

    def ask(
        question: str,
        documents: list[str] | None = None,
        k: int = QUOTES,
        after: list[str] | None = None,
        named: bool = True,
    ) -> dict[str, Any]:
        """Answer a question in exact quotes of the user's documents, with their citations.

        Args:
            question: The question, in plain words.
            documents: Ids or globs of the documents to ask; all documents if left out.
            k: Maximum number of quotes.
            after: The earlier questions, oldest first, if the question refers to them ("And why?").
            named: Whether a question that names documents is asked of these alone; false to ask all.
        """
        return _result(lambda: endpoints.answer(question, documents, k, after, named).model_dump(mode="json"))

    def search(
        question: str, documents: list[str] | None = None, k: int = api.PASSAGES, named: bool = True
    ) -> list[dict[str, Any]]:
        """Find the passages nearest to a question, best first, whether they answer it or not.

        Args:
            question: The question, or words to look for.
            documents: Ids or globs of the documents to search; all documents if left out.
            k: Maximum number of passages.
            named: Whether a question that names documents searches these alone; false to search all.
        """
        return _result(
            lambda: [
                quote.model_dump(mode="json")
                for quote in endpoints.answer(question, documents, k, named=named).quotes
            ]
        )

    def show(document: str, start: int = 0, end: int | None = None) -> dict[str, Any]:
        """Return a document's text, or the part of it between two offsets in code points.

        Args:
            document: The document's id, as in a citation's doc_id.
            start: The offset of the first character, counted from 0.
            end: The offset after the last character; the end of the document if left out.
        """
        return _result(lambda: endpoints.text(document, start, end))

    def list_documents() -> list[dict[str, Any]]:
        """List the documents of the library, with their ids, titles and sizes."""
        return _result(endpoints.documents)

    def why(
        question: str,
        document: str,
        start: int,
        end: int,
        documents: list[str] | None = None,
        after: list[str] | None = None,
        named: bool = True,
    ) -> list[dict[str, Any]]:
        """Explain the score of a quote: its parts by kind of evidence and by word.

        Args:
            question: The question that was asked.
            document: The document of the quote, as in its citation's doc_id.
            start: The start of the quote, as in its citation.
            end: The end of the quote, as in its citation.
            documents: Ids or globs, if the question was limited to some documents.
            after: The earlier questions, if the question was understood together with them.
            named: Whether the answer has a scope, the documents that the question itself named.
        """
        return _result(
            lambda: [
                part.model_dump(mode="json")
                for part in endpoints.parts(question, document, start, end, documents, after, named)
            ]
        )

    def verify_quote(
        text: str, documents: list[str] | None = None, page: int | None = None
    ) -> dict[str, Any]:
        """Check whether a quotation is in the user's documents, word for word.

        The verdict is verbatim, typographic (spaces, marks or letter case differ), stitched (parts around an
        ellipsis, in order), altered (with the difference word by word), or not_found (with the nearest
        passage).

        Args:
            text: The quotation, without the quotation marks around it.
            documents: Ids or globs of the documents to search; all documents if left out.
            page: The page that is claimed for the quotation; the result says whether it is right.
        """
        return _result(lambda: endpoints.verify_quote(text, documents, page).model_dump(mode="json"))

    # A tool has the name of its function; a function named `list` would hide Python's.
    list_documents.__name__ = "list"
    for function in (ask, search, show, list_documents, why, verify_quote):
        # Without the queue, one request returns the answer; the server's threads are the limit.
        gr_api(function, api_name=function.__name__, queue=False)


class _SentenceError(gr.Error):
    """An error whose text is its message; Gradio's class puts the message in quotation marks."""

    def __str__(self) -> str:
        return str(self.message)


def _result(function: Callable[[], T]) -> T:
    """Call a function; turn its failure into an error that Gradio passes on."""
    try:
        return function()
    except QaError as error:
        raise _failure(public(error.message)) from error
    except Exception as error:
        _log.exception("A program's request failed")
        raise _failure(UNFORESEEN) from error


def _failure(message: Message) -> _SentenceError:
    """Return the error that Gradio passes on; its title is the code, for programs."""
    return _SentenceError(labels.ENGLISH.say(message), title=message.code, print_exception=False)
