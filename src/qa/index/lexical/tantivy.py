"""A lexical index with tantivy (BM25)."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import numpy as np
import tantivy
from numpy.typing import NDArray

from qa.index.lexical.base import Entry

HEAP = 64 << 20
"""Bytes that the writer buffers before it writes a segment."""

_ROUND = 64
"""Number of texts in one round of a search for documents."""
_ROWS = "rows.npy"
_TERMS = "terms.txt"
"""A file with the terms of each text on a line. An index without removed texts is built from it."""

_SCHEMA = (
    tantivy.SchemaBuilder()
    .add_unsigned_field("key", fast=True)
    .add_unsigned_field("document", indexed=True)
    # `qa.text.tokens` has already stemmed the terms by language, so they are only split here.
    .add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    .build()
)


class TantivyIndex:
    """Texts by their terms; see `qa.index.lexical.base.LexicalIndex`."""

    def __init__(self, index: tantivy.Index, rows: NDArray[np.int64], folder: Path | None) -> None:
        self._index = index
        # Key, document and length of each text, in the order of keys.
        self._rows = rows
        self._folder = folder
        self._searcher = index.searcher()
        self._links: tempfile.TemporaryDirectory[str] | None = None

    @classmethod
    def create(cls, location: Path | None) -> TantivyIndex:
        """Create an empty index in a folder, or in memory for None."""
        if location is not None:
            location.mkdir(parents=True)
        index = tantivy.Index(_SCHEMA, path=str(location) if location else None)
        return cls(index, np.zeros((0, 3), dtype=np.int64), location)

    @classmethod
    def load(cls, location: Path) -> TantivyIndex:
        """Load an index that `add` wrote.

        Raises:
            ValueError or OSError: It is missing or damaged.
        """
        index, links = _opened(location)
        loaded = cls(index, np.load(location / _ROWS, allow_pickle=False), location)
        loaded._links = links
        if loaded._searcher.num_docs != len(loaded):
            raise ValueError(f"{location} does not belong to its rows")
        return loaded

    @classmethod
    def derive(cls, source: Path, location: Path, documents: Collection[int] | None) -> TantivyIndex:
        """Create an index that shares the files of another or, for some documents, is built from its terms.

        It is built again because tantivy only marks deleted texts and would keep their words.

        Raises:
            ValueError or OSError: The source is missing or damaged.
        """
        if documents is None:
            _link(source, location)
            return cls.load(location)
        rows = np.load(source / _ROWS, allow_pickle=False)
        mask = np.isin(rows[:, 1], np.fromiter(documents, dtype=np.int64, count=len(documents)))
        with (source / _TERMS).open(encoding="utf-8", newline="\n") as lines:
            entries = (
                Entry(int(row[0]), int(row[1]), line[:-1].split(" ") if len(line) > 1 else ())
                for row, keep, line in zip(rows, mask, lines, strict=True)
                if keep
            )
            derived = cls.create(location)
            derived.add(entries)
        return derived

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def last(self) -> int:
        """The greatest key, 0 if the index is empty."""
        return int(self._rows[-1, 0]) if len(self) else 0

    @property
    def mean_length(self) -> float:
        """The mean number of terms of a text, 1 if the index is empty."""
        return float(self._rows[:, 2].mean()) if len(self) else 1.0

    def add(self, entries: Iterable[Entry]) -> None:
        """Add texts whose keys ascend and are greater than `last`, in one commit."""
        folder = self._folder
        # With one thread, the same texts make the same segments and the same order of ties.
        writer = self._index.writer(HEAP, 1)
        rows: list[tuple[int, int, int]] = []
        with _terms(folder) as lines:
            for entry in entries:
                text = " ".join(entry.terms)
                document = tantivy.Document()
                document.add_unsigned("key", entry.key)
                document.add_unsigned("document", entry.document)
                document.add_text("terms", text)
                writer.add_document(document)
                rows.append((entry.key, entry.document, len(entry.terms)))
                if lines is not None:
                    lines.write(text + "\n")
        writer.commit()
        writer.wait_merging_threads()
        self._rows = np.concatenate([self._rows, np.array(rows, dtype=np.int64).reshape(-1, 3)])
        if folder is not None:
            # Replaced and never changed in place: the earlier generation may share the file.
            fresh = folder / f"new-{_ROWS}"
            np.save(fresh, self._rows)
            fresh.replace(folder / _ROWS)
        self._index.reload()
        self._searcher = self._index.searcher()

    def entries(self) -> Iterator[tuple[int, int, int]]:
        """Return key, document and number of terms of each text, in the order of keys."""
        return ((key, document, length) for key, document, length in self._rows.tolist())

    def frequency(self, term: str) -> int:
        """Return the number of texts with a term."""
        return int(self._searcher.doc_freq("terms", term))

    def having(
        self, groups: Sequence[Sequence[str]], k: int, documents: Collection[int] | None = None
    ) -> list[int]:
        """Return up to ``k`` keys, ascending, of texts with at least one term of each group."""
        required = [
            tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Should, tantivy.Query.term_query(_SCHEMA, "terms", term, "freq"))
                    for term in group
                ]
            )
            for group in groups
        ]
        if documents is not None:
            required.append(tantivy.Query.term_set_query(_SCHEMA, "document", sorted(documents)))
        if not groups or not len(self):
            return []
        query = tantivy.Query.boolean_query([(tantivy.Occur.Must, part) for part in required])
        hits = self._searcher.search(query, k, count=False).hits
        keys = self._searcher.fast_field_values("key", [address for _, address in hits])
        return sorted(int(key or 0) for key in keys)

    def documents_with(
        self, terms: Collection[str], most: int, documents: Collection[int] | None = None
    ) -> set[int]:
        """Return the documents with one of the terms; if there are more than ``most``, at least that many."""
        seen: set[int] = set()
        having_one = tantivy.Query.boolean_query(
            [
                (tantivy.Occur.Should, tantivy.Query.term_query(_SCHEMA, "terms", term, "freq"))
                for term in terms
            ]
        )
        required = [(tantivy.Occur.Must, having_one)]
        if documents is not None:
            selected = tantivy.Query.term_set_query(_SCHEMA, "document", sorted(documents))
            required.append((tantivy.Occur.Must, selected))
        while len(self) and len(seen) <= most:
            # A long document has many of the best texts: each round leaves out the documents seen so far.
            before = tantivy.Query.term_set_query(_SCHEMA, "document", sorted(seen))
            query = tantivy.Query.boolean_query([*required, (tantivy.Occur.MustNot, before)])
            hits = self._searcher.search(query, _ROUND, count=False).hits
            if not hits:
                break
            keys = self._searcher.fast_field_values("key", [address for _, address in hits])
            places = np.searchsorted(self._rows[:, 0], np.array(keys, dtype=np.int64))
            seen.update(self._rows[places, 1].tolist())
        return seen

    def search(
        self, terms: Iterable[str], k: int, documents: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Return the ``k`` best keys by BM25 with their score, best first, ties by key."""
        optional = [
            (tantivy.Occur.Should, tantivy.Query.term_query(_SCHEMA, "terms", term, "freq"))
            for term in dict.fromkeys(terms)
        ]
        if not optional or not len(self):
            return []
        query = tantivy.Query.boolean_query(optional)
        if documents is not None:
            selected = tantivy.Query.term_set_query(_SCHEMA, "document", sorted(documents))
            query = tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Must, query),
                    (tantivy.Occur.Must, tantivy.Query.const_score_query(selected, 0.0)),
                ]
            )
        hits = self._searcher.search(query, k, count=False).hits
        keys = self._searcher.fast_field_values("key", [address for _, address in hits])
        return sorted(
            ((int(key or 0), float(score)) for key, (score, _) in zip(keys, hits, strict=True)),
            key=lambda hit: (-hit[1], hit[0]),
        )


def _link(source: Path, target: Path) -> None:
    """Create a folder with hard links to the same files, since segments never change."""
    target.mkdir(parents=True)
    for file in source.iterdir():
        if not file.name.endswith(".lock"):
            os.link(file, target / file.name)


def _opened(folder: Path) -> tuple[tantivy.Index, tempfile.TemporaryDirectory[str] | None]:
    """Open an index, also in a read-only folder.

    Returns:
        The index, and a temporary folder that must exist as long as the index, or None.
    """
    try:
        return tantivy.Index.open(str(folder)), None
    except ValueError as error:
        if "Lockfile" not in str(error):
            raise
    # Even a reader writes a lock file beside the files. In a folder with links to them it can.
    links = tempfile.TemporaryDirectory(prefix="qa-", ignore_cleanup_errors=True)
    for file in folder.iterdir():
        if not file.name.endswith(".lock"):
            Path(links.name, file.name).symlink_to(file.resolve())
    return tantivy.Index.open(links.name), links


@contextmanager
def _terms(folder: Path | None) -> Iterator[TextIO | None]:
    """Open a copy of the file of terms for appending, and replace the file with it at the end.

    Yields:
        The copy; None for an index in memory.
    """
    if folder is None:
        yield None
        return
    fresh, path = folder / f"new-{_TERMS}", folder / _TERMS
    if path.exists():
        shutil.copyfile(path, fresh)
    with fresh.open("a", encoding="utf-8", newline="\n") as lines:
        yield lines
    fresh.replace(path)
