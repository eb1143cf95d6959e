"""Opens the store's file: for writing, for reading, and for reading where nothing may be written."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from qa.errors import StoreError

BUSY = 30.0
"""Seconds that SQLite waits for another process to finish what takes a moment."""


@dataclass(slots=True)
class Opened:
    """A connection, and what tells that the file behind it is another by now.

    ``frozen`` is the state of a file that is read without SQLite's locks, because its folder is
    read-only; ``copy`` is the folder of a private copy, which goes with the connection.
    """

    connection: sqlite3.Connection
    inode: tuple[int, int]
    frozen: tuple[int, int, int] | None = None
    copy: tempfile.TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Closes the connection, and removes its copy."""
        self.connection.close()
        if self.copy is not None:
            self.copy.cleanup()

    def __del__(self) -> None:
        # With the thread that opened it: a connection refers to itself, and would wait for the
        # garbage collector with its files open.
        with suppress(sqlite3.Error):
            self.close()


def for_writing(path: Path) -> Opened:
    """Opens a store to change it. Raises `StoreError`."""
    uri = path.resolve().as_uri()
    with opening(path.parent):
        connection = sqlite3.connect(f"{uri}?mode=rw", uri=True, isolation_level=None, timeout=BUSY)
        return Opened(_prepared(connection), inode_of(path))


def for_reading(path: Path) -> Opened:
    """Opens a store to read it, also from a read-only folder. Raises `StoreError`."""
    uri = path.resolve().as_uri()
    with opening(path.parent):
        inode = inode_of(path)
        try:
            connection = sqlite3.connect(f"{uri}?mode=ro", uri=True, isolation_level=None, timeout=BUSY)
        except sqlite3.OperationalError:
            pass
        else:
            try:
                connection.execute("SELECT 1 FROM sqlite_master").fetchone()
                return Opened(_prepared(connection), inode)
            except sqlite3.OperationalError:
                connection.close()
        # A read-only folder has no place for the shared-memory file of the log.
        frozen = state_of(path)
        if not _log_size(path):
            # Without a log the file is whole as it stands. No lock guards it from a writer who may
            # write where we may not: `Store.reading` looks whether it is still the same.
            connection = sqlite3.connect(f"{uri}?immutable=1", uri=True, isolation_level=None)
            return Opened(_prepared(connection), inode, frozen)
        # A writer was killed, and its log holds what it had committed: a copy can be put in order.
        copy = tempfile.TemporaryDirectory(prefix="qa-")
        for suffix in ("", "-wal"):
            shutil.copyfile(f"{path}{suffix}", Path(copy.name, path.name + suffix))
        uri = Path(copy.name, path.name).as_uri()
        connection = sqlite3.connect(f"{uri}?mode=rw", uri=True, isolation_level=None)
        return Opened(_prepared(connection), inode, frozen, copy)


def inode_of(path: Path) -> tuple[int, int]:
    """Which file it is, whatever its name."""
    stat = path.stat()
    return stat.st_dev, stat.st_ino


def state_of(path: Path) -> tuple[int, int, int]:
    """What changes when somebody writes to the store."""
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns, _log_size(path)


def _log_size(path: Path) -> int:
    try:
        return path.with_name(path.name + "-wal").stat().st_size
    except OSError:
        return 0


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.execute("PRAGMA foreign_keys = ON")
    # What is deleted is overwritten: no word of a removed document stays in the file.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA synchronous = FULL")
    # SQLite's own length() ends at a zero character.
    connection.create_function("characters", 1, len, deterministic=True)
    return connection


@contextmanager
def opening(folder: Path) -> Iterator[None]:
    """Says in one sentence why a store cannot be opened or read."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        raise StoreError("index-unreadable", folder=folder, cause=error) from error
    except sqlite3.DatabaseError as error:
        raise StoreError("index-damaged", folder=folder, cause=error) from error
