"""How a store gets its search indexes: from files in its folder, or from the database itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from typing import TYPE_CHECKING, Protocol

from qa.index import repairing, search_indexes
from qa.index.search_indexes import SearchIndexes
from qa.index.stores.base import Catalogue, CheckedStore, SealingStore, SearchableStore, WritableStore
from qa.index.stores.sqlite import SqliteStore

if TYPE_CHECKING:
    from qa.encoders import Encoder


class Indexing(Protocol):
    """Writes and loads the search indexes of a store."""

    def publish(self, store: WritableStore, dimension: int, *, purge: bool) -> None:
        """Begin the next generation with its search indexes, last inside `WritableStore.writing`.

        Args:
            store: The store.
            dimension: Number of components of the index's vectors.
            purge: Whether no trace of removed documents may stay.
        """

    def hold(self, store: WritableStore, keys: Sequence[bytes]) -> None:
        """Keep the vectors of keys for texts to be added, while the texts that have them may be removed."""

    def load(self, store: Catalogue, generation: int) -> SearchIndexes | None:
        """Return the search indexes of a generation; None if they are missing, damaged or outdated."""

    def rebuild(self, store: Catalogue, dimension: int, generation: int) -> SearchIndexes | None:
        """Write damaged or outdated search indexes again. Only the writer may call it.

        Returns:
            The search indexes of the generation, or None if another generation now has them.

        Raises:
            StoreError: They cannot be written, or vectors are missing.
        """

    def embed_again(self, store: CheckedStore, encoder: Callable[[], Encoder], rows: set[int]) -> bool:
        """Embed the texts of damaged vectors; return whether that was possible without other changes."""

    def is_sound(self, store: Catalogue, generation: int) -> bool:
        """Return whether the search indexes of a generation have the content that was written."""

    def sweep(self, store: WritableStore) -> None:
        """Remove what belongs to other generations."""


class _Files:
    """Search indexes in the files of a folder."""

    def publish(self, store: WritableStore, dimension: int, *, purge: bool) -> None:
        since = search_indexes.origin(store)
        search_indexes.build(store, dimension, store.advance(), since=since, purge=purge)
        if isinstance(store, SealingStore):
            store.seal()

    def hold(self, store: WritableStore, keys: Sequence[bytes]) -> None:
        if isinstance(store, SealingStore):
            store.thaw(keys)

    def load(self, store: Catalogue, generation: int) -> SearchIndexes | None:
        return search_indexes.load(store, generation)

    def rebuild(self, store: Catalogue, dimension: int, generation: int) -> SearchIndexes | None:
        if store.folder is None:
            return search_indexes.in_memory(store, dimension, generation)
        # As another generation, since the files of this one may be the only place with its vectors.
        with closing(SqliteStore(store.folder, writable=True)) as writable:
            with writable.writing():
                since = search_indexes.origin(writable)
                search_indexes.build(writable, dimension, writable.advance(), since=since, salvage=True)
                writable.seal()
            search_indexes.sweep(writable, writable.generation())
        return None

    def embed_again(self, store: CheckedStore, encoder: Callable[[], Encoder], rows: set[int]) -> bool:
        assert isinstance(store, SqliteStore)
        repairing.embed_again(store, encoder, rows)
        return True

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

    def hold(self, store: WritableStore, keys: Sequence[bytes]) -> None:
        pass

    def load(self, store: Catalogue, generation: int) -> SearchIndexes | None:
        return self._store.search_indexes(generation)

    def rebuild(self, store: Catalogue, dimension: int, generation: int) -> SearchIndexes:
        return self._store.index_again(generation)

    def embed_again(self, store: CheckedStore, encoder: Callable[[], Encoder], rows: set[int]) -> bool:
        return False

    def is_sound(self, store: Catalogue, generation: int) -> bool:
        return True

    def sweep(self, store: WritableStore) -> None:
        pass


def of(store: Catalogue) -> Indexing:
    """Return how a store gets its search indexes."""
    return _Tables(store) if isinstance(store, SearchableStore) else _Files()
