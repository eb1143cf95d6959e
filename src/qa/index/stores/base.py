"""Stores: what a question, an index and an update need of one, whatever database is behind it.

Keys are integers that the store chooses. They can be compared and sorted, and a text that is added later has
a greater one; they say nothing about the order of reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from qa.encoders import Vectors
from qa.index.stores.rows import DocumentHeader, DocumentInfo, FailureRow, FileRow, PassageRow
from qa.types import Document, Omission, Passage


class Store(Protocol):
    """What a question reads, all of one generation."""

    def languages(self) -> list[str]:
        """Return the languages of the documents, the most common first; empty for no documents."""

    def document_keys(self) -> dict[str, int]:
        """Return the key of every document by its ``doc_id``."""

    def headers(self, documents: Iterable[int]) -> dict[int, DocumentHeader]:
        """Return what is known of documents without reading their text, by key.

        Raises:
            StoreError: The store is damaged: there is no document of a key.
        """

    def document(self, doc_id: str) -> Document | None:
        """Return a whole document without its omissions, or None where there is none."""

    def text(self, document: int, start: int = 0, end: int | None = None) -> str:
        """Return a slice of a document's text, in code points."""

    def passage_keys(self, documents: Iterable[int] | None = None) -> list[int]:
        """Return the keys of the passages of these documents, or of all, ascending."""

    def passages(self, keys: Iterable[int]) -> list[PassageRow]:
        """Return the passages of keys, in the order of keys, each with its sentences in reading order."""

    def passages_of(self, sentences: Iterable[int]) -> set[int]:
        """Return the keys of the passages that these sentences are in."""

    def passages_at(self, document: int, start: int, end: int) -> list[PassageRow]:
        """Return the passages that overlap a stretch of a document, in reading order.

        Where none does (it is a heading, say), the next one, and at the end of the document the last one.
        """

    def passages_around(self, keys: Iterable[int]) -> set[int]:
        """Return these keys, with those of the passages just before and after each in its document."""


class Catalogue(Store, Protocol):
    """A store as an index opens it: to read a generation, and what it says about itself."""

    @property
    def folder(self) -> Path | None:
        """The folder for files that are derived from the store; None for no files."""

    def reading(self) -> AbstractContextManager[int]:
        """Return a context in which this thread reads one generation, whose number it gives.

        Raises:
            StoreError: The store is damaged, or was replaced.
        """

    def close(self) -> None:
        """Close what this thread opened."""

    def manifest(self) -> dict[str, str]:
        """Return what the index says about itself: model and fingerprint, dimension, metric, …"""

    def stamp(self) -> str:
        """Return the name of this generation, which no other has: what is derived from it has it too."""

    def documents(self) -> list[DocumentInfo]:
        """Return what is known of every document, by ``doc_id``."""

    def omissions(self, doc_id: str) -> tuple[Omission, ...]:
        """Return what the text of a document leaves out of its file."""

    def failures(self) -> list[FailureRow]:
        """Return every file of which nothing could be read, by uri."""

    # What search indexes are built from, in the order of keys.

    def sentence_vectors(self, since: int = 0) -> Iterator[tuple[int, bytes, int]]:
        """Return key, float32 vector and document of each sentence whose key is greater than ``since``."""

    def passage_vectors(self, since: int = 0) -> Iterator[tuple[int, bytes, int]]:
        """Return the same of each passage."""

    def texts(self, since: int = 0) -> Iterator[tuple[PassageRow, str, str]]:
        """Return passage, title and language of each passage whose key is greater than ``since``."""


class WritableStore(Catalogue, Protocol):
    """A store as the one writer of an index opens it; all changes are made inside `writing`."""

    @property
    def folder(self) -> Path:
        """The folder of the index."""

    def writing(self) -> AbstractContextManager[None]:
        """Return a context that is one transaction: all of it or, on any failure, none.

        Raises:
            StoreError: The disk is full, or the store cannot be written.
        """

    def generation(self) -> int:
        """Return the number of the last change."""

    def advance(self) -> int:
        """Begin the next generation, and return its number."""

    def set_manifest(self, key: str, value: str) -> None:
        """Set a value of the manifest."""

    def forget_manifest(self, key: str) -> None:
        """Remove a value of the manifest."""

    def count_documents(self) -> int:
        """Return the number of documents."""

    def count_sentences(self) -> int:
        """Return the number of their sentences."""

    def files(self) -> list[FileRow]:
        """Return every file that was indexed, by uri."""

    def owners(self) -> dict[str, str]:
        """Return the uri of the file that each document came from, by ``doc_id``."""

    def file_of(self, doc_id: str) -> int:
        """Return the key of the file that a document came from."""

    def files_to_recognise(self) -> frozenset[str]:
        """Return the uris of files with pages or pictures whose text only OCR can read."""

    def documents_of_file(self, file: int) -> dict[str, str]:
        """Return the ``sha256`` of the documents of a file, by ``doc_id``."""

    def files_without_documents(self) -> list[int]:
        """Return the keys of files that no document is left of."""

    def put_file(self, uri: str, root: str, size: int, mtime_ns: int, sha256: str, reader: str) -> int:
        """Note a file as it is now, and return its key."""

    def touch_file(self, key: int, root: str, size: int, mtime_ns: int) -> None:
        """Note that a file looks different from outside and has the same content."""

    def remove_files(self, keys: Iterable[int]) -> None:
        """Remove files with all their documents."""

    def put_failure(self, row: FailureRow) -> None:
        """Note that nothing could be read of a file as it is now."""

    def forget_failures(self, uris: Iterable[str]) -> None:
        """Remove such notes."""

    def add_document(
        self,
        file: int,
        document: Document,
        language: str,
        passages: Sequence[tuple[Passage, bytes, Sequence[bytes]]],
    ) -> None:
        """Add a document: each passage with the keys of its vector and of its sentences' vectors."""

    def remove_documents(self, doc_ids: Iterable[str]) -> None:
        """Remove documents with their passages and sentences."""

    def known_vectors(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        """Return the rows of the vectors that are there already, by key."""

    def add_vectors(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Add vectors under their keys."""

    def forget_unused_vectors(self) -> None:
        """Remove vectors that no sentence and no passage has."""

    def compact(self) -> None:
        """Make sure that no word of what was removed is left on the disk."""

    def settle(self) -> bool:
        """Return whether everything that was written is where a copy of the store finds it."""
