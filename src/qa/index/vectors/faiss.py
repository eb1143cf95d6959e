"""A vector index with FAISS, by exact search."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from qa.encoders import Vectors

_Integers = NDArray[np.int64]

ROUNDING = 1e-5
"""Similarities that differ by more are ordered alike however they are computed in float32."""


class FaissIndex:
    """Unit vectors in the order of their keys; see `qa.index.vectors.base.VectorIndex`."""

    def __init__(self, index: faiss.IndexFlatIP, keys: _Integers, documents: _Integers) -> None:
        self._index = index
        self._keys = keys
        self._documents = documents

    @classmethod
    def create(cls, dimension: int) -> FaissIndex:
        """Create an empty index."""
        empty = np.zeros(0, dtype=np.int64)
        return cls(faiss.IndexFlatIP(dimension), empty, empty)

    @classmethod
    def load(cls, location: Path) -> FaissIndex:
        """Load an index that `save` wrote.

        Raises:
            ValueError, OSError or RuntimeError: It is missing or damaged.
        """
        index = faiss.read_index(str(location))
        keys, documents = np.load(location.with_suffix(".npy"), allow_pickle=False)
        if not isinstance(index, faiss.IndexFlatIP) or index.ntotal != len(keys):
            raise ValueError(f"{location} does not belong to its keys")
        return cls(index, keys, documents)

    def save(self, location: Path) -> None:
        """Write the vectors to ``location``, and their keys to a file beside it."""
        faiss.write_index(self._index, str(location))
        np.save(location.with_suffix(".npy"), np.stack([self._keys, self._documents]))

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""
        return int(self._index.d)

    @property
    def last(self) -> int:
        """The greatest key, 0 if the index is empty."""
        return int(self._keys[-1]) if len(self) else 0

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, keys: Sequence[int], documents: Sequence[int], vectors: Vectors) -> None:
        """Add vectors whose keys ascend and are greater than `last`."""
        self._index.add(np.ascontiguousarray(vectors))
        self._keys = np.concatenate([self._keys, np.asarray(keys, dtype=np.int64)])
        self._documents = np.concatenate([self._documents, np.asarray(documents, dtype=np.int64)])

    def keep(self, documents: Collection[int]) -> None:
        """Remove every vector whose document is not among these."""
        mask = self._is_of(documents)
        if mask.all():
            return
        self._index.remove_ids(faiss.IDSelectorBitmap(np.packbits(~mask, bitorder="little")))
        self._keys, self._documents = self._keys[mask], self._documents[mask]

    def search(
        self, query: Vectors, k: int, documents: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return the ``k`` nearest keys with their similarity, best first, ties by key."""
        if not len(self):
            return []
        parameters = None
        if documents is not None:
            bitmap = np.packbits(self._is_of(documents), bitorder="little")
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bitmap))
        scores, rows = self._index.search(query.reshape(1, -1), min(k, len(self)), params=parameters)
        return self._hits(scores[0], rows[0])

    def search_many(self, queries: Vectors, k: int) -> list[list[tuple[int, float]]]:
        """Return what `search` returns for each query, with one matrix product.

        A matrix product has other last digits than a product of two vectors. Where these could decide which
        vectors are the nearest, the query is searched alone.
        """
        if len(queries) < 2 or len(self) <= k:
            return [self.search(query, k) for query in queries]
        scores, rows = self._index.search(np.ascontiguousarray(queries), k + 1)
        is_clear = scores[:, k - 1] - scores[:, k] > ROUNDING
        return [
            self._hits(scores[at, :k], rows[at, :k]) if is_clear[at] else self.search(query, k)
            for at, query in enumerate(queries)
        ]

    def _hits(self, scores: Vectors, rows: _Integers) -> list[tuple[int, float]]:
        # FAISS pads with row -1 and does not order ties.
        hits = [
            (int(self._keys[row]), float(score)) for row, score in zip(rows, scores, strict=True) if row >= 0
        ]
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))

    def similarities(self, query: Vectors, keys: Sequence[int]) -> Vectors:
        """Return the cosine similarity of each key's vector.

        Raises:
            KeyError: There is no vector for one of the keys.
        """
        similarities: Vectors = self.vectors(keys) @ query
        return similarities

    def vectors(self, keys: Sequence[int]) -> Vectors:
        """Return a copy of the vectors of keys.

        Raises:
            KeyError: There is no vector for one of the keys.
        """
        wanted = np.asarray(keys, dtype=np.int64)
        rows = np.searchsorted(self._keys, wanted)
        rows[rows == len(self)] = 0
        if len(wanted) and (not len(self) or (self._keys[rows] != wanted).any()):
            raise KeyError(f"no vector of {set(wanted.tolist()).difference(self._keys.tolist())}")
        if not len(self):
            return np.zeros((0, self.dimension), dtype=np.float32)
        shape = (len(self), self.dimension)
        matrix = faiss.rev_swig_ptr(self._index.get_xb(), len(self) * self.dimension).reshape(shape)
        vectors: Vectors = matrix[rows]
        return vectors

    def entries(self) -> Iterator[tuple[int, int]]:
        """Return key and document of each vector, in the order of keys."""
        return iter(zip(self._keys.tolist(), self._documents.tolist(), strict=True))

    def _is_of(self, documents: Collection[int]) -> NDArray[np.bool_]:
        return np.isin(self._documents, np.fromiter(documents, dtype=np.int64, count=len(documents)))
