"""Writes files and documents to the SQLite file of an index."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from qa.index.stores.rows import FailureRow
from qa.index.stores.schema import now
from qa.index.stores.vectors import StoredVectors
from qa.messages import Message
from qa.types import Document, Omission, Passage

CODE_KEPT = 500
"""Characters stored of each script and style sheet that a parser left out."""


class Writing(StoredVectors):
    """The writing methods of a store; see `qa.index.stores.base.WritableStore`. Use them inside `writing`."""

    def put_file(self, uri: str, root: str, size: int, mtime_ns: int, sha256: str, reader: str) -> int:
        """Store the current state of a file; return its key."""
        row = self._connection.execute(
            "INSERT INTO file (uri, root, size, mtime_ns, sha256, indexed_at, reader) "
            "VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (uri) DO UPDATE SET root = excluded.root, size = excluded.size, "
            "mtime_ns = excluded.mtime_ns, sha256 = excluded.sha256, indexed_at = excluded.indexed_at, "
            "reader = excluded.reader RETURNING id",
            (uri, root, size, mtime_ns, sha256, now(), reader),
        ).fetchone()
        return int(row[0])

    def touch_file(self, key: int, root: str, size: int, mtime_ns: int) -> None:
        """Store the size and time of a file whose content has not changed."""
        self._connection.execute(
            "UPDATE file SET root = ?, size = ?, mtime_ns = ? WHERE id = ?", (root, size, mtime_ns, key)
        )

    def put_failure(self, row: FailureRow) -> None:
        """Store that a file in its current state cannot be read."""
        self._connection.execute(
            "INSERT OR REPLACE INTO failure VALUES (?, ?, ?, ?, ?, ?)",
            (
                row.uri,
                row.name,
                row.size,
                row.changed_ns,
                row.how,
                as_json(row.reasons),
            ),
        )

    def forget_failures(self, uris: Iterable[str]) -> None:
        """Remove the stored failures of files."""
        self._connection.executemany("DELETE FROM failure WHERE uri = ?", ((uri,) for uri in uris))

    def remove_files(self, keys: Iterable[int]) -> None:
        """Remove files with all their documents."""
        for key in keys:
            self._loosen("file = ?", key)
            self._connection.execute("DELETE FROM file WHERE id = ?", (key,))

    def remove_documents(self, doc_ids: Iterable[str]) -> None:
        """Remove documents with their passages and sentences."""
        for doc_id in doc_ids:
            self._loosen("doc_id = ?", doc_id)
            self._connection.execute("DELETE FROM document WHERE doc_id = ?", (doc_id,))

    def add_document(
        self,
        file: int,
        document: Document,
        language: str,
        passages: Sequence[tuple[Passage, bytes, Sequence[bytes]]],
    ) -> None:
        """Add a document: each passage with the keys of its vector and of its sentences' vectors."""
        execute = self._connection.execute
        pages = json.dumps([[p.number, p.start, p.end, p.label] for p in document.pages])
        blocks = json.dumps([[b.start, b.end, b.kind, b.level] for b in document.blocks])
        warnings = as_json(document.warnings)
        places = json.dumps([[p.start, p.end, p.kind, p.label] for p in document.places])
        lines = json.dumps([[line.start, line.number] for line in document.lines])
        row = (
            document.doc_id, file, document.title, document.sha256, document.uri, language, document.text,
            pages, blocks, warnings, places, lines,
        )  # fmt: skip
        key = execute(
            "INSERT INTO document "
            "(doc_id, file, title, sha256, uri, language, text, pages, blocks, warnings, places, lines) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            row,
        ).fetchone()[0]
        self._connection.executemany(
            "INSERT INTO omission (document, reason, text, page, name) VALUES (?, ?, ?, ?, ?)",
            ((key, o.reason, shortened(o), o.page, o.name) for o in document.omissions),
        )
        for passage, vector, sentence_vectors in passages:
            headings = json.dumps(list(passage.headings), ensure_ascii=False)
            text = document.text[passage.start : passage.end]
            passage_key = execute(
                'INSERT INTO passage (document, start, "end", headings, text, vector) '
                "VALUES (?, ?, ?, ?, ?, (SELECT id FROM vector WHERE key = ?)) RETURNING id",
                (key, passage.start, passage.end, headings, text, vector),
            ).fetchone()[0]
            self._connection.executemany(
                'INSERT INTO sentence (passage, start, "end", vector) '
                "VALUES (?, ?, ?, (SELECT id FROM vector WHERE key = ?))",
                (
                    (passage_key, s.start, s.end, v)
                    for s, v in zip(passage.sentences, sentence_vectors, strict=True)
                ),
            )

    def files_without_documents(self) -> list[int]:
        """Return the keys of files without a document."""
        rows = self._connection.execute("SELECT id FROM file WHERE id NOT IN (SELECT file FROM document)")
        return [row[0] for row in rows]


def shortened(omission: Omission) -> str:
    """Return the text to store of an omission; of scripts and styles only the beginning.

    Those contain no prose and may be longer than the page.
    """
    text = omission.text
    if omission.reason not in {"script", "style"} or len(text) <= CODE_KEPT:
        return text
    return f"{text[:CODE_KEPT]} … ({len(text):,} characters)"


def as_json(messages: Iterable[Message]) -> str:
    return json.dumps([message.to_json() for message in messages], ensure_ascii=False)
