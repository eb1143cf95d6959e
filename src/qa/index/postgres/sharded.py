"""The store of a library over several databases; see `qa.index.stores.base`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from qa.encoders import Vectors
from qa.index.postgres.connections import Vector
from qa.index.postgres.reading import floats
from qa.index.postgres.sharded_reading import ShardedReading
from qa.index.postgres.sharded_search import ShardedTerms, ShardedVectors
from qa.index.postgres.store import PostgresStore
from qa.index.search_indexes import SearchIndexes
from qa.index.stores.rows import FailureRow
from qa.types import Document, Passage


class ShardedStore(ShardedReading):
    """The store of a library over several databases; see `qa.index.stores.base.CheckedStore`."""

    # -- files, which every database has with the same key -----------------------------------------

    def put_file(self, uri: str, root: str, size: int, mtime_ns: int, sha256: str, reader: str) -> int:
        """Store the current state of a file; return its key."""
        every = [store.put_file(uri, root, size, mtime_ns, sha256, reader) for store in self._stores]
        return every[0]

    def touch_file(self, key: int, root: str, size: int, mtime_ns: int) -> None:
        """Store the size and time of a file whose content has not changed."""
        for store in self._stores:
            store.touch_file(key, root, size, mtime_ns)

    def remove_files(self, keys: Iterable[int]) -> None:
        """Remove files with all their documents."""
        wanted = list(keys)
        for store in self._stores:
            store.remove_files(wanted)

    def put_failure(self, row: FailureRow) -> None:
        """Store that a file in its current state cannot be read."""
        self._stores[0].put_failure(row)

    def forget_failures(self, uris: Iterable[str]) -> None:
        """Remove the stored failures of files."""
        self._stores[0].forget_failures(uris)

    # -- documents --------------------------------------------------------------------------------

    def add_document(
        self,
        file: int,
        document: Document,
        language: str,
        passages: Sequence[tuple[Passage, bytes, Sequence[bytes]]],
    ) -> None:
        """Add a document: each passage with the keys of its vector and of its sentences' vectors."""
        store = self._of(document.doc_id)
        used = {key for _, key, _ in passages} | {key for *_, keys in passages for key in keys}
        missing = used - store.known_vectors(list(used)).keys()
        if missing:
            vectors = self._vectors_by_key(list(missing))
            if vectors:
                store.add_rows({key: vectors[key] for key in sorted(vectors)})
            self._placed |= missing
        store.add_document(file, document, language, passages)

    def _vectors_by_key(self, keys: list[bytes]) -> dict[bytes, Any]:
        """Return vectors by key, from wherever they are."""
        vectors: dict[bytes, Any] = {}
        for store in self._stores:
            for table in ("staged", "vector"):
                rows = store.rows(
                    f"SELECT key, vector_send(data) FROM {table} WHERE library = %s AND key = ANY(%s)",
                    (store.library, keys),
                    binary=True,
                )
                vectors.update(
                    (bytes(key), np.frombuffer(floats(data), dtype=np.float32)) for key, data in rows
                )
        return vectors

    def remove_documents(self, doc_ids: Iterable[str]) -> None:
        """Remove documents with their passages and sentences."""
        for doc_id in doc_ids:
            self._of(doc_id).remove_documents([doc_id])

    def known_vectors(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        """Return the rows of the vectors that the store has, by key; negative without a document."""
        first = self._stores[0]
        query = "SELECT key FROM staged WHERE library = %s AND key = ANY(%s)"
        known = {
            bytes(key): _staged_row(bytes(key)) for (key,) in first.rows(query, (first.library, list(keys)))
        }
        for shard, rows in self._each(lambda store: store.known_vectors(keys)).items():
            known.update((key, self._keys.outer(row, shard)) for key, row in rows.items())
        return known

    def add_vectors(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Add vectors under their keys, to the first database until their documents are added."""
        first = self._stores[0]
        with first.connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO staged VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
                [(first.library, key, Vector(vector)) for key, vector in zip(keys, vectors, strict=True)],
            )

    def forget_unused_vectors(self) -> None:
        """Remove vectors that no sentence and no passage uses."""
        first = self._stores[0]
        first.change("DELETE FROM staged WHERE library = %s", (first.library,))
        for store in self._stores:
            store.forget_unused_vectors()

    # -- after a change ---------------------------------------------------------------------------

    def compact(self) -> None:
        """Let the servers reuse the space of removed documents, if the manifest has ``compact``."""
        if "compact" not in self.manifest():
            return
        for store in self._stores:
            store.vacuum()
        with self.writing():
            self.forget_manifest("compact")

    def settle(self) -> bool:
        """Keep the statistics of the planners up to date."""
        settled = [store.settle() for store in self._stores]
        return all(settled)

    def complete(self) -> None:
        """Build the indexes of the vectors, if the databases have become large enough for them."""
        for store in self._stores:
            store.complete()

    # -- search indexes ---------------------------------------------------------------------------

    def search_indexes(self, generation: int) -> SearchIndexes:
        """Return the search indexes of the generation that is read."""
        parts = self._parallel(lambda shard: self._stores[shard].search_indexes(generation))

        def of(name: str) -> dict[int, Any]:
            return {shard: getattr(part, name) for shard, part in parts.items()}

        shared = (self._keys, self._parallel)
        return SearchIndexes(
            generation,
            ShardedVectors(of("sentences"), *shared),
            ShardedVectors(of("passages"), *shared),
            ShardedTerms(of("sentence_terms"), *shared),
            ShardedTerms(of("passage_terms"), *shared),
        )

    def index_documents(self) -> None:
        """Update the term tables with the documents that this transaction removed and added."""
        first = self._stores[0]
        if self._placed:
            query = "DELETE FROM staged WHERE library = %s AND key = ANY(%s)"
            first.change(query, (first.library, list(self._placed)))
        for store in self._stores:
            store.index_documents()

    def index_again(self, generation: int) -> SearchIndexes:
        """Write the term tables again from the documents, and return the search indexes."""
        for store in self._stores:
            store.index_again(generation)
        with self.reading():
            return self.search_indexes(generation)

    def has_outdated_terms(self) -> bool:
        """Return whether the term tables are of another version of the tokenizer."""
        return any(self._each(PostgresStore.has_outdated_terms).values())

    # -- checks -----------------------------------------------------------------------------------

    def integrity(self) -> list[str]:
        """Return the problems of the tables; 20 at most.

        Raises:
            StoreError: A database cannot be reached.
        """
        for error in self._absent.values():
            raise error
        return [problem for store in self._stores for problem in store.integrity()][:20]

    def all_vectors(self) -> Iterator[tuple[int, bytes]]:
        """Return the row and the float32 bytes of every vector."""
        for shard, store in enumerate(self._stores):
            for row, data in store.all_vectors():
                yield self._keys.outer(row, shard), data

    def vector_keys_of(self, document: int) -> dict[str, bytes]:
        """Return the vector keys of a document, by ``p`` or ``s`` and the passage's or sentence's key."""
        shard, key = self._keys.inner(document)
        keys = self._stores[shard].vector_keys_of(key)
        return {f"{name[0]}{self._keys.outer(int(name[1:]), shard)}": value for name, value in keys.items()}

    def documents_of_vectors(self, rows: Iterable[int]) -> list[str]:
        """Return the ids of the documents that use one of these vectors, in order."""
        parts = self._by_key(rows, lambda store, inner: store.documents_of_vectors(inner))
        return sorted(doc_id for part in parts.values() for doc_id in part)

    def unused_vectors(self) -> list[int]:
        """Return the rows of vectors that no sentence and no passage uses."""
        parts = self._each(PostgresStore.unused_vectors).items()
        return [self._keys.outer(row, shard) for shard, rows in parts for row in rows]

    def disown_vectors(self, rows: Iterable[int]) -> None:
        """Replace the keys of vectors by random ones, which no text matches. Call it inside `writing`."""
        for shard, inner in self._keys.split(rows).items():
            self._stores[shard].disown_vectors(inner)


def _staged_row(key: bytes) -> int:
    """Return the number of a vector that no document uses yet."""
    return -1 - (int.from_bytes(key[:8]) >> 1)
