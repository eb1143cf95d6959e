"""The page: questions on the left, quotes as cards, and the source of each quote beside them.

The server makes all HTML and escapes it; the scripts in `static` put it in place. Gradio serves the page and
returns the same answers to programs over HTTP. Between Gradio and the network is the middleware of `serve`.
"""

from __future__ import annotations

from qa.web.environment import keep_gradio_quiet
from qa.web.stubs import without_stubs

keep_gradio_quiet()
with without_stubs():
    import gradio  # noqa: F401

from qa.web.page import build  # noqa: E402
from qa.web.serve import ServerOptions, serve  # noqa: E402

__all__ = ["ServerOptions", "build", "serve"]
