"""The page: questions on the left, quotes as cards, and the source of each beside them.

Everything that the page shows is made here as escaped HTML and put in place by `page.js`; Gradio serves it,
and gives programs the same answers over HTTP.
"""

from __future__ import annotations

from qa.web.page import build
from qa.web.serve import Sharing, serve

__all__ = ["Sharing", "build", "serve"]
