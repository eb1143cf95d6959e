"""Reads a library over several databases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from heapq import merge

from qa.index.postgres.sharded_session import ShardedSession
from qa.index.postgres.store import PostgresStore
from qa.index.stores.rows import DocumentHeader, DocumentInfo, FailureRow, FileRow, PassageRow
from qa.types import Document, Omission


class ShardedReading(ShardedSession):
    """The reading methods of a store; see `qa.index.stores.base.Catalogue`. Use them inside `reading`."""

    def languages(self) -> list[str]:
        """Return the languages of the documents, the most common first; an empty list without documents."""
        query = "SELECT language, count(*) FROM document WHERE library = %s GROUP BY language"
        counts: dict[str, int] = {}
        for rows in self._each(lambda store: store.rows(query, (store.library,))).values():
            for language, number in rows:
                counts[language] = counts.get(language, 0) + number
        return sorted(counts, key=lambda language: (-counts[language], language))

    def document_keys(self) -> dict[str, int]:
        """Return the key of every document by its ``doc_id``."""
        return {
            doc_id: self._keys.outer(key, shard)
            for shard, keys in self._each(PostgresStore.document_keys).items()
            for doc_id, key in keys.items()
        }

    def headers(self, documents: Iterable[int]) -> dict[int, DocumentHeader]:
        """Return ids, titles and languages of documents by key, without reading their text."""
        wanted = list(documents)
        parts = self._by_key(wanted, lambda store, keys: store.headers(keys))
        headers = {
            self._keys.outer(key, shard): header
            for shard, part in parts.items()
            for key, header in part.items()
        }
        return {key: headers[key] for key in wanted}

    def document(self, doc_id: str) -> Document | None:
        """Return a whole document, or None if there is none with this id."""
        return self._of(doc_id).document(doc_id)

    def file_document(self, doc_id: str) -> Document | None:
        """Return a document as its file has it, without the title that a person gave it."""
        return self._of(doc_id).file_document(doc_id)

    def omissions(self, doc_id: str) -> tuple[Omission, ...]:
        """Return the parts of its file that a document's text leaves out."""
        return self._of(doc_id).omissions(doc_id)

    def text(self, document: int, start: int = 0, end: int | None = None) -> str:
        """Return a slice of a document's text, in code points."""
        shard, key = self._keys.inner(document)
        return self._read(shard).text(key, start, end)

    def documents(self) -> list[DocumentInfo]:
        """Return every document without its text, ordered by ``doc_id``."""
        every = [
            replace(info, key=self._keys.outer(info.key, shard))
            for shard, infos in self._each(PostgresStore.documents).items()
            for info in infos
        ]
        return sorted(every, key=lambda info: info.doc_id)

    def passage_keys(self, documents: Iterable[int] | None = None) -> list[int]:
        """Return the keys of the passages of these documents, or of all, ascending."""
        if documents is None:
            parts = self._each(PostgresStore.passage_keys)
        else:
            parts = self._by_key(documents, lambda store, keys: store.passage_keys(keys))
        return sorted(self._keys.outer(key, shard) for shard, keys in parts.items() for key in keys)

    def passages(self, keys: Iterable[int]) -> list[PassageRow]:
        """Return the passages of keys, in the order of keys, each with its sentences in reading order."""
        parts = self._by_key(keys, lambda store, inner: store.passages(inner))
        rows = [self._outer(shard, row) for shard, part in parts.items() for row in part]
        return sorted(rows, key=lambda row: row.id)

    def passages_of(self, sentences: Iterable[int]) -> set[int]:
        """Return the keys of the passages that contain these sentences."""
        parts = self._by_key(sentences, lambda store, keys: store.passages_of(keys))
        return {self._keys.outer(key, shard) for shard, part in parts.items() for key in part}

    def passages_at(self, document: int, start: int, end: int) -> list[PassageRow]:
        """Return the passages that overlap a range of a document, else the next, else the last one."""
        shard, key = self._keys.inner(document)
        return [self._outer(shard, row) for row in self._read(shard).passages_at(key, start, end)]

    def passages_around(self, keys: Iterable[int]) -> set[int]:
        """Return these keys and those of the passages before and after each in its document."""
        parts = self._by_key(keys, lambda store, inner: store.passages_around(inner))
        return {self._keys.outer(key, shard) for shard, part in parts.items() for key in part}

    def sentence_vectors(self, since: int = 0) -> Iterator[tuple[int, bytes, int]]:
        """Return key, float32 vector and document of each sentence whose key is greater than ``since``."""
        return self._vectors(PostgresStore.sentence_vectors, since)

    def passage_vectors(self, since: int = 0) -> Iterator[tuple[int, bytes, int]]:
        """Return key, float32 vector and document of each passage whose key is greater than ``since``."""
        return self._vectors(PostgresStore.passage_vectors, since)

    def _vectors(
        self, rows: Callable[[PostgresStore], Iterator[tuple[int, bytes, int]]], since: int
    ) -> Iterator[tuple[int, bytes, int]]:
        def outer(shard: int, store: PostgresStore) -> Iterator[tuple[int, bytes, int]]:
            for key, data, document in rows(store):
                yield self._keys.outer(key, shard), data, self._keys.outer(document, shard)

        every = merge(*(outer(shard, store) for shard, store in self._opened()))
        return (row for row in every if row[0] > since)

    def texts(self, since: int = 0) -> Iterator[tuple[PassageRow, str, str]]:
        """Return passage, title and language of each passage whose key is greater than ``since``."""

        def outer(shard: int, store: PostgresStore) -> Iterator[tuple[PassageRow, str, str]]:
            for row, title, language in store.texts():
                yield self._outer(shard, row), title, language

        parts = (outer(shard, store) for shard, store in self._opened())
        return (row for row in merge(*parts, key=lambda row: row[0].id) if row[0].id > since)

    def count_documents(self) -> int:
        """Return the number of documents."""
        return sum(self._each(PostgresStore.count_documents).values())

    def count_sentences(self) -> int:
        """Return the number of their sentences."""
        return sum(self._each(PostgresStore.count_sentences).values())

    def _opened(self) -> list[tuple[int, PostgresStore]]:
        return [(shard, self._stores[shard]) for shard in self._active]

    # -- files, which every database has with the same key -----------------------------------------

    def files(self) -> list[FileRow]:
        """Return every indexed file, ordered by URI."""
        return self._first.files()

    def owners(self) -> dict[str, str]:
        """Return the URI of the file that each document comes from, by ``doc_id``."""
        return {
            doc_id: uri for part in self._each(PostgresStore.owners).values() for doc_id, uri in part.items()
        }

    def file_of(self, doc_id: str) -> int:
        """Return the key of the file that a document comes from."""
        return self._of(doc_id).file_of(doc_id)

    def files_to_recognise(self) -> frozenset[str]:
        """Return the URIs of files with pages or pictures whose text only OCR can read."""
        return frozenset().union(*self._each(PostgresStore.files_to_recognise).values())

    def documents_of_file(self, file: int) -> dict[str, str]:
        """Return the ``sha256`` of the documents of a file, by ``doc_id``."""
        parts = self._each(lambda store: store.documents_of_file(file))
        return {doc_id: sha256 for part in parts.values() for doc_id, sha256 in part.items()}

    def files_without_documents(self) -> list[int]:
        """Return the keys of files without a document."""
        first, *others = self._each(PostgresStore.files_without_documents).values()
        return sorted(set(first).intersection(*others))

    def failures(self) -> list[FailureRow]:
        """Return every file that could not be read at all, ordered by URI."""
        return self._first.failures()
