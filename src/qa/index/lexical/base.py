"""The protocol for lexical indexes, which any library or database can implement."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Entry:
    """A text to index.

    Attributes:
        key: Its key.
        document: The key of its document.
        terms: Its terms in order.
    """

    key: int
    document: int
    terms: Sequence[str]


class LexicalIndex(Protocol):
    """Texts by their terms, searched by BM25 (k1 = 1.2, b = 0.75).

    Terms are already normalised (stemmed, lower case, without white space) and are compared as they are. For
    keys, see `qa.index.vectors.base.VectorIndex`.
    """

    @property
    def last(self) -> int:
        """The greatest key, 0 if the index is empty."""

    @property
    def mean_length(self) -> float:
        """The mean number of terms of a text, 1 if the index is empty."""

    def __len__(self) -> int:
        """Return the number of texts."""

    def prepare(self, terms: Iterable[str]) -> None:
        """Get ready for terms that the next calls are about; an index may read them together."""

    def frequency(self, term: str) -> int:
        """Return the number of texts with a term."""

    def search(
        self, terms: Iterable[str], k: int, documents: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return the ``k`` best keys by BM25 with their score, best first, ties by key.

        Args:
            terms: A text must contain at least one of them. Repeated terms count once.
            k: The number of results, at most.
            documents: Keys of the documents to search; None for all. Scores are those among all documents.
        """

    def having(
        self, groups: Sequence[Sequence[str]], k: int, documents: Collection[int] | None = None
    ) -> list[int]:
        """Return up to ``k`` keys, ascending, of texts with at least one term of each group.

        Without a group, the result is empty.
        """

    def documents_with(
        self, terms: Collection[str], most: int, documents: Collection[int] | None = None
    ) -> set[int]:
        """Return the keys of the documents with texts that have one of the terms.

        The result is complete if it has at most ``most`` documents; otherwise there are more than ``most``.

        Args:
            terms: The terms.
            most: The number of documents beyond which the search may stop.
            documents: Keys of the documents to search; None for all.
        """

    def entries(self) -> Iterator[tuple[int, int, int]]:
        """Return key, document and number of terms of each text, in the order of keys."""


class WritableLexicalIndex(LexicalIndex, Protocol):
    """A lexical index in memory or files, as the writer of an index changes it."""

    def add(self, entries: Iterable[Entry]) -> None:
        """Add texts whose keys ascend and are greater than `last`. They are on the disk when it returns."""


class LexicalIndexes(Protocol):
    """A kind of lexical index, which creates, loads and derives indexes."""

    def create(self, location: Path | None) -> WritableLexicalIndex:
        """Create an empty index with its files under ``location``, or in memory for None."""

    def load(self, location: Path) -> WritableLexicalIndex:
        """Load the index whose files are under ``location``.

        Raises:
            ValueError, OSError, RuntimeError or EOFError: It is missing or damaged.
        """

    def derive(
        self, source: Path, location: Path, documents: Collection[int] | None, *, purge: bool = True
    ) -> WritableLexicalIndex:
        """Create an index under ``location`` with the texts of the index under ``source``.

        Args:
            source: The location of the other index.
            location: The location of the new index.
            documents: Keys of the documents to copy; None for all.
            purge: Whether no trace of the words of others may stay in the files.

        Raises:
            ValueError, OSError, RuntimeError or EOFError: The source is missing or damaged.
        """
