"""How an answer looks: the record for programs, and text, Markdown and HTML for people.

Every face for people is made from the record, so what a person sees and what a program reads cannot
differ. ``markdown`` and ``html`` are modules with the same functions (``header``,
``contents_item``, ``contents_end``, ``item``, ``footer``), so that a report of any length is written
piece by piece.
"""

from __future__ import annotations

from qa.render import html, markdown
from qa.render.phrases import NEAREST, NOT_FOUND, displayable, in_words, left_out, single_line, where
from qa.render.record import (
    NOT_ASKED,
    CitationRecord,
    ContextRecord,
    PartRecord,
    QuoteRecord,
    Record,
    SpanRecord,
    WordPartRecord,
    citation_record,
    error_record,
    record,
    to_json_line,
    why_records,
)
from qa.render.text import text

__all__ = [
    "NEAREST",
    "NOT_ASKED",
    "NOT_FOUND",
    "CitationRecord",
    "ContextRecord",
    "PartRecord",
    "QuoteRecord",
    "Record",
    "SpanRecord",
    "WordPartRecord",
    "citation_record",
    "displayable",
    "error_record",
    "html",
    "in_words",
    "left_out",
    "markdown",
    "record",
    "single_line",
    "text",
    "to_json_line",
    "where",
    "why_records",
]
