"""Keys of vectors in the SQLite file, and the vectors that are not yet in the search files.

A vector is stored once: in the table ``fresh`` until a generation is published, and from then on in the
segments of the search files. The same transaction that publishes a generation empties the table.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from qa.encoders import Vectors
from qa.index.stores.database import Database

if TYPE_CHECKING:
    from qa.index.vectors.base import VectorIndex

_CHUNK = 4096
_KEYS = 500
_MANY = 300_000
"""Vectors whose space is given back to the disk once they are in the search files, as after a migration."""
_USED = (
    "(EXISTS (SELECT 1 FROM sentence WHERE sentence.vector = {0}) "
    "OR EXISTS (SELECT 1 FROM passage WHERE passage.vector = {0}))"
)
_FRESH = "EXISTS (SELECT 1 FROM fresh WHERE fresh.vector = vector.id)"
_SENTENCES = (
    "SELECT s.id, f.half, f.data, (SELECT document FROM passage WHERE id = s.passage) FROM sentence s "
    "{join} fresh f ON f.vector = s.vector WHERE s.id > ? ORDER BY s.id"
)
_PASSAGES = (
    "SELECT p.id, f.half, f.data, p.document FROM passage p "
    "{join} fresh f ON f.vector = p.vector WHERE p.id > ? ORDER BY p.id"
)
_ROWS = {"sentences": _SENTENCES, "passages": _PASSAGES}
_TABLES = {"sentences": "sentence", "passages": "passage"}
Row = tuple[int, bytes, int]


class StoredVectors(Database):
    """The part of a store that has vectors; see `qa.index.stores.base`."""

    def known_vectors(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        """Return the rows of the vectors that the store already has, by key."""
        rows: dict[bytes, int] = {}
        query = f"SELECT key, id FROM vector WHERE ({_FRESH} OR {_USED.format('vector.id')}) AND key IN "
        for chunk, marks in _chunks(keys):
            rows.update(self._connection.execute(f"{query} ({marks})", chunk))
        return rows

    def add_vectors(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Add vectors under their keys."""
        for key, vector, (half, data) in zip(keys, vectors, _stored(vectors), strict=True):
            cursor = self._connection.execute("INSERT OR IGNORE INTO vector (key) VALUES (?)", (key,))
            if cursor.rowcount:
                self._put([(cursor.lastrowid, (half, data))])
            elif key not in self.known_vectors([key]):
                self.restore_vectors([key], [vector])

    def sentence_vectors(self, since: int = 0) -> Iterator[Row]:
        """Return key, float32 vector and document of each sentence whose key is greater than ``since``."""
        return self._whole("sentences", since)

    def passage_vectors(self, since: int = 0) -> Iterator[Row]:
        """Return key, float32 vector and document of each passage whose key is greater than ``since``."""
        return self._whole("passages", since)

    def fresh_vectors(self, name: str) -> Iterator[Row]:
        """Return the same of those whose vector may be in no search file; ``sentences`` or ``passages``."""
        for key, half, data, document in self._connection.execute(_ROWS[name].format(join="JOIN"), (0,)):
            yield key, as_float32(half, data), document

    def _whole(self, name: str, since: int) -> Iterator[Row]:
        rows = self._connection.execute(_ROWS[name].format(join="LEFT JOIN"), (since,))
        index: VectorIndex | None = None
        while chunk := rows.fetchmany(_CHUNK):
            missing = [key for key, _, data, _ in chunk if data is None]
            if missing and index is None:
                index = self._sealed(name)
            sealed = iter(self._sealed_vectors(index, missing))
            for key, half, data, document in chunk:
                yield key, next(sealed).tobytes() if data is None else as_float32(half, data), document

    def _sealed(self, name: str) -> VectorIndex:
        from qa.index import search_indexes

        return search_indexes.sealed(self, self.published(), name)

    def _sealed_vectors(self, index: VectorIndex | None, keys: list[int]) -> Iterable[Vectors]:
        from qa.index import search_indexes

        if index is None:
            return ()
        try:
            return index.vectors(keys)
        except KeyError as error:
            raise search_indexes.lost(self.folder) from error

    def thaw(self, keys: Sequence[bytes]) -> None:
        """Copy the vectors of keys from the search files, before the texts that have them are replaced."""
        places: dict[str, dict[int, int]] = {"sentences": {}, "passages": {}}
        for chunk, marks in _chunks(keys):
            for row, sentence, passage in self._connection.execute(
                "SELECT id, (SELECT min(id) FROM sentence WHERE vector = v.id), "
                "(SELECT min(id) FROM passage WHERE vector = v.id) FROM vector v "
                f"WHERE key IN ({marks}) AND NOT EXISTS (SELECT 1 FROM fresh WHERE vector = v.id)",
                chunk,
            ):
                name, key = ("passages", passage) if sentence is None else ("sentences", sentence)
                places[name][row] = key
        for name, rows in places.items():
            if rows:
                vectors = self._sealed_vectors(self._sealed(name), list(rows.values()))
                self._put(zip(rows, _stored(vectors), strict=True))

    def keys_of_vectors(self, rows: Iterable[int]) -> set[bytes]:
        """Return the keys of vectors."""
        rows_of = self._connection.execute(
            "SELECT key FROM vector WHERE id IN (SELECT value FROM json_each(?))", (json.dumps(list(rows)),)
        )
        return {row[0] for row in rows_of}

    def all_vectors(self) -> Iterator[tuple[int, bytes]]:
        """Return the row and the float32 bytes of every vector that is in use; no bytes if it is lost."""
        for row, half, data in self._connection.execute("SELECT vector, half, data FROM fresh"):
            yield row, as_float32(half, data)
        for name, table in _TABLES.items():
            sealed = self._connection.execute(
                f"SELECT id, vector FROM {table} WHERE vector NOT IN (SELECT vector FROM fresh) ORDER BY id"
            )
            yield from self._intact(name, sealed)

    def _intact(self, name: str, sealed: Iterator[tuple[int, int]]) -> Iterator[tuple[int, bytes]]:
        from qa.index import search_indexes

        index = search_indexes.salvaged(self, self.published(), name)
        present = {key for key, _ in index.entries()} if index else set()
        while chunk := list(islice(sealed, _CHUNK)):
            keys = [key for key, _ in chunk if key in present]
            vectors = iter(index.vectors(keys) if index else ())
            for key, row in chunk:
                yield row, next(vectors).tobytes() if key in present else b""

    def restore_vectors(self, keys: Sequence[bytes], vectors: Iterable[Vectors]) -> None:
        """Store vectors under keys that the store has, in place of damaged ones."""
        for key, (half, data) in zip(keys, _stored(vectors), strict=True):
            self._connection.execute(
                "INSERT OR REPLACE INTO fresh SELECT id, ?, ? FROM vector WHERE key = ?", (half, data, key)
            )

    def _put(self, rows: Iterable[tuple[int | None, tuple[bool, bytes]]]) -> None:
        self._connection.executemany(
            "INSERT OR REPLACE INTO fresh VALUES (?, ?, ?)", ((row, *stored) for row, stored in rows)
        )

    def seal(self) -> None:
        """Forget the vectors that the search files of the generation have that this transaction publishes."""
        used = _USED.format("fresh.vector")
        if self._connection.execute(f"DELETE FROM fresh WHERE {used}").rowcount > _MANY:
            self.set_manifest("compact", "1")
        # The search files no longer have the vectors of texts that were removed.
        self._forget(self._loose, f"AND NOT {_FRESH}")

    def forget_unused_vectors(self) -> None:
        """Remove vectors that no text uses: those of removed texts, and unpublished ones."""
        fresh = self._connection.execute("SELECT vector FROM fresh")
        self._forget([*self._loose, *(row[0] for row in fresh)])

    def _forget(self, rows: Iterable[int], condition: str = "") -> None:
        self._connection.execute(
            "DELETE FROM vector WHERE id IN (SELECT value FROM json_each(?)) "
            f"AND NOT {_USED.format('vector.id')} {condition}",
            (json.dumps(list(rows)),),
        )

    def _loosen(self, documents: str, value: object) -> None:
        """Remember the vectors of documents that are about to be removed.

        Args:
            documents: A condition on the table of documents, with a place for the value.
            value: The value.
        """
        for table in ("passage p", "passage p JOIN sentence s ON s.passage = p.id"):
            column = "s.vector" if "sentence" in table else "p.vector"
            wanted = f"p.document IN (SELECT id FROM document WHERE {documents})"
            rows = self._connection.execute(f"SELECT {column} FROM {table} WHERE {wanted}", (value,))
            self._loose.update(row[0] for row in rows)


def _stored(vectors: Iterable[Vectors]) -> Iterator[tuple[bool, bytes]]:
    """Yield vectors as they are stored: whether in float16, if that loses nothing, and their bytes."""
    import numpy as np

    rows = list(vectors)
    if not rows:
        return
    matrix = np.array(rows, dtype=np.float32)
    with np.errstate(over="ignore"):
        halves = matrix.astype(np.float16)
    exact = halves.astype(np.float32) == matrix
    for row, is_half in enumerate(exact.all(axis=-1).tolist()):
        yield is_half, (halves if is_half else matrix)[row].tobytes()


def as_float32(half: int, data: bytes) -> bytes:
    """Return a stored vector with 32 bits."""
    import numpy as np

    return np.frombuffer(data, dtype=np.float16).astype(np.float32).tobytes() if half else data


def _chunks(keys: Sequence[bytes]) -> Iterator[tuple[Sequence[bytes], str]]:
    for at in range(0, len(keys), _KEYS):
        chunk = keys[at : at + _KEYS]
        yield chunk, ",".join("?" * len(chunk))
