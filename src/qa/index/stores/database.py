"""The SQLite file of an index: opened, checked, created, read in snapshots and written in transactions."""

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
"""What a killed process may leave of an index that it was making."""
SETTLE = 5.0
"""Seconds that a writer waits for readers to let go of the log before it leaves that to the next one."""


_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)


class OldFormatError(StoreError):
    """The index is of an older format that a writer can bring up to date."""


class Database:
    """The SQLite file of one index folder; one connection a thread."""

    def __init__(self, folder: Path, *, writable: bool) -> None:
        """Opens it; a writer also brings an older format up to date. Raises `StoreError`."""
        self.folder = folder
        self.path = folder / FILE_NAME
        self._writable = writable
        self._local = threading.local()
        self._check()

    @classmethod
    def create(cls, folder: Path, manifest: dict[str, str]) -> Self:
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
