"""The page: questions on the left, quotes as cards, and the source of each beside them.

Everything that the page shows is made here as escaped HTML and put in place by `page.js`; Gradio serves it,
and gives programs the same answers over HTTP. Between Gradio and the network stand the layers of `serve`.
"""

from __future__ import annotations

from qa.web.environment import keep_gradio_quiet

keep_gradio_quiet()

from qa.web.page import build  # noqa: E402
from qa.web.serve import ServerOptions, serve  # noqa: E402

__all__ = ["ServerOptions", "build", "serve"]
