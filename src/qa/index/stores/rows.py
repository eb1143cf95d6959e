"""Rows of a store as values."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from qa.encoders import Vectors
from qa.messages import Message


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """A sentence as stored; offsets are in the document's text."""

    id: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage as stored, with its text, its document's key and its sentences in order."""

    id: int
    document: int
    start: int
    end: int
    headings: tuple[str, ...]
    text: str
    sentences: tuple[SentenceRow, ...]


@dataclass(frozen=True, slots=True)
class DocumentHeader:
    """What search and answers need of a document beside its text; ``language`` is an ISO 639-1 code."""

    doc_id: str
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What `qa list` says of a document, without its text."""

    key: int
    doc_id: str
    title: str
    sha256: str
    uri: str | None
    language: str
    pages: int
    characters: int
    sentences: int
    size: int
    indexed_at: str
    warnings: tuple[Message, ...]

    def as_json(self) -> dict[str, Any]:
        """Returns what `qa list --format json` says: warnings as sentences, and their codes."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            **values,
            "warnings": [str(warning) for warning in self.warnings],
            "warning_codes": [warning.code for warning in self.warnings],
        }


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file that was indexed, as it was then; ``root`` is the folder or file that was named.

    ``reader`` is the version of the reader that its text comes from.
    """

    id: int
    uri: str
    root: str
    size: int
    mtime_ns: int
    sha256: str
    reader: str


@dataclass(frozen=True, slots=True)
class FailureRow:
    """A file of which nothing could be read, as it was then; ``how`` tells with which program and options."""

    uri: str
    name: str
    size: int
    changed_ns: int
    how: str
    reasons: tuple[Message, ...]


def vector_key(text: str) -> bytes:
    """The name of a text's vector: the same words are embedded once, wherever they stand."""
    return hashlib.sha256(text.encode()).digest()[:16]


def to_matrix(rows: Sequence[bytes], dimension: int) -> Vectors:
    """Stored vectors as rows of a matrix, shape ``(len(rows), dimension)``."""
    import numpy as np

    return np.frombuffer(b"".join(rows), dtype=np.float32).reshape(len(rows), dimension)
