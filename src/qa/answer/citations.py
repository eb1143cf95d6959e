"""Cite a stretch of a document: document, page, line, offsets, and the text around it."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Any, TypeVar

from qa.record import Citation, FilePlace, Span
from qa.text.lines import line_number
from qa.text.parties import OPENING, name_with_parties, parties
from qa.types import AUTHOR, DATE, PUBLISHER, Document, Line, Page, Place

AFFIX = 32
"""Characters of prefix and suffix in a citation: enough to tell a place from similar ones."""


def cite(document: Document, span: Span, heading: tuple[str, ...] = ()) -> Citation:
    """Return the citation of a stretch of a document."""
    text, start, end = document.text, span.start, span.end
    page = _last_at(document.pages, start)
    return Citation(
        doc_id=document.doc_id,
        title=document.title,
        sha256=document.sha256,
        uri=document.uri,
        page=page.number if page else None,
        line=_line_of(document, start),
        start=start,
        end=end,
        prefix=text[max(0, start - AFFIX) : start],
        suffix=text[end : end + AFFIX],
        heading=heading,
        page_label=page.label if page else None,
        place=_place_of(document, start),
        name=name_of(document),
        **origin_of(document),
    )


def origin_of(document: Document) -> dict[str, Any]:
    """Return the author, publisher and date that a file names; of a contract, that is only who typed it."""
    origin = {
        each.name: each.text
        for each in document.omissions
        if each.reason == "metadata" and each.name in (AUTHOR, PUBLISHER, DATE)
    }
    return {} if origin and parties(document.text[:OPENING]) else origin


def name_of(document: Document) -> str | None:
    """Return the title of a contract with its parties; None if a person chose the title, or it is enough."""
    return None if document.is_renamed else name_with_parties(document.title, document.text)


_Started = TypeVar("_Started", Page, Place, Line)


def _last_at(spans: Sequence[_Started], offset: int) -> _Started | None:
    """Return the last of ordered spans that begins at or before an offset."""
    at = bisect_right(spans, offset, key=lambda span: span.start)
    return spans[at - 1] if at else None


def _line_of(document: Document, offset: int) -> int:
    """Return the line of an offset, from 1: the file's own if the document has those, else the text's."""
    anchor = _last_at(document.lines, offset) or Line(0, 1)
    return anchor.number + line_number(document.text, offset) - line_number(document.text, anchor.start)


def _place_of(document: Document, offset: int) -> FilePlace | None:
    place = _last_at(document.places, offset)
    if place is None or offset >= place.end:
        return None
    return FilePlace(kind=place.kind, label=place.label)
