"""The transactions of a library over several databases.

A change is prepared in every database and then committed in every database, the first one first: what it has
committed, all others will. A reader compares the name of the last change in all of them, so it sees all of a
change or nothing.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import psycopg

from qa.errors import StoreError
from qa.index.postgres.address import Address
from qa.index.postgres.errors import translated
from qa.index.postgres.sharding import Keys
from qa.index.postgres.store import PostgresStore
from qa.index.stores.rows import PassageRow

AGREE = 5.0
"""Seconds within which all databases must show the same change; committing takes milliseconds."""
_PAUSE = 0.02
_MASK = 40
_ABSENT = ("database-unreachable", "database-starting", "database-lost")
Result = TypeVar("Result")


class ShardedSession:
    """One library over several databases, with a transaction over all of them for each thread."""

    def __init__(self, name: str, stores: Sequence[PostgresStore], folder: Path) -> None:
        """Take the opened databases, in their order.

        Args:
            name: The library as messages name it.
            stores: Its databases.
            folder: A folder of this machine for copies of files.
        """
        self.name = name
        self.folder = folder
        self._stores = stores
        self._keys = Keys(len(stores))
        self._local = threading.local()
        self._threads = ThreadPoolExecutor(4 * len(stores), thread_name_prefix="qa-shard")

    # -- all databases ----------------------------------------------------------------------------

    def _parallel(self, call: Callable[[int], Result]) -> dict[int, Result]:
        """Call a function for each database that is read, all at once, in this thread's transactions."""
        connections = {shard: self._stores[shard].snapshot_connection for shard in self._active}

        def run(shard: int) -> Result:
            with self._stores[shard].lent(connections[shard]):
                return call(shard)

        first, *others = connections
        futures = {shard: self._threads.submit(run, shard) for shard in others}
        try:
            results = {first: call(first)}
        finally:
            # A transaction must not end while another thread uses it.
            wait(futures.values())
        return results | {shard: future.result() for shard, future in futures.items()}

    def _each(self, call: Callable[[PostgresStore], Result]) -> dict[int, Result]:
        return self._parallel(lambda shard: call(self._stores[shard]))

    def _by_key(
        self, keys: Iterable[int], call: Callable[[PostgresStore, list[int]], Result]
    ) -> dict[int, Result]:
        """Call a function with each database and the keys in it, at once."""
        parts = self._keys.split(keys)
        for shard in parts:
            self._read(shard)
        results = self._parallel(
            lambda shard: call(self._stores[shard], parts[shard]) if shard in parts else None
        )
        return {shard: results[shard] for shard in parts}  # type: ignore[misc]

    @property
    def _absent(self) -> Mapping[int, StoreError]:
        """The databases that this thread's snapshot does without, and why."""
        absent: Mapping[int, StoreError] = getattr(self._local, "absent", {})
        return absent

    @property
    def _active(self) -> list[int]:
        return [shard for shard in range(len(self._stores)) if shard not in self._absent]

    @property
    def _first(self) -> PostgresStore:
        return self._stores[self._active[0]]

    def _read(self, shard: int) -> PostgresStore:
        """Return a database that is read.

        Raises:
            StoreError: It cannot be reached.
        """
        if error := self._absent.get(shard):
            raise error
        return self._stores[shard]

    def _of(self, doc_id: str) -> PostgresStore:
        return self._read(self._keys.of(doc_id))

    def unreachable(self) -> tuple[str, ...]:
        """Return the databases that this thread's snapshot does without."""
        return tuple(self._stores[shard].address.name for shard in self._absent)

    def _outer(self, shard: int, row: PassageRow) -> PassageRow:
        sentences = tuple(replace(each, id=self._keys.outer(each.id, shard)) for each in row.sentences)
        return replace(
            row,
            id=self._keys.outer(row.id, shard),
            document=self._keys.outer(row.document, shard),
            sentences=sentences,
        )

    # -- transactions -----------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[int]:
        """Open a snapshot of all databases after the same change; its value is the generation.

        Raises:
            StoreError: A database cannot be reached, or a change was interrupted in the middle.
        """
        if any(store.snapshot_connection is not None for store in self._stores):
            yield self._first.generation()
            return
        end = time.monotonic() + AGREE
        while True:
            with ExitStack() as stack:
                generations, absent = self._enter(stack)
                active = [store for shard, store in enumerate(self._stores) if shard not in absent]
                if len({store.last_change for store in active}) == 1:
                    self._local.absent = absent
                    stack.callback(setattr, self._local, "absent", {})
                    # Other databases are another state of the library, with other search indexes.
                    yield generations[0] + sum(1 << _MASK + shard for shard in absent)
                    return
            if time.monotonic() > end:
                raise StoreError("shards-differ", folder=self.name)
            time.sleep(_PAUSE)

    def _enter(self, stack: ExitStack) -> tuple[list[int], dict[int, StoreError]]:
        """Open a snapshot of each database; return the generations, and why some are left out."""
        generations: list[int] = []
        absent: dict[int, StoreError] = {}
        for shard, store in enumerate(self._stores):
            try:
                generations.append(stack.enter_context(store.reading()))
            except StoreError as error:
                if not is_absent(store.address, error):
                    raise
                absent[shard] = error
        if not generations:
            raise absent[0]
        return generations, absent

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Run one transaction over all databases: all its changes are made or, after a failure, none."""
        change = secrets.token_hex(8)
        prepared = False
        with translated(self.name, writing=True):
            try:
                for store in self._stores:
                    store.begin_change()
                self._placed: set[bytes] = set()
                yield
                for store in self._stores:
                    store.change("UPDATE library SET change = %s WHERE library = %s", (change, store.library))
                # The first is the last to be prepared and the first to be committed: it decides.
                for number, store in reversed(list(enumerate(self._stores))):
                    store.end_change(f"PREPARE TRANSACTION '{_transaction(store, change, number)}'")
                prepared = True
                self._commit(change)
            except BaseException:
                for number, store in enumerate(self._stores):
                    store.abandon_change()
                    with suppress(psycopg.Error, StoreError):
                        if not prepared:
                            _run(store, f"ROLLBACK PREPARED '{_transaction(store, change, number)}'")
                raise

    def _commit(self, change: str) -> None:
        for number, store in enumerate(self._stores):
            _run(store, f"COMMIT PREPARED '{_transaction(store, change, number)}'")

    def lock(self, seconds: float) -> None:
        """Lock all databases for writing as long as this store is open, and complete interrupted changes."""
        for store in self._stores:
            store.lock(seconds)
        self.recover()

    def recover(self) -> None:
        """Commit what the first database has committed of an interrupted change, and undo everything else."""
        with translated(self.name, writing=True):
            first = self._stores[0]
            decided = first.value("SELECT change FROM library WHERE library = %s", (first.library,))
            for store in reversed(self._stores):
                prefix = _prefix(store)
                rows = store.rows(
                    "SELECT gid FROM pg_prepared_xacts WHERE database = current_database() "
                    "AND starts_with(gid, %s)",
                    (prefix,),
                )
                for (gid,) in rows:
                    change = gid.removeprefix(prefix).partition("/")[0]
                    action = "COMMIT" if change == decided else "ROLLBACK"
                    _run(store, f"{action} PREPARED '{gid}'")

    def is_interrupted(self) -> bool:
        """Return whether a change was committed or prepared in some databases only."""
        with ExitStack() as stack:
            for store in self._stores:
                stack.enter_context(store.reading())
            prepared = any(
                store.rows(
                    "SELECT 1 FROM pg_prepared_xacts WHERE database = current_database() "
                    "AND starts_with(gid, %s)",
                    (_prefix(store),),
                )
                for store in self._stores
            )
            return prepared or len({store.last_change for store in self._stores}) > 1

    def close(self) -> None:
        """Close idle connections, and in the thread that opened the store also those for writing."""
        for store in self._stores:
            store.close()

    # -- the manifest -----------------------------------------------------------------------------

    def manifest(self) -> dict[str, str]:
        """Return what the index records about itself, such as its model and the dimension of its vectors."""
        return self._first.manifest()

    def set_manifest(self, key: str, value: str) -> None:
        """Set a value of the manifest. Call it inside `writing`."""
        for store in self._stores:
            store.set_manifest(key, value)

    def forget_manifest(self, key: str) -> None:
        """Remove a value of the manifest. Call it inside `writing`."""
        for store in self._stores:
            store.forget_manifest(key)

    def generation(self) -> int:
        """Return the number of the last change."""
        return self._first.generation()

    def stamp(self) -> str:
        """Return the unique name of this generation."""
        return self._first.stamp()

    def advance(self) -> int:
        """Begin the next generation, and return its number."""
        every = [store.advance() for store in self._stores]
        return every[0]


def is_absent(address: Address, error: StoreError) -> bool:
    """Return whether an error means that an optional database cannot be reached."""
    return address.optional and error.code in _ABSENT


def _prefix(store: PostgresStore) -> str:
    """Return how the names of prepared transactions of a library begin."""
    return f"qa/{store.library}/"


def _transaction(store: PostgresStore, change: str, number: int) -> str:
    """Return the name of the prepared transaction of a change; several databases may be on one server."""
    return f"{_prefix(store)}{change}/{number}"


def _run(store: PostgresStore, statement: str) -> None:
    store.writer_connection().execute(statement)
