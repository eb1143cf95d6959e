"""Nearest vectors by cosine similarity: a FAISS index derived from the store."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from qa.encoders import Vectors

Keys = NDArray[np.int64]


class Dense:
    """Unit vectors of sentences or of passages, exact search; rows are in the order of their keys.

    ``keys`` are the store's, ascending; ``documents`` says which document each belongs to.
    """

    def __init__(self, index: faiss.IndexFlatIP, keys: Keys, documents: Keys) -> None:
        self._index = index
        self.keys = keys
        self.documents = documents

    @classmethod
    def empty(cls, dimension: int) -> Dense:
        """One without a vector."""
        none = np.zeros(0, dtype=np.int64)
        return cls(faiss.IndexFlatIP(dimension), none, none)

    def __len__(self) -> int:
        return len(self.keys)

    @property
    def dimension(self) -> int:
        """Components of a vector."""
        return int(self._index.d)

    @property
    def matrix(self) -> Vectors:
        """The vectors themselves, shape ``(len(self), dimension)``; a view, not to be written to."""
        size = len(self) * self.dimension
        if not size:
            return np.zeros((0, self.dimension), dtype=np.float32)
        view: Vectors = faiss.rev_swig_ptr(self._index.get_xb(), size).reshape(len(self), self.dimension)
        return view

    def add(self, keys: Keys, documents: Keys, vectors: Vectors) -> None:
        """Appends vectors whose keys are greater than any there."""
        self._index.add(np.ascontiguousarray(vectors))
        self.keys = np.concatenate([self.keys, keys])
        self.documents = np.concatenate([self.documents, documents])

    def keep(self, documents: Collection[int]) -> None:
        """Drops every vector whose document is not among these."""
        kept = np.isin(self.documents, np.fromiter(documents, dtype=np.int64, count=len(documents)))
        if kept.all():
            return
        self._index.remove_ids(faiss.IDSelectorBitmap(np.packbits(~kept, bitorder="little")))
        self.keys, self.documents = self.keys[kept], self.documents[kept]

    def search(
        self, query: Vectors, k: int, documents: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """The ``k`` nearest keys with their similarity, best first, ties by key; only of some documents."""
        if not len(self):
            return []
        parameters = None
        if documents is not None:
            wanted = np.fromiter(documents, dtype=np.int64, count=len(documents))
            bitmap = np.packbits(np.isin(self.documents, wanted), bitorder="little")
            parameters = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bitmap))
        scores, rows = self._index.search(query.reshape(1, -1), min(k, len(self)), params=parameters)
        # FAISS pads with row -1 and leaves ties in any order.
        found = [
            (int(self.keys[row]), float(score))
            for row, score in zip(rows[0], scores[0], strict=True)
            if row >= 0
        ]
        return sorted(found, key=lambda hit: (-hit[1], hit[0]))

    def rows(self, keys: Keys) -> Keys:
        """The rows at which keys stand; every key must be there."""
        return np.searchsorted(self.keys, keys)

    def save(self, path: Path) -> None:
        """Writes the vectors to ``path`` and their keys beside it."""
        faiss.write_index(self._index, str(path))
        np.save(path.with_suffix(".npy"), np.stack([self.keys, self.documents]))

    @classmethod
    def load(cls, path: Path) -> Dense:
        """Reads what `save` wrote. Raises ValueError, OSError or RuntimeError where it is torn."""
        index = faiss.read_index(str(path))
        keys, documents = np.load(path.with_suffix(".npy"), allow_pickle=False)
        if not isinstance(index, faiss.IndexFlatIP) or index.ntotal != len(keys):
            raise ValueError(f"{path} does not belong to its keys")
        return cls(index, keys, documents)
