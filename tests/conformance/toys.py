"""A second implementation of each protocol, as small as possible, with numpy arrays and dictionaries."""

from __future__ import annotations

import json
import math
import re
import zlib
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np

from qa.encoders import Vectors
from qa.errors import StoreError
from qa.index.lexical.base import Entry
from qa.index.stores.base import Catalogue
from qa.index.stores.rows import DocumentHeader, DocumentInfo, FailureRow, PassageRow
from qa.rerankers import NOTHING_TO_READ, AnswerSpan, PassageText, Reading
from qa.types import Document, Omission


class ToyVectors:
    """Vectors in a dictionary."""

    def __init__(self, dimension: int, rows: dict[int, tuple[int, Vectors]] | None = None) -> None:
        self.dimension = dimension
        self._rows = rows or {}

    @classmethod
    def create(cls, dimension: int) -> ToyVectors:
        return cls(dimension)

    @classmethod
    def load(cls, location: Path) -> ToyVectors:
        with np.load(location.with_suffix(".npz")) as saved:
            keys, documents, vectors = saved["keys"].tolist(), saved["documents"].tolist(), saved["vectors"]
        rows = {
            key: (document, vector) for key, document, vector in zip(keys, documents, vectors, strict=True)
        }
        return cls(vectors.shape[1], rows)

    salvage = classmethod(lambda cls, location, is_sound: cls.load(location))

    def save(self, location: Path) -> None:
        documents = [document for document, _ in self._rows.values()]
        vectors = self.vectors(list(self._rows))
        np.savez(location.with_suffix(".npz"), keys=list(self._rows), documents=documents, vectors=vectors)

    @property
    def last(self) -> int:
        return max(self._rows, default=0)

    def __len__(self) -> int:
        return len(self._rows)

    def add(self, keys: Sequence[int], documents: Sequence[int], vectors: Vectors) -> None:
        self._rows.update(zip(keys, zip(documents, vectors.copy(), strict=True), strict=True))

    def keep(self, documents: Collection[int]) -> None:
        self._rows = {key: row for key, row in self._rows.items() if row[0] in documents}

    purge = property(lambda self: lambda: None)
    restore = add

    def search(
        self, query: Vectors, k: int, documents: Collection[int] | None = None
    ) -> list[tuple[int, float]]:
        keys = [key for key, (owner, _) in self._rows.items() if documents is None or owner in documents]
        hits = zip(keys, self.similarities(query, keys).tolist(), strict=True)
        return sorted(hits, key=lambda hit: (-hit[1], hit[0]))[:k]

    def similarities(self, query: Vectors, keys: Sequence[int]) -> Vectors:
        return self.vectors(keys) @ query

    def vectors(self, keys: Sequence[int]) -> Vectors:
        vectors = [self._rows[key][1] for key in keys]
        return np.array(vectors, dtype=np.float32).reshape(len(keys), self.dimension)

    def entries(self) -> Iterator[tuple[int, int]]:
        return ((key, document) for key, (document, _) in sorted(self._rows.items()))


Documents = Collection[int] | None


class ToyLexical:
    """Texts in a list; a search scores each of them."""

    def __init__(self, location: Path | None, entries: Sequence[Entry] = ()) -> None:
        self._location, self._entries = location, list(entries)

    @classmethod
    def create(cls, location: Path | None) -> ToyLexical:
        return cls(location)

    @classmethod
    def load(cls, location: Path) -> ToyLexical:
        return cls(location, [Entry(*row) for row in json.loads((location / "entries.json").read_text())])

    @classmethod
    def derive(cls, source: Path, location: Path, documents: Documents, *, purge: bool = True) -> ToyLexical:
        (derived := cls(location)).add(cls.load(source)._of(documents))
        return derived

    last = property(lambda self: self._entries[-1].key if self._entries else 0)
    mean_length = property(lambda self: sum(len(e.terms) for e in self._entries) / max(1, len(self)) or 1.0)

    __len__ = lambda self: len(self._entries)  # noqa: E731

    def _of(self, documents: Collection[int] | None) -> list[Entry]:
        return [entry for entry in self._entries if documents is None or entry.document in documents]

    def add(self, entries: Iterable[Entry]) -> None:
        self._entries += entries
        if self._location is not None:
            self._location.mkdir(exist_ok=True)
            rows = [(entry.key, entry.document, list(entry.terms)) for entry in self._entries]
            (self._location / "entries.json").write_text(json.dumps(rows))

    def prepare(self, terms: Iterable[str]) -> None:
        pass

    def frequency(self, term: str) -> int:
        return sum(term in entry.terms for entry in self._entries)

    def _score(self, term: str, entry: Entry) -> float:
        number, count = self.frequency(term), list(entry.terms).count(term)
        norm = 1.2 * (0.25 + 0.75 * len(entry.terms) / self.mean_length)
        return math.log(1 + (len(self) - number + 0.5) / (number + 0.5)) * count / (count + norm)

    def search(self, terms: Iterable[str], k: int, documents: Documents = None) -> list[tuple[int, float]]:
        asked = list(dict.fromkeys(terms))
        scores = [(e.key, sum(self._score(term, e) for term in asked)) for e in self._of(documents)]
        return sorted((hit for hit in scores if hit[1]), key=lambda hit: (-hit[1], hit[0]))[:k]

    def having(self, groups: Sequence[Sequence[str]], k: int, documents: Documents = None) -> list[int]:
        rows = [(e.key, set(e.terms)) for e in self._of(documents) if groups]
        return [key for key, terms in rows if all(terms.intersection(group) for group in groups)][:k]

    def documents_with(self, terms: Collection[str], most: int, documents: Documents = None) -> set[int]:
        return {entry.document for entry in self._of(documents) if not set(terms).isdisjoint(entry.terms)}

    def entries(self) -> Iterator[tuple[int, int, int]]:
        return ((entry.key, entry.document, len(entry.terms)) for entry in self._entries)


def moved(key: int) -> int:
    """Return another key for each key: with gaps, and not in reading order."""
    return key * 7_919 % 100_003


class ToyStore:
    """The contents of another store, in dictionaries and under other keys."""

    def __init__(self, store: Catalogue) -> None:
        with store.reading():
            infos, rows = store.documents(), store.passages(store.passage_keys())
            self._texts = {moved(info.key): store.document(info.doc_id) for info in infos}
        self._headers = {moved(i.key): DocumentHeader(i.doc_id, i.title, i.language) for i in infos}
        rows.sort(key=lambda row: (row.document, row.start))
        self._rows = {moved(row.id): self._moved(row) for row in rows}

    def _moved(self, row: PassageRow) -> PassageRow:
        sentences = tuple(replace(sentence, id=moved(sentence.id)) for sentence in row.sentences)
        return replace(row, id=moved(row.id), document=moved(row.document), sentences=sentences)

    def languages(self) -> list[str]:
        counts = Counter(header.language for header in self._headers.values())
        return sorted(counts, key=lambda language: (-counts[language], language))

    def document_keys(self) -> dict[str, int]:
        return {header.doc_id: key for key, header in self._headers.items()}

    def headers(self, documents: Iterable[int]) -> dict[int, DocumentHeader]:
        try:
            return {key: self._headers[key] for key in documents}
        except KeyError as error:
            raise StoreError("index-row-missing", folder="toy", key=error.args[0]) from error

    def document(self, doc_id: str) -> Document | None:
        return self._texts.get(self.document_keys().get(doc_id, -1))

    def text(self, document: int, start: int = 0, end: int | None = None) -> str:
        return self._texts[document].text[start:end]

    def passage_keys(self, documents: Iterable[int] | None = None) -> list[int]:
        wanted = self._headers if documents is None else set(documents)
        return sorted(key for key, row in self._rows.items() if row.document in wanted)

    def passages(self, keys: Iterable[int]) -> list[PassageRow]:
        return [self._rows[key] for key in sorted(keys)]

    def passages_of(self, sentences: Iterable[int]) -> set[int]:
        wanted = set(sentences)
        return {key for key, row in self._rows.items() if any(s.id in wanted for s in row.sentences)}

    def passages_at(self, document: int, start: int, end: int) -> list[PassageRow]:
        rows = [row for row in self._rows.values() if row.document == document]
        over = [row for row in rows if row.start < end and start < row.end]
        return over or [row for row in rows if row.start >= end][:1] or rows[-1:]

    def passages_around(self, keys: Iterable[int]) -> set[int]:
        order, near = list(self._rows.values()), set[int]()
        for at in (list(self._rows).index(key) for key in keys):
            around = order[max(0, at - 1) : at + 2]
            near |= {row.id for row in around if row.document == order[at].document}
        return near


class ToyCatalogue(ToyStore):
    """The same with what an index also needs, and no folder for files."""

    folder = None

    def __init__(self, store: Catalogue) -> None:
        super().__init__(store)
        with store.reading() as self._generation:
            self._manifest, self._stamp, self._failures = store.manifest(), store.stamp(), store.failures()
            self._infos = [replace(info, key=moved(info.key)) for info in store.documents()]
            self._omissions = {info.doc_id: store.omissions(info.doc_id) for info in self._infos}
            self._vectors = [
                sorted((moved(key), vector, moved(document)) for key, vector, document in rows)
                for rows in (store.sentence_vectors(), store.passage_vectors())
            ]

    @contextmanager
    def reading(self) -> Iterator[int]:
        yield self._generation

    def close(self) -> None:
        pass

    def manifest(self) -> dict[str, str]:
        return dict(self._manifest)

    def stamp(self) -> str:
        return self._stamp

    def documents(self) -> list[DocumentInfo]:
        return self._infos

    def omissions(self, doc_id: str) -> tuple[Omission, ...]:
        return self._omissions[doc_id]

    def failures(self) -> list[FailureRow]:
        return self._failures

    def sentence_vectors(self, since: int = 0) -> Iterator[tuple[int, bytes, int]]:
        return (row for row in self._vectors[0] if row[0] > since)

    def passage_vectors(self, since: int = 0) -> Iterator[tuple[int, bytes, int]]:
        return (row for row in self._vectors[1] if row[0] > since)

    def texts(self, since: int = 0) -> Iterator[tuple[PassageRow, str, str]]:
        for row in self.passages(key for key in self._rows if key > since):
            header = self._headers[row.document]
            yield row, header.title, header.language


class ToyEncoder:
    """Counts words, each in the dimension that its checksum selects."""

    name, fingerprint, dimension, languages = "toy-words", "toy-words-1", 64, None
    characters_at_once = 1_000_000

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        vectors = np.full((len(texts), self.dimension), 1e-3, dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"\w+", text.lower()):
                vectors[row, zlib.crc32(word.encode()) % self.dimension] += 1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


class ToyReranker:
    """Logits from the share of a question's words in a text; the answer is the longest word."""

    name = "toy-overlap"
    languages: frozenset[str] | None = None

    def read(self, question: str, passages: Sequence[PassageText]) -> list[Reading]:
        asked = set(re.findall(r"\w+", question.lower()))

        def logit(text: str) -> float:
            words = re.findall(r"\w+", text.lower())
            return 8 * len(asked.intersection(words)) / (len(asked) or 1) - 4 if words else NOTHING_TO_READ

        def answer(text: str, start: int, end: int) -> AnswerSpan | None:
            words = [*re.finditer(r"\w+", text[start:end])]
            longest = max(words, key=lambda word: len(word[0]), default=None)
            return longest and AnswerSpan(start + longest.start(), start + longest.end(), len(longest[0]))

        return [
            Reading(
                np.array([logit(each.text[start:end]) for start, end in each.sentences], dtype=np.float32),
                logit(each.text) if each.sentences else NOTHING_TO_READ,
                tuple(answer(each.text, start, end) for start, end in each.sentences),
            )
            for each in passages
        ]
