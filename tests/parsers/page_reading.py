"""Read web pages."""

from __future__ import annotations

from sample_files import read_one

from qa.types import Document


def page_of(body: str, name: str = "a.html") -> Document:
    return read_one(f"<!DOCTYPE html><html lang=en><title>T</title><body>{body}</body></html>".encode(), name)


def lines_of(body: str) -> list[str]:
    return page_of(body).text.split("\n\n")


def left_out_of(document: Document) -> dict[str, str]:
    return {omission.reason: omission.text for omission in document.omissions}
