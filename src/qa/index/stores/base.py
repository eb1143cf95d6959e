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
        """Returns the languages of the documents, the most common first; empty for no documents."""

    def document_keys(self) -> dict[str, int]:
        """Returns the key of every document by its ``doc_id``."""

    def headers(self, documents: Iterable[int]) -> dict[int, DocumentHeader]:
        """Returns what is known of documents without reading their text, by key."""

    def document(self, doc_id: str) -> Document | None:
        """Returns a whole document without its omissions, or None where there is none."""

    def text(self, document: int, start: int = 0, end: int | None = None) -> str:
        """Returns a slice of a document's text, in code points."""

    def passage_keys(self, documents: Iterable[int] | None = None) -> list[int]:
        """Returns the keys of the passages of these documents, or of all, ascending."""

    def passages(self, keys: Iterable[int]) -> list[PassageRow]:
        """Returns the passages of keys, in the order of keys, each with its sentences in reading order."""

    def passages_of(self, sentences: Iterable[int]) -> set[int]:
        """Returns the keys of the passages that these sentences are in."""

    def passages_at(self, document: int, start: int, end: int) -> list[PassageRow]:
        """Returns the passages that overlap a stretch of a document, in reading order.

        Where none does (it is a heading, say), the next one, and at the end of the document the last one.
        """

    def passages_around(self, keys: Iterable[int]) -> set[int]:
        """Returns these keys, with those of the passages just before and after each in its document."""


class Catalogue(Store, Protocol):
    """A store as an index opens it: to read a generation, and what it says about itself."""

    @property
    def folder(self) -> Path | None:
        """Returns the folder for files that are derived from the store; None for no files."""

    def reading(self) -> AbstractContextManager[int]:
        """Returns a context in which this thread reads one generation, whose number it gives.

        Raises:
            StoreError: The store is damaged, or was replaced.
        """

    def close(self) -> None:
        """Closes what this thread opened."""

    def manifest(self) -> dict[str, str]:
        """Returns what the index says about itself: model and fingerprint, dimension, metric, …"""

    def stamp(self) -> str:
        """Returns the name of this generation, which no other has: what is derived from it has it too."""

    def documents(self) -> list[DocumentInfo]:
        """Returns what is known of every document, by ``doc_id``."""

    def omissions(self, doc_id: str) -> tuple[Omission, ...]:
        """Returns what the text of a document leaves out of its file."""

    def failures(self) -> list[FailureRow]:
        """Returns every file of which nothing could be read, by uri."""

    # What search indexes are built from, in the order of keys.

    def sentence_vectors(self, since: int = 0) -> Iterator[tuple[int, bytes, int]]:
        """Returns key, float32 vector and document of each sentence whose key is greater than ``since``."""

    def passage_vectors(self, since: int = 0) -> Iterator[tuple[int, bytes, int]]:
        """Returns the same of each passage."""

    def texts(self, since: int = 0) -> Iterator[tuple[PassageRow, str, str]]:
        """Returns passage, title and language of each passage whose key is greater than ``since``."""


class WritableStore(Catalogue, Protocol):
    """A store as the one writer of an index opens it; all changes are made inside `writing`."""

    @property
    def folder(self) -> Path:
        """Returns the folder of the index."""

    def writing(self) -> AbstractContextManager[None]:
        """Returns a context that is one transaction: all of it or, on any failure, none.

        Raises:
            StoreError: The disk is full, or the store cannot be written.
        """

    def generation(self) -> int:
        """Returns the number of the last change."""

    def advance(self) -> int:
        """Begins the next generation, and returns its number."""

    def set_manifest(self, key: str, value: str) -> None:
        """Sets a value of the manifest."""

    def forget_manifest(self, key: str) -> None:
        """Removes a value of the manifest."""

    def count_documents(self) -> int:
        """Returns the number of documents."""

    def count_sentences(self) -> int:
        """Returns the number of their sentences."""

    def files(self) -> list[FileRow]:
        """Returns every file that was indexed, by uri."""

    def owners(self) -> dict[str, str]:
        """Returns the uri of the file that each document came from, by ``doc_id``."""

    def file_of(self, doc_id: str) -> int:
        """Returns the key of the file that a document came from."""

    def files_to_recognise(self) -> frozenset[str]:
        """Returns the uris of files with pages or pictures whose text only OCR can read."""

    def documents_of_file(self, file: int) -> dict[str, str]:
        """Returns the ``sha256`` of the documents of a file, by ``doc_id``."""

    def files_without_documents(self) -> list[int]:
        """Returns the keys of files that no document is left of."""

    def put_file(self, uri: str, root: str, size: int, mtime_ns: int, sha256: str, reader: str) -> int:
        """Notes a file as it is now, and returns its key."""

    def touch_file(self, key: int, root: str, size: int, mtime_ns: int) -> None:
        """Notes that a file looks different from outside and has the same content."""

    def remove_files(self, keys: Iterable[int]) -> None:
        """Removes files with all their documents."""

    def put_failure(self, row: FailureRow) -> None:
        """Notes that nothing could be read of a file as it is now."""

    def forget_failures(self, uris: Iterable[str]) -> None:
        """Removes such notes."""

    def add_document(
        self,
        file: int,
        document: Document,
        language: str,
        passages: Sequence[tuple[Passage, bytes, Sequence[bytes]]],
    ) -> None:
        """Adds a document: each passage with the keys of its vector and of its sentences' vectors."""

    def remove_documents(self, doc_ids: Iterable[str]) -> None:
        """Removes documents with their passages and sentences."""

    def known_vectors(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        """Returns the rows of the vectors that are there already, by key."""

    def add_vectors(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Adds vectors under their keys."""

    def forget_unused_vectors(self) -> None:
        """Removes vectors that no sentence and no passage has."""

    def compact(self) -> None:
        """Makes sure that no word of what was removed is left on the disk."""

    def settle(self) -> bool:
        """Returns whether everything that was written is where a copy of the store finds it."""
