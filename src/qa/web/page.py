"""The page as Gradio has it: one component of our own, and endpoints with stable names for programs."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from importlib import resources
from pathlib import Path
from typing import Any

import gradio as gr
from gradio.events import api
from gradio.utils import get_upload_folder

from qa import embed
from qa.answer import Answerer
from qa.embed import Encoder
from qa.errors import QaError
from qa.index import Index
from qa.readers import EXTENSIONS
from qa.web.endpoints import QUOTES, Endpoints
from qa.web.once import Once

TITLE = "Verbatim"
SCRIPTS = ("page.js", "sheet.js", "keep.js", "batch.js", "start.js")
"""Run as one, in this order."""
STYLES = ("style.css", "sheet.css", "keep.css", "batch.css")
ASKED_AT_ONCE = 8
"""Questions of programs that are answered at once; more wait their turn."""
_SANS = ("ui-sans-serif", "system-ui", "sans-serif")
_MONO = ("ui-monospace", "monospace")


def build(
    index: Index, answerer: Callable[[], Answerer], encoder: Callable[[], Encoder] | None = None
) -> gr.Blocks:
    """The page over an index. The answerer is made at the first question, or before by a `Once`.

    ``encoder`` embeds files that are added; without one, the index's model is loaded for that.
    """
    endpoints = Endpoints(
        index,
        answerer if isinstance(answerer, Once) else Once(answerer),
        Once(encoder or partial(embed.load, index.model)),
        Path(get_upload_folder()),
    )
    blocks = gr.Blocks(title=TITLE, analytics_enabled=False, fill_width=True)
    with blocks:
        gr.HTML(
            value=_asset("page.html").replace("@accept", ",".join(sorted(EXTENSIONS))),
            js_on_load="".join(map(_asset, SCRIPTS)),
            server_functions=endpoints.page_endpoints(),
            apply_default_css=False,
            elem_id="verbatim",
        )
        _offer(endpoints)
    return blocks


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
    """Endpoints for programs, whose names and forms stay."""

    def ask(question: str, documents: list[str] | None = None, k: int = QUOTES) -> dict[str, Any]:
        try:
            return dict(endpoints.answer(question, documents or (), k))
        except QaError as error:
            raise gr.Error(str(error), print_exception=False) from error

    def list_documents() -> list[dict[str, Any]]:
        return endpoints.documents()

    api(
        ask,
        api_name="ask",
        api_description="The answer record of a question, in exact quotes.",
        concurrency_limit=ASKED_AT_ONCE,
    )
    api(list_documents, api_name="list", api_description="The documents that are asked.")


@cache
def _asset(name: str) -> str:
    return resources.files("qa.web").joinpath(name).read_text(encoding="utf-8")
