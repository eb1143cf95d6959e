"""Quotes that a person selected in a document: exact slices with citations, as answer records."""

from __future__ import annotations

from collections.abc import Callable

from qa.errors import UsageError
from qa.programs.inputs import MOST_QUOTATION
from qa.record import Answer, Citation, Context, Quote, Span
from qa.types import Document
from qa.web.outline import headings_above

ID = "own"
"""The id of the records; a question has a number, or the id of its file."""


def own_quote(
    document: Document, selected: Span, cite: Callable[[Document, int, int], Citation], title: str
) -> Answer:
    """Return a selected stretch, without the white space at its ends, as a record with one quote.

    Args:
        document: The document.
        selected: The stretch.
        cite: Returns the citation of a stretch.
        title: Words for the record's question, because nothing was asked.

    Raises:
        UsageError: Nothing is selected, or too much.
    """
    text = document.text[selected.start : selected.end]
    start = selected.start + len(text) - len(text.lstrip())
    end = start + len(text.strip())
    if start >= end:
        raise UsageError("request-invalid")
    if end - start > MOST_QUOTATION:
        raise UsageError("request-quotation-too-long", most=MOST_QUOTATION)
    text = document.text[start:end]
    quote = Quote(
        rank=1,
        text=text,
        score=0.0,
        matched=(),
        citation=cite(document, start, end).model_copy(update={"heading": headings_above(document, start)}),
        context=Context(start=start, end=end, text=text),
    )
    return Answer(id=ID, question=title, answered=True, reason=None, selected=True, quotes=(quote,))


def marked(record: Answer) -> Answer:
    """Return a record of an own quote, which earlier versions stored as an answer, as a selected one."""
    return record.model_copy(update={"selected": True, "confidence": None}) if record.id == ID else record
