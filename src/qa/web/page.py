"""The page as Gradio has it: one component of our own, and endpoints with stable names for programs."""

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
from qa.web import api, assets, labels
from qa.web.asgi import App
from qa.web.assets import Assets
from qa.web.endpoints import QUOTES, UNFORESEEN, Endpoints
from qa.web.plain import PlainErrors, public
from qa.web.scratch import Scratch
from qa.web.templates import render

TITLE = "Verbatim"
UPLOAD_BYTES = 500_000_000
MOST_QUEUED = 200
"""Calls that wait in Gradio's queue, which programs may use instead of waiting for the answer."""
T = TypeVar("T")
_SANS = ("ui-sans-serif", "system-ui", "sans-serif")
_MONO = ("ui-monospace", "monospace")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Page:
    """The page as an ASGI app, with what it is made of."""

    app: App
    blocks: gr.Blocks
    endpoints: Endpoints

    def close(self) -> None:
        """Ends what goes on in the background."""
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
    """Makes the page over a library, whose model is loaded at the first question, if not before.

    Args:
        library: What is asked.
        scratch: Where files lie that are sent.
        read_only: Whether nobody may add or remove documents.
        upload_bytes: How large a file may be.
        root_path: Where a reverse proxy shows the page.
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
        _offer(endpoints)
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
        # Only what was raised for a person to read is passed on.
        show_error=False,
        max_file_size=upload_bytes,
        mcp_server=mcp,
        app_kwargs={"middleware": [Middleware(PlainErrors)], "openapi_url": None},
        **look(parts),
    )
    # Public names without a setter: Gradio sets them where it serves a page itself. With the mount path, the
    # page would ignore the prefix of a proxy; without the others, files are not checked and streams end.
    blocks.custom_mount_path = None
    blocks.has_launched = blocks.is_running = True
    return Page(app, blocks, endpoints)


class _Blocks(gr.Blocks):
    """Blocks whose endpoints may be called without the earlier questions, as before they took them."""

    def validate_inputs(self, block_fn: Any, inputs: list[Any]) -> None:
        # Gradio fills in what a client or a tool leaves out, but not for a plain request.
        if block_fn.api_name in ("ask", "why") and len(inputs) == len(block_fn.inputs) - 1:
            inputs.append(None)
        try:
            super().validate_inputs(block_fn, inputs)
        except ValueError as error:
            raise _failure(Message("request-form-invalid")) from error


def look(parts: Assets) -> dict[str, Any]:
    """Returns what the page looks like, as options of Gradio."""
    # Named fonts would be fetched from a font service; these are the system's own.
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
    """The app that Gradio's is mounted on, with the page's own routes."""
    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    app.include_router(parts.router())
    app.include_router(api.router(endpoints))
    return app


def _offer(endpoints: Endpoints) -> None:
    """Endpoints for programs, whose names and forms stay; the same functions are the tools over MCP."""

    def ask(
        question: str, documents: list[str] | None = None, k: int = QUOTES, after: list[str] | None = None
    ) -> dict[str, Any]:
        """Answers a question in exact quotes of the user's own documents, with their citations.

        Args:
            question: The question, in plain words.
            documents: Ids or globs of the documents to ask; all of them if left out.
            k: How many quotes at most.
            after: The questions asked before, oldest first, where it may lean on them ("And why?").
        """
        return _said(lambda: endpoints.answer(question, documents, k, after).model_dump(mode="json"))

    def search(
        question: str, documents: list[str] | None = None, k: int = api.PASSAGES
    ) -> list[dict[str, Any]]:
        """Finds the passages nearest to a question, best first, whether they answer it or not.

        Args:
            question: The question, or words to look for.
            documents: Ids or globs of the documents to search; all of them if left out.
            k: How many passages at most.
        """
        return _said(
            lambda: [
                quote.model_dump(mode="json") for quote in endpoints.answer(question, documents, k).quotes
            ]
        )

    def show(document: str, start: int = 0, end: int | None = None) -> dict[str, Any]:
        """Gives a document's text, or the stretch of it between two offsets in code points.

        Args:
            document: The document's id, as in a citation's doc_id.
            start: Where the stretch begins, counted from 0.
            end: Where it ends; the end of the document if left out.
        """
        return _said(lambda: endpoints.text(document, start, end))

    def list_documents() -> list[dict[str, Any]]:
        """Lists the documents that are asked, with their ids, titles and sizes."""
        return _said(endpoints.documents)

    def why(
        question: str,
        document: str,
        start: int,
        end: int,
        documents: list[str] | None = None,
        after: list[str] | None = None,
    ) -> list[dict[str, Any]]:
        """Says what the score of a quote is made of: by kind of evidence, and by word.

        Args:
            question: The question that was asked.
            document: The document of the quote, as in its citation's doc_id.
            start: Where the quote begins, as in its citation.
            end: Where it ends.
            documents: Ids or globs, if the question was limited to some documents.
            after: The questions asked before, if the question was understood together with them.
        """
        return _said(
            lambda: [
                part.model_dump(mode="json")
                for part in endpoints.parts(question, document, start, end, documents, after)
            ]
        )

    # The name of a tool is its function's; this one must not hide Python's own.
    list_documents.__name__ = "list"
    for function in (ask, search, show, list_documents, why):
        # Without the queue, a program gets its answer with one request; the server's threads are the limit.
        gr_api(function, api_name=function.__name__, queue=False)


class _SentenceError(gr.Error):
    """Says its message as it is: Gradio's own error says it in quotation marks, as Python would."""

    def __str__(self) -> str:
        return str(self.message)


def _said(make: Callable[[], T]) -> T:
    try:
        return make()
    except QaError as error:
        raise _failure(public(error.message)) from error
    except Exception as error:
        _log.exception("A program asked for something that failed")
        raise _failure(UNFORESEEN) from error


def _failure(message: Message) -> _SentenceError:
    """Returns the error that Gradio passes on: a program finds the code in its title."""
    return _SentenceError(labels.ENGLISH.say(message), title=message.code, print_exception=False)
