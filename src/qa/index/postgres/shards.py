"""An index over several databases; see `qa.index.location.Location`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from qa.errors import StoreError
from qa.index.lock import WAIT
from qa.index.postgres.location import Database, data_folder
from qa.messages import Message

if TYPE_CHECKING:
    from qa.index.postgres.sharded import ShardedStore

SHARD = "shard"
"""The manifest's key of the number of a database, and of how many there are."""


@dataclass(frozen=True, slots=True)
class Shards:
    """A library over several databases, in an order that stays the same."""

    databases: tuple[Database, ...]

    @classmethod
    def at(cls, addresses: list[str]) -> Self:
        """Return the library at several addresses."""
        return cls(tuple(Database.at(address) for address in addresses))

    @property
    def name(self) -> str:
        """The addresses without passwords."""
        return ",".join(database.name for database in self.databases)

    @property
    def storage(self) -> str:
        """The addresses without passwords."""
        return self.name

    @property
    def folder(self) -> Path:
        """A folder for the user's data, of this library alone."""
        return data_folder(hashlib.sha256(self.name.encode()).hexdigest()[:16])

    @property
    def kinds(self) -> dict[str, str]:
        """The kinds of search indexes, which nothing but the manifest needs."""
        return self.databases[0].kinds

    def exists(self) -> bool:
        """Return whether all databases have the library."""
        from qa.index.postgres.sharded_session import is_absent

        exist = []
        for database in self.databases:
            try:
                exist.append(database.exists())
            except StoreError as error:
                if not is_absent(database.address, error):
                    raise
        return bool(exist) and all(exist)

    def create(self, manifest: dict[str, str]) -> None:
        """Create the tables and the library in each database, unless they are there."""
        for number, database in enumerate(self.databases):
            database.create({**manifest, SHARD: self._shard(number)})

    def migrate(self) -> bool:
        """Migrate older tables, and complete a change that was interrupted."""
        from qa.index.postgres.sharded_session import is_absent

        migrated = []
        for database in self.databases:
            try:
                migrated.append(database.migrate())
            except StoreError as error:
                if not is_absent(database.address, error):
                    raise
                # Without it, nothing can be completed.
                return any(migrated)
        with closing(self.reader()) as store:
            interrupted = store.is_interrupted()
        if interrupted:
            with self.writer():
                pass
        return any(migrated)

    def reader(self) -> ShardedStore:
        """Open the library to read it."""
        return self._opened(writable=False)

    @contextmanager
    def writer(self, wait: float = WAIT) -> Iterator[ShardedStore]:
        """Open the library to write it, without another writer."""
        with closing(self._opened(writable=True)) as store:
            store.lock(wait)
            yield store
            store.complete()

    @contextmanager
    def lock(self, wait: float = WAIT) -> Iterator[None]:
        """Keep other writers out."""
        with self.writer(wait):
            yield

    def damage(self, error: StoreError) -> Message | None:
        """Return None: the servers report damage themselves, and their operators repair it."""
        return None

    def _opened(self, *, writable: bool) -> ShardedStore:
        from qa.index.postgres.session import ANY
        from qa.index.postgres.sharded import ShardedStore
        from qa.index.postgres.sharded_session import is_absent
        from qa.index.postgres.store import PostgresStore

        with ExitStack() as stack:
            stores = []
            for number, database in enumerate(self.databases):
                try:
                    store = PostgresStore(database.address, self.folder, writable=writable)
                except StoreError as error:
                    if writable or not is_absent(database.address, error):
                        raise
                    store = PostgresStore(database.address, self.folder, writable=False, identity=ANY)
                    stores.append(store)
                    continue
                stack.callback(store.close)
                shard = store.value(
                    "SELECT value FROM manifest WHERE library = %s AND key = %s", (store.library, SHARD)
                )
                if shard != self._shard(number):
                    raise StoreError("shards-other", folder=database.name, shard=shard or "1/1")
                stores.append(store)
            stack.pop_all()
        return ShardedStore(self.name, stores, self.folder)

    def _shard(self, number: int) -> str:
        return f"{number + 1}/{len(self.databases)}"
