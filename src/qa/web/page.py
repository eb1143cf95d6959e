"""The page as Gradio has it: one component of our own, and endpoints with stable names for programs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any, TypeVar

import gradio as gr
from gradio.events import api
from gradio.utils import get_upload_folder

from qa import embed
from qa.answer import Answerer
from qa.embed import Encoder
from qa.errors import QaError
from qa.index import Index
from qa.readers import EXTENSIONS
from qa.web import labels
from qa.web.endpoints import QUOTES, Endpoints
from qa.web.guard import UPLOAD_BYTES
from qa.web.once import Once

TITLE = "Verbatim"
SCRIPTS = ("labels.js", "page.js", "sheet.js", "keep.js", "add.js", "batch.js", "why.js", "start.js")
"""Run as one, in this order."""
STYLES = ("style.css", "sheet.css", "keep.css", "batch.css", "why.css")
FOUND = 10
"""Passages that a search gives unless more or fewer are asked for."""
T = TypeVar("T")
_SANS = ("ui-sans-serif", "system-ui", "sans-serif")
_MONO = ("ui-monospace", "monospace")


def build(
    index: Index,
    answerer: Callable[[], Answerer],
    encoder: Callable[[], Encoder] | None = None,
    *,
    read_only: bool = False,
    upload_bytes: int = UPLOAD_BYTES,
) -> gr.Blocks:
    """The page over an index. The answerer is made at the first question, or before by a `Once`.

    ``encoder`` embeds files that are added; without one, the index's model is loaded for that. Larger
    files than ``upload_bytes`` are not sent.
    """
    endpoints = Endpoints(
        index,
        answerer if isinstance(answerer, Once) else Once(answerer),
        Once(encoder or partial(embed.load, index.model)),
        Path(get_upload_folder()),
        read_only=read_only,
    )
    html = _asset("page.html").replace("@accept", ",".join(sorted(EXTENSIONS)))
    html = html.replace("@read-only", str(read_only).lower()).replace("@most-bytes", str(upload_bytes))
    blocks = _Blocks(title=TITLE, analytics_enabled=False, fill_width=True)
    with blocks:
        gr.HTML(
            value=html,
            js_on_load=labels.script("".join(map(_asset, SCRIPTS))),
            server_functions=endpoints.page_endpoints(),
            apply_default_css=False,
            elem_id="verbatim",
        )
        _offer(endpoints)
    return blocks


class _Blocks(gr.Blocks):
    """Blocks whose endpoints may be called without the earlier questions, as before they took them."""

    def validate_inputs(self, block_fn: Any, inputs: list[Any]) -> None:
        # Gradio fills in what a client or a tool leaves out, but not for a plain request.
        if block_fn.api_name in ("ask", "why") and len(inputs) == len(block_fn.inputs) - 1:
            inputs.append(None)
        super().validate_inputs(block_fn, inputs)


def look() -> dict[str, Any]:
    """What the page looks like, as options of `gr.Blocks.launch`."""
    # Named fonts would be fetched from a font service; these are the system's own.
    theme = gr.themes.Base(
        font=[gr.themes.Font(name) for name in _SANS], font_mono=[gr.themes.Font(name) for name in _MONO]
    ).set(
        body_background_fill="#f5f4f0",
        body_background_fill_dark="#131518",
        body_text_color="#1d2126",
        body_text_color_dark="#e7e5e0",
    )
    # As it is: Gradio's own option for styles rewrites every selector.
    return {"theme": theme, "head": f"<style>{''.join(map(_asset, STYLES))}</style>", "footer_links": []}


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
        return _said(lambda: dict(endpoints.answer(question, documents or (), k, after or ())))

    def search(question: str, documents: list[str] | None = None, k: int = FOUND) -> list[dict[str, Any]]:
        """Finds the passages nearest to a question, best first, whether they answer it or not.

        Args:
            question: The question, or words to look for.
            documents: Ids or globs of the documents to search; all of them if left out.
            k: How many passages at most.
        """
        return _said(
            lambda: [dict(quote) for quote in endpoints.answer(question, documents or (), k)["quotes"]]
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
        return endpoints.documents()

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
        return _said(lambda: endpoints.parts(question, document, start, end, documents or (), after or ()))

    # The name of a tool is its function's; this one must not hide Python's own.
    list_documents.__name__ = "list"
    for function in (ask, search, show, list_documents, why):
        # Without the queue, a program gets its answer with one request; the server's threads are the limit.
        api(function, api_name=function.__name__, queue=False)


def _said(make: Callable[[], T]) -> T:
    try:
        return make()
    except QaError as error:
        raise gr.Error(labels.ENGLISH.say(str(error)), print_exception=False) from error


@cache
def _asset(name: str) -> str:
    return resources.files("qa.web").joinpath(name).read_text(encoding="utf-8")
