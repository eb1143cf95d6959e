"""The truth: one SQLite file with documents, passages, sentences and their vectors.

Everything else in an index folder is derived from it. Writers change it in one transaction, and the
number of the last one, the generation, tells whether a derived file belongs to it. Readers work on a
snapshot (write-ahead logging), so a writer neither blocks nor changes them.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from qa.embed import Vectors
from qa.errors import StoreError
from qa.types import Block, Document, Page, Passage

APPLICATION_ID = 0x51554F54
"""SQLite's mark of whose file it is ("QUOT"), so that a stranger is refused."""
FORMAT = 1
FILE_NAME = "library.db"
REBUILD = "remove the folder and run: qa index SOURCE..."

_SCHEMA = """
CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE file (
    id INTEGER PRIMARY KEY, uri TEXT NOT NULL UNIQUE, root TEXT NOT NULL, size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL, indexed_at TEXT NOT NULL);
CREATE TABLE document (
    id INTEGER PRIMARY KEY AUTOINCREMENT, doc_id TEXT NOT NULL UNIQUE,
    file INTEGER NOT NULL REFERENCES file ON DELETE CASCADE, title TEXT NOT NULL, sha256 TEXT NOT NULL,
    uri TEXT, language TEXT NOT NULL, text TEXT NOT NULL, pages TEXT NOT NULL, blocks TEXT NOT NULL,
    warnings TEXT NOT NULL);
CREATE INDEX document_file ON document (file);
CREATE TABLE vector (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, data BLOB NOT NULL);
CREATE TABLE passage (
    id INTEGER PRIMARY KEY AUTOINCREMENT, document INTEGER NOT NULL REFERENCES document ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, headings TEXT NOT NULL, text TEXT NOT NULL,
    vector INTEGER NOT NULL REFERENCES vector);
CREATE INDEX passage_document ON passage (document);
CREATE INDEX passage_vector ON passage (vector);
CREATE TABLE sentence (
    id INTEGER PRIMARY KEY AUTOINCREMENT, passage INTEGER NOT NULL REFERENCES passage ON DELETE CASCADE,
    start INTEGER NOT NULL, "end" INTEGER NOT NULL, vector INTEGER NOT NULL REFERENCES vector);
CREATE INDEX sentence_passage ON sentence (passage);
CREATE INDEX sentence_vector ON sentence (vector);
"""


@dataclass(frozen=True, slots=True)
class SentenceRow:
    """A sentence as stored; offsets are in the document's text."""

    id: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class PassageRow:
    """A passage as stored, with its text, its document's key and its sentences in order."""

    id: int
    document: int
    start: int
    end: int
    headings: tuple[str, ...]
    text: str
    sentences: tuple[SentenceRow, ...]


@dataclass(frozen=True, slots=True)
class DocumentInfo:
    """What `qa list` says of a document, without its text."""

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
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file that was indexed, as it was then; ``root`` is the folder or file that was named."""

    id: int
    uri: str
    root: str
    size: int
    mtime_ns: int
    sha256: str


def vector_key(text: str) -> bytes:
    """The name of a text's vector: the same words are embedded once, wherever they stand."""
    return hashlib.sha256(text.encode()).digest()[:16]


class Store:
    """The SQLite file of one index folder; one connection a thread."""

    def __init__(self, folder: Path, *, writable: bool) -> None:
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
            folder.mkdir(parents=True, exist_ok=True)
            fresh.unlink(missing_ok=True)
            connection = sqlite3.connect(fresh)
            try:
                connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                connection.execute(f"PRAGMA user_version = {FORMAT}")
                connection.executescript(_SCHEMA)
                rows = {"generation": "0", "created": _now(), "updated": _now(), **manifest}
                connection.executemany("INSERT INTO manifest VALUES (?, ?)", rows.items())
                connection.commit()
                connection.execute("PRAGMA journal_mode = WAL")
            finally:
                connection.close()
            fresh.rename(path)
        return cls(folder, writable=True)

    def _check(self) -> None:
        if not self.path.is_file():
            raise StoreError(f"There is no index in {self.folder}; make one with: qa index SOURCE...")
        try:
            application = self._connection.execute("PRAGMA application_id").fetchone()[0]
            version = self._connection.execute("PRAGMA user_version").fetchone()[0]
        except sqlite3.DatabaseError as error:
            raise StoreError(
                f"{self.path} is damaged or not an index of this program ({error}); {REBUILD}"
            ) from error
        if application != APPLICATION_ID:
            raise StoreError(f"{self.path} was made by another program; name another folder with --index.")
        if version != FORMAT:
            raise StoreError(
                f"The index in {self.folder} has format {version}, this program reads {FORMAT}; "
                + ("update the program." if version > FORMAT else REBUILD)
            )

    @property
    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            connection = self._connect()
            self._local.connection = connection
        return connection

    def _connect(self) -> sqlite3.Connection:
        uri = self.path.resolve().as_uri()
        wal = self.path.with_name(FILE_NAME + "-wal")
        try:
            if self._writable:
                connection = sqlite3.connect(f"{uri}?mode=rw", uri=True, isolation_level=None, timeout=30)
            else:
                try:
                    connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, isolation_level=None, timeout=30)
                    connection.execute("SELECT 1 FROM manifest").fetchone()
                except sqlite3.OperationalError:
                    # A read-only folder has no place for the shared-memory file of the log. Without a
                    # log nothing can change, and the file may be read as it is.
                    if wal.exists() and wal.stat().st_size:
                        raise
                    connection = sqlite3.connect(f"{uri}?immutable=1", uri=True, isolation_level=None)
        except sqlite3.OperationalError as error:
            raise StoreError(
                f"The index in {self.folder} cannot be opened ({error}); check that the folder can be "
                "read and written."
            ) from error
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA synchronous = FULL")
        return connection

    def close(self) -> None:
        """Closes this thread's connection."""
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is not None:
            connection.close()
            self._local.connection = None

    @contextmanager
    def reading(self) -> Iterator[int]:
        """A snapshot: until it ends, this thread reads one generation, whose number it gives."""
        connection = self._connection
        if connection.in_transaction:
            yield self.generation()
            return
        connection.execute("BEGIN")
        try:
            yield self.generation()
        finally:
            connection.execute("ROLLBACK")

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

    # -- reading ----------------------------------------------------------------------------------

    def documents(self) -> list[DocumentInfo]:
        """Every document, by ``doc_id``."""
        rows = self._connection.execute(
            """SELECT d.id, d.doc_id, d.title, d.sha256, d.uri, d.language, json_array_length(d.pages),
                      length(d.text), (SELECT count(*) FROM sentence s JOIN passage p ON p.id = s.passage
                                       WHERE p.document = d.id), f.size, f.indexed_at, d.warnings
               FROM document d JOIN file f ON f.id = d.file ORDER BY d.doc_id"""
        )
        return [DocumentInfo(*(*row, tuple(json.loads(warnings)))) for *row, warnings in rows]

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

    def document_by_key(self, key: int) -> Document:
        """The whole document of a key that was read in the same snapshot."""
        found = self._document("id = ?", key)
        if found is None:
            raise StoreError(f"The index in {self.folder} is damaged (no document {key}); run: qa doctor")
        return found

    def _document(self, where: str, value: str | int) -> Document | None:
        row = self._connection.execute(
            f"SELECT doc_id, title, text, sha256, pages, uri, blocks, warnings FROM document WHERE {where}",
            (value,),
        ).fetchone()
        if row is None:
            return None
        pages = tuple(Page(*page) for page in json.loads(row[4]))
        blocks = tuple(Block(*block) for block in json.loads(row[6]))
        return Document(row[0], row[1], row[2], row[3], pages, row[5], blocks, tuple(json.loads(row[7])))

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
        rows = self._connection.execute("SELECT id, uri, root, size, mtime_ns, sha256 FROM file ORDER BY uri")
        return [FileRow(*row) for row in rows]

    def owners(self) -> dict[str, str]:
        """``doc_id`` to the uri of the file that it came out of."""
        return dict(
            self._connection.execute("SELECT d.doc_id, f.uri FROM document d JOIN file f ON f.id = d.file")
        )

    def documents_of_file(self, file: int) -> dict[str, str]:
        """``doc_id`` to ``sha256`` of the documents that came out of a file."""
        return dict(self._connection.execute("SELECT doc_id, sha256 FROM document WHERE file = ?", (file,)))

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

    def put_file(self, uri: str, root: str, size: int, mtime_ns: int, sha256: str) -> int:
        """Notes a file as it is now, and gives its key."""
        row = self._connection.execute(
            "INSERT INTO file (uri, root, size, mtime_ns, sha256, indexed_at) VALUES (?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (uri) DO UPDATE SET root = excluded.root, size = excluded.size, "
            "mtime_ns = excluded.mtime_ns, sha256 = excluded.sha256, indexed_at = excluded.indexed_at "
            "RETURNING id",
            (uri, root, size, mtime_ns, sha256, _now()),
        ).fetchone()
        return int(row[0])

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
        pages = json.dumps([[p.number, p.start, p.end] for p in document.pages])
        blocks = json.dumps([[b.start, b.end, b.kind, b.level] for b in document.blocks])
        warnings = json.dumps(list(document.warnings), ensure_ascii=False)
        row = (
            document.doc_id, file, document.title, document.sha256, document.uri, language, document.text,
            pages, blocks, warnings,
        )  # fmt: skip
        key = execute(
            "INSERT INTO document "
            "(doc_id, file, title, sha256, uri, language, text, pages, blocks, warnings) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            row,
        ).fetchone()[0]
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
        self._connection.execute(
            "DELETE FROM vector WHERE NOT EXISTS (SELECT 1 FROM sentence WHERE vector = vector.id) "
            "AND NOT EXISTS (SELECT 1 FROM passage WHERE vector = vector.id)"
        )

    def advance(self) -> int:
        """Begins the next generation, and gives its number."""
        generation = self.generation() + 1
        self.set_manifest("generation", str(generation))
        self.set_manifest("updated", _now())
        return generation

    def settle(self) -> None:
        """Moves the log into the file, so that a copy or a read-only mount of the folder is whole."""
        self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def _told(folder: Path) -> Iterator[None]:
    """Says failures of the disk in one sentence."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        reason = str(error)
        if "full" in reason or "No space" in reason:
            remedy = "free some space and run the command again; what was there before is unharmed."
        elif "readonly" in reason or "ermission" in reason or "Read-only" in reason:
            remedy = "make the folder writable, or name another with --index."
        else:
            remedy = "the index is as it was before; check the disk and run the command again."
        raise StoreError(f"The index in {folder} could not be written ({reason}): {remedy}") from error


def to_matrix(rows: Sequence[bytes], dimension: int) -> Vectors:
    """Stored vectors as rows of a matrix, shape ``(len(rows), dimension)``."""
    return np.frombuffer(b"".join(rows), dtype=np.float32).reshape(len(rows), dimension)
