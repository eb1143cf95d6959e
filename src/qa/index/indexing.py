"""How a store gets its search indexes: from files in its folder, or from the database itself."""

from __future__ import annotations

from typing import Protocol

from qa.index import search_indexes
from qa.index.search_indexes import SearchIndexes
from qa.index.stores.base import Catalogue, SearchableStore, WritableStore


class Indexing(Protocol):
    """Writes and loads the search indexes of a store."""

    def publish(self, store: WritableStore, dimension: int, *, purge: bool) -> None:
        """Begin the next generation with its search indexes, last inside `WritableStore.writing`.

        Args:
            store: The store.
            dimension: Number of components of the index's vectors.
            purge: Whether no trace of removed documents may stay.
        """

    def load(self, store: Catalogue, generation: int) -> SearchIndexes | None:
        """Return the search indexes of a generation; None if they are missing, damaged or outdated."""

    def rebuild(self, store: Catalogue, dimension: int, generation: int) -> SearchIndexes:
        """Write the search indexes of a generation from the store alone. Only the writer may call it."""

    def is_sound(self, store: Catalogue, generation: int) -> bool:
        """Return whether the search indexes of a generation have the content that was written."""

    def sweep(self, store: WritableStore) -> None:
        """Remove what belongs to other generations."""


class _Files:
    """Search indexes in the files of a folder."""

    def publish(self, store: WritableStore, dimension: int, *, purge: bool) -> None:
        since = search_indexes.origin(store)
        search_indexes.build(store, dimension, store.advance(), since=since, purge=purge)

    def load(self, store: Catalogue, generation: int) -> SearchIndexes | None:
        return search_indexes.load(store, generation)

    def rebuild(self, store: Catalogue, dimension: int, generation: int) -> SearchIndexes:
        return search_indexes.build(store, dimension, generation)

    def is_sound(self, store: Catalogue, generation: int) -> bool:
        return search_indexes.is_sound(store, generation)

    def sweep(self, store: WritableStore) -> None:
        search_indexes.sweep(store, store.generation())


class _Tables:
    """Search indexes in the tables of a database, which are part of every transaction."""

    def __init__(self, store: SearchableStore) -> None:
        self._store = store

    def publish(self, store: WritableStore, dimension: int, *, purge: bool) -> None:
        store.advance()
        self._store.index_documents()

    def load(self, store: Catalogue, generation: int) -> SearchIndexes | None:
        return self._store.search_indexes(generation)

    def rebuild(self, store: Catalogue, dimension: int, generation: int) -> SearchIndexes:
        return self._store.index_again(generation)

    def is_sound(self, store: Catalogue, generation: int) -> bool:
        return True

    def sweep(self, store: WritableStore) -> None:
        pass


def of(store: Catalogue) -> Indexing:
    """Return how a store gets its search indexes."""
    return _Tables(store) if isinstance(store, SearchableStore) else _Files()
