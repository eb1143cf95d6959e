"""Opens the SQLite file of a store: for writing, for reading, and for reading from a read-only folder."""

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
"""Seconds that SQLite waits for the lock of another process."""


@dataclass(slots=True)
class Opened:
    """A connection, with the values that show whether its file has been replaced.

    Attributes:
        connection: The connection.
        inode: Device and inode of the file.
        frozen: The state of a file that is read without SQLite's locks because its folder is read-only.
        copy: The folder of a private copy, which is deleted with the connection.
    """

    connection: sqlite3.Connection
    inode: tuple[int, int]
    frozen: tuple[int, int, int] | None = None
    copy: tempfile.TemporaryDirectory[str] | None = None

    def close(self) -> None:
        """Close the connection, and remove its copy."""
        self.connection.close()
        if self.copy is not None:
            self.copy.cleanup()

    def __del__(self) -> None:
        # Closes it when its thread ends. A connection refers to itself, so its files would otherwise stay
        # open until the garbage collector runs.
        with suppress(sqlite3.Error):
            self.close()


def for_writing(path: Path) -> Opened:
    """Open a store to change it.

    Raises:
        StoreError: It is missing, damaged or cannot be opened.
    """
    uri = path.resolve().as_uri()
    with opening(path.parent):
        connection = sqlite3.connect(f"{uri}?mode=rw", uri=True, isolation_level=None, timeout=BUSY)
        return Opened(_prepared(connection), inode_of(path))


def for_reading(path: Path) -> Opened:
    """Open a store to read it, also from a read-only folder.

    Raises:
        StoreError: It is missing, damaged or cannot be opened.
    """
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
        # SQLite cannot create the shared-memory file of the log in a read-only folder.
        frozen = state_of(path)
        if not _log_size(path):
            # Without a log the file is complete. No lock protects it from a writer with more permissions, so
            # `Database.reading` checks whether it has changed.
            connection = sqlite3.connect(f"{uri}?immutable=1", uri=True, isolation_level=None)
            return Opened(_prepared(connection), inode, frozen)
        # A writer was killed, and its log contains committed changes, which SQLite can apply to a copy.
        copy = tempfile.TemporaryDirectory(prefix="qa-")
        for suffix in ("", "-wal"):
            shutil.copyfile(f"{path}{suffix}", Path(copy.name, path.name + suffix))
        uri = Path(copy.name, path.name).as_uri()
        connection = sqlite3.connect(f"{uri}?mode=rw", uri=True, isolation_level=None)
        return Opened(_prepared(connection), inode, frozen, copy)


def inode_of(path: Path) -> tuple[int, int]:
    """Return the device and the inode of a file, which identify it under any name."""
    stat = path.stat()
    return stat.st_dev, stat.st_ino


def state_of(path: Path) -> tuple[int, int, int]:
    """Return the values that change with each write to the store."""
    stat = path.stat()
    return stat.st_size, stat.st_mtime_ns, _log_size(path)


def _log_size(path: Path) -> int:
    try:
        return path.with_name(path.name + "-wal").stat().st_size
    except OSError:
        return 0


def _prepared(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.execute("PRAGMA foreign_keys = ON")
    # Deleted content is overwritten, so no word of a removed document stays in the file.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA synchronous = FULL")
    # SQLite's own length() stops at a null character.
    connection.create_function("characters", 1, len, deterministic=True)
    return connection


@contextmanager
def opening(folder: Path) -> Iterator[None]:
    """Convert errors of opening or reading a store to `StoreError`."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        raise StoreError("index-unreadable", folder=folder, cause=error) from error
    except sqlite3.DatabaseError as error:
        raise StoreError("index-damaged", folder=folder, cause=error) from error
