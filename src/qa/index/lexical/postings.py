"""A lexical index (BM25) in segments, whose statistics are those of the texts of all segments."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.index.lexical.base import Entry
from qa.index.lexical.segment import Hashes, LexicalSegment, hash_of, merged, segments_of
from qa.index.segments import Integers, Listed, Mask, read_list, to_merge, write_list

K1, B = 1.2, 0.75
MOST = 262_144
"""Rows of a segment from which it is large enough."""
_BUILT = 65_536
"""Texts that are in memory at once while a segment is built."""
_SLACK = 1e-5
"""Relative error of sums of 32 bits."""
_SPARSE = 100
"""Share of the texts of a segment, as a divisor, below which their rows are sorted rather than looked for."""
Scores = NDArray[np.float32]


class PostingsIndex:
    """Texts by their terms; see `qa.index.lexical.base.LexicalIndex`."""

    def __init__(self, folder: Path | None, segments: Sequence[LexicalSegment] = ()) -> None:
        self._folder = folder
        self._segments = list(segments)

    @classmethod
    def create(cls, location: Path | None) -> PostingsIndex:
        """Create an empty index in a folder, or in memory for None."""
        index = cls(location)
        if location is not None:
            location.mkdir(parents=True)
            index._write_list()
        return index

    @classmethod
    def load(cls, location: Path) -> PostingsIndex:
        """Load an index that `add` wrote.

        Raises:
            ValueError, OSError or KeyError: It is missing or damaged.
        """
        listed, _ = read_list(location)
        return cls(location, [LexicalSegment.load(location, each) for each in listed])

    @classmethod
    def derive(
        cls, source: Path, location: Path, documents: Collection[int] | None, *, purge: bool = True
    ) -> PostingsIndex:
        """Create an index that shares the files of another.

        Raises:
            ValueError, OSError or KeyError: The source is missing or damaged.
        """
        derived = cls.load(source)
        if documents is not None:
            wanted = np.sort(np.fromiter(documents, dtype=np.int64, count=len(documents)))
            derived._segments = [s for s in (s.keep(wanted) for s in derived._segments) if s.rows.number]
            if purge:
                derived._segments = [
                    clean
                    for segment in derived._segments
                    for clean in (merged([segment], MOST) if segment.rows.removed else [segment])
                ]
        location.mkdir(parents=True)
        derived._folder = location
        derived._save()
        return derived

    def add(self, entries: Iterable[Entry]) -> None:
        """Add texts whose keys ascend and are greater than `last`."""
        self._segments += segments_of(entries, _BUILT)
        while runs := to_merge(self._segments, MOST // 2):
            for run in reversed(runs):
                self._segments[run.start : run.stop] = merged(self._segments[run.start : run.stop], MOST)
        self._save()
        self.__dict__.pop("_statistics", None)

    def _save(self) -> None:
        """Write the segments that are not in the folder, and delete those that are no longer needed."""
        folder = self._folder
        if folder is None:
            return
        for segment in self._segments:
            segment.save(folder)
        self._write_list()
        listed, _ = read_list(folder)
        names = {each.name for each in listed}
        for path in folder.glob("*.terms"):
            if path.stem not in names:
                path.unlink()
        self._segments = [LexicalSegment.load(folder, each) for each in listed]

    def _write_list(self) -> None:
        assert self._folder is not None
        write_list(self._folder, (Listed(s.name, s.rows.removed) for s in self._segments))

    def __len__(self) -> int:
        return self._statistics[0]

    @property
    def last(self) -> int:
        """The greatest key, 0 if the index is empty."""
        return max((segment.rows.last for segment in self._segments), default=0)

    @property
    def mean_length(self) -> float:
        """The mean number of terms of a text, 1 if the index is empty."""
        return self._statistics[1]

    @cached_property
    def _statistics(self) -> tuple[int, float]:
        number = sum(segment.rows.number for segment in self._segments)
        return number, sum(s.length() for s in self._segments) / number if number else 1.0

    def entries(self) -> Iterator[tuple[int, int, int]]:
        """Return key, document and number of terms of each text, in the order of keys."""
        for segment in self._segments:
            lengths = segment.postings.lengths
            alive = segment.rows.alive
            lengths = (lengths if alive is None else lengths[alive]).tolist()
            for (key, document), length in zip(segment.rows.entries(), lengths, strict=True):
                yield key, document, length

    def prepare(self, terms: Iterable[str]) -> None:
        """Do nothing: reading terms one by one takes no longer."""

    def frequency(self, term: str) -> int:
        """Return the number of texts with a term."""
        return self._frequencies(_hashes([term]))[0]

    def _frequencies(self, hashes: Hashes) -> list[int]:
        numbers = [0] * len(hashes)
        for segment in self._segments:
            for at, (begin, end) in enumerate(segment.places(hashes)):
                numbers[at] += len(segment.texts(begin, end)) if begin < end else 0
        return numbers

    def having(
        self, groups: Sequence[Sequence[str]], k: int, documents: Collection[int] | None = None
    ) -> list[int]:
        """Return the ``k`` lowest keys, ascending, of texts with at least one term of each group."""
        keys: list[int] = []
        hashes = [_hashes(group) for group in groups]
        for segment in self._segments if groups else []:
            texts = _texts(segment, hashes[0])
            for group in hashes[1:]:
                texts = np.intersect1d(texts, _texts(segment, group), assume_unique=True)
            if documents is not None and len(texts):
                texts = texts[segment.rows.of_documents(documents)[texts]]
            keys += segment.rows.keys[texts[: k - len(keys)]].tolist()
            if len(keys) == k:
                break
        return keys

    def documents_with(
        self, terms: Collection[str], most: int, documents: Collection[int] | None = None
    ) -> set[int]:
        """Return the documents with one of the terms; if there are more than ``most``, at least that many."""
        hashes, seen = _hashes(terms), set[int]()
        for segment in self._segments:
            seen.update(np.unique(segment.rows.documents(_texts(segment, hashes))).tolist())
            if documents is not None:
                seen.intersection_update(documents)
            if len(seen) > most:
                break
        return seen

    def search(
        self, terms: Iterable[str], k: int, documents: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return the ``k`` best keys by BM25 with their score, best first, ties by key."""
        hashes = _hashes(terms)
        weights = _weights(self._frequencies(hashes), len(self))
        # Rare terms first: a text that has only frequent ones may then be unable to reach the best.
        order = np.argsort(-weights, kind="stable")
        order = order[weights[order] > 0]
        if not len(order):
            return []
        query = _Query(hashes[order], weights[order], self.mean_length)
        hits: list[tuple[float, int]] = []
        for segment in sorted(self._segments, key=lambda each: -each.rows.number):
            mask = segment.rows.alive
            if documents is not None:
                selected = segment.rows.of_documents(documents)
                if not selected.any():
                    continue
                mask = selected if mask is None else mask & selected
            texts, scores = query.scored(segment, mask, -hits[-1][0] if len(hits) == k else 0.0)
            if len(texts) > k:
                least = np.partition(scores, len(scores) - k)[len(scores) - k]
                texts, scores = texts[scores >= least], scores[scores >= least]
            keys = segment.rows.keys[texts]
            hits += zip((-scores).tolist(), keys.tolist(), strict=True)
            hits = sorted(hits)[:k]
        return [(key, -score) for score, key in hits]


class _Query:
    """The terms of a search, the rarest first, with their weights."""

    def __init__(self, hashes: Hashes, weights: Scores, mean_length: float) -> None:
        self._hashes = hashes
        self._weights = weights
        self._fixed, self._each = np.float32(K1 * (1 - B)), np.float32(K1 * B / mean_length)
        # What each term and all later ones can add to a score at most.
        self._rest = [*np.cumsum(weights[::-1])[::-1].tolist(), 0.0]

    def scored(self, segment: LexicalSegment, mask: Mask | None, least: float) -> tuple[Integers, Scores]:
        """Return the texts of a segment that may have a score of at least ``least``, with their scores.

        Args:
            segment: The segment.
            mask: The texts that count; None for all.
            least: The score of the last of the best texts so far.
        """
        least *= 1 - _SLACK
        places = segment.places(self._hashes)
        postings = segment.postings
        scores = np.zeros(len(postings.lengths), dtype=np.float32)
        number = next(at for at, rest in enumerate(self._rest) if rest < least or at == len(places))
        parts = []
        for (begin, end), weight in zip(places[:number], self._weights, strict=False):
            if begin < end:
                texts = postings.texts[begin:end]
                scores[texts] += self._part(segment, slice(begin, end), texts, weight)
                parts.append(texts)
        if not parts:
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        bound = max(least - self._rest[number], 0.0)
        if sum(map(len, parts)) < len(scores) // _SPARSE:
            rows = np.unique(np.concatenate(parts)) if len(parts) > 1 else parts[0]
            rows = rows[scores[rows] >= bound]
        else:
            rows = np.flatnonzero(scores >= bound if bound > 0 else scores > 0)
        if mask is not None:
            rows = rows[mask[rows]]
        for (begin, end), weight in zip(places[number:], self._weights[number:], strict=True):
            if begin < end and len(rows):
                at = begin + np.searchsorted(postings.texts[begin:end], rows)
                at[at == end] = begin
                present = postings.texts[at] == rows
                chosen = rows[present]
                scores[chosen] += self._part(segment, at[present], chosen, weight)
        totals = scores[rows]
        best = totals >= least
        return rows[best].astype(np.int64), totals[best]

    def _part(
        self, segment: LexicalSegment, at: slice | Integers, texts: NDArray[Any], weight: np.float32
    ) -> Scores:
        """Return what a term adds to the scores of texts that have it."""
        counts = segment.postings.counts[at].astype(np.float32)
        lengths = segment.postings.lengths[texts].astype(np.float32)
        part: Scores = weight * (counts / (counts + (self._fixed + self._each * lengths)))
        return part


def _hashes(terms: Iterable[str]) -> Hashes:
    return np.array([hash_of(term) for term in dict.fromkeys(terms)], dtype=np.uint64)


def _weights(frequencies: Sequence[int], number: int) -> Scores:
    """Return the weights (idf) of terms; 0 of those that no text has."""
    return np.array(
        [math.log(1 + (number - each + 0.5) / (each + 0.5)) if each else 0.0 for each in frequencies],
        dtype=np.float32,
    )


def _texts(segment: LexicalSegment, hashes: Hashes) -> NDArray[Any]:
    """Return the rows of the texts that have one of the terms, ascending."""
    parts = [segment.texts(begin, end) for begin, end in segment.places(hashes) if begin < end]
    if not parts:
        return np.zeros(0, dtype=np.int64)
    return parts[0] if len(parts) == 1 else np.unique(np.concatenate(parts))
