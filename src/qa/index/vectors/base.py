"""Vector indexes: what search needs of one, whatever library or database is behind it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from qa.encoders import Vectors


class VectorIndex(Protocol):
    """Unit vectors by key, each of one document, searched by cosine similarity.

    Keys are integers that the store gives: unique, ascending in the order in which texts were added, and
    with gaps. Nothing else follows from a key.
    """

    @property
    def dimension(self) -> int:
        """Returns the number of components of a vector."""

    @property
    def last(self) -> int:
        """Returns the greatest key, 0 where there is none."""

    def __len__(self) -> int:
        """Returns the number of vectors."""

    def add(self, keys: Sequence[int], documents: Sequence[int], vectors: Vectors) -> None:
        """Adds vectors, shape ``(len(keys), dimension)``, whose keys ascend and are greater than `last`."""

    def keep(self, documents: Collection[int]) -> None:
        """Removes every vector whose document is not among these."""

    def search(
        self, query: Vectors, k: int, documents: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Returns the ``k`` nearest keys with their similarity, best first, ties by key.

        Args:
            query: A unit vector, shape ``(dimension,)``.
            k: The number of results, at most.
            documents: Only vectors of these; None for all.
        """

    def similarities(self, query: Vectors, keys: Sequence[int]) -> Vectors:
        """Returns the cosine similarity of each key's vector, in the order of ``keys``.

        Raises:
            KeyError: There is no vector of a key.
        """

    def vectors(self, keys: Sequence[int]) -> Vectors:
        """Returns the vectors of keys, shape ``(len(keys), dimension)``, bit by bit as they were added.

        Raises:
            KeyError: There is no vector of a key.
        """

    def entries(self) -> Iterator[tuple[int, int]]:
        """Returns key and document of each vector, in the order of keys."""

    def save(self, location: Path) -> None:
        """Writes the index to a place that ``load`` reads.

        Args:
            location: A path under which the index may write a file or a folder, and others with the same
                name but another extension.
        """


class VectorIndexes(Protocol):
    """A kind of vector index: makes empty ones and reads those that were saved."""

    def create(self, dimension: int) -> VectorIndex:
        """Returns an index without a vector."""

    def load(self, location: Path) -> VectorIndex:
        """Returns the index that `VectorIndex.save` wrote.

        Raises:
            ValueError, OSError, RuntimeError or EOFError: It is missing or damaged.
        """
