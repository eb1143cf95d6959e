"""A segment of a lexical index: for each term the texts that have it, and how often.

A term is stored as a hash of 64 bits. Two of a million terms have the same hash in one library of 40 million.
"""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.index import columns
from qa.index.columns import narrow
from qa.index.lexical.base import Entry
from qa.index.segments import Integers, Listed, Rows, link, new_name

_EXTENSION = ".terms"
Hashes = NDArray[np.uint64]


@lru_cache(maxsize=10_000)
def hash_of(term: str) -> int:
    """Return the hash of a term, the same in every process."""
    digest = hashlib.blake2b(term.encode(errors="surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest, "little")


@dataclass(frozen=True, eq=False)
class Postings:
    """The texts of each term.

    Attributes:
        terms: The hashes of the terms, ascending.
        starts: The first posting of each term, and then the number of postings.
        texts: The row of a text, for each posting; ascending for each term.
        counts: How often the text has the term.
        lengths: The number of terms of each text.
    """

    terms: Hashes
    starts: Integers
    texts: NDArray[Any]
    counts: NDArray[Any]
    lengths: NDArray[Any]

    @classmethod
    def of(cls, terms: Hashes, ids: NDArray[Any], texts: NDArray[Any], lengths: Integers) -> Postings:
        """Return the postings of occurrences.

        Args:
            terms: The hashes of terms, in any order.
            ids: The number of a term, for each occurrence.
            texts: The row of its text.
            lengths: The number of terms of each text.
        """
        order = np.argsort(terms)
        rank = np.empty(len(terms), dtype=np.int64)
        rank[order] = np.arange(len(terms))
        number = max(1, len(lengths))
        pairs, counts = np.unique(rank[ids] * number + texts, return_counts=True)
        starts = np.searchsorted(pairs, np.arange(len(terms) + 1) * number)
        return cls(terms[order], starts, narrow(pairs % number), narrow(counts), narrow(lengths))

    def columns(self) -> columns.Arrays:
        """Return the columns to write."""
        return {
            "terms": self.terms,
            "firsts": narrow(self.starts),
            "texts": self.texts,
            "counts": self.counts,
            "lengths": self.lengths,
        }


@dataclass(frozen=True, eq=False)
class LexicalSegment:
    """Texts by their terms.

    Attributes:
        rows: Keys and documents.
        postings: The texts of each term.
        name: The name of the file.
        folder: Where the file is; None if the segment is in memory only.
    """

    rows: Rows
    postings: Postings
    name: str
    folder: Path | None = None

    @classmethod
    def of(cls, entries: Sequence[Entry]) -> LexicalSegment:
        """Return a segment of texts in memory."""
        numbers: dict[str, int] = {}
        ids = array("q")
        for entry in entries:
            ids.extend(numbers.setdefault(term, len(numbers)) for term in entry.terms)
        lengths = np.array([len(entry.terms) for entry in entries], dtype=np.int64)
        keys = np.array([entry.key for entry in entries], dtype=np.int64)
        documents = np.array([entry.document for entry in entries], dtype=np.int64)
        terms = np.fromiter(map(hash_of, numbers), dtype=np.uint64, count=len(numbers))
        texts = np.repeat(np.arange(len(entries)), lengths)
        postings = Postings.of(terms, np.frombuffer(ids, dtype=np.int64), texts, lengths)
        return cls(Rows.of(keys, documents), postings, new_name())

    @classmethod
    def load(cls, folder: Path, listed: Listed) -> LexicalSegment:
        """Load a segment. Its postings stay in the file.

        Raises:
            ValueError, OSError or KeyError: It is missing or damaged.
        """
        arrays = columns.read(folder / (listed.name + _EXTENSION))
        rows = Rows.read(arrays).without(listed.removed)
        postings = Postings(*(arrays[name] for name in ("terms", "firsts", "texts", "counts", "lengths")))
        if len(postings.lengths) != len(rows.keys) or postings.starts[-1] != len(postings.texts):
            raise ValueError(f"the columns of {listed.name}{_EXTENSION} in {folder} do not belong together")
        return cls(rows, postings, listed.name, folder)

    def save(self, folder: Path) -> None:
        """Write the file to a folder, or share it if it is already written."""
        path = folder / (self.name + _EXTENSION)
        if self.folder is None:
            columns.write(path, {**self.rows.columns(), **self.postings.columns()})
        elif self.folder != folder:
            link(self.folder / path.name, path)

    def delete(self) -> None:
        """Delete the file; what is loaded stays readable."""
        if self.folder is not None:
            (self.folder / (self.name + _EXTENSION)).unlink()

    def keep(self, documents: Integers) -> LexicalSegment:
        """Return the segment without the rows whose document is not among these, which ascend."""
        gone = self.rows.gone(documents)
        return self if gone <= self.rows.removed else replace(self, rows=self.rows.without(gone))

    def places(self, hashes: Hashes) -> list[tuple[int, int]]:
        """Return the first posting of each term and the one after its last; the same for unknown terms."""
        terms = self.postings.terms
        if not len(terms):
            return [(0, 0)] * len(hashes)
        at = np.minimum(np.searchsorted(terms, hashes), len(terms) - 1)
        known = terms[at] == hashes
        begins = self.postings.starts[at]
        ends = np.where(known, self.postings.starts[at + 1], begins)
        return list(zip(begins.tolist(), ends.tolist(), strict=True))

    def texts(self, begin: int, end: int) -> NDArray[Any]:
        """Return the rows of postings that count."""
        texts = self.postings.texts[begin:end]
        return texts if self.rows.alive is None else texts[self.rows.alive[texts]]

    def length(self) -> int:
        """Return the number of terms of all texts that count."""
        lengths = self.postings.lengths
        return int((lengths if self.rows.alive is None else lengths[self.rows.alive]).sum(dtype=np.int64))


def merged(segments: Sequence[LexicalSegment], most: int) -> list[LexicalSegment]:
    """Return the rows of neighbouring segments that count, in segments of about so many rows.

    A segment is the unit of merging: it is never cut, so the result may have more rows.
    """
    groups: list[list[LexicalSegment]] = [[]]
    for segment in segments:
        if groups[-1] and sum(s.rows.number for s in groups[-1]) + segment.rows.number > most:
            groups.append([])
        groups[-1].append(segment)
    return [_merged(group) for group in groups]


def _merged(segments: Sequence[LexicalSegment]) -> LexicalSegment:
    keys, documents, lengths, ids, texts, counts = [], [], [], [], [], []
    terms = np.unique(np.concatenate([segment.postings.terms for segment in segments]))
    number = 0
    for segment in segments:
        rows, postings = segment.rows, segment.postings
        alive = np.ones(len(rows.keys), dtype=np.bool_) if rows.alive is None else rows.alive
        chosen = alive[postings.texts]
        own = np.searchsorted(terms, postings.terms)
        starts = postings.starts.astype(np.int64)
        ids.append(np.repeat(own, starts[1:] - starts[:-1])[chosen])
        texts.append((np.cumsum(alive) - 1 + number)[postings.texts[chosen]])
        counts.append(postings.counts[chosen])
        keys.append(rows.keys[alive])
        documents.append(rows.documents()[alive])
        lengths.append(postings.lengths[alive])
        number += rows.number
    every = np.concatenate(ids)
    # Stable, so that the texts of a term still ascend.
    order = np.argsort(every, kind="stable")
    present, numbers = np.unique(every, return_counts=True)
    merged_postings = Postings(
        terms[present],
        np.concatenate([[0], np.cumsum(numbers)]).astype(np.int64),
        narrow(np.concatenate(texts)[order]),
        np.concatenate(counts)[order],
        np.concatenate(lengths),
    )
    return LexicalSegment(
        Rows.of(np.concatenate(keys), np.concatenate(documents)), merged_postings, new_name()
    )


def segments_of(entries: Iterable[Entry], most: int) -> list[LexicalSegment]:
    """Return segments of at most so many texts."""
    segments, part = [], list[Entry]()
    for entry in entries:
        part.append(entry)
        if len(part) == most:
            segments.append(LexicalSegment.of(part))
            part = []
    if part:
        segments.append(LexicalSegment.of(part))
    return segments
