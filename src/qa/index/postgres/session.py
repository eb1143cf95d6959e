"""Transactions of a library in a database: snapshots for readers, one writer at a time."""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection

from qa.errors import StoreError
from qa.index.postgres import schema
from qa.index.postgres.address import Address
from qa.index.postgres.connections import Connections, Row, connect
from qa.index.postgres.errors import translated
from qa.index.postgres.texts import restored, storable
from qa.index.stores.schema import new_stamp, now
from qa.messages import Message

WRITING = 0x51554F54
"""The class of the advisory locks of writers; the other number is that of the library."""
POLL = 0.1
"""Seconds between two tries to get the lock of a writer."""
ANY = -1
"""The identity of a library that could not be reached yet."""
_WRITE_WAIT = "30s"
# An array of arrays would have to be rectangular, so these are sent as texts.
_LISTS = {"integer[]": "text"}
Parameters = Sequence[Any] | Mapping[str, Any]
_COUNTERS = (
    "sentences", "passages", "last_file", "last_document", "last_vector", "last_passage", "last_sentence",
    "last_omission",
)  # fmt: skip


class Session:
    """One library of a database, with a transaction for each thread."""

    def __init__(
        self, address: Address, folder: Path, *, writable: bool, identity: int | None = None
    ) -> None:
        """Open the library.

        Args:
            address: The library.
            folder: A folder of this machine for copies of files.
            writable: Whether to allow changes.
            identity: The number by which a replaced library is noticed; by default it is read.

        Raises:
            StoreError: The database cannot be reached, has no such library, or another format.
        """
        self.address = address
        self.folder = folder
        self.library = address.library
        self._writable = writable
        self._pool = Connections(address)
        self._local = threading.local()
        self._writer: Connection[Row] | None = None
        self._owner = threading.get_ident()
        self._counters: dict[str, int] | None = None
        self._locked = False
        if identity is not None:
            self._identity = identity
            return
        with translated(address.name):
            connection = connect(address)
            try:
                schema.check(connection, address.name)
                query = "SELECT identity FROM library WHERE library = %s"
                row = connection.execute(query, (self.library,)).fetchone()
                if row is None:
                    raise schema.missing(connection, address)
                self._identity = int(row[0])
            finally:
                connection.close()

    # -- statements -------------------------------------------------------------------------------

    def rows(self, query: str, parameters: Parameters = (), *, binary: bool = False) -> list[Row]:
        """Run one statement in this thread's transaction, or in its own, and return its rows."""
        with self._connected() as connection:
            return connection.execute(query, parameters, binary=binary).fetchall()

    def value(self, query: str, parameters: Parameters = ()) -> Any:
        """Return the first value of the first row, or None."""
        rows = self.rows(query, parameters)
        return rows[0][0] if rows else None

    def change(self, query: str, parameters: Parameters = ()) -> int:
        """Run a statement that changes rows, inside `writing`; return their number."""
        return self.connection.execute(query, parameters).rowcount

    def insert(self, table: str, types: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
        """Insert rows of the library into a table in one statement, inside `writing`.

        Not ``COPY``, which the server refuses a role whose rows a policy limits.

        Args:
            table: The table, whose first column is the library.
            types: The types of the other columns.
            rows: Their values.
        """
        columns = [list(column) for column in zip(*rows, strict=True)]
        if columns:
            lists = ", ".join(f"%s::{_LISTS.get(kind, kind)}[]" for kind in types)
            names = [f"c{number}" for number in range(len(types))]
            values = ", ".join(f"{name}::{kind}" for name, kind in zip(names, types, strict=True))
            self.change(
                f"INSERT INTO {table} SELECT %s, {values} FROM unnest({lists}) AS rows ({', '.join(names)})",
                (self.library, *columns),
            )

    @property
    def connection(self) -> Connection[Row]:
        """The connection of this thread's transaction."""
        connection: Connection[Row] | None = getattr(self._local, "connection", None)
        if connection is None:
            raise StoreError("index-read-only", folder=self.address.name, cause="no transaction")
        return connection

    @contextmanager
    def _connected(self) -> Iterator[Connection[Row]]:
        connection: Connection[Row] | None = getattr(self._local, "connection", None)
        if connection is not None:
            yield connection
            return
        with self._pool.snapshot("SELECT 1") as (connection, _):
            yield connection

    # -- transactions -----------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[int]:
        """Open a snapshot: until it ends, this thread reads one generation; its value is the number.

        Raises:
            StoreError: The database cannot be reached, or the library was removed or replaced.
        """
        if getattr(self._local, "connection", None) is not None:
            generation = getattr(self._local, "generation", None)
            yield self.generation() if generation is None else generation
            return
        state = f"SELECT generation, identity, change FROM library WHERE library = '{self.library}'"
        with self._pool.snapshot(state) as (connection, rows):
            if not rows:
                raise StoreError("index-removed", folder=self.address.name)
            [(generation, identity, change)] = rows
            if self._identity == ANY:
                schema.check(connection, self.address.name)
                self._identity = int(identity)
            if identity != self._identity:
                raise StoreError("index-replaced", folder=self.address.name)
            self._local.connection, self._local.generation = connection, int(generation)
            self._local.change = str(change)
            try:
                yield int(generation)
            finally:
                self._local.connection = self._local.generation = None

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Run one transaction: all its changes are made or, after a failure, none.

        Raises:
            StoreError: The database cannot be written, or the connection is lost.
        """
        with translated(self.address.name, writing=True):
            self.begin_change()
            try:
                yield
                self.end_change("COMMIT")
            except BaseException:
                self.abandon_change()
                raise

    def begin_change(self) -> None:
        """Begin a transaction that changes the library, as soon as no other writer does."""
        if not self._writable:
            raise StoreError("index-read-only", folder=self.address.name, cause="opened to read")
        connection = self.writer_connection()
        begin = f"BEGIN; SET LOCAL lock_timeout = '{_WRITE_WAIT}'"
        if not self._locked:
            begin += f"; SELECT pg_advisory_xact_lock({WRITING}, {self._lock_number()})"
        try:
            connection.execute(begin)
            self._local.connection = connection
            self._begin_changes()
        except BaseException:
            self.abandon_change()
            raise

    def end_change(self, statement: str) -> None:
        """End the transaction with a statement that commits or prepares it."""
        self._end_changes()
        self.connection.execute(statement)
        self._local.connection = self._counters = None

    def abandon_change(self) -> None:
        """Undo the transaction, if there is one."""
        if self._writer is not None:
            with suppress(psycopg.Error):
                self._writer.execute("ROLLBACK")
        self._local.connection = self._counters = None

    def _begin_changes(self) -> None:
        rows = self.rows(
            f"SELECT {', '.join(_COUNTERS)}, identity FROM library WHERE library = %s FOR UPDATE",
            (self.library,),
        )
        if not rows:
            raise StoreError("index-removed", folder=self.address.name)
        if rows[0][-1] != self._identity:
            raise StoreError("index-replaced", folder=self.address.name)
        self._counters = dict(zip(_COUNTERS, rows[0], strict=False))

    def _end_changes(self) -> None:
        assert self._counters is not None
        values = ", ".join(f"{name} = %s" for name in _COUNTERS)
        self.change(
            f"UPDATE library SET {values} WHERE library = %s", (*self._counters.values(), self.library)
        )

    def count(self, name: str, change: int = 0) -> int:
        """Return a counter of the library, inside `writing` after adding to it."""
        if self._counters is not None and getattr(self._local, "connection", None) is self._writer:
            self._counters[name] += change
            return self._counters[name]
        return int(self.value(f"SELECT {name} FROM library WHERE library = %s", (self.library,)))

    # -- one writer at a time ---------------------------------------------------------------------

    def lock(self, wait: float) -> None:
        """Lock the library for writing as long as this store is open.

        Raises:
            StoreError: Another process has the lock.
        """
        with translated(self.address.name, writing=True):
            connection = self.writer_connection()
            query = "SELECT pg_try_advisory_lock(%s, %s)"
            end = time.monotonic() + wait
            while connection.execute(query, (WRITING, self._lock_number())).fetchone() != (True,):
                if time.monotonic() >= end:
                    holder = self._holder(connection)
                    raise StoreError("index-locked", folder=self.address.name, holder=holder)
                time.sleep(POLL)
            self._locked = True

    def _holder(self, connection: Connection[Row]) -> str | Message:
        """Return the name of the process with the lock, if this role may see it."""
        row = connection.execute(
            "SELECT application_name FROM pg_locks JOIN pg_stat_activity USING (pid) "
            "WHERE locktype = 'advisory' AND classid = %s AND objid = %s AND granted",
            (WRITING, self._lock_number() % (1 << 32)),
        ).fetchone()
        return row[0].removeprefix("qa: ") if row and row[0] else Message.of("another-process")

    @property
    def last_change(self) -> str:
        """The name of the last change in this thread's snapshot; empty but in a library over shards."""
        return str(self._local.change)

    @property
    def snapshot_connection(self) -> Connection[Row] | None:
        """The connection of this thread's transaction, if there is one."""
        connection: Connection[Row] | None = getattr(self._local, "connection", None)
        return connection

    @contextmanager
    def lent(self, connection: Connection[Row] | None) -> Iterator[None]:
        """Let this thread use the transaction of another thread, which waits meanwhile."""
        before = self.snapshot_connection
        self._local.connection = connection
        try:
            yield
        finally:
            self._local.connection = before

    def _lock_number(self) -> int:
        number = zlib.crc32(self.library.encode())
        return number - (1 << 32) if number >= 1 << 31 else number

    def writer_connection(self) -> Connection[Row]:
        """Return the connection for writing."""
        if self._writer is None:
            self._writer = connect(self.address)
        return self._writer

    def close(self) -> None:
        """Close idle connections, and in the thread that opened the store also that for writing."""
        self._pool.close()
        if self._writer is not None and threading.get_ident() == self._owner:
            self._writer.close()
            self._writer = None

    # -- the manifest -----------------------------------------------------------------------------

    def manifest(self) -> dict[str, str]:
        """Return what the index records about itself, such as its model and the dimension of its vectors."""
        rows = self.rows(
            "SELECT key, value FROM manifest WHERE library = %s UNION ALL "
            "SELECT 'generation', generation::text FROM library WHERE library = %s UNION ALL "
            "SELECT 'stamp', stamp FROM library WHERE library = %s",
            (self.library,) * 3,
        )
        return {key: restored(value) for key, value in sorted(rows)}

    def set_manifest(self, key: str, value: str) -> None:
        """Set a value of the manifest. Call it inside `writing`."""
        self.change(
            "INSERT INTO manifest VALUES (%s, %s, %s) "
            "ON CONFLICT (library, key) DO UPDATE SET value = excluded.value",
            (self.library, key, storable(value)),
        )

    def forget_manifest(self, key: str) -> None:
        """Remove a value of the manifest. Call it inside `writing`."""
        self.change("DELETE FROM manifest WHERE library = %s AND key = %s", (self.library, key))

    def generation(self) -> int:
        """Return the number of the last change."""
        return int(self.value("SELECT generation FROM library WHERE library = %s", (self.library,)))

    def stamp(self) -> str:
        """Return the unique name of this generation."""
        return str(self.value("SELECT stamp FROM library WHERE library = %s", (self.library,)))

    def advance(self) -> int:
        """Begin the next generation, and return its number."""
        [(generation,)] = self.rows(
            "UPDATE library SET generation = generation + 1, stamp = %s WHERE library = %s "
            "RETURNING generation",
            (new_stamp(), self.library),
        )
        self.set_manifest("updated", now())
        return int(generation)
