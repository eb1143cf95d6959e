"""The lexical index of a library in a database: BM25 over the term tables, computed here."""

from __future__ import annotations

import math
import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.index.postgres import postings
from qa.index.postgres.documents import Ranges
from qa.index.postgres.postings import PASSAGES, SENTENCES, Blocks, Column, Integers, stored
from qa.index.postgres.session import Session

K1, B = 1.2, 0.75
CACHED_POSTINGS = 20_000_000
"""Entries of the term tables that a process keeps, of 16 bytes each."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What the score of a text depends on beside the text itself.

    Attributes:
        idf: The weight of each term, in the order of the terms.
        mean_length: The mean number of terms of a text.
    """

    idf: Mapping[str, float]
    mean_length: float

    @classmethod
    def of(cls, frequencies: Mapping[str, int], texts: int, mean_length: float) -> Weights:
        """Return the weights of terms by the number of texts with each, and of all texts."""
        idf = {
            term: math.log(1 + (texts - number + 0.5) / (number + 0.5))
            for term, number in frequencies.items()
        }
        return cls(idf, mean_length)


class PostingCache:
    """The rows of the term tables that were read last; they stay valid until their block changes."""

    def __init__(self) -> None:
        """Create an empty cache."""
        self._columns: OrderedDict[tuple[int, str], dict[int, tuple[int, Column]]] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def known(self, kind: int, term: str) -> dict[int, tuple[int, Column]]:
        """Return the version and the texts of each block of a term."""
        with self._lock:
            column = self._columns.get((kind, term))
            if column is None:
                return {}
            self._columns.move_to_end((kind, term))
            return column

    def put(self, kind: int, term: str, column: dict[int, tuple[int, Column]]) -> None:
        """Keep the blocks of a term, and drop the terms that were used least recently."""
        with self._lock:
            self._size += _size(column) - _size(self._columns.pop((kind, term), {}))
            self._columns[kind, term] = column
            while self._size > CACHED_POSTINGS and len(self._columns) > 1:
                self._size -= _size(self._columns.popitem(last=False)[1])


def _size(column: dict[int, tuple[int, Column]]) -> int:
    return sum(len(part.keys) + 8 for _, part in column.values())


class TermReader:
    """The columns of one generation.

    A term is nearly always asked of sentences and of passages, so both are read at once.
    """

    def __init__(self, session: Session, blocks: Sequence[Blocks], cache: PostingCache) -> None:
        """Read nothing yet.

        Args:
            session: The session whose transaction is read.
            blocks: The blocks of sentences and of passages.
            cache: The rows that earlier generations have read.
        """
        self._session = session
        self._versions = [each.versions for each in blocks]
        self._cache = cache
        self._columns: dict[tuple[int, str], Column] = {}

    def columns(self, kind: int, terms: Sequence[str]) -> list[Column]:
        """Return the texts of each term; those that are not known are read in one statement."""
        if missing := [term for term in dict.fromkeys(terms) if (kind, term) not in self._columns]:
            self._load(missing)
        return [self._columns[kind, term] for term in terms]

    def _load(self, terms: Sequence[str]) -> None:
        wanted = [(kind, term) for kind in (SENTENCES, PASSAGES) for term in terms]
        known = {key: self._cache.known(*key) for key in wanted}
        stale = {key: self._stale(key[0], blocks) for key, blocks in known.items()}
        read = self._read(stale)
        for key, blocks in known.items():
            kind, term = key
            versions = self._versions[kind]
            current = {block: entry for block, entry in blocks.items() if block in versions}
            for block in stale[key]:
                current[block] = (versions[block], read.get((kind, stored(term), block), postings.EMPTY))
            self._cache.put(kind, term, current)
            parts = [current[block][1] for block in versions if len(current[block][1].keys)]
            self._columns[key] = postings.joined(parts)

    def _stale(self, kind: int, blocks: Mapping[int, tuple[int, Column]]) -> list[int]:
        versions = self._versions[kind].items()
        return [block for block, version in versions if block not in blocks or blocks[block][0] != version]

    def _read(self, stale: Mapping[tuple[int, str], list[int]]) -> dict[tuple[int, str, int], Column]:
        """Return the rows of terms in blocks."""
        blocks = sorted({block for each in stale.values() for block in each})
        if not blocks:
            return {}
        names = sorted({stored(term) for (_, term), each in stale.items() if each})
        rows = self._session.rows(
            "SELECT kind, term, block, data FROM posting WHERE library = %s AND kind IN (0, 1) "
            "AND term = ANY(%s) AND block = ANY(%s)",
            (self._session.library, names, blocks),
            binary=True,
        )
        return {(kind, term, block): postings.unpack(data, block) for kind, term, block, data in rows}


class DatabaseTerms:
    """The terms of the sentences or passages of one generation; see `qa.index.lexical.base.LexicalIndex`."""

    def __init__(
        self, session: Session, kind: int, blocks: Blocks, reader: TermReader, ranges: Ranges
    ) -> None:
        """Take what the generation has; nothing is read yet."""
        self._session = session
        self._kind = kind
        self._blocks = blocks
        self._reader = reader
        self._ranges = ranges

    @property
    def last(self) -> int:
        """The greatest key, 0 if the index is empty."""
        return max((key for key, _ in postings.lengths(self._session, self._kind)), default=0)

    @property
    def mean_length(self) -> float:
        """The mean number of terms of a text, 1 if the index is empty."""
        return self._blocks.terms / self._blocks.texts if self._blocks.terms else 1.0

    def __len__(self) -> int:
        return self._blocks.texts

    def frequency(self, term: str) -> int:
        """Return the number of texts with a term."""
        return len(self.columns([term])[0].keys)

    def prepare(self, terms: Iterable[str]) -> None:
        """Read the texts of terms that will be asked for."""
        self.columns(sorted(set(terms)))

    @property
    def terms(self) -> int:
        """The number of terms of all texts."""
        return self._blocks.terms

    def search(
        self, terms: Iterable[str], k: int, documents: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return the ``k`` best keys by BM25 with their score, best first, ties by key."""
        wanted = sorted(set(terms))
        frequencies = {
            term: len(column.keys) for term, column in zip(wanted, self.columns(wanted), strict=True)
        }
        return self.best(Weights.of(frequencies, len(self), self.mean_length), k, documents)

    def best(self, weights: Weights, k: int, documents: Collection[int] | None) -> list[tuple[int, float]]:
        """Return the ``k`` best keys by the weights of some terms, best first, ties by key."""
        columns = zip(weights.idf.items(), self.columns(list(weights.idf)), strict=True)
        parts = [(idf, column) for (_, idf), column in columns if len(column.keys)]
        if not parts or k < 1:
            return []
        first = min(int(column.keys[0]) for _, column in parts)
        last = max(int(column.keys[-1]) for _, column in parts)
        scores = np.zeros(last - first + 1, dtype=np.float32)
        for idf, column in parts:
            scores[column.keys - first] += _scores(column, idf, weights.mean_length)
        at = np.flatnonzero(scores)
        if documents is not None:
            at = at[self._ranges.mask(self._kind, at + first, documents)]
        return [(int(key) + first, float(scores[key])) for key in _best(at, scores[at], k)]

    def having(
        self, groups: Sequence[Sequence[str]], k: int, documents: Collection[int] | None = None
    ) -> list[int]:
        """Return up to ``k`` keys, ascending, of texts with at least one term of each group."""
        self.columns(sorted({term for group in groups for term in group}))
        keys: Integers | None = None
        for group in groups:
            own = self._keys_with(group)
            keys = own if keys is None else np.intersect1d(keys, own, assume_unique=True)
        if keys is None:
            return []
        if documents is not None:
            keys = keys[self._ranges.mask(self._kind, keys, documents)]
        return [int(key) for key in keys[:k]]

    def documents_with(
        self, terms: Collection[str], most: int, documents: Collection[int] | None = None
    ) -> set[int]:
        """Return the keys of the documents with texts that have one of the terms."""
        owners = self._ranges.owners(self._kind, self._keys_with(sorted(terms)))
        return owners if documents is None else owners.intersection(documents)

    def entries(self) -> Iterator[tuple[int, int, int]]:
        """Return key, document and number of terms of each text, in the order of keys."""
        for key, length in postings.lengths(self._session, self._kind):
            yield key, self._ranges.owner(self._kind, key), length

    def columns(self, terms: Sequence[str]) -> list[Column]:
        """Return the texts of each term."""
        return self._reader.columns(self._kind, terms)

    def _keys_with(self, terms: Sequence[str]) -> Integers:
        columns = self.columns(terms)
        if len(columns) == 1:
            return columns[0].keys
        return np.unique(np.concatenate([column.keys for column in (*columns, postings.EMPTY)]))


def _scores(column: Column, idf: float, mean_length: float) -> NDArray[np.float32]:
    norm = K1 * (1 - B + B * column.lengths / mean_length)
    return (idf * (K1 + 1) * column.counts / (column.counts + norm)).astype(np.float32)


def _best(keys: Integers, scores: NDArray[np.float32], k: int) -> Integers:
    """Return the ``k`` keys with the best scores, best first, ties by key; the keys ascend."""
    if len(keys) > k:
        # Everything that ties with the last of the best stays until the order is known.
        least = np.partition(scores, len(scores) - k)[len(scores) - k]
        keys, scores = keys[scores >= least], scores[scores >= least]
    return keys[np.lexsort((keys, -scores))[:k]]
