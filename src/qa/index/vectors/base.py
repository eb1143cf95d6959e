"""The protocol for vector indexes, which any library or database can implement."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from qa.encoders import Vectors


class VectorIndex(Protocol):
    """Unit vectors by key, each of one document, searched by cosine similarity.

    The store chooses the keys. They are unique integers that ascend in the order of adding, with gaps.
    Nothing else follows from a key.
    """

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""

    @property
    def last(self) -> int:
        """The greatest key, 0 if the index is empty."""

    def __len__(self) -> int:
        """Return the number of vectors."""

    def search(
        self, query: Vectors, k: int, documents: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return the ``k`` nearest keys with their similarity, best first, ties by key.

        Args:
            query: A unit vector, shape ``(dimension,)``.
            k: The number of results, at most.
            documents: Keys of the documents to search; None for all.
        """

    def similarities(self, query: Vectors, keys: Sequence[int]) -> Vectors:
        """Return the cosine similarity of each key's vector, in the order of ``keys``.

        Raises:
            KeyError: There is no vector for one of the keys.
        """

    def vectors(self, keys: Sequence[int]) -> Vectors:
        """Return the vectors of keys, shape ``(len(keys), dimension)``, bit by bit as they were added.

        Raises:
            KeyError: There is no vector for one of the keys.
        """

    def entries(self) -> Iterator[tuple[int, int]]:
        """Return key and document of each vector, in the order of keys."""


class WritableVectorIndex(VectorIndex, Protocol):
    """A vector index in memory or files, as the writer of an index changes it."""

    def add(self, keys: Sequence[int], documents: Sequence[int], vectors: Vectors) -> None:
        """Add vectors, shape ``(len(keys), dimension)``, whose keys ascend and are greater than `last`."""

    def keep(self, documents: Collection[int]) -> None:
        """Remove every vector whose document is not among these; files may keep them until `purge`."""

    def purge(self) -> None:
        """Make sure that the next `save` writes no removed vector."""

    def restore(self, keys: Sequence[int], documents: Sequence[int], vectors: Vectors) -> None:
        """Add vectors whose keys ascend, also below `last`, in place of those of the same keys."""

    def save(self, location: Path) -> None:
        """Write the index for `VectorIndexes.load`.

        Args:
            location: A path under which the index may write a file or a folder, and others with the same
                name but another extension.
        """


class VectorIndexes(Protocol):
    """A kind of vector index, which creates and loads indexes."""

    def create(self, dimension: int) -> WritableVectorIndex:
        """Create an empty index."""

    def salvage(self, location: Path, is_sound: Callable[[Path], bool]) -> WritableVectorIndex:
        """Load what is intact of an index that `WritableVectorIndex.save` wrote.

        Args:
            location: Where the index is.
            is_sound: Returns whether a file under the location has the content that was written.

        Raises:
            ValueError, OSError, RuntimeError or EOFError: Nothing of it can be loaded.
        """

    def load(self, location: Path) -> WritableVectorIndex:
        """Load an index that `WritableVectorIndex.save` wrote.

        Raises:
            ValueError, OSError, RuntimeError or EOFError: It is missing or damaged.
        """
