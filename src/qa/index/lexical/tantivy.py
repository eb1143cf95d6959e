"""Texts by their terms in a tantivy index (BM25)."""

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
"""Bytes that the writer holds before it flushes a segment."""

_ROWS = "rows.npy"
_TERMS = "terms.txt"
"""The terms of each text on a line: what an index without a removed text is made from, without reading."""

_SCHEMA = (
    tantivy.SchemaBuilder()
    .add_unsigned_field("key", fast=True)
    .add_unsigned_field("document", indexed=True)
    # Terms come stemmed from `qa.text.tokens`, each language in its own way; here they are only parted.
    .add_text_field("terms", tokenizer_name="whitespace", index_option="freq")
    .build()
)


class TantivyIndex:
    """Texts by their stemmed terms; see `qa.index.lexical.base.LexicalIndex`."""

    def __init__(self, index: tantivy.Index, rows: NDArray[np.int64], folder: Path | None) -> None:
        self._index = index
        # Key, document and length of each text, in the order of keys.
        self._rows = rows
        self._folder = folder
        self._searcher = index.searcher()
        self._links: tempfile.TemporaryDirectory[str] | None = None

    @classmethod
    def create(cls, location: Path | None) -> TantivyIndex:
        """Returns an index without a text, in a folder or in memory."""
        if location is not None:
            location.mkdir(parents=True)
        index = tantivy.Index(_SCHEMA, path=str(location) if location else None)
        return cls(index, np.zeros((0, 3), dtype=np.int64), location)

    @classmethod
    def load(cls, location: Path) -> TantivyIndex:
        """Opens what `add` wrote. Raises ValueError or OSError where it is damaged."""
        index, links = _opened(location)
        loaded = cls(index, np.load(location / _ROWS, allow_pickle=False), location)
        loaded._links = links
        if loaded._searcher.num_docs != len(loaded):
            raise ValueError(f"{location} does not belong to its rows")
        return loaded

    @classmethod
    def derive(cls, source: Path, location: Path, documents: Collection[int] | None) -> TantivyIndex:
        """Makes a second index of the same files or, written again, of the texts of some documents.

        A search index only marks what is deleted, and would keep the words. Raises ValueError or OSError
        where the source is damaged.
        """
        if documents is None:
            _link(source, location)
            return cls.load(location)
        rows = np.load(source / _ROWS, allow_pickle=False)
        kept = np.isin(rows[:, 1], np.fromiter(documents, dtype=np.int64, count=len(documents)))
        with (source / _TERMS).open(encoding="utf-8", newline="\n") as lines:
            entries = (
                Entry(int(row[0]), int(row[1]), line[:-1].split(" ") if len(line) > 1 else ())
                for row, keep, line in zip(rows, kept, lines, strict=True)
                if keep
            )
            derived = cls.create(location)
            derived.add(entries)
        return derived

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def last(self) -> int:
        """Returns the greatest key, 0 where there is none."""
        return int(self._rows[-1, 0]) if len(self) else 0

    @property
    def mean_length(self) -> float:
        """Returns the mean number of terms of a text, 1 where there is none."""
        return float(self._rows[:, 2].mean()) if len(self) else 1.0

    def add(self, entries: Iterable[Entry]) -> None:
        """Adds texts whose keys are greater than any there; one commit."""
        folder = self._folder
        # One thread: the same texts make the same segments, and so the same order among equals.
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
            # Replaced, never written into: the file may be shared with the generation before.
            fresh = folder / f"new-{_ROWS}"
            np.save(fresh, self._rows)
            fresh.replace(folder / _ROWS)
        self._index.reload()
        self._searcher = self._index.searcher()

    def entries(self) -> Iterator[tuple[int, int, int]]:
        """Returns key, document and number of terms of each text, in the order of keys."""
        return ((key, document, length) for key, document, length in self._rows.tolist())

    def frequency(self, term: str) -> int:
        """Returns the number of texts with a term."""
        return int(self._searcher.doc_freq("terms", term))

    def having(
        self, groups: Sequence[Sequence[str]], k: int, documents: Collection[int] | None = None
    ) -> list[int]:
        """Returns up to ``k`` keys, ascending, of texts with at least one term of each group."""
        must = [
            tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Should, tantivy.Query.term_query(_SCHEMA, "terms", term, "freq"))
                    for term in group
                ]
            )
            for group in groups
        ]
        if documents is not None:
            must.append(tantivy.Query.term_set_query(_SCHEMA, "document", sorted(documents)))
        if not groups or not len(self):
            return []
        query = tantivy.Query.boolean_query([(tantivy.Occur.Must, each) for each in must])
        hits = self._searcher.search(query, k, count=False).hits
        keys = self._searcher.fast_field_values("key", [address for _, address in hits])
        return sorted(int(key or 0) for key in keys)

    def search(
        self, terms: Iterable[str], k: int, documents: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        """Returns the ``k`` best keys by BM25 with their score, best first, ties by key."""
        should = [
            (tantivy.Occur.Should, tantivy.Query.term_query(_SCHEMA, "terms", term, "freq"))
            for term in dict.fromkeys(terms)
        ]
        if not should or not len(self):
            return []
        query = tantivy.Query.boolean_query(should)
        if documents is not None:
            within = tantivy.Query.term_set_query(_SCHEMA, "document", sorted(documents))
            query = tantivy.Query.boolean_query(
                [
                    (tantivy.Occur.Must, query),
                    (tantivy.Occur.Must, tantivy.Query.const_score_query(within, 0.0)),
                ]
            )
        hits = self._searcher.search(query, k, count=False).hits
        keys = self._searcher.fast_field_values("key", [address for _, address in hits])
        return sorted(
            ((int(key or 0), float(score)) for key, (score, _) in zip(keys, hits, strict=True)),
            key=lambda hit: (-hit[1], hit[0]),
        )


def _link(source: Path, target: Path) -> None:
    """Makes a folder of the same files, without their bytes: segments are never altered."""
    target.mkdir(parents=True)
    for file in source.iterdir():
        if not file.name.endswith(".lock"):
            os.link(file, target / file.name)


def _opened(folder: Path) -> tuple[tantivy.Index, tempfile.TemporaryDirectory[str] | None]:
    """Open an index, also in a read-only folder; the second goes when the index does."""
    try:
        return tantivy.Index.open(str(folder)), None
    except ValueError as error:
        if "Lockfile" not in str(error):
            raise
    # Even a reader writes a lock beside the files: beside links to them it can.
    links = tempfile.TemporaryDirectory(prefix="qa-", ignore_cleanup_errors=True)
    for file in folder.iterdir():
        if not file.name.endswith(".lock"):
            Path(links.name, file.name).symlink_to(file.resolve())
    return tantivy.Index.open(links.name), links


@contextmanager
def _terms(folder: Path | None) -> Iterator[TextIO | None]:
    """The file of terms to go on writing, which replaces the one that was there when all are written."""
    if folder is None:
        yield None
        return
    fresh, path = folder / f"new-{_TERMS}", folder / _TERMS
    if path.exists():
        shutil.copyfile(path, fresh)
    with fresh.open("a", encoding="utf-8", newline="\n") as lines:
        yield lines
    fresh.replace(path)
