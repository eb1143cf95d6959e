"""An index in a database; see `qa.index.location.Location`."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

from qa.errors import StoreError
from qa.index.lock import WAIT
from qa.index.postgres.address import Address
from qa.messages import Message
from qa.text import tokens

if TYPE_CHECKING:
    from psycopg import Connection

    from qa.index.postgres.connections import Row
    from qa.index.postgres.store import PostgresStore


@dataclass(frozen=True, slots=True)
class Database:
    """A library in a PostgreSQL database."""

    address: Address

    @classmethod
    def at(cls, address: str) -> Self:
        """Return the library at an address.

        Raises:
            UsageError: The address is not valid.
            StoreError: The package that connects to the database is missing.
        """
        parsed = Address.parse(address)
        try:
            import psycopg  # noqa: F401
        except ImportError as error:
            raise StoreError("database-package-missing", cause=error) from error
        return cls(parsed)

    @property
    def name(self) -> str:
        """The address without its password."""
        return self.address.name

    @property
    def storage(self) -> str:
        """The address without its password."""
        return self.address.name

    @property
    def folder(self) -> Path:
        """A folder for the user's data, of this library alone."""
        return data_folder(hashlib.sha256(self.name.encode()).hexdigest()[:16])

    @property
    def kinds(self) -> dict[str, str]:
        """The kinds of search indexes, which nothing but the manifest needs."""
        return {"vectors": "pgvector", "lexical": "terms"}

    def exists(self) -> bool:
        """Return whether the database has the library."""
        from qa.index.postgres import schema

        with self._connected() as connection:
            return schema.has_library(connection, self.address.library)

    def create(self, manifest: dict[str, str]) -> None:
        """Create the tables and the library, unless they are there."""
        from qa.index.postgres import schema

        with self._connected(writing=True) as connection, connection.transaction():
            schema.create_tables(connection, self.name)
            schema.check(connection, self.name)
            if not schema.has_library(connection, self.address.library):
                schema.create_library(connection, self.address.library, manifest, tokens.NAME)

    def migrate(self) -> bool:
        """Migrate the tables of an older format, and outdated terms; return whether it did."""
        from qa.index.postgres import schema

        with self._connected(writing=True) as connection:
            number = schema.check(connection, self.name)
            if number < schema.FORMAT:
                with connection.transaction():
                    schema.migrate(connection, number)
        with closing(self.reader()) as store:
            outdated = store.has_outdated_terms()
        if outdated:
            with self.writer() as store:
                store.index_again(store.generation())
        return outdated or number < schema.FORMAT

    def reader(self) -> PostgresStore:
        """Open the library to read it."""
        from qa.index.postgres.store import PostgresStore

        return PostgresStore(self.address, self.folder, writable=False)

    @contextmanager
    def writer(self, wait: float = WAIT) -> Iterator[PostgresStore]:
        """Open the library to write it, without another writer."""
        from qa.index.postgres.store import PostgresStore

        with closing(PostgresStore(self.address, self.folder, writable=True)) as store:
            store.lock(wait)
            yield store
            store.complete()

    @contextmanager
    def lock(self, wait: float = WAIT) -> Iterator[None]:
        """Keep other writers out."""
        with self.writer(wait):
            yield

    def damage(self, error: StoreError) -> Message | None:
        """Return None: the server reports damage itself, and its operator repairs it."""
        return None

    @contextmanager
    def _connected(self, *, writing: bool = False) -> Iterator[Connection[Row]]:
        from qa.index.postgres.connections import connect
        from qa.index.postgres.errors import translated

        with translated(self.name, writing=writing), closing(connect(self.address)) as connection:
            yield connection


def data_folder(name: str) -> Path:
    """Return the folder of a library in the folder for the user's data."""
    base = os.environ.get("XDG_DATA_HOME") or os.environ.get("LOCALAPPDATA") or "~/.local/share"
    return Path(base).expanduser() / "verbatim-qa" / "databases" / name
