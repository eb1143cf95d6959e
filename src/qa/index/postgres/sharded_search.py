"""The search indexes of a library over several databases: candidates of each, in one order."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from heapq import merge
from typing import Generic, TypeVar

import numpy as np

from qa.encoders import Vectors
from qa.index.postgres.sharding import BITS, Keys
from qa.index.postgres.terms import DatabaseTerms, Weights
from qa.index.postgres.vectors import DatabaseVectors, Hits

Part = TypeVar("Part", DatabaseTerms, DatabaseVectors)
Result = TypeVar("Result")
Parallel = Callable[[Callable[[int], object]], dict[int, object]]
"""Calls a function with the number of each database that is read, all at once; returns the results."""


class _Sharded(Generic[Part]):
    """What both kinds of indexes share."""

    def __init__(self, parts: dict[int, Part], keys: Keys, parallel: Parallel) -> None:
        self._parts: dict[int, Part] = parts
        self._keys = keys
        self._parallel = parallel

    @property
    def last(self) -> int:
        """The greatest key, 0 if the index is empty."""
        lasts = ((part.last, shard) for shard, part in self._parts.items())
        return max((self._keys.outer(last, shard) for last, shard in lasts if last), default=0)

    def __len__(self) -> int:
        return sum(len(part) for part in self._parts.values())

    def _each(
        self, call: Callable[[Part, list[int] | None], Result], documents: Collection[int] | None
    ) -> dict[int, Result]:
        """Call a function with each part and the chosen documents in it; without parts that have none."""
        chosen = None if documents is None else self._keys.split(documents)
        parts = {shard: part for shard, part in self._parts.items() if chosen is None or shard in chosen}

        def run(shard: int) -> object:
            return call(parts[shard], None if chosen is None else chosen[shard]) if shard in parts else None

        results = self._parallel(run)
        return {shard: results[shard] for shard in parts}  # type: ignore[misc]

    def _merged(self, hits: dict[int, Hits], k: int) -> Hits:
        """Return the best hits of all databases, best first, ties by key."""
        every = [(self._keys.outer(key, shard), score) for shard, each in hits.items() for key, score in each]
        return sorted(every, key=lambda hit: (-hit[1], hit[0]))[:k]

    def _in_order(self, entries: Callable[[Part], Iterator[tuple[int, ...]]]) -> Iterator[tuple[int, ...]]:
        """Yield the entries of all databases in the order of their keys; key and document come first."""

        def outer(shard: int, part: Part) -> Iterator[tuple[int, ...]]:
            for key, document, *rest in entries(part):
                yield (self._keys.outer(key, shard), self._keys.outer(document, shard), *rest)

        return merge(*(outer(shard, part) for shard, part in self._parts.items()))


class ShardedVectors(_Sharded[DatabaseVectors]):
    """A vector index over several databases; see `qa.index.vectors.base.VectorIndex`."""

    @property
    def dimension(self) -> int:
        """The number of components of a vector."""
        dimension: int = next(iter(self._parts.values())).dimension
        return dimension

    def search(self, query: Vectors, k: int, documents: Collection[int] | None = None) -> Hits:
        """Return the ``k`` nearest keys with their similarity, best first, ties by key."""
        return self._merged(self._each(lambda part, chosen: part.search(query, k, chosen), documents), k)

    def similarities(self, query: Vectors, keys: Sequence[int]) -> Vectors:
        """Return the cosine similarity of each key's vector, in the order of ``keys``."""
        values = np.empty(len(keys), dtype=np.float32)
        self._fill(values, keys, lambda part, inner: part.similarities(query, inner))
        return values

    def vectors(self, keys: Sequence[int]) -> Vectors:
        """Return the vectors of keys, shape ``(len(keys), dimension)``, bit by bit as they were added."""
        values = np.empty((len(keys), self.dimension), dtype=np.float32)
        self._fill(values, keys, lambda part, inner: part.vectors(inner))
        return values

    def _fill(
        self, values: Vectors, keys: Sequence[int], of: Callable[[DatabaseVectors, list[int]], Vectors]
    ) -> None:
        if not len(keys):
            return
        every = np.asarray(keys, dtype=np.int64)
        shards = every >> BITS
        parts = self._each(lambda part, inner: of(part, inner or []), [int(key) for key in every])
        if missing := set(shards.tolist()) - parts.keys():
            raise KeyError(f"a key of database {min(missing)}")
        for shard, part in parts.items():
            values[shards == shard] = part

    def entries(self) -> Iterator[tuple[int, int]]:
        """Return key and document of each vector, in the order of keys."""
        return ((key, document) for key, document in self._in_order(DatabaseVectors.entries))


class ShardedTerms(_Sharded[DatabaseTerms]):
    """A lexical index over several databases: frequencies and lengths are those of all.

    See `qa.index.lexical.base.LexicalIndex`.
    """

    @property
    def mean_length(self) -> float:
        """The mean number of terms of a text, 1 if the index is empty."""
        number = sum(part.terms for part in self._parts.values())
        return number / len(self) if number else 1.0

    def prepare(self, terms: Iterable[str]) -> None:
        """Read the texts of terms that will be asked for."""
        wanted = sorted(set(terms))
        self._each(lambda part, _: part.prepare(wanted), None)

    def frequency(self, term: str) -> int:
        """Return the number of texts with a term."""
        return sum(part.frequency(term) for part in self._parts.values())

    def search(self, terms: Iterable[str], k: int, documents: Collection[int] | None = None) -> Hits:
        """Return the ``k`` best keys by BM25 with their score, best first, ties by key."""
        wanted = sorted(set(terms))
        self.prepare(wanted)
        weights = Weights.of({term: self.frequency(term) for term in wanted}, len(self), self.mean_length)
        return self._merged(self._each(lambda part, chosen: part.best(weights, k, chosen), documents), k)

    def having(
        self, groups: Sequence[Sequence[str]], k: int, documents: Collection[int] | None = None
    ) -> list[int]:
        """Return up to ``k`` keys, ascending, of texts with at least one term of each group."""
        parts = self._each(lambda part, chosen: part.having(groups, k, chosen), documents)
        return sorted(self._keys.outer(key, shard) for shard, each in parts.items() for key in each)[:k]

    def documents_with(
        self, terms: Collection[str], most: int, documents: Collection[int] | None = None
    ) -> set[int]:
        """Return the keys of the documents with texts that have one of the terms."""
        parts = self._each(lambda part, chosen: part.documents_with(terms, most, chosen), documents)
        return {self._keys.outer(key, shard) for shard, each in parts.items() for key in each}

    def entries(self) -> Iterator[tuple[int, int, int]]:
        """Return key, document and number of terms of each text, in the order of keys."""
        entries = self._in_order(DatabaseTerms.entries)
        return ((key, document, length) for key, document, length in entries)
