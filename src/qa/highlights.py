"""Write copies of quoted PDF files in which the quotes are highlighted."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from qa import parsers
from qa.errors import QaError, ReadError
from qa.messages import Message
from qa.output_files import write_file
from qa.parsers import sandbox
from qa.record import Citation
from qa.types import Document

SUFFIX = "-highlighted.pdf"
"""The end of the name of a copy."""
_NOT_WRITABLE = "highlight-not-writable"


@dataclass(frozen=True, slots=True)
class Highlighted:
    """One quoted document, and its copy.

    Attributes:
        doc_id: The document.
        places: The number of places to highlight.
        path: The copy; None if there is none.
        reason: Why there is none.
    """

    doc_id: str
    places: int
    path: Path | None
    reason: Message | None = None


def highlight(
    citations: Iterable[Citation], folder: Path, get: Callable[[str], Document | None]
) -> list[Highlighted]:
    """Write a copy of each PDF that is cited, with its cited places highlighted.

    Args:
        citations: The places.
        folder: The folder of the copies, which is created; copies of an earlier run are replaced.
        get: Returns the document of an id, or None.

    Raises:
        QaError: The folder cannot be written.
    """
    places: dict[str, list[Citation]] = {}
    for citation in citations:
        cited = places.setdefault(citation.doc_id, [])
        if (citation.start, citation.end) not in {(each.start, each.end) for each in cited}:
            cited.append(citation)
    names: set[str] = set()
    results = []
    for doc_id, cited in places.items():
        try:
            content = _copy(get(doc_id), cited)
        except ReadError as error:
            results.append(Highlighted(doc_id, len(cited), None, error.message))
            continue
        path = folder / _name(doc_id, names)
        _make(folder)
        write_file(path, content, _NOT_WRITABLE)
        results.append(Highlighted(doc_id, len(cited), path))
    return results


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise QaError(_NOT_WRITABLE, path=folder, cause=error.strerror or error) from error


def _copy(document: Document | None, cited: list[Citation]) -> bytes:
    """Return the copy of a document's file; raise ReadError if there is none."""
    if document is None or document.sha256 != cited[0].sha256:
        raise ReadError("original-changed")
    uri = document.uri or ""
    if not (document.pages and uri.lower().endswith(".pdf")):
        raise ReadError("highlight-no-pdf")
    data = parsers.original(uri)
    if hashlib.sha256(data).hexdigest() != document.sha256:
        raise ReadError("original-changed")
    stretches = [
        (each.start, each.end, document.text[each.start : each.end], f"{each.doc_id}:{each.start}-{each.end}")
        for each in sorted(cited, key=lambda each: each.start)
    ]
    return base64.b64decode(sandbox.call("qa.parsers.pdf.highlight", "highlighted", data, stretches))


def _name(doc_id: str, names: set[str]) -> str:
    """Return a new name for the copy of a document's file."""
    stem = PurePosixPath(doc_id.replace("\\", "/")).name
    stem = stem[: -len(".pdf")] if stem.lower().endswith(".pdf") else stem
    name, number = f"{stem}{SUFFIX}", 1
    while name.casefold() in names:
        number += 1
        name = f"{stem}-{number}{SUFFIX}"
    names.add(name.casefold())
    return name
