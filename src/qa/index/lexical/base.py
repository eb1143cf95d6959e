"""Lexical indexes: what search needs of one, whatever library or database is behind it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """One text to index: its key, its document's key, its terms in order."""

    key: int
    document: int
    terms: Sequence[str]


class LexicalIndex(Protocol):
    """Texts by their terms, searched by BM25 (k1 = 1.2, b = 0.75).

    Terms come normalised (stemmed, lower case, without white space) and are compared as they are. For
    keys see `qa.index.vectors.base.VectorIndex`.
    """

    @property
    def last(self) -> int:
        """Returns the greatest key, 0 where there is none."""

    @property
    def mean_length(self) -> float:
        """Returns the mean number of terms of a text, 1 where there is none."""

    def __len__(self) -> int:
        """Returns the number of texts."""

    def add(self, entries: Iterable[Entry]) -> None:
        """Adds texts whose keys ascend and are greater than `last`; on disk when it returns."""

    def frequency(self, term: str) -> int:
        """Returns the number of texts with a term."""

    def search(
        self, terms: Iterable[str], k: int, documents: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Returns the ``k`` best keys by BM25 with their score, best first, ties by key.

        Args:
            terms: A text needs one of them; repeated ones count once.
            k: The number of results, at most.
            documents: Only texts of these, with the score that they have among all; None for all.
        """

    def having(
        self, groups: Sequence[Sequence[str]], k: int, documents: Collection[int] | None = None
    ) -> list[int]:
        """Returns up to ``k`` keys, ascending, of texts with at least one term of each group.

        None for no group.
        """

    def entries(self) -> Iterator[tuple[int, int, int]]:
        """Returns key, document and number of terms of each text, in the order of keys."""


class LexicalIndexes(Protocol):
    """A kind of lexical index: makes empty ones, opens those on disk, derives one from another."""

    def create(self, location: Path | None) -> LexicalIndex:
        """Returns an index without a text, which keeps its files under ``location``, or in memory."""

    def load(self, location: Path) -> LexicalIndex:
        """Returns the index whose files are under ``location``.

        Raises:
            ValueError, OSError, RuntimeError or EOFError: It is missing or damaged.
        """

    def derive(self, source: Path, location: Path, documents: Collection[int] | None) -> LexicalIndex:
        """Returns a new index under ``location`` with the texts of the one under ``source``.

        Args:
            source: Where the other index is.
            location: Where the new one will be.
            documents: Only texts of these, and no trace of the words of others; None for all.

        Raises:
            ValueError, OSError, RuntimeError or EOFError: The source is missing or damaged.
        """
