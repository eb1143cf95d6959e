"""Writes files, documents and vectors of a library in a database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress

import psycopg

from qa.encoders import Vectors
from qa.errors import StoreError
from qa.index.postgres import hnsw
from qa.index.postgres.connections import Vector
from qa.index.postgres.reading import Reading
from qa.index.postgres.texts import storable, without_nulls
from qa.index.stores.rows import FailureRow
from qa.index.stores.schema import now
from qa.index.stores.writing import as_json, shortened
from qa.types import Document, Passage

_PASSAGE = ("bigint", "bigint", "integer", "integer", "text", "text", "integer[]", "bigint")
_SENTENCE = ("bigint", "bigint", "bigint", "integer", "integer", "bigint")
_EMPTIED = "document, omission, passage, sentence, posting, text_block, manifest, library"


class Writing(Reading):
    """The writing methods of a store; see `qa.index.stores.base.WritableStore`. Use them inside `writing`."""

    removed: list[tuple[int, int, int, int]]
    """First and last passage, first and last sentence of the documents that this transaction removed."""

    indexed: int
    """The last passage before this transaction."""

    def _begin_changes(self) -> None:
        super()._begin_changes()
        self.removed, self.indexed = [], self.count("last_passage")

    # -- vectors ----------------------------------------------------------------------------------

    def known_vectors(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        """Return the rows of the vectors that the store already has, by key."""
        rows = self.rows(
            "SELECT key, id FROM vector WHERE library = %s AND key = ANY(%s)", (self.library, list(keys))
        )
        return {bytes(key): row for key, row in rows}

    def add_vectors(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Add vectors under their keys."""
        known = self.known_vectors(keys)
        rows = zip(keys, vectors, strict=True)
        self.add_rows({key: vector for key, vector in rows if key not in known})

    def add_rows(self, vectors: Mapping[bytes, Vectors]) -> None:
        """Add vectors under keys that the store does not have."""
        last = self.count("last_vector", len(vectors)) - len(vectors)
        with self.connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO vector VALUES (%s, %s, %s, %s)",
                [
                    (self.library, number, key, Vector(vector))
                    for number, (key, vector) in enumerate(vectors.items(), start=last + 1)
                ],
            )

    def forget_unused_vectors(self) -> None:
        """Remove vectors that no sentence and no passage uses."""
        self.change(f"DELETE FROM vector v WHERE library = %s AND {UNUSED}", (self.library,))

    # -- files ------------------------------------------------------------------------------------

    def put_file(self, uri: str, root: str, size: int, mtime_ns: int, sha256: str, reader: str) -> int:
        """Store the current state of a file; return its key."""
        values = (root, size, mtime_ns, sha256, now(), reader)
        rows = self.rows(
            "UPDATE file SET root = %s, size = %s, mtime_ns = %s, sha256 = %s, indexed_at = %s, reader = %s "
            "WHERE library = %s AND uri = %s RETURNING id",
            (*values, self.library, uri),
        )
        if rows:
            return int(rows[0][0])
        key = self.count("last_file", 1)
        self.change(
            "INSERT INTO file VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)", (self.library, key, uri, *values)
        )
        return key

    def touch_file(self, key: int, root: str, size: int, mtime_ns: int) -> None:
        """Store the size and time of a file whose content has not changed."""
        self.change(
            "UPDATE file SET root = %s, size = %s, mtime_ns = %s WHERE library = %s AND id = %s",
            (root, size, mtime_ns, self.library, key),
        )

    def put_failure(self, row: FailureRow) -> None:
        """Store that a file in its current state cannot be read."""
        self.forget_failures([row.uri])
        self.change(
            "INSERT INTO failure VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (self.library, row.uri, row.name, row.size, row.changed_ns, row.how, as_json(row.reasons)),
        )

    def forget_failures(self, uris: Iterable[str]) -> None:
        """Remove the stored failures of files."""
        names = list(uris)
        if names:
            self.change("DELETE FROM failure WHERE library = %s AND uri = ANY(%s)", (self.library, names))

    def remove_files(self, keys: Iterable[int]) -> None:
        """Remove files with all their documents."""
        wanted = list(keys)
        if wanted:
            self._remove("file = ANY(%s)", wanted)
            self.change("DELETE FROM file WHERE library = %s AND id = ANY(%s)", (self.library, wanted))

    def remove_documents(self, doc_ids: Iterable[str]) -> None:
        """Remove documents with their passages and sentences."""
        wanted = list(doc_ids)
        if wanted:
            self._remove("doc_id = ANY(%s)", wanted)

    def _remove(self, condition: str, wanted: list[int] | list[str]) -> None:
        rows = self.rows(
            "SELECT id, first_passage, last_passage, first_sentence, last_sentence FROM document "
            f"WHERE library = %s AND {condition}",
            (self.library, wanted),
        )
        if not rows:
            return
        keys = [row[0] for row in rows]
        # One statement for each table is faster than the cascade, which runs one for each row.
        for table in ("sentence", "passage", "omission"):
            self.change(
                f"DELETE FROM {table} WHERE library = %s AND document = ANY(%s)", (self.library, keys)
            )
        self.change("DELETE FROM document WHERE library = %s AND id = ANY(%s)", (self.library, keys))
        for _, first_passage, last_passage, first_sentence, last_sentence in rows:
            self.removed.append((first_passage, last_passage, first_sentence, last_sentence))
            self.count("passages", first_passage - last_passage - 1)
            self.count("sentences", first_sentence - last_sentence - 1)

    # -- documents --------------------------------------------------------------------------------

    def add_document(
        self,
        file: int,
        document: Document,
        language: str,
        passages: Sequence[tuple[Passage, bytes, Sequence[bytes]]],
    ) -> None:
        """Add a document: each passage with the keys of its vector and of its sentences' vectors."""
        number = sum(len(passage.sentences) for passage, _, _ in passages)
        key = self.count("last_document", 1)
        self.count("passages", len(passages))
        self.count("sentences", number)
        last_passage = self.count("last_passage", len(passages))
        last_sentence = self.count("last_sentence", number)
        text, nulls = without_nulls(document.text)
        self.change(
            f"INSERT INTO document VALUES ({', '.join(['%s'] * 21)})",
            (
                self.library, key, document.doc_id, file, storable(document.title), document.sha256,
                document.uri, language, text, nulls,
                json.dumps([[p.number, p.start, p.end, p.label] for p in document.pages]),
                json.dumps([[b.start, b.end, b.kind, b.level] for b in document.blocks]),
                as_json(document.warnings),
                json.dumps([[p.start, p.end, p.kind, p.label] for p in document.places]),
                json.dumps([[line.start, line.number] for line in document.lines]),
                len(document.text), len(document.pages),
                last_passage - len(passages) + 1, last_passage, last_sentence - number + 1, last_sentence,
            ),
        )  # fmt: skip
        self._add_omissions(key, document)
        self._add_passages(key, document, passages)

    def _add_omissions(self, key: int, document: Document) -> None:
        for omission in document.omissions:
            name = None if omission.name is None else storable(omission.name)
            self.change(
                "INSERT INTO omission VALUES (%s, %s, %s, %s, %s, %s, %s)",
                (
                    self.library, self.count("last_omission", 1), key, omission.reason,
                    storable(shortened(omission)), omission.page, name,
                ),
            )  # fmt: skip

    def _add_passages(
        self, key: int, document: Document, passages: Sequence[tuple[Passage, bytes, Sequence[bytes]]]
    ) -> None:
        if not passages:
            return
        used = {vector for _, vector, _ in passages} | {v for *_, vectors in passages for v in vectors}
        rows = self.known_vectors(list(used))
        if len(rows) < len(used):
            raise StoreError("index-write-failed", folder=self.address.name, cause="a vector is missing")
        first = self.count("last_passage") - len(passages) + 1
        sentence = self.count("last_sentence") - sum(len(passage.sentences) for passage, _, _ in passages)
        rows_of_passages, rows_of_sentences = [], []
        for number, (passage, vector, vectors) in enumerate(passages, start=first):
            text, nulls = without_nulls(document.text[passage.start : passage.end])
            headings = json.dumps(list(passage.headings))
            places = "{" + ",".join(str(place + passage.start) for place in nulls) + "}"
            rows_of_passages.append(
                (number, key, passage.start, passage.end, headings, text, places, rows[vector])
            )
            for span, of_sentence in zip(passage.sentences, vectors, strict=True):
                sentence += 1
                rows_of_sentences.append((sentence, number, key, span.start, span.end, rows[of_sentence]))
        self.insert("passage", _PASSAGE, rows_of_passages)
        self.insert("sentence", _SENTENCE, rows_of_sentences)

    # -- after a change ---------------------------------------------------------------------------

    def compact(self) -> None:
        """Let the server reuse the space of removed documents, if the manifest has ``compact``.

        A role that does not own the tables leaves that to the server's own maintenance.
        """
        if "compact" not in self.manifest():
            return
        self.vacuum()
        with self.writing():
            self.forget_manifest("compact")

    def vacuum(self) -> None:
        """Let the server reuse the space of removed rows."""
        with suppress(psycopg.Error):
            self.writer_connection().execute(f"VACUUM (SKIP_LOCKED) {_EMPTIED}")

    def settle(self) -> bool:
        """Keep the statistics of the planner up to date."""
        hnsw.analyse(self.writer_connection())
        return True

    def complete(self) -> None:
        """Build the index of the vectors, if the library has become large enough for it.

        At the end of a run, because adding many vectors to the index takes longer than building it.
        """
        hnsw.build(self, self.writer_connection())


UNUSED = (
    "NOT EXISTS (SELECT 1 FROM sentence s WHERE s.library = v.library AND s.vector = v.id) "
    "AND NOT EXISTS (SELECT 1 FROM passage p WHERE p.library = v.library AND p.vector = v.id)"
)
"""The condition of a vector ``v`` that no sentence and no passage uses."""
