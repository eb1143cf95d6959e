"""Types for the rows of a store."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from qa.encoders import Vectors
from qa.messages import Message


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """A stored sentence. Its offsets are code points of the document's text."""

    id: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A stored passage, with its text, the key of its document and its sentences in order."""

    id: int
    document: int
    start: int
    end: int
    headings: tuple[str, ...]
    text: str
    sentences: tuple[SentenceRow, ...]


@dataclass(frozen=True, slots=True)
class DocumentHeader:
    """The fields of a document that search and answers need besides its text.

    Attributes:
        doc_id: Its id.
        title: Its title.
        language: Its language as an ISO 639-1 code.
    """

    doc_id: str
    title: str
    language: str


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """A document without its text, as `qa list` shows it.

    Attributes:
        key: Its key in the store.
        doc_id: Its id.
        title: Its title.
        sha256: SHA-256 of its file.
        uri: Where its file is.
        language: Its language as an ISO 639-1 code.
        pages: Number of pages, 0 if its format has none.
        characters: Length of its text in code points.
        sentences: Number of sentences.
        size: Size of its file in bytes.
        indexed_at: Time of indexing in ISO 8601 format, UTC.
        warnings: The parts of its file that could not be read.
    """

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
        """Return the object of `qa list --format json`: warnings as sentences, and their codes."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {
            **values,
            "warnings": [str(warning) for warning in self.warnings],
            "warning_codes": [warning.code for warning in self.warnings],
        }


@dataclass(frozen=True, slots=True)
class FileRow:
    """An indexed file in its state at that time.

    Attributes:
        id: Its key in the store.
        uri: Where it is.
        root: The URI of the folder or file that the user named.
        size: Its size in bytes.
        mtime_ns: Its modification time in nanoseconds.
        sha256: Its SHA-256, empty if it is unfinished.
        reader: The version of parsing and segmenting that its text comes from.
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
    """A file that could not be read at all, in its state at that time.

    Attributes:
        uri: Where it is.
        name: Its name in the index.
        size: Its size in bytes.
        changed_ns: The later of its modification and change times, in nanoseconds.
        how: The version of the program and the options that were used.
        reasons: Why it could not be read.
    """

    uri: str
    name: str
    size: int
    changed_ns: int
    how: str
    reasons: tuple[Message, ...]


def vector_key(text: str) -> bytes:
    """Return the key of a text's vector. The same text is embedded only once."""
    return hashlib.sha256(text.encode()).digest()[:16]


def to_matrix(rows: Sequence[bytes], dimension: int) -> Vectors:
    """Return stored vectors as a matrix, shape ``(len(rows), dimension)``."""
    import numpy as np

    return np.frombuffer(b"".join(rows), dtype=np.float32).reshape(len(rows), dimension)
