"""Render answers for people: text for a terminal, Markdown, HTML and Word.

The modules ``markdown``, ``html`` and ``docx`` have the same functions (``header``, ``contents_item``,
``contents_end``, ``item``, ``footer``), which write a report of any length piece by piece.
"""

from __future__ import annotations

from qa.render import docx, html, markdown, references
from qa.render.phrases import (
    NEAREST,
    NOT_FOUND,
    displayable,
    escaped,
    in_words,
    left_out,
    single_line,
    where,
)
from qa.render.text import text

__all__ = [
    "NEAREST",
    "NOT_FOUND",
    "displayable",
    "docx",
    "escaped",
    "html",
    "in_words",
    "left_out",
    "markdown",
    "references",
    "single_line",
    "text",
    "where",
]
