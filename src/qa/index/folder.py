"""An index in a folder: one SQLite file, and files of search indexes beside it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from qa.errors import StoreError
from qa.index import backends, lock
from qa.index.publishing import finish, publish
from qa.index.stores import database
from qa.index.stores.base import CheckedStore
from qa.index.stores.connect import opening
from qa.index.stores.database import OldFormatError
from qa.index.stores.sqlite import SqliteStore
from qa.messages import Message


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with an index; see `qa.index.location.Location`."""

    folder: Path

    @property
    def name(self) -> str:
        """The path of the folder."""
        return str(self.folder)

    @property
    def storage(self) -> str:
        """The path of the SQLite file."""
        return str(self.folder / database.FILE_NAME)

    @property
    def kinds(self) -> dict[str, str]:
        """The kinds of search files."""
        return backends.DEFAULT

    def exists(self) -> bool:
        """Return whether the folder has an index, in any state."""
        with opening(self.folder):
            return (self.folder / database.FILE_NAME).exists()

    def create(self, manifest: dict[str, str]) -> None:
        """Create an empty index if there is none."""
        with self.lock():
            if not self.exists():
                _refuse_foreign(self.folder)
                SqliteStore.create(self.folder, manifest).close()

    def migrate(self) -> bool:
        """Migrate an index of an older format in place; return whether it was one."""
        try:
            SqliteStore(self.folder, writable=False).close()
            return False
        except OldFormatError:
            pass
        with self.writer() as store:
            with store.writing():
                publish(store, int(store.manifest()["dimension"]), purge=False)
            finish(store)
        return True

    def reader(self) -> CheckedStore:
        """Open the SQLite file to read it."""
        return SqliteStore(self.folder, writable=False)

    @contextmanager
    def writer(self, wait: float = lock.WAIT) -> Iterator[CheckedStore]:
        """Lock the folder, and open the SQLite file to write it."""
        with self.lock(wait), closing(SqliteStore(self.folder, writable=True)) as store:
            yield store

    def lock(self, wait: float = lock.WAIT) -> AbstractContextManager[None]:
        """Lock the folder for writing."""
        return lock.writer(self.folder, wait)

    def damage(self, error: StoreError) -> Message | None:
        """Return the damage of the SQLite file that an error reports."""
        cause = error.__cause__
        if isinstance(cause, sqlite3.DatabaseError) and not isinstance(cause, sqlite3.OperationalError):
            return Message.of("index-file-damaged", path=self.storage, cause=cause)
        return None


def _refuse_foreign(folder: Path) -> None:
    """Refuse a folder that contains other files, such as one named by mistake with ``--index``."""
    from qa.index import search_indexes

    ours = {"README.md", "source.txt", "uploads", "write.lock", "write.holder", search_indexes.FOLDER}
    ours |= {database.FILE_NAME, *database.UNFINISHED}
    others = sorted(path.name for path in folder.iterdir() if path.name not in ours)
    if others:
        raise StoreError("folder-not-empty", folder=folder, name=others[0])
