"""The protocols for stores, which any database can implement: for a question, an index and an update.

The store chooses integers as keys. A text that is added later has a greater key (in a store over several
databases, a greater one than the others of its database); the order of reading does not follow from keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from qa.encoders import Vectors
from qa.index.stores.rows import DocumentHeader, DocumentInfo, FailureRow, FileRow, PassageRow
from qa.types import Document, Omission, Passage

if TYPE_CHECKING:
    from qa.index.search_indexes import SearchIndexes

TITLE = "title:"
"""The manifest's key of a title that a person gave to a document is this, followed by the document's id.

A store returns this title in place of that of the file, except to search indexes.
"""


class Store(Protocol):
    """A store as a question reads it: documents, passages and sentences of one generation."""

    def languages(self) -> list[str]:
        """Return the languages of the documents, the most common first; an empty list without documents."""

    def document_keys(self) -> dict[str, int]:
        """Return the key of every document by its ``doc_id``."""

    def headers(self, documents: Iterable[int]) -> dict[int, DocumentHeader]:
        """Return ids, titles and languages of documents by key, without reading their text.

        Raises:
            StoreError: The store is damaged: there is no document with one of the keys.
        """

    def document(self, doc_id: str) -> Document | None:
        """Return a whole document, or None if there is none with this id.

        Of its omissions, it has those that say where it comes from.
        """

    def text(self, document: int, start: int = 0, end: int | None = None) -> str:
        """Return a slice of a document's text, in code points."""

    def passage_keys(self, documents: Iterable[int] | None = None) -> list[int]:
        """Return the keys of the passages of these documents, or of all, ascending."""

    def passages(self, keys: Iterable[int]) -> list[PassageRow]:
        """Return the passages of keys, in the order of keys, each with its sentences in reading order."""

    def passages_of(self, sentences: Iterable[int]) -> set[int]:
        """Return the keys of the passages that contain these sentences."""

    def passages_at(self, document: int, start: int, end: int) -> list[PassageRow]:
        """Return the passages that overlap a range of a document, in reading order.

        If none does (it may be a heading), return the next passage, and at the end of the document the last.
        """

    def passages_around(self, keys: Iterable[int]) -> set[int]:
        """Return these keys and those of the passages before and after each in its document."""


class Catalogue(Store, Protocol):
    """A store as an index opens it: to read one generation, the manifest and the input of search indexes."""

    @property
    def folder(self) -> Path | None:
        """The folder for the files of search indexes; None if they are in memory."""

    def reading(self) -> AbstractContextManager[int]:
        """Return a context in which this thread reads one generation. Its value is the generation's number.

        Raises:
            StoreError: The store is damaged, or was replaced.
        """

    def close(self) -> None:
        """Close this thread's connection."""

    def manifest(self) -> dict[str, str]:
        """Return what the index records about itself, such as its model and the dimension of its vectors."""

    def stamp(self) -> str:
        """Return the unique name of this generation, which its search indexes carry too."""

    def documents(self) -> list[DocumentInfo]:
        """Return every document without its text, ordered by ``doc_id``."""

    def omissions(self, doc_id: str) -> tuple[Omission, ...]:
        """Return the parts of its file that a document's text leaves out."""

    def failures(self) -> list[FailureRow]:
        """Return every file that could not be read at all, ordered by URI."""

    # The input of search indexes, in the order of keys.

    def sentence_vectors(self, since: int = 0) -> Iterator[tuple[int, bytes, int]]:
        """Return key, float32 vector and document of each sentence whose key is greater than ``since``."""

    def passage_vectors(self, since: int = 0) -> Iterator[tuple[int, bytes, int]]:
        """Return key, float32 vector and document of each passage whose key is greater than ``since``."""

    def texts(self, since: int = 0) -> Iterator[tuple[PassageRow, str, str]]:
        """Return passage, title and language of each passage whose key is greater than ``since``."""


class WritableStore(Catalogue, Protocol):
    """A store as the writer of an index opens it. All changes are made inside `writing`."""

    @property
    def folder(self) -> Path:
        """The folder of this machine that belongs to the index; its files are not documents."""

    def writing(self) -> AbstractContextManager[None]:
        """Return a context that is one transaction: all its changes are made or, after a failure, none.

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
        """Return every indexed file, ordered by URI."""

    def file_document(self, doc_id: str) -> Document | None:
        """Return a document as its file has it, without the title that a person gave it."""

    def owners(self) -> dict[str, str]:
        """Return the URI of the file that each document comes from, by ``doc_id``."""

    def file_of(self, doc_id: str) -> int:
        """Return the key of the file that a document comes from."""

    def files_to_recognise(self) -> frozenset[str]:
        """Return the URIs of files with pages or pictures whose text only OCR can read."""

    def documents_of_file(self, file: int) -> dict[str, str]:
        """Return the ``sha256`` of the documents of a file, by ``doc_id``."""

    def files_without_documents(self) -> list[int]:
        """Return the keys of files without a document."""

    def put_file(self, uri: str, root: str, size: int, mtime_ns: int, sha256: str, reader: str) -> int:
        """Store the current state of a file; return its key."""

    def touch_file(self, key: int, root: str, size: int, mtime_ns: int) -> None:
        """Store the size and time of a file whose content has not changed."""

    def remove_files(self, keys: Iterable[int]) -> None:
        """Remove files with all their documents."""

    def put_failure(self, row: FailureRow) -> None:
        """Store that a file in its current state cannot be read."""

    def forget_failures(self, uris: Iterable[str]) -> None:
        """Remove the stored failures of files."""

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
        """Return the rows of the vectors that the store already has, by key."""

    def add_vectors(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Add vectors under their keys."""

    def forget_unused_vectors(self) -> None:
        """Remove vectors that no sentence and no passage uses."""

    def compact(self) -> None:
        """Remove every word of removed documents from the disk, if the manifest has ``compact``."""

    def settle(self) -> bool:
        """Write all changes to the main file, so that a copy has them; return whether that succeeded."""


class CheckedStore(WritableStore, Protocol):
    """A store as `qa doctor` checks it."""

    def integrity(self) -> list[str]:
        """Return the problems of the store itself, such as rows that belong to nothing; 20 at most."""

    def all_vectors(self) -> Iterator[tuple[int, bytes]]:
        """Return the row and the float32 bytes of every vector."""

    def vector_keys_of(self, document: int) -> dict[str, bytes]:
        """Return the vector keys of a document, by ``p`` or ``s`` and the passage's or sentence's key."""

    def documents_of_vectors(self, rows: Iterable[int]) -> list[str]:
        """Return the ids of the documents that use one of these vectors, in order."""

    def unused_vectors(self) -> list[int]:
        """Return the rows of vectors that no sentence and no passage uses."""

    def disown_vectors(self, rows: Iterable[int]) -> None:
        """Replace the keys of vectors by random ones, which no text matches."""


@runtime_checkable
class SealingStore(Protocol):
    """A store whose vectors are in the search files once these are published, and not in the store."""

    @property
    def folder(self) -> Path:
        """The folder of the index."""

    def manifest(self) -> dict[str, str]:
        """Return what the index records about itself."""

    def published(self) -> tuple[int, str]:
        """Return number and stamp of the generation that readers see, also inside `WritableStore.writing`."""

    def thaw(self, keys: Sequence[bytes]) -> None:
        """Copy the vectors of keys from the search files, before the texts that have them are replaced."""

    def seal(self) -> None:
        """Forget the vectors that the search files of the generation have that is published."""

    def fresh_vectors(self, name: str) -> Iterator[tuple[int, bytes, int]]:
        """Return key, float32 vector and document of ``sentences`` or ``passages`` whose vector it has."""

    def keys_of_vectors(self, rows: Iterable[int]) -> set[bytes]:
        """Return the keys of vectors."""

    def restore_vectors(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Store vectors under keys that the store has, in place of damaged ones."""


@runtime_checkable
class PartialStore(Protocol):
    """A store that may be read without some of its parts."""

    def unreachable(self) -> tuple[str, ...]:
        """Return the names of the parts that the snapshot of this thread does without."""


@runtime_checkable
class SearchableStore(Protocol):
    """A store that contains its search indexes, which change in the same transactions."""

    def search_indexes(self, generation: int) -> SearchIndexes:
        """Return the search indexes of the generation that is read.

        Raises:
            StoreError: They are outdated.
        """

    def index_documents(self) -> None:
        """Update the search indexes with all changes of documents. Call it last inside `writing`."""

    def index_again(self, generation: int) -> SearchIndexes:
        """Write the search indexes again from the documents, and return them. Only the writer may call it."""
