"""Read mails."""

from __future__ import annotations

from sample_files import Words, pdf

from qa import parsers
from qa.types import Document

PLAIN = (
    "The crane lifts eighteen tonnes.\n\n> How much does it lift?\n> Nobody knows\n> yet.\n\nRegards,\nZoë\n"
)


CONTRACT = pdf([[Words(72, 700, "The fee is due within thirty days.")]])


def documents_of(data: bytes, name: str = "m.eml") -> list[Document]:
    items = list(parsers.read_bytes(data, name, name, uri=f"file:///x/{name}"))
    assert all(isinstance(item, Document) for item in items)
    return [item for item in items if isinstance(item, Document)]


def mail_of(data: bytes) -> Document:
    return documents_of(data)[0]
