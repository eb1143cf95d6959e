"""The tables of the SQLite file, the number of its format, and the migrations from older formats."""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime

APPLICATION_ID = 0x51554F54
"""SQLite's application id ("QUOT"), by which files of other programs are refused."""
FORMAT = 5
"""Number of the current format."""

_TABLES = """
CREATE TABLE manifest (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE file (
    id INTEGER PRIMARY KEY, uri TEXT NOT NULL UNIQUE, root TEXT NOT NULL, size INTEGER NOT NULL,
    mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL, indexed_at TEXT NOT NULL,
    reader TEXT NOT NULL DEFAULT '');
CREATE TABLE document (
    id INTEGER PRIMARY KEY AUTOINCREMENT, doc_id TEXT NOT NULL UNIQUE,
    file INTEGER NOT NULL REFERENCES file ON DELETE CASCADE, title TEXT NOT NULL, sha256 TEXT NOT NULL,
    uri TEXT, language TEXT NOT NULL, text TEXT NOT NULL, pages TEXT NOT NULL, blocks TEXT NOT NULL,
    warnings TEXT NOT NULL, places TEXT NOT NULL DEFAULT '[]', lines TEXT NOT NULL DEFAULT '[]');
CREATE INDEX document_file ON document (file);
CREATE TABLE vector (id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE);
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
_FRESH = """
CREATE TABLE fresh (
    vector INTEGER PRIMARY KEY REFERENCES vector ON DELETE CASCADE, half INTEGER NOT NULL, data BLOB NOT NULL)
"""
_FAILURES = """
CREATE TABLE failure (
    uri TEXT PRIMARY KEY, name TEXT NOT NULL, size INTEGER NOT NULL, changed_ns INTEGER NOT NULL,
    how TEXT NOT NULL, reasons TEXT NOT NULL) WITHOUT ROWID;
"""
_OMISSIONS = """
CREATE TABLE omission (
    id INTEGER PRIMARY KEY, document INTEGER NOT NULL REFERENCES document ON DELETE CASCADE,
    reason TEXT NOT NULL, text TEXT NOT NULL, page INTEGER, name TEXT);
CREATE INDEX omission_document ON omission (document);
"""


def now() -> str:
    """Return the current time in ISO 8601 format, UTC."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def new_stamp() -> str:
    """Return a unique name for a generation, different even from one with the same number in a copy."""
    return secrets.token_hex(8)


def create(connection: sqlite3.Connection, manifest: dict[str, str]) -> None:
    """Create the tables of an empty store."""
    connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    connection.execute(f"PRAGMA user_version = {FORMAT}")
    connection.executescript(_TABLES + _FRESH + ";" + _FAILURES + _OMISSIONS)
    rows = {"generation": "0", "stamp": new_stamp(), "created": now(), "updated": now(), **manifest}
    connection.executemany("INSERT INTO manifest VALUES (?, ?)", rows.items())
    connection.commit()
    connection.execute("PRAGMA journal_mode = WAL")


def _to_2(connection: sqlite3.Connection) -> None:
    """Migrate to format 2, which stores failed files and a stamp that identifies each generation."""
    connection.execute(_FAILURES)
    connection.execute("INSERT OR REPLACE INTO manifest VALUES ('stamp', ?)", (new_stamp(),))


def _to_3(connection: sqlite3.Connection) -> None:
    """Migrate to format 3, which stores omissions, places and lines, and the version of the parser."""
    connection.execute("ALTER TABLE file ADD COLUMN reader TEXT NOT NULL DEFAULT ''")
    for column in ("places", "lines"):
        connection.execute(f"ALTER TABLE document ADD COLUMN {column} TEXT NOT NULL DEFAULT '[]'")
    # One by one, because executescript() would end the transaction.
    for statement in filter(str.strip, _OMISSIONS.split(";")):
        connection.execute(statement)


def _to_4(_: sqlite3.Connection) -> None:
    """Migrate to format 4, which stores warnings as codes with parameters; earlier sentences stay."""


def _to_5(connection: sqlite3.Connection) -> None:
    """Migrate to format 5, in which vectors are in the search files once they are published."""
    import numpy as np

    def half(data: bytes) -> bytes:
        return np.frombuffer(data, dtype=np.float32).astype(np.float16).tobytes()

    connection.create_function("half", 1, half, deterministic=True)
    connection.execute(_FRESH)
    connection.execute(
        "INSERT INTO fresh SELECT id, length(data) % 4 = 0, "
        "CASE WHEN length(data) % 4 = 0 THEN half(data) ELSE data END FROM vector"
    )
    connection.execute("ALTER TABLE vector DROP COLUMN data")
    # The search files of earlier versions have the same vectors in another form.
    connection.execute("INSERT OR REPLACE INTO manifest VALUES ('stamp', ?)", (new_stamp(),))
    connection.execute("UPDATE manifest SET value = 'postings' WHERE key = 'lexical' AND value = 'tantivy'")


_STEPS: dict[int, Callable[[sqlite3.Connection], None]] = {1: _to_2, 2: _to_3, 3: _to_4, 4: _to_5}
"""The migration from each older format to the next."""


def can_migrate(version: int) -> bool:
    """Return whether a format can be migrated to the current one."""
    return all(step in _STEPS for step in range(version, FORMAT)) and 0 < version < FORMAT


def migrate(connection: sqlite3.Connection) -> None:
    """Migrate a store to the current format in one transaction, if it has an older one."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        # Read again inside the transaction: another process may have migrated it while this one waited.
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        for step in range(version, FORMAT):
            _STEPS[step](connection)
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise
