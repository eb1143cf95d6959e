"""A segment of a vector index: vectors in a file, with FAISS, and codes of them if there are many.

Vectors whose components have no more than the precision of float16 are stored as such, which loses nothing.
A code of RaBitQ (Gao and Long, 2024) has one bit for each component.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import faiss
import numpy as np
from numpy.typing import NDArray

from qa.encoders import Vectors
from qa.index import columns
from qa.index.segments import Integers, Listed, Mask, Rows, link, new_name

CODED = 4096
"""Number of rows from which a segment has codes."""
_TRAINED = 100_000
"""Maximum vectors from which the mean is taken that codes are relative to."""
_ROUNDING = np.float32(1e-6)
"""Difference of similarities that rounding can make."""
_HALVES = np.arange(1 << 16, dtype=np.uint16).view(np.float16).astype(np.float32)
"""The value of each number of 16 bits."""
_SMALL = 512
"""Number of rows up to which all of them are compared without FAISS, whose threads take longer to begin."""
_FEW = 8
"""Share of the rows of a segment, as a divisor, up to which all of them are compared without FAISS."""
_VECTORS, _ROWS, _CODES = ".faiss", ".rows", ".codes"


@dataclass(frozen=True, slots=True)
class VectorSegment:
    """Unit vectors in the order of their keys.

    Attributes:
        rows: Keys and documents.
        index: The vectors, as FAISS searches them.
        name: The name of the files.
        folder: Where the files are; None if the segment is in memory only.
        codes: The codes of a large segment, as FAISS writes them.
    """

    rows: Rows
    index: faiss.IndexFlat | faiss.IndexScalarQuantizer
    name: str
    folder: Path | None = None
    codes: NDArray[np.uint8] | None = None

    @classmethod
    def of(cls, rows: Rows, vectors: Vectors, center: Vectors | None) -> VectorSegment:
        """Return a segment in memory.

        Args:
            rows: Keys and documents.
            vectors: Their vectors.
            center: The vector that codes are relative to; None for the mean of these vectors.
        """
        dimension = vectors.shape[1]
        # FAISS ends the process for some arrays that are not contiguous.
        vectors = np.ascontiguousarray(vectors, dtype=np.float32)
        half = vectors.astype(np.float16)
        if np.array_equal(half.astype(np.float32), vectors):
            index = faiss.IndexScalarQuantizer(
                dimension, faiss.ScalarQuantizer.QT_fp16, faiss.METRIC_INNER_PRODUCT
            )
            index.train(vectors)
        else:
            index = faiss.IndexFlatIP(dimension)
        index.add(vectors)
        serialized = None
        if len(vectors) >= CODED:
            codes = faiss.IndexRaBitQFastScan(dimension, faiss.METRIC_INNER_PRODUCT)
            codes.train(vectors[:_TRAINED] if center is None else center.reshape(1, -1))
            codes.add(vectors)
            serialized = faiss.serialize_index(codes)
        return cls(rows, index, new_name(), None, serialized)

    @classmethod
    def load(cls, folder: Path, listed: Listed) -> VectorSegment:
        """Load a segment. Its vectors stay in the file.

        Raises:
            ValueError, OSError, KeyError or RuntimeError: It is missing or damaged.
        """
        rows = Rows.read(columns.read(folder / (listed.name + _ROWS))).without(listed.removed)
        # Windows cannot delete a file that is mapped, and the files of earlier generations are deleted.
        flags = faiss.IO_FLAG_MMAP_IFC if os.name != "nt" else 0
        index = faiss.read_index(str(folder / (listed.name + _VECTORS)), flags)
        if not isinstance(index, faiss.IndexFlat | faiss.IndexScalarQuantizer) or index.ntotal != len(
            rows.keys
        ):
            raise ValueError(f"{listed.name}{_VECTORS} in {folder} does not belong to its keys")
        codes = columns.mapped(folder / (listed.name + _CODES)) if len(rows.keys) >= CODED else None
        return cls(rows, index, listed.name, folder, codes)

    def save(self, folder: Path) -> None:
        """Write the files to a folder, or share those that are already written."""
        if self.folder is not None:
            for extension in (_VECTORS, _ROWS, *([] if self.codes is None else [_CODES])):
                link(self.folder / (self.name + extension), folder / (self.name + extension))
            return
        faiss.write_index(self.index, str(folder / (self.name + _VECTORS)))
        columns.write(folder / (self.name + _ROWS), self.rows.columns())
        if self.codes is not None:
            (folder / (self.name + _CODES)).write_bytes(self.codes.data)

    def read_codes(self) -> faiss.IndexRaBitQFastScan:
        """Return a copy of the codes in memory.

        Raises:
            ValueError or RuntimeError: They are damaged.
        """
        codes: faiss.IndexRaBitQFastScan = faiss.deserialize_index(self.codes)
        if (codes.ntotal, codes.d) != (self.index.ntotal, self.index.d):
            raise ValueError(f"the codes of {self.name} do not belong to its vectors")
        return codes

    def keep(self, documents: Integers) -> VectorSegment:
        """Return the segment without the rows whose document is not among these, which ascend."""
        gone = self.rows.gone(documents)
        return self if gone <= self.rows.removed else replace(self, rows=self.rows.without(gone))

    def with_rows(
        self, keys: Integers, documents: Integers, vectors: Vectors
    ) -> tuple[Integers, Integers, Vectors]:
        """Return keys, documents and vectors that count, with these in place of those of the same keys."""
        mask = ~np.isin(self.rows.keys, keys)
        if self.rows.alive is not None:
            mask &= self.rows.alive
        every = np.concatenate([self.rows.keys[mask], keys])
        order = np.argsort(every)
        owners = np.concatenate([self.rows.documents()[mask], documents])
        return every[order], owners[order], np.concatenate([self.gather(mask), vectors])[order]

    def matrix(self) -> Vectors | NDArray[np.float16]:
        """Return all vectors without copying them."""
        if isinstance(self.index, faiss.IndexFlat):
            flat = faiss.rev_swig_ptr(self.index.get_xb(), self.index.ntotal * self.index.d)
        else:
            codes = faiss.rev_swig_ptr(self.index.codes.data(), self.index.ntotal * self.index.d * 2)
            flat = codes.view(np.float16)
        matrix: Vectors = flat.reshape(-1, self.index.d)
        return matrix

    def gather(self, rows: Integers | Mask | slice) -> Vectors:
        """Return a copy of the vectors of rows."""
        chosen = self.matrix()[rows]
        if chosen.dtype == np.float32:
            return np.array(chosen, dtype=np.float32)
        # Looked up, which takes less time than converting them.
        vectors: Vectors = np.take(_HALVES, chosen.view(np.uint16))
        return vectors

    def nearest(self, query: Vectors, k: int, documents: Collection[int] | None) -> Integers:
        """Return the ``k`` nearest rows that count, and possibly further ones.

        Args:
            query: A unit vector.
            k: The number of results.
            documents: Keys of the documents to search; None for all.
        """
        mask = self.rows.alive
        if documents is not None:
            selected = self.rows.of_documents(documents)
            mask = selected if mask is None else mask & selected
        number = len(self.rows.keys) if mask is None else int(mask.sum())
        if not number:
            return np.zeros(0, dtype=np.int64)
        options = {}
        if mask is not None and (number <= len(mask) // _FEW or number <= _SMALL):
            return np.flatnonzero(mask)
        if number <= _SMALL:
            return np.arange(number)
        if mask is not None:
            bitmap = np.packbits(mask, bitorder="little")
            options["params"] = faiss.SearchParameters(sel=faiss.IDSelectorBitmap(bitmap))
        row = query.reshape(1, -1)
        scores, rows = self.index.search(row, min(k + 1, number), **options)
        least = scores[0][min(k, number) - 1] - _ROUNDING
        if k < number and scores[0][k] >= least:
            # FAISS returns any of those that are about equally near.
            _, _, rows = self.index.range_search(row, least, **options)
            return np.sort(rows)
        return np.sort(rows[0][:k])


def merged(segments: Sequence[VectorSegment], most: int, center: Vectors | None) -> list[VectorSegment]:
    """Return the rows of neighbouring segments that count, in segments of at most so many rows."""
    parts = []
    for segment in segments:
        alive = segment.rows.alive
        mask = np.ones(len(segment.rows.keys), dtype=np.bool_) if alive is None else alive
        parts.append((segment.rows.keys[mask], segment.rows.documents()[mask], segment.gather(mask)))
    keys, documents, vectors = (np.concatenate(part) for part in zip(*parts, strict=True))
    return cut(keys, documents, vectors, most, center)


def cut(
    keys: Integers, documents: Integers, vectors: Vectors, most: int, center: Vectors | None
) -> list[VectorSegment]:
    """Return segments of at most so many rows."""
    segments = []
    for at in range(0, len(keys), most):
        part = slice(at, at + most)
        segments.append(VectorSegment.of(Rows.of(keys[part], documents[part]), vectors[part], center))
        if center is None and segments[-1].codes is not None:
            center = center_of(segments[-1].read_codes())
    return segments


def center_of(codes: faiss.IndexRaBitQFastScan) -> Vectors:
    """Return the vector that codes are relative to."""
    center: Vectors = faiss.vector_to_array(codes.center)
    return center
