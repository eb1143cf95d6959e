"""Reads Word files in tests, and checks each time that no text node is missing."""

from __future__ import annotations

from docx_reference import reference
from word_files import word

from qa.parsers import account, docx
from qa.parsers.build import Extract


def read(body: str, **parts: object) -> Extract:
    """Return the extract of a Word file that `word` builds."""
    data = word(body, **parts)  # type: ignore[arg-type]
    extract = docx.read(data)
    assert account.missing(reference(data), extract) == {}
    return extract


def texts(body: str, **parts: object) -> list[str]:
    """Return the blocks of such a file."""
    extract = read(body, **parts)
    return [extract.text[block.start : block.end] for block in extract.blocks]


def left_out(extract: Extract) -> list[tuple[str, str]]:
    """Return the reason and text of each omission."""
    return [(omission.reason, omission.text) for omission in extract.omissions]


def places(extract: Extract) -> list[tuple[str, str, str]]:
    """Return kind, label and text of the places."""
    return [(place.kind, place.label, extract.text[place.start : place.end]) for place in extract.places]
