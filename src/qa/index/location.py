"""Where an index is: the protocol of a place, and the only choice between its kinds."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from qa.errors import StoreError
from qa.index.lock import WAIT
from qa.index.stores.base import CheckedStore
from qa.messages import Message
from qa.places import addresses, is_database


class Location(Protocol):
    """A place that has an index, or will have one."""

    @property
    def name(self) -> str:
        """The place as messages name it, never with a password."""

    @property
    def storage(self) -> str:
        """The file or the database of the store, as messages name it."""

    @property
    def folder(self) -> Path:
        """A folder of this machine for copies of files, such as those that are added on the page."""

    @property
    def kinds(self) -> dict[str, str]:
        """The manifest's entries about the kinds of search indexes of a new index."""

    def exists(self) -> bool:
        """Return whether there is an index, in any state.

        Raises:
            StoreError: The place cannot be read.
        """

    def create(self, manifest: dict[str, str]) -> None:
        """Create an empty index if there is none.

        Raises:
            StoreError: The place has other content, or cannot be written.
        """

    def migrate(self) -> bool:
        """Migrate an index of an older format, without embedding; return whether it was one."""

    def reader(self) -> CheckedStore:
        """Open the store to read it.

        Raises:
            StoreError: There is no index, or it cannot be opened.
        """

    def writer(self, wait: float = WAIT) -> AbstractContextManager[CheckedStore]:
        """Return a context that has the store to itself for writing.

        Args:
            wait: Maximum seconds to wait for another writer.

        Raises:
            StoreError: Another process writes, or the place cannot be written.
        """

    def lock(self, wait: float = WAIT) -> AbstractContextManager[None]:
        """Return a context without another writer; arguments and errors as in `writer`."""

    def damage(self, error: StoreError) -> Message | None:
        """Return the damage of the store that an error reports; None if it has another cause."""


Place = str | os.PathLike[str] | Location
"""A location, the path of a folder, or the address of a database."""


def of(place: Place) -> Location:
    """Return the location of a folder's path or a database's address.

    Raises:
        UsageError: The address is not valid.
        StoreError: The package for the database is missing.
    """
    if not isinstance(place, str | os.PathLike):
        return place
    if isinstance(place, str) and is_database(place):
        from qa.index.postgres.location import Database
        from qa.index.postgres.shards import Shards

        named = addresses(place)
        return Shards.at(named) if len(named) > 1 else Database.at(place)
    from qa.index.folder import Folder

    return Folder(Path(place))
