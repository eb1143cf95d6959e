"""A vector index with FAISS, in segments: exact search, and with many vectors one over short codes.

A scan of the codes reads a thirtieth of the memory. Its best vectors are then compared exactly, and have the
order of the exact search.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from itertools import chain
from pathlib import Path

import faiss
import numpy as np

from qa.encoders import Vectors
from qa.index.segments import Integers, Listed, located, read_list, to_merge, write_list
from qa.index.vectors.segment import VectorSegment, center_of, cut, merged

SCANNED = 8_192
"""Number of vectors from which an index is searched by its codes."""
COMPARED, COMPARED_EACH, COMPONENTS = 1_000, 8, 384
"""Minimum vectors that are compared exactly after a scan of the codes, and their number for each result; with
fewer components than these, codes say less, and more are compared."""
MOST = 65_536
"""Maximum rows of a segment, which is what removing a document rewrites."""


class FaissIndex:
    """Unit vectors in the order of their keys; see `qa.index.vectors.base.VectorIndex`."""

    def __init__(self, dimension: int, segments: Sequence[VectorSegment] = ()) -> None:
        self._dimension = dimension
        self._segments = list(segments)
        self._added: list[tuple[Integers, Integers, Vectors]] = []
        self._codes: list[_Scanned] | None = None
        self._reading = threading.Lock()

    @classmethod
    def create(cls, dimension: int) -> FaissIndex:
        """Create an empty index."""
        return cls(dimension)

    @classmethod
    def load(cls, location: Path) -> FaissIndex:
        """Load an index that `save` wrote. Its vectors stay in the files.

        Raises:
            ValueError, OSError, KeyError or RuntimeError: It is missing or damaged.
        """
        listed, values = read_list(location)
        segments = [VectorSegment.load(location, each) for each in listed]
        if any(segment.index.d != values["dimension"] for segment in segments):
            raise ValueError(f"{location} has vectors of another dimension")
        return cls(values["dimension"], segments)

    @classmethod
    def salvage(cls, location: Path, is_sound: Callable[[Path], bool]) -> FaissIndex:
        """Load the segments that are intact.

        Raises:
            ValueError, OSError, KeyError or RuntimeError: There is none.
        """
        removed: dict[str, frozenset[int]] = {}
        with suppress(ValueError, OSError, KeyError, TypeError):
            listed, _ = read_list(location)
            removed = {each.name: each.removed for each in listed}
        segments = []
        for path in location.glob("*.rows"):
            if not all(is_sound(each) for each in location.glob(f"{path.stem}.*")):
                continue
            with suppress(ValueError, OSError, KeyError, RuntimeError):
                listed_one = Listed(path.stem, removed.get(path.stem, frozenset()))
                segments.append(VectorSegment.load(location, listed_one))
        if not segments:
            raise ValueError(f"{location} has no intact segment")
        segments.sort(key=lambda segment: int(segment.rows.keys[0]))
        return cls(segments[0].index.d, segments)

    def save(self, location: Path) -> None:
        """Write the index to a folder. Segments that are in another folder are shared with it."""
        location.mkdir()
        for segment in self._all():
            segment.save(location)
        listed = [Listed(segment.name, segment.rows.removed) for segment in self._all()]
        write_list(location, listed, dimension=self._dimension)

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""
        return self._dimension

    @property
    def last(self) -> int:
        """The greatest key, 0 if the index is empty."""
        if self._added:
            return int(self._added[-1][0][-1])
        return max((segment.rows.last for segment in self._segments), default=0)

    def __len__(self) -> int:
        return sum(len(keys) for keys, _, _ in self._added) + sum(s.rows.number for s in self._segments)

    def add(self, keys: Sequence[int], documents: Sequence[int], vectors: Vectors) -> None:
        """Add vectors whose keys ascend and are greater than `last`."""
        if not len(keys):
            return
        owned = np.array(vectors, dtype=np.float32)
        self._added.append((np.array(keys, dtype=np.int64), np.array(documents, dtype=np.int64), owned))
        if sum(len(added) for added, _, _ in self._added) >= MOST:
            self._all()

    def restore(self, keys: Sequence[int], documents: Sequence[int], vectors: Vectors) -> None:
        """Add vectors whose keys ascend, also below `last`, in place of those of the same keys."""
        if not len(keys):
            return
        wanted, owners = np.array(keys, dtype=np.int64), np.array(documents, dtype=np.int64)
        segments, before = list[VectorSegment](), 0
        for segment in self._all():
            first, last = np.searchsorted(wanted, [segment.rows.keys[0], segment.rows.keys[-1] + 1]).tolist()
            gap, inside = slice(before, first), slice(first, last)
            segments += cut(wanted[gap], owners[gap], vectors[gap], MOST, self._center())
            if first < last:
                part = segment.with_rows(wanted[inside], owners[inside], vectors[inside])
                segments += cut(*part, MOST, self._center())
            else:
                segments.append(segment)
            before = last
        rest = slice(before, len(wanted))
        self._replace([*segments, *cut(wanted[rest], owners[rest], vectors[rest], MOST, self._center())])

    def keep(self, documents: Collection[int]) -> None:
        """Remove every vector whose document is not among these; `purge` also removes them from the disk."""
        wanted = np.sort(np.fromiter(documents, dtype=np.int64, count=len(documents)))
        remaining = [segment.keep(wanted) for segment in self._all()]
        self._replace([segment for segment in remaining if segment.rows.number])

    def purge(self) -> None:
        """Rewrite the segments that have vectors of removed documents."""
        clean: list[VectorSegment] = []
        for segment in self._all():
            clean += merged([segment], MOST, self._center()) if segment.rows.removed else [segment]
        self._replace(clean)

    def _all(self) -> list[VectorSegment]:
        """Return the segments, once what was added is in one and small ones are merged."""
        if self._added:
            columns = zip(*self._added, strict=True)
            keys, documents, vectors = (np.concatenate(part) for part in columns)
            self._added = []
            self._replace([*self._segments, *cut(keys, documents, vectors, MOST, self._center())])
            while runs := to_merge(self._segments, MOST // 2):
                for run in reversed(runs):
                    before, inside = self._segments[: run.start], self._segments[run.start : run.stop]
                    after = self._segments[run.stop :]
                    self._replace([*before, *merged(inside, MOST, self._center()), *after])
        return self._segments

    def _replace(self, segments: list[VectorSegment]) -> None:
        self._segments, self._codes = segments, None

    def _center(self) -> Vectors | None:
        """Return the vector that all codes are relative to, so that they can be compared with each other."""
        coded = next((segment for segment in self._segments if segment.codes is not None), None)
        return None if coded is None else center_of(coded.read_codes())

    def search(
        self, query: Vectors, k: int, documents: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return the ``k`` nearest keys with their similarity, best first, ties by key."""
        segments = self._all()
        if documents is None and len(self) >= SCANNED:
            scanned = self._scanned()
            number = max(COMPARED, COMPARED_EACH * k) * max(1, COMPONENTS // self._dimension)
            rows = _best(scanned, query, number)
            coded = {id(segment) for each in scanned for segment in each.segments}
            rest = [segment for segment in segments if id(segment) not in coded]
        else:
            rows, rest = [], segments
        rows += [(segment, segment.nearest(query, k, documents)) for segment in rest]
        compared = [(segment, chosen) for segment, chosen in rows if len(chosen)]
        if not compared:
            return []
        keys = np.concatenate([segment.rows.keys[chosen] for segment, chosen in compared])
        scores = np.concatenate([_similarities(s.gather(chosen), query) for s, chosen in compared])
        best = np.lexsort((keys, -scores))[:k]
        return list(zip(keys[best].tolist(), scores[best].tolist(), strict=True))

    def _scanned(self) -> list[_Scanned]:
        """Return the codes, read when first needed."""
        with self._reading:
            if self._codes is None:
                self._codes = _read([segment for segment in self._segments if segment.codes is not None])
            return self._codes

    def similarities(self, query: Vectors, keys: Sequence[int]) -> Vectors:
        """Return the cosine similarity of each key's vector.

        Raises:
            KeyError: There is no vector for one of the keys.
        """
        return _similarities(self.vectors(keys), query)

    def vectors(self, keys: Sequence[int]) -> Vectors:
        """Return a copy of the vectors of keys.

        Raises:
            KeyError: There is no vector for one of the keys.
        """
        segments = self._all()
        vectors = np.zeros((len(keys), self._dimension), dtype=np.float32)
        for number, places, rows in located(segments, keys):
            vectors[places] = segments[number].gather(rows)
        return vectors

    def entries(self) -> Iterator[tuple[int, int]]:
        """Return key and document of each vector, in the order of keys."""
        return chain.from_iterable(segment.rows.entries() for segment in self._all())


def _similarities(vectors: Vectors, query: Vectors) -> Vectors:
    # Summed row by row, so that a similarity does not depend on the number of rows.
    similarities: Vectors = (vectors * query).sum(axis=1)
    return similarities


# -- codes ------------------------------------------------------------------------------------------


class _Scanned:
    """The codes of neighbouring segments in memory, in one block, which takes less time to scan than many."""

    def __init__(self, segment: VectorSegment, codes: faiss.IndexRaBitQFastScan) -> None:
        self.segments = [segment]
        self.codes = codes
        self.ends = [codes.ntotal]

    def add(self, segment: VectorSegment, codes: faiss.IndexRaBitQFastScan) -> None:
        self.segments.append(segment)
        self.codes.merge_from(codes)
        self.ends.append(self.codes.ntotal)


def _read(segments: Sequence[VectorSegment]) -> list[_Scanned]:
    """Return the codes of segments; those that are relative to one vector are together."""
    scanned: dict[bytes, _Scanned] = {}
    for segment in segments:
        codes = segment.read_codes()
        center = center_of(codes).tobytes()
        if center in scanned:
            scanned[center].add(segment, codes)
        else:
            scanned[center] = _Scanned(segment, codes)
    return list(scanned.values())


def _best(scanned: Sequence[_Scanned], query: Vectors, number: int) -> list[tuple[VectorSegment, Integers]]:
    """Return about so many rows of each block, those that are nearest by their codes."""
    best = []
    for block in scanned:
        removed = sum(len(segment.rows.keys) - segment.rows.number for segment in block.segments)
        wanted = min(number + min(removed, number), block.codes.ntotal)
        _, rows = block.codes.search(query.reshape(1, -1), wanted)
        places = np.sort(rows[0][rows[0] >= 0])
        numbers = np.searchsorted(block.ends, places, side="right")
        for at in np.unique(numbers).tolist():
            segment = block.segments[at]
            chosen = places[numbers == at] - (block.ends[at - 1] if at else 0)
            if segment.rows.alive is not None:
                chosen = chosen[segment.rows.alive[chosen]]
            best.append((segment, chosen))
    return best
