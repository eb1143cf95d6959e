"""The truth: one SQLite file with documents, passages, sentences and their vectors.

Everything else in an index folder is derived from it. Writers change it in one transaction, and the
number of the last one, the generation, tells whether a derived file belongs to it. Readers work on a
snapshot (write-ahead logging), so a writer neither blocks nor changes them.
"""

from __future__ import annotations

import errno
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from qa.encoders import Vectors
from qa.errors import StoreError
from qa.index.files import PRIVATE, sync
from qa.index.stores import connect, schema
from qa.index.stores.connect import Opened
from qa.index.stores.rows import (
    DocumentInfo,
    FailureRow,
    FileRow,
    PassageRow,
    SentenceRow,
    to_matrix,
    vector_key,
)
from qa.index.stores.schema import FORMAT, now
from qa.messages import Message, from_json
from qa.types import Block, Document, Line, Omission, Page, Passage, Place

__all__ = [
    "FILE_NAME",
    "FORMAT",
    "DocumentInfo",
    "FailureRow",
    "FileRow",
    "OldFormatError",
    "PassageRow",
    "SentenceRow",
    "Store",
    "to_matrix",
    "vector_key",
]

FILE_NAME = "library.db"
UNFINISHED = tuple(f"{FILE_NAME}.new{suffix}" for suffix in ("", "-journal", "-wal", "-shm"))
"""What a killed process may leave of an index that it was making."""
CODE_KEPT = 500
"""Characters that are kept of each script and style sheet that a reader left out."""
SETTLE = 5.0
"""Seconds that a writer waits for readers to let go of the log before it leaves that to the next one."""


_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)
_UNUSED = (
    "NOT EXISTS (SELECT 1 FROM sentence WHERE vector = vector.id) "
    "AND NOT EXISTS (SELECT 1 FROM passage WHERE vector = vector.id)"
)


class OldFormatError(StoreError):
    """The index is of an older format that a writer can bring up to date."""


class Store:
    """The SQLite file of one index folder; one connection a thread."""

    def __init__(self, folder: Path, *, writable: bool) -> None:
        """Opens it; a writer also brings an older format up to date. Raises `StoreError`."""
        self.folder = folder
        self.path = folder / FILE_NAME
        self._writable = writable
        self._local = threading.local()
        self._check()

    @classmethod
    def create(cls, folder: Path, manifest: dict[str, str]) -> Store:
        """A new, empty store in the folder. Raises `StoreError` where it cannot be written."""
        path = folder / FILE_NAME
        # Built beside and renamed: a half-made file is never taken for an index.
        fresh = folder / (FILE_NAME + ".new")
        with _told(folder):
            folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            for name in UNFINISHED:
                # The journal too: SQLite would put what it says into the new file.
                (folder / name).unlink(missing_ok=True)
            # Private even in a folder that others may read; the log takes the mode of its file.
            fresh.touch(mode=0o600)
            connection = sqlite3.connect(fresh)
            try:
                schema.create(connection, manifest)
            finally:
                connection.close()
            sync(fresh)
            fresh.rename(path)
            sync(folder)
        return cls(folder, writable=True)

    def _check(self) -> None:
        if not self.path.is_file():
            raise StoreError("index-missing", folder=self.folder)
        if not self.path.stat().st_size:
            raise StoreError("index-empty", path=self.path)
        try:
            application = self._connection.execute("PRAGMA application_id").fetchone()[0]
            version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise StoreError("index-unknown-file", path=self.path, cause=error) from error
        if application != schema.APPLICATION_ID:
            raise StoreError("index-foreign", path=self.path)
        if version == FORMAT:
            return
        if self._writable and schema.can_migrate(version):
            with _told(self.folder):
                schema.migrate(self._connection)
            return
        known = {"folder": self.folder, "format": version, "ours": FORMAT}
        if schema.can_migrate(version):
            raise OldFormatError("index-format-old", **known)
        raise StoreError("index-format-newer" if version > FORMAT else "index-format-unknown", **known)

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._opened().connection

    def _opened(self) -> Opened:
        opened: Opened | None = getattr(self._local, "opened", None)
        if opened is None:
            open_it = connect.for_writing if self._writable else connect.for_reading
            opened = self._local.opened = open_it(self.path)
        return opened

    def close(self) -> None:
        """Closes this thread's connection; those of other threads go with their threads."""
        opened: Opened | None = getattr(self._local, "opened", None)
        if opened is not None:
            opened.close()
            self._local.opened = None

    @contextmanager
    def reading(self) -> Iterator[int]:
        """A snapshot: until it ends, this thread reads one generation, whose number it gives.

        Raises `StoreError` where the file is damaged, was replaced, or is changed by a writer whom
        no lock can keep off it.
        """
        if self._connection.in_transaction:
            yield self.generation()
            return
        with connect.opening(self.folder):
            self._follow()
            opened = self._opened()
            opened.connection.execute("BEGIN")
            try:
                yield self.generation()
            finally:
                if opened.connection.in_transaction:
                    opened.connection.execute("ROLLBACK")
            if opened.frozen and opened.frozen != connect.state_of(self.path):
                raise StoreError("index-changed", folder=self.folder)

    def _follow(self) -> None:
        """Opens the file anew where it is no longer what was opened."""
        opened = self._opened()
        try:
            if opened.inode != connect.inode_of(self.path):
                raise StoreError("index-replaced", folder=self.folder)
        except FileNotFoundError as error:
            raise StoreError("index-removed", folder=self.folder) from error
        if opened.frozen and opened.frozen != connect.state_of(self.path):
            self.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """One transaction: all of it or, on any failure, none. Raises `StoreError` on a full disk."""
        connection = self._connection
        with _told(self.folder):
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    # -- manifest ---------------------------------------------------------------------------------

    def manifest(self) -> dict[str, str]:
        """What the index says of itself: model and fingerprint, dimension, metric, segmenter, words."""
        return dict(self._connection.execute("SELECT key, value FROM manifest ORDER BY key"))

    def set_manifest(self, key: str, value: str) -> None:
        """Notes a value; inside `writing`."""
        self._connection.execute("INSERT OR REPLACE INTO manifest VALUES (?, ?)", (key, value))

    def forget_manifest(self, key: str) -> None:
        """Takes a note back; inside `writing`."""
        self._connection.execute("DELETE FROM manifest WHERE key = ?", (key,))

    def generation(self) -> int:
        """The number of the last change."""
        row = self._connection.execute("SELECT value FROM manifest WHERE key = 'generation'").fetchone()
        return int(row[0])

    def stamp(self) -> str:
        """The name of the last change, which no other has: files derived from it carry it."""
        row = self._connection.execute("SELECT value FROM manifest WHERE key = 'stamp'").fetchone()
        return str(row[0]) if row else ""

    # -- reading ----------------------------------------------------------------------------------

    def documents(self) -> list[DocumentInfo]:
        """Every document, by ``doc_id``."""
        rows = self._connection.execute(
            """SELECT d.id, d.doc_id, d.title, d.sha256, d.uri, d.language, json_array_length(d.pages),
                      characters(d.text), (SELECT count(*) FROM sentence s JOIN passage p ON p.id = s.passage
                                           WHERE p.document = d.id), f.size, f.indexed_at, d.warnings
               FROM document d JOIN file f ON f.id = d.file ORDER BY d.doc_id"""
        )
        return [DocumentInfo(*(*row, _messages(warnings))) for *row, warnings in rows]

    def languages(self) -> list[str]:
        """The languages of the documents, the commonest first."""
        rows = self._connection.execute(
            "SELECT language FROM document GROUP BY language ORDER BY count(*) DESC, language"
        )
        return [row[0] for row in rows]

    def document_keys(self) -> dict[str, int]:
        """``doc_id`` to key of every document."""
        return dict(self._connection.execute("SELECT doc_id, id FROM document"))

    def document(self, doc_id: str) -> Document | None:
        """The whole document, or None where there is none of that name."""
        return self._document("doc_id = ?", doc_id)

    def file_of(self, doc_id: str) -> int:
        """The file that a document came out of."""
        row = self._connection.execute("SELECT file FROM document WHERE doc_id = ?", (doc_id,)).fetchone()
        return int(row[0])

    def document_by_key(self, key: int) -> Document:
        """The whole document of a key that was read in the same snapshot."""
        found = self._document("id = ?", key)
        if found is None:
            raise StoreError("index-row-missing", folder=self.folder, key=key)
        return found

    def _document(self, where: str, value: str | int) -> Document | None:
        row = self._connection.execute(
            "SELECT doc_id, title, text, sha256, pages, uri, blocks, warnings, places, lines FROM document "
            f"WHERE {where}",
            (value,),
        ).fetchone()
        if row is None:
            return None
        pages = tuple(Page(*page) for page in json.loads(row[4]))
        blocks = tuple(Block(*block) for block in json.loads(row[6]))
        warnings = _messages(row[7])
        places = tuple(Place(*place) for place in json.loads(row[8]))
        lines = tuple(Line(*line) for line in json.loads(row[9]))
        return Document(row[0], row[1], row[2], row[3], pages, row[5], blocks, warnings, places, lines)

    def omissions(self, doc_id: str) -> tuple[Omission, ...]:
        """Return what a document's text leaves out of its file; `document` does not load it."""
        rows = self._connection.execute(
            "SELECT o.reason, o.text, o.page, o.name FROM omission o JOIN document d ON d.id = o.document "
            "WHERE d.doc_id = ? ORDER BY o.id",
            (doc_id,),
        )
        return tuple(Omission(*row) for row in rows)

    def text(self, document: int, start: int = 0, end: int | None = None) -> str:
        """A stretch of the text of a document, by its key."""
        length = -1 if end is None else end - start
        row = self._connection.execute(
            "SELECT CASE WHEN ?3 < 0 THEN text ELSE substr(text, ?2, ?3) END FROM document WHERE id = ?1",
            (document, start + 1, length),
        ).fetchone()
        return str(row[0]) if row else ""

    def passages_at(self, document: int, start: int | None, end: int | None) -> list[int]:
        """The passages of a document that overlap a stretch of its text.

        Without an ``end`` the first one from there on, without a ``start`` the last one before the end.
        """
        if start is not None and end is not None:
            where = 'start < :end AND "end" > :start ORDER BY id'
        elif end is None:
            where = "start >= :start ORDER BY start LIMIT 1"
        else:
            where = '"end" <= :end ORDER BY start DESC LIMIT 1'
        rows = self._connection.execute(
            f"SELECT id FROM passage WHERE document = :document AND {where}",
            {"document": document, "start": start, "end": end},
        )
        return [row[0] for row in rows]

    def titles(self, keys: Iterable[int]) -> dict[int, tuple[str, str, str]]:
        """Key to ``(doc_id, title, language)``."""
        rows = self._connection.execute(
            "SELECT id, doc_id, title, language FROM document WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(keys)),),
        )
        return {row[0]: (row[1], row[2], row[3]) for row in rows}

    def passages_of(self, sentences: Iterable[int]) -> set[int]:
        """The passages that hold these sentences."""
        rows = self._connection.execute(
            "SELECT DISTINCT passage FROM sentence WHERE id IN (SELECT value FROM json_each(?))",
            (json.dumps(list(sentences)),),
        )
        return {row[0] for row in rows}

    def passages(self, keys: Iterable[int]) -> list[PassageRow]:
        """The passages of these keys, with their sentences, in the order of their keys."""
        wanted = json.dumps(sorted(keys))
        sentences: dict[int, list[SentenceRow]] = {}
        for row in self._connection.execute(
            'SELECT passage, id, start, "end" FROM sentence '
            "WHERE passage IN (SELECT value FROM json_each(?)) ORDER BY id",
            (wanted,),
        ):
            sentences.setdefault(row[0], []).append(SentenceRow(*row[1:]))
        rows = self._connection.execute(
            'SELECT id, document, start, "end", headings, text FROM passage '
            "WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",
            (wanted,),
        )
        return [
            PassageRow(key, owner, start, end, tuple(json.loads(path)), text, tuple(sentences.get(key, ())))
            for key, owner, start, end, path, text in rows
        ]

    def passage_keys(self, documents: Iterable[int]) -> list[int]:
        """The passages of these documents, in order."""
        rows = self._connection.execute(
            "SELECT id FROM passage WHERE document IN (SELECT value FROM json_each(?)) ORDER BY id",
            (json.dumps(list(documents)),),
        )
        return [row[0] for row in rows]

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return int(self._connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def vectors(self, table: str, since: int = 0) -> Iterator[tuple[int, bytes, int]]:
        """``(key, float32 vector, document)`` of each row of ``sentence`` or ``passage`` after a key."""
        owner = "SELECT document FROM passage WHERE id = t.passage"
        document = "t.document" if table == "passage" else f"({owner})"
        return iter(
            self._connection.execute(
                f"SELECT t.id, v.data, {document} FROM {table} t JOIN vector v ON v.id = t.vector "
                "WHERE t.id > ? ORDER BY t.id",
                (since,),
            )
        )

    def texts(self, since: int = 0) -> Iterator[tuple[PassageRow, str, str]]:
        """``(passage, title, language)`` of every passage after a key: what the lexical index is made of."""
        cursor = self._connection.execute(
            "SELECT p.id, d.title, d.language FROM passage p JOIN document d ON d.id = p.document "
            "WHERE p.id > ? ORDER BY p.id",
            (since,),
        )
        while rows := cursor.fetchmany(500):
            passages = self.passages(row[0] for row in rows)
            for passage, row in zip(passages, rows, strict=True):
                yield passage, row[1], row[2]

    def files(self) -> list[FileRow]:
        """Every file that was indexed, by uri."""
        rows = self._connection.execute(
            "SELECT id, uri, root, size, mtime_ns, sha256, reader FROM file ORDER BY uri"
        )
        return [FileRow(*row) for row in rows]

    def owners(self) -> dict[str, str]:
        """``doc_id`` to the uri of the file that it came out of."""
        return dict(
            self._connection.execute("SELECT d.doc_id, f.uri FROM document d JOIN file f ON f.id = d.file")
        )

    def files_to_recognise(self) -> frozenset[str]:
        """Return the uris of files with pages or pictures whose text only OCR can read."""
        rows = self._connection.execute(
            "SELECT DISTINCT f.uri FROM omission o JOIN document d ON d.id = o.document "
            "JOIN file f ON f.id = d.file WHERE o.reason IN ('scan', 'picture', 'unknown letters') "
            "AND o.page IS NOT NULL"
        )
        return frozenset(row[0] for row in rows)

    def documents_of_file(self, file: int) -> dict[str, str]:
        """``doc_id`` to ``sha256`` of the documents that came out of a file."""
        return dict(self._connection.execute("SELECT doc_id, sha256 FROM document WHERE file = ?", (file,)))

    def failures(self) -> list[FailureRow]:
        """Every file of which nothing could be read, by uri."""
        rows = self._connection.execute(
            "SELECT uri, name, size, changed_ns, how, reasons FROM failure ORDER BY uri"
        )
        return [FailureRow(*(*row, _messages(reasons))) for *row, reasons in rows]

    # -- checking ---------------------------------------------------------------------------------

    def integrity(self) -> list[str]:
        """What SQLite itself finds wrong with its file: pages, rows, references."""
        faults = [row[0] for row in self._connection.execute("PRAGMA integrity_check(20)") if row[0] != "ok"]
        strays = self._connection.execute("PRAGMA foreign_key_check")
        faults.extend(f"a row of {row[0]} belongs to a {row[2]} that is not there" for row in strays)
        return faults[:20]

    def all_vectors(self) -> Iterator[tuple[int, bytes]]:
        """Row and bytes of every vector."""
        return iter(self._connection.execute("SELECT id, data FROM vector"))

    def vector_keys_of(self, document: int) -> dict[str, bytes]:
        """The keys of the vectors of a document: of each passage (``p`` and its id) and sentence (``s``)."""
        return dict(
            self._connection.execute(
                "SELECT 'p' || p.id, v.key FROM passage p JOIN vector v ON v.id = p.vector "
                "WHERE document = ?1 "
                "UNION ALL SELECT 's' || s.id, v.key FROM passage p JOIN sentence s ON s.passage = p.id "
                "JOIN vector v ON v.id = s.vector WHERE document = ?1",
                (document,),
            )
        )

    def documents_of_vectors(self, rows: Iterable[int]) -> list[str]:
        """The documents that have one of these vectors, by ``doc_id``."""
        found = self._connection.execute(
            "WITH bad AS (SELECT value AS id FROM json_each(?)) "
            "SELECT doc_id FROM document WHERE id IN (SELECT document FROM passage WHERE vector IN bad "
            "UNION SELECT p.document FROM sentence s JOIN passage p ON p.id = s.passage "
            "WHERE s.vector IN bad) ORDER BY doc_id",
            (json.dumps(sorted(rows)),),
        )
        return [row[0] for row in found]

    def unused_vectors(self) -> list[int]:
        """The rows of vectors that no sentence and no passage has."""
        return [row[0] for row in self._connection.execute(f"SELECT id FROM vector WHERE {_UNUSED}")]

    def disown_vectors(self, rows: Iterable[int]) -> None:
        """Takes vectors their keys, so that no text finds them; inside `writing`."""
        self._connection.executemany(
            "UPDATE vector SET key = randomblob(16) WHERE id = ?", ((row,) for row in rows)
        )

    # -- writing, inside `writing` ----------------------------------------------------------------

    def known_vectors(self, keys: Sequence[bytes]) -> dict[bytes, int]:
        """Key to row of the vectors that are there already."""
        found: dict[bytes, int] = {}
        for at in range(0, len(keys), 500):
            part = keys[at : at + 500]
            marks = ",".join("?" * len(part))
            found.update(self._connection.execute(f"SELECT key, id FROM vector WHERE key IN ({marks})", part))
        return found

    def add_vectors(self, keys: Sequence[bytes], vectors: Vectors) -> None:
        """Keeps vectors under their keys."""
        self._connection.executemany(
            "INSERT OR IGNORE INTO vector (key, data) VALUES (?, ?)",
            ((key, vector.tobytes()) for key, vector in zip(keys, vectors, strict=True)),
        )

    def put_file(self, uri: str, root: str, size: int, mtime_ns: int, sha256: str, reader: str) -> int:
        """Notes a file as it is now, and gives its key."""
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
        """Notes that a file looks different from outside, and holds what it held."""
        self._connection.execute(
            "UPDATE file SET root = ?, size = ?, mtime_ns = ? WHERE id = ?", (root, size, mtime_ns, key)
        )

    def put_failure(self, row: FailureRow) -> None:
        """Notes that nothing could be read of a file as it is now."""
        self._connection.execute(
            "INSERT OR REPLACE INTO failure VALUES (?, ?, ?, ?, ?, ?)",
            (
                row.uri,
                row.name,
                row.size,
                row.changed_ns,
                row.how,
                _as_json(row.reasons),
            ),
        )

    def forget_failures(self, uris: Iterable[str]) -> None:
        """Takes such notes back."""
        self._connection.executemany("DELETE FROM failure WHERE uri = ?", ((uri,) for uri in uris))

    def remove_files(self, keys: Iterable[int]) -> None:
        """Forgets files with all their documents."""
        self._connection.executemany("DELETE FROM file WHERE id = ?", ((key,) for key in keys))

    def remove_documents(self, doc_ids: Iterable[str]) -> None:
        """Forgets documents with their passages and sentences."""
        self._connection.executemany("DELETE FROM document WHERE doc_id = ?", ((d,) for d in doc_ids))

    def add_document(
        self,
        file: int,
        document: Document,
        language: str,
        passages: Sequence[tuple[Passage, bytes, Sequence[bytes]]],
    ) -> None:
        """Adds a document whose vectors are there: each passage with its vector's key and its sentences'."""
        execute = self._connection.execute
        pages = json.dumps([[p.number, p.start, p.end, p.label] for p in document.pages])
        blocks = json.dumps([[b.start, b.end, b.kind, b.level] for b in document.blocks])
        warnings = _as_json(document.warnings)
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
            ((key, o.reason, _shortened(o), o.page, o.name) for o in document.omissions),
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
        """Files that no document is left of."""
        rows = self._connection.execute("SELECT id FROM file WHERE id NOT IN (SELECT file FROM document)")
        return [row[0] for row in rows]

    def forget_unused_vectors(self) -> None:
        """Removes vectors that no sentence and no passage has any more."""
        self._connection.execute(f"DELETE FROM vector WHERE {_UNUSED}")

    def advance(self) -> int:
        """Begins the next generation, and gives its number."""
        generation = self.generation() + 1
        self.set_manifest("generation", str(generation))
        self.set_manifest("stamp", schema.new_stamp())
        self.set_manifest("updated", now())
        return generation

    def compact(self) -> None:
        """Writes the file anew if something was removed since; a failure leaves that to the next writer.

        Overwriting what is deleted is not enough: where rows had been moved from page to page before
        they were deleted, their old places may still hold their words.
        """
        if "compact" not in self.manifest():
            return
        try:
            self._connection.execute("VACUUM")
            self._connection.execute("DELETE FROM manifest WHERE key = 'compact'")
        except sqlite3.OperationalError:
            return

    def settle(self) -> bool:
        """Moves the log into the file, so that a copy or a read-only mount of the folder is whole.

        False where a reader stood in the way for too long, or the disk is full: what was committed is
        safe in the log, and the next writer does it.
        """
        self._connection.execute(f"PRAGMA busy_timeout = {int(SETTLE * 1000)}")
        try:
            return not self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError:
            return False
        finally:
            self._connection.execute(f"PRAGMA busy_timeout = {int(connect.BUSY * 1000)}")


def _shortened(omission: Omission) -> str:
    """What is kept of an omission: programs and styles have no words, and may be longer than the page."""
    text = omission.text
    if omission.reason not in {"script", "style"} or len(text) <= CODE_KEPT:
        return text
    return f"{text[:CODE_KEPT]} … ({len(text):,} characters)"


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Reports failures of the disk."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        raise StoreError(_write_failure(error), folder=folder, cause=error) from error


def _write_failure(error: sqlite3.Error | OSError) -> str:
    """The code of a failure to write."""
    sqlite_code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    number = getattr(error, "errno", None)
    if sqlite_code == sqlite3.SQLITE_FULL or number in (errno.ENOSPC, errno.EDQUOT):
        return "index-disk-full"
    if sqlite_code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM) or number in _READ_ONLY:
        return "index-read-only"
    return "index-write-failed"


def _as_json(messages: Iterable[Message]) -> str:
    return json.dumps([message.to_json() for message in messages], ensure_ascii=False)


def _messages(stored: str) -> tuple[Message, ...]:
    return tuple(map(from_json, json.loads(stored)))
