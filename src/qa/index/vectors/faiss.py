"""A vector index with FAISS: exact search, and in large indexes one over short codes with exact similarities.

A code of RaBitQ (Gao and Long, 2024) has one bit for each component, so a scan of the codes reads a thirtieth
of the memory. Its best vectors are then compared exactly, and have the order of the exact search.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from qa.encoders import Vectors

_Integers = NDArray[np.int64]

CODED = 20_000
"""Number of vectors from which an index has codes."""
COMPARED, COMPARED_EACH, COMPONENTS = 400, 8, 384
"""Minimum vectors that are compared exactly after a scan of the codes, and their number for each result; with
fewer components than these, codes say less, and more are compared."""
_CODES = ".codes"
_TRAINED = 100_000
"""Maximum vectors from which the mean is taken that codes are relative to."""


class FaissIndex:
    """Unit vectors in the order of their keys; see `qa.index.vectors.base.VectorIndex`."""

    def __init__(
        self,
        index: faiss.IndexFlatIP,
        keys: _Integers,
        documents: _Integers,
        codes: faiss.IndexRaBitQFastScan | None = None,
        *,
        is_mapped: bool = False,
    ) -> None:
        self._index = index
        self._keys = keys
        self._documents = documents
        self._codes = codes
        self._is_mapped = is_mapped

    @classmethod
    def create(cls, dimension: int) -> FaissIndex:
        """Create an empty index."""
        empty = np.zeros(0, dtype=np.int64)
        return cls(faiss.IndexFlatIP(dimension), empty, empty)

    @classmethod
    def load(cls, location: Path) -> FaissIndex:
        """Load an index that `save` wrote. Its vectors stay in the file, which must not be changed.

        Raises:
            ValueError, OSError or RuntimeError: It is missing or damaged.
        """
        # Windows cannot delete a file that is mapped, and the files of earlier generations are deleted.
        is_mapped = os.name != "nt"
        index = faiss.read_index(str(location), faiss.IO_FLAG_MMAP_IFC if is_mapped else 0)
        keys, documents = np.load(location.with_suffix(".npy"), allow_pickle=False)
        if not isinstance(index, faiss.IndexFlatIP) or index.ntotal != len(keys):
            raise ValueError(f"{location} does not belong to its keys")
        coded = location.with_suffix(_CODES)
        codes = faiss.read_index(str(coded)) if coded.exists() else None
        if codes is not None and (codes.ntotal, codes.d) != (index.ntotal, index.d):
            raise ValueError(f"{coded} does not belong to {location}")
        return cls(index, keys, documents, codes, is_mapped=is_mapped)

    def save(self, location: Path) -> None:
        """Write the vectors to ``location``, and their keys and codes to files beside it."""
        faiss.write_index(self._index, str(location))
        np.save(location.with_suffix(".npy"), np.stack([self._keys, self._documents]))
        if self._codes is not None:
            faiss.write_index(self._codes, str(location.with_suffix(_CODES)))

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
        vectors = np.ascontiguousarray(vectors)
        self._own()
        self._index.add(vectors)
        if self._codes is not None:
            self._codes.add(vectors)
        elif self._index.ntotal >= CODED:
            self._code()
        self._keys = np.concatenate([self._keys, np.asarray(keys, dtype=np.int64)])
        self._documents = np.concatenate([self._documents, np.asarray(documents, dtype=np.int64)])

    def keep(self, documents: Collection[int]) -> None:
        """Remove every vector whose document is not among these."""
        mask = self._is_of(documents)
        if mask.all():
            return
        self._own()
        self._index.remove_ids(faiss.IDSelectorBitmap(np.packbits(~mask, bitorder="little")))
        self._keys, self._documents = self._keys[mask], self._documents[mask]
        if self._codes is not None:
            self._code()

    def _own(self) -> None:
        """Copy the vectors to memory before they change: FAISS would end the process for those of a file."""
        if self._is_mapped:
            owned = faiss.IndexFlatIP(self.dimension)
            if len(self):
                owned.add(self._matrix())
            self._index, self._is_mapped = owned, False

    def _code(self) -> None:
        """Compute the codes of all vectors."""
        self._codes = None
        if self._index.ntotal >= CODED:
            codes = faiss.IndexRaBitQFastScan(self.dimension, faiss.METRIC_INNER_PRODUCT)
            codes.train(self._matrix()[:_TRAINED])
            codes.add(self._matrix())
            self._codes = codes

    def search(
        self, query: Vectors, k: int, documents: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return the ``k`` nearest keys with their similarity, best first, ties by key."""
        if not len(self):
            return []
        if documents is None and self._codes is not None:
            return self._by_codes(query, k)
        parameters = None
        if documents is not None:
            bitmap = np.packbits(self._is_of(documents), bitorder="little")
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bitmap))
        scores, rows = self._index.search(query.reshape(1, -1), min(k, len(self)), params=parameters)
        return self._hits(scores[0], rows[0])[:k]

    def _by_codes(self, query: Vectors, k: int) -> list[tuple[int, float]]:
        assert self._codes is not None
        number = max(COMPARED, COMPARED_EACH * k) * max(1, COMPONENTS // self.dimension)
        _, rows = self._codes.search(query.reshape(1, -1), min(number, len(self)))
        rows = np.sort(rows[0][rows[0] >= 0])
        return self._hits(self._matrix()[rows] @ query, rows)[:k]

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
        vectors: Vectors = self._matrix()[rows]
        return vectors

    def _matrix(self) -> Vectors:
        """Return all vectors without copying them."""
        size = self._index.ntotal * self.dimension
        matrix: Vectors = faiss.rev_swig_ptr(self._index.get_xb(), size).reshape(-1, self.dimension)
        return matrix

    def entries(self) -> Iterator[tuple[int, int]]:
        """Return key and document of each vector, in the order of keys."""
        return iter(zip(self._keys.tolist(), self._documents.tolist(), strict=True))

    def _is_of(self, documents: Collection[int]) -> NDArray[np.bool_]:
        return np.isin(self._documents, np.fromiter(documents, dtype=np.int64, count=len(documents)))
