"""Read workbooks, and list what their documents have."""

from __future__ import annotations

from office_reference import reference
from sample_files import read_one, text

from qa.parsers.account import missing
from qa.parsers.build import Extract
from qa.types import Document

RENTS: list[list[object]] = [
    ["Tenant", "Area", "Rent"],
    ["Harbor Mills", 1200, 48500],
    ["Blue Anchor", 80, 3200],
    ["Dover Print", 300, 12000],
]


def sheet(data: bytes) -> Document:
    """Return the document of a workbook after checking that every word is accounted for."""
    document = read_one(data, "book.xlsx")
    extract = Extract(document.title, document.text, omissions=document.omissions)
    assert not missing(reference(data, ".xlsx"), extract)
    return document


def blocks(document: Document) -> list[str]:
    return [text(document, block) for block in document.blocks]


def places(document: Document) -> dict[str, str]:
    return {document.text[place.start : place.end]: place.label for place in document.places}


def omissions(document: Document) -> list[tuple[str, str, str | None]]:
    return [(omission.reason, omission.text, omission.name) for omission in document.omissions]
