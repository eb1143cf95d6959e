"""The search indexes of a library in a database, with the texts of their tests; each has its own library."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from postgres_server import url_of

from qa.encoders import Vectors
from qa.index.lexical.base import Entry
from qa.index.postgres import postings
from qa.index.postgres.address import Address
from qa.index.postgres.connections import Vector
from qa.index.postgres.location import Database
from qa.index.postgres.store import PostgresStore

_NUMBERS = count()


class _Library:
    """A library whose rows are written with the keys of a test."""

    part: str

    def __init__(self, dimension: int) -> None:
        url = url_of(Path(f"indexes/{next(_NUMBERS)}"))
        Database.at(url).create({"dimension": str(dimension)})
        self.store = PostgresStore(Address.parse(url), Path(), writable=True)
        with self.store.writing():
            self.store.put_file("file:///a", "", 0, 0, "", "")

    @classmethod
    def load(cls, location: Path) -> Any:
        pytest.skip("the index of a database is not in a file")

    def add_texts(self, texts: Iterable[tuple[int, int, Vectors | None]]) -> None:
        """Add texts, each with its key and its document, as one sentence of one passage."""
        store = self.store
        for key, document, vector in texts:
            row = (store.library, document, str(document), *["x"] * 4, key, key, key, key)
            store.change(
                "INSERT INTO document VALUES (%s, %s, %s, 1, %s, %s, NULL, %s, %s, '{}', '[]', '[]', '[]', "
                "'[]', '[]', 1, 0, %s, %s, %s, %s) ON CONFLICT (library, id) DO UPDATE "
                "SET last_passage = excluded.last_passage, last_sentence = excluded.last_sentence",
                row,
            )
            number = store.count("last_vector", 1)
            data = Vector(vector) if vector is not None else "[1]"
            own = str(number).encode()
            store.change("INSERT INTO vector VALUES (%s, %s, %s, %s)", (store.library, number, own, data))
            values = (store.library, key, document, number)
            store.change("INSERT INTO passage VALUES (%s, %s, %s, 0, 1, '[]', 'x', '{}', %s)", values)
            store.change(
                "INSERT INTO sentence VALUES (%s, %s, %s, %s, 0, 1, %s)",
                (store.library, key, key, document, number),
            )
            store.count("sentences", 1)
            store.count("passages", 1)

    def call(self, name: str, *arguments: Any) -> Any:
        with self.store.reading() as generation:
            index = getattr(self.store.search_indexes(generation), self.part)
            attribute = getattr(index, name)
            result = attribute(*arguments) if isinstance(attribute, Callable) else attribute  # type: ignore[arg-type]
            return list(result) if isinstance(result, Iterator) else result

    @property
    def last(self) -> int:
        return self.call("last")

    def __len__(self) -> int:
        return self.call("__len__")

    def search(self, query: Any, k: int, documents: Collection[int] | None = None) -> list[tuple[int, float]]:
        return self.call("search", query, k, documents)

    def entries(self) -> Iterator[Any]:
        return iter(self.call("entries"))


class PostgresVectors(_Library):
    """A vector index, see `qa.index.vectors.base.VectorIndex`."""

    part = "sentences"

    @classmethod
    def create(cls, dimension: int) -> PostgresVectors:
        return cls(dimension)

    @property
    def dimension(self) -> int:
        return self.call("dimension")

    def add(self, keys: Sequence[int], documents: Sequence[int], vectors: Vectors) -> None:
        with self.store.writing():
            self.add_texts(zip(keys, documents, vectors, strict=True))

    def keep(self, documents: Collection[int]) -> None:
        with self.store.writing():
            gone = set(self.store.document_keys().values()) - set(documents)
            self.store.remove_documents(str(document) for document in gone)

    def purge(self) -> None:
        pass

    def similarities(self, query: Vectors, keys: Sequence[int]) -> Vectors:
        return self.call("similarities", query, keys)

    def vectors(self, keys: Sequence[int]) -> Vectors:
        return self.call("vectors", keys)

    def save(self, location: Path) -> None:
        pytest.skip("the index of a database is not in a file")


class PostgresTerms(_Library):
    """A lexical index, see `qa.index.lexical.base.LexicalIndex`."""

    part = "sentence_terms"

    @classmethod
    def create(cls, location: Path | None) -> PostgresTerms:
        if location is not None:
            pytest.skip("the index of a database is not in a file")
        return cls(1)

    @property
    def mean_length(self) -> float:
        return self.call("mean_length")

    def add(self, entries: Iterable[Entry]) -> None:
        texts = list(entries)
        with self.store.writing():
            self.add_texts((entry.key, entry.document, None) for entry in texts)
            postings.add(self.store, postings.SENTENCES, texts)

    def prepare(self, terms: Iterable[str]) -> None:
        self.call("prepare", terms)

    def frequency(self, term: str) -> int:
        return self.call("frequency", term)

    def having(
        self, groups: Sequence[Sequence[str]], k: int, documents: Collection[int] | None = None
    ) -> list[int]:
        return self.call("having", groups, k, documents)

    def documents_with(
        self, terms: Collection[str], most: int, documents: Collection[int] | None = None
    ) -> set[int]:
        return self.call("documents_with", terms, most, documents)
