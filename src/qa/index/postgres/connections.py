"""Connections to a database: a pool for readers, which replaces lost ones by itself."""

from __future__ import annotations

import os
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection, pq
from psycopg.adapt import Dumper

from qa.encoders import Vectors
from qa.errors import StoreError
from qa.index.postgres.address import Address
from qa.index.postgres.errors import as_store_error, is_lost, translated

CONNECT_SECONDS = 10
"""Seconds until a server that does not answer counts as unreachable."""
READERS = 16
"""Maximum connections of a process for reading; a thread waits for a free one."""
EF_SEARCH = 400
"""Candidates that a search in an HNSW index keeps."""
MIN_SERVER = 160000
"""The oldest supported server: PostgreSQL 16."""

Row = tuple[Any, ...]
SCHEMA = "qa"


class Vector:
    """A vector as a parameter of a statement."""

    __slots__ = ("data",)

    def __init__(self, vector: Vectors) -> None:
        self.data = vector


class _VectorDumper(Dumper):
    """Sends vectors in the binary format of pgvector: the dimension, zero, and the components."""

    format = pq.Format.BINARY

    def dump(self, obj: Vector) -> bytes:
        return len(obj.data).to_bytes(2) + b"\0\0" + obj.data.astype(">f4").tobytes()


def application_name() -> str:
    """Return the name by which the server, and a waiting writer, know this process."""
    command = " ".join(Path(argument).name for argument in sys.argv[:2])
    return f"qa: process {os.getpid()} on {socket.gethostname()} ({command})"[:63]


def connect(address: Address) -> Connection[Row]:
    """Open a connection.

    Raises:
        StoreError: The server cannot be reached, refuses, or is too old.
    """
    try:
        connection = psycopg.connect(
            address.url,
            autocommit=True,
            prepare_threshold=2,
            connect_timeout=CONNECT_SECONDS,
            application_name=application_name(),
        )
    except psycopg.Error as error:
        raise as_store_error(error, address.name, otherwise="database-unreachable") from error
    try:
        if connection.info.server_version < MIN_SERVER:
            version = connection.info.parameter_status("server_version") or ""
            raise StoreError("database-too-old", folder=address.name, version=version)
        connection.execute(f"SET search_path = {SCHEMA}, public; SET hnsw.ef_search = {EF_SEARCH}")
        register_vectors(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def register_vectors(connection: Connection[Row]) -> bool:
    """Let a connection send vectors, and see their operators; return whether the database has them."""
    row = connection.execute(
        "SELECT t.oid, n.nspname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace "
        "JOIN pg_type t ON t.typnamespace = n.oid AND t.typname = 'vector' WHERE e.extname = 'vector'"
    ).fetchone()
    if row is None:
        return False
    dumper = type("VectorDumper", (_VectorDumper,), {"oid": row[0]})
    connection.adapters.register_dumper(Vector, dumper)
    path = ", ".join(dict.fromkeys([SCHEMA, "public", quoted(row[1])]))
    connection.execute(f"SET search_path = {path}")
    return True


def quoted(name: str) -> str:
    """Return a name as an identifier of a statement."""
    return '"' + name.replace('"', '""') + '"'


class Connections:
    """The connections of one process to a database, for reading."""

    def __init__(self, address: Address) -> None:
        """Open none yet."""
        self._address = address
        self._idle: list[Connection[Row]] = []
        self._lock = threading.Lock()
        self._free = threading.BoundedSemaphore(READERS)

    @contextmanager
    def snapshot(self, first: str) -> Iterator[tuple[Connection[Row], list[Row]]]:
        """Open a read-only transaction that sees one state of the database.

        Args:
            first: The first statement of the transaction, which is sent together with its beginning.

        Yields:
            The connection, and the rows of the first statement.
        """
        with self._free, translated(self._address.name):
            connection, rows = self._begin(first)
            try:
                yield connection, rows
            except BaseException:
                with suppress(psycopg.Error):
                    connection.execute("ROLLBACK")
                self._put_back(connection)
                raise
            connection.execute("COMMIT")
            self._put_back(connection)

    def close(self) -> None:
        """Close the idle connections."""
        with self._lock:
            idle, self._idle = self._idle, []
        for connection in idle:
            connection.close()

    __del__ = close

    def _begin(self, first: str) -> tuple[Connection[Row], list[Row]]:
        """Begin a transaction, on a new connection if the server has closed the idle ones."""
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            is_new = connection is None
            connection = connection or connect(self._address)
            try:
                return connection, _first_rows(connection, first)
            except BaseException as error:
                connection.close()
                if is_new or not (isinstance(error, psycopg.Error) and is_lost(error)):
                    raise

    def _put_back(self, connection: Connection[Row]) -> None:
        if connection.closed or connection.info.transaction_status != pq.TransactionStatus.IDLE:
            connection.close()
            return
        with self._lock:
            self._idle.append(connection)


def _first_rows(connection: Connection[Row], statement: str) -> list[Row]:
    cursor = connection.execute(f"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {statement}")
    cursor.nextset()
    return cursor.fetchall()
