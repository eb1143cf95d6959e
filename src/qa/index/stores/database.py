"""The SQLite file of an index: opens, checks and creates it, with snapshots and transactions."""

from __future__ import annotations

import errno
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from qa.errors import StoreError
from qa.index.files import PRIVATE, sync
from qa.index.stores import connect, schema
from qa.index.stores.connect import Opened
from qa.index.stores.schema import FORMAT, now

FILE_NAME = "library.db"
UNFINISHED = tuple(f"{FILE_NAME}.new{suffix}" for suffix in ("", "-journal", "-wal", "-shm"))
"""Files that a killed process may leave of an index that it was creating."""
SETTLE = 5.0
"""Seconds that a writer waits for readers to release the log before it leaves that to the next writer."""
# The application id in the header of an SQLite file.
_APPLICATION_ID = slice(68, 72)
_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)


def is_index(folder: Path) -> bool:
    """Return whether a folder is an index; other programs have files of the same name."""
    try:
        with (folder / FILE_NAME).open("rb") as file:
            header = file.read(_APPLICATION_ID.stop)
    except OSError:
        return False
    return header[_APPLICATION_ID] == schema.APPLICATION_ID.to_bytes(4)


class OldFormatError(StoreError):
    """The index has an older format that a writer can migrate."""


class Database:
    """The SQLite file of an index folder, with one connection for each thread."""

    def __init__(self, folder: Path, *, writable: bool) -> None:
        """Open the file; a writer also migrates an older format.

        Raises:
            StoreError: The file is missing, damaged, or of a format that cannot be opened.
        """
        self.folder = folder
        self.path = folder / FILE_NAME
        self._writable = writable
        self._local = threading.local()
        self._begun: tuple[int, str] | None = None
        self._loose: set[int] = set()
        self._check()

    @classmethod
    def create(cls, folder: Path, manifest: dict[str, str]) -> Self:
        """Create an empty store in a folder.

        Raises:
            StoreError: The folder cannot be written.
        """
        path = folder / FILE_NAME
        # Created under another name and renamed, so that an unfinished file is never used.
        fresh = folder / (FILE_NAME + ".new")
        with _writing_errors(folder):
            folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            for name in UNFINISHED:
                # Also the journal, which SQLite would apply to the new file.
                (folder / name).unlink(missing_ok=True)
            # Private even in a folder that others may read. The log gets the mode of this file.
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
        with connect.opening(self.folder):
            is_file = self.path.is_file()
        if not is_file:
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
            with _writing_errors(self.folder):
                schema.migrate(self._connection)
            return
        params = {"folder": self.folder, "format": version, "ours": FORMAT}
        if schema.can_migrate(version):
            raise OldFormatError("index-format-old", **params)
        raise StoreError("index-format-newer" if version > FORMAT else "index-format-unknown", **params)

    @property
    def _connection(self) -> sqlite3.Connection:
        return self._opened().connection

    def _opened(self) -> Opened:
        opened: Opened | None = getattr(self._local, "opened", None)
        if opened is None:
            open_file = connect.for_writing if self._writable else connect.for_reading
            opened = self._local.opened = open_file(self.path)
        return opened

    def close(self) -> None:
        """Close this thread's connection; those of other threads are closed when their threads end."""
        opened: Opened | None = getattr(self._local, "opened", None)
        if opened is not None:
            opened.close()
            self._local.opened = None

    @contextmanager
    def reading(self) -> Iterator[int]:
        """Open a snapshot: until it ends, this thread reads one generation.

        Yields:
            The number of the generation.

        Raises:
            StoreError: The file is damaged, was replaced, or was changed by a writer that no lock stops.
        """
        if self._connection.in_transaction:
            yield self.generation()
            return
        with connect.opening(self.folder):
            self._reopen_if_changed()
            opened = self._opened()
            opened.connection.execute("BEGIN")
            try:
                yield self.generation()
            finally:
                if opened.connection.in_transaction:
                    opened.connection.execute("ROLLBACK")
            if opened.frozen and opened.frozen != connect.state_of(self.path):
                raise StoreError("index-changed", folder=self.folder)

    def _reopen_if_changed(self) -> None:
        """Close a connection whose file was read without locks and has changed since.

        Raises:
            StoreError: The file was replaced or removed.
        """
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
        """Run one transaction: all its changes are made or, after a failure, none.

        Raises:
            StoreError: The disk is full, or the file cannot be written.
        """
        connection = self._connection
        with _writing_errors(self.folder):
            connection.execute("BEGIN IMMEDIATE")
            try:
                self._begun = self.generation(), self.stamp()
                yield
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise
            finally:
                self._begun = None
                self._loose.clear()

    def published(self) -> tuple[int, str]:
        """Return number and stamp of the generation that readers see, also inside `writing`."""
        return self._begun or (self.generation(), self.stamp())

    def manifest(self) -> dict[str, str]:
        """Return what the index records about itself, such as its model and the dimension of its vectors."""
        return dict(self._connection.execute("SELECT key, value FROM manifest ORDER BY key"))

    def set_manifest(self, key: str, value: str) -> None:
        """Set a value of the manifest. Call it inside `writing`."""
        self._connection.execute("INSERT OR REPLACE INTO manifest VALUES (?, ?)", (key, value))

    def forget_manifest(self, key: str) -> None:
        """Remove a value of the manifest. Call it inside `writing`."""
        self._connection.execute("DELETE FROM manifest WHERE key = ?", (key,))

    def generation(self) -> int:
        """Return the number of the last change."""
        row = self._connection.execute("SELECT value FROM manifest WHERE key = 'generation'").fetchone()
        return int(row[0])

    def stamp(self) -> str:
        """Return the unique name of this generation, which its search indexes carry too."""
        row = self._connection.execute("SELECT value FROM manifest WHERE key = 'stamp'").fetchone()
        return str(row[0]) if row else ""

    def advance(self) -> int:
        """Begin the next generation, and return its number."""
        generation = self.generation() + 1
        self.set_manifest("generation", str(generation))
        self.set_manifest("stamp", schema.new_stamp())
        self.set_manifest("updated", now())
        return generation

    def compact(self) -> None:
        """Rewrite the file if documents were removed since the last time.

        Overwriting deleted rows is not enough: if rows were moved between pages before they were deleted,
        their former places may still contain their words. After a failure, the next writer does it.
        """
        if "compact" not in self.manifest():
            return
        try:
            self._connection.execute("VACUUM")
            self._connection.execute("DELETE FROM manifest WHERE key = 'compact'")
        except sqlite3.OperationalError:
            return

    def settle(self) -> bool:
        """Move the log into the file, so that a copy or a read-only mount of the folder is complete.

        Returns:
            Whether it succeeded. If a reader blocks it for too long, or the disk is full, the committed
            changes are safe in the log, and the next writer moves them.
        """
        self._connection.execute(f"PRAGMA busy_timeout = {int(SETTLE * 1000)}")
        try:
            return not self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError:
            return False
        finally:
            self._connection.execute(f"PRAGMA busy_timeout = {int(connect.BUSY * 1000)}")


@contextmanager
def _writing_errors(folder: Path) -> Iterator[None]:
    """Convert errors of writing to `StoreError`."""
    try:
        yield
    except (sqlite3.OperationalError, OSError) as error:
        raise StoreError(_write_failure(error), folder=folder, cause=error) from error


def _write_failure(error: sqlite3.Error | OSError) -> str:
    """Return the code of an error of writing."""
    sqlite_code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    number = getattr(error, "errno", None)
    if sqlite_code == sqlite3.SQLITE_FULL or number in (errno.ENOSPC, errno.EDQUOT):
        return "index-disk-full"
    if sqlite_code in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM) or number in _READ_ONLY:
        return "index-read-only"
    return "index-write-failed"
