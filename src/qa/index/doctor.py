"""Checks a whole index against itself, and repairs what can be made again from what is whole.

Checking writes nothing. It goes from the bottom up: the SQLite file, what it says of itself, every
document's offsets and vectors, and then what is derived from them.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Literal

import numpy as np

from qa.encoders import Encoder
from qa.errors import StoreError
from qa.index import search_indexes
from qa.index.lexical.base import LexicalIndex
from qa.index.lock import writer
from qa.index.search_indexes import SearchIndexes, passage_terms, sentence_texts
from qa.index.stores.database import FILE_NAME
from qa.index.stores.rows import PassageRow, to_matrix, vector_key
from qa.index.stores.sqlite import SqliteStore
from qa.index.update import Options, Update, finish, passage_input, publish, sentence_input
from qa.index.vectors.base import VectorIndex
from qa.messages import Message
from qa.text.sentences import segment
from qa.text.tokens import terms
from qa.types import Document

Kind = Literal["file", "manifest", "document", "vector", "orphan", "derived"]
_CHUNK = 4096
_UNIT = 1e-3


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that is wrong: what kind, in which document if in one, and what to do."""

    kind: Kind
    message: Message
    doc_id: str | None = None

    @property
    def repairable(self) -> bool:
        """Whether it can be made again from what is whole."""
        return self.kind in ("document", "vector", "orphan", "derived")

    def __str__(self) -> str:
        return f"{self.doc_id}: {self.message}" if self.doc_id is not None else str(self.message)


def check(folder: Path) -> list[Fault]:
    """Every fault of an index; writes nothing. Raises `StoreError` where none can be opened."""
    try:
        store = SqliteStore(folder, writable=False)
    except StoreError as error:
        return [_damage(folder / FILE_NAME, error)]
    try:
        with store.reading() as generation:
            faults = list(_file(store))
            # In a file that is damaged itself, every further finding would be about the same damage.
            if not faults:
                faults.extend(_manifest(store))
            if not faults:
                faults.extend(_documents(store))
                faults.extend(_vectors(store))
            if not any(fault.kind in ("file", "manifest", "vector") for fault in faults):
                faults.extend(_derived(store, generation))
            return faults
    except (ValueError, TypeError, KeyError) as error:
        return [Fault("file", Message.of("row-not-understood", cause=error))]
    except StoreError as error:
        return [_damage(store.path, error)]
    finally:
        store.close()


def _damage(path: Path, error: StoreError) -> Fault:
    """Return the damage that kept the file from being read; raises the error where it is another."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.DatabaseError) and not isinstance(cause, sqlite3.OperationalError):
        return Fault("file", Message.of("index-file-damaged", path=path, cause=cause))
    raise error


def repair(folder: Path, encoder: Callable[[], Encoder], faults: Sequence[Fault]) -> None:
    """Makes again what is damaged, from each document's text; does nothing where the file itself is.

    ``encoder`` is called only where vectors are damaged or missing. Raises `StoreError` where the index
    cannot be written.
    """
    if any(not fault.repairable for fault in faults):
        return
    with writer(folder), closing(SqliteStore(folder, writable=True)) as store:
        _repair(store, encoder, faults)
        finish(store)


def _repair(store: SqliteStore, encoder: Callable[[], Encoder], faults: Sequence[Fault]) -> None:
    dimension = int(store.manifest()["dimension"])
    damaged = sorted({fault.doc_id for fault in faults if fault.doc_id is not None})
    if damaged:
        with store.writing():
            # Under its own key a bad vector would be taken for the good one.
            store.disown_vectors(_bad_vectors(store))
        Update(store, encoder, dimension, Options(), lambda _: None).again(damaged)
    if any(fault.kind == "orphan" for fault in faults):
        with store.writing():
            store.disown_vectors(_bad_vectors(store))
            store.forget_unused_vectors()
            publish(store, dimension, purge=True)
    with store.reading() as generation:
        if any(_derived(store, generation)):
            # Missing, or made from files whose faults no checksum shows: from the truth alone.
            search_indexes.build(store, dimension, generation)


# -- the truth --------------------------------------------------------------------------------------


def _file(store: SqliteStore) -> Iterator[Fault]:
    for found in store.integrity():
        yield Fault("file", Message.of("index-file-damaged", path=store.path, cause=found))


def _manifest(store: SqliteStore) -> Iterator[Fault]:
    manifest = store.manifest()
    needed = ("generation", "stamp", "model", "fingerprint", "dimension", "metric", "segmenter", "words")
    for key in needed:
        if key not in manifest:
            yield Fault("manifest", Message.of("manifest-key-missing", key=key))
    for key in ("generation", "dimension"):
        if not manifest.get(key, "0").isdecimal():
            yield Fault("manifest", Message.of("manifest-key-no-number", key=key, value=manifest[key]))


def _documents(store: SqliteStore) -> Iterator[Fault]:
    documents = {key: doc_id for doc_id, key in store.document_keys().items()}
    for key, doc_id in sorted(documents.items()):
        try:
            document = store.document(doc_id)
            assert document is not None
            passages = store.passages(store.passage_keys([key]))
            vectors = store.vector_keys_of(key)
        except (ValueError, TypeError) as error:
            yield Fault("file", Message.of("document-not-understood", name=doc_id, cause=error))
            continue
        for what in _places(document, passages, vectors):
            yield Fault("document", Message.of("document-damaged", what=what), doc_id)
            break


def _places(document: Document, passages: list[PassageRow], vectors: dict[str, bytes]) -> Iterator[Message]:
    """What is wrong with the offsets of a document, and with what its vectors were made of."""
    text = document.text
    if any(not 0 <= page.start <= page.end <= len(text) for page in document.pages):
        yield Message.of("page-outside-text")
    if not passages and segment(document):
        yield Message.of("passages-missing")
    end = 0
    for passage in passages:
        where = Message.of("the-passage", start=passage.start, end=passage.end)
        if not end <= passage.start < passage.end <= len(text):
            yield Message.of("part-out-of-order", where=where)
        if passage.text != text[passage.start : passage.end]:
            yield Message.of("part-differs", where=where)
        embedded = passage_input(document.title, passage.headings, passage.text)
        # Earlier versions embedded the text with its line ends, which is as good.
        with_lines = passage_input(document.title, passage.headings, "") + passage.text
        if vectors.get(f"p{passage.id}") not in (vector_key(embedded), vector_key(with_lines)):
            yield Message.of("part-vector-differs", where=where)
        if not passage.sentences:
            yield Message.of("part-without-sentence", where=where)
        yield from _sentences(text, passage, vectors)
        end = passage.end


def _sentences(text: str, passage: PassageRow, vectors: dict[str, bytes]) -> Iterator[Message]:
    at = passage.start
    for sentence in passage.sentences:
        where = Message.of("the-sentence", start=sentence.start, end=sentence.end)
        if not at <= sentence.start < sentence.end <= passage.end:
            yield Message.of("part-outside-passage", where=where)
        words = text[sentence.start : sentence.end]
        if vectors.get(f"s{sentence.id}") not in (vector_key(sentence_input(words)), vector_key(words)):
            yield Message.of("part-vector-differs", where=where)
        at = sentence.end


def _vectors(store: SqliteStore) -> Iterator[Fault]:
    bad = _bad_vectors(store)
    for doc_id in store.documents_of_vectors(bad):
        yield Fault("vector", Message.of("vector-damaged"), doc_id)
    unused = store.unused_vectors()
    # Those that a stopped run made wait for the next run, which need not make them again.
    if unused and (bad.intersection(unused) or "unpublished" not in store.manifest()):
        yield Fault("orphan", Message.of("vectors-unused", n=len(unused)))


def _bad_vectors(store: SqliteStore) -> set[int]:
    """Vectors that are none: not as long as they should be, not numbers, or not of length 1."""
    dimension = int(store.manifest()["dimension"])
    bad: set[int] = set()
    for key, data in store.all_vectors():
        vector = np.frombuffer(data, dtype=np.float32) if len(data) == dimension * 4 else None
        if vector is None or not abs(float(np.linalg.norm(vector)) - 1) < _UNIT:
            bad.add(key)
    return bad


# -- what is derived --------------------------------------------------------------------------------


def _derived(store: SqliteStore, generation: int) -> Iterator[Fault]:
    found = search_indexes.load(store, generation)
    if found is None:
        yield Fault("derived", Message.of("search-files-missing"))
        return
    for what in _differences(store, found):
        yield Fault("derived", Message.of("search-files-differ", what=what))
        return


def _differences(store: SqliteStore, indexes: SearchIndexes) -> Iterator[Message]:
    for name, vectors, rows in (
        ("sentence", indexes.sentences, store.sentence_vectors()),
        ("passage", indexes.passages, store.passage_vectors()),
    ):
        if vectors.dimension != int(store.manifest()["dimension"]):
            yield Message.of("differs-dimension", table=name)
            return
        if fault := _different_vectors(vectors, rows):
            yield Message.of(fault, table=name)
    sentences = (
        (key, passage.document, terms(text, language))
        for passage, _, language in store.texts()
        for key, text in sentence_texts(passage)
    )
    passages = (
        (passage.id, passage.document, passage_terms(passage, title, language))
        for passage, title, language in store.texts()
    )
    for name, lexical, entries in (
        ("sentence", indexes.sentence_terms, sentences),
        ("passage", indexes.passage_terms, passages),
    ):
        if not _same_words(lexical, entries):
            yield Message.of("differs-words", table=name)


def _different_vectors(index: VectorIndex, rows: Iterator[tuple[int, bytes, int]]) -> str | None:
    """The code of how the vectors of an index differ from those of the store, or None."""
    entries = index.entries()
    while chunk := list(islice(rows, _CHUNK)):
        keys, vectors, owners = zip(*chunk, strict=True)
        if list(islice(entries, len(chunk))) != list(zip(keys, owners, strict=True)):
            return "differs-vectors"
        # Bit by bit: a vector that is not a number is not equal to itself.
        if index.vectors(keys).tobytes() != to_matrix(vectors, index.dimension).tobytes():
            return "differs-vectors"
    return "differs-number" if next(entries, None) else None


def _same_words(lexical: LexicalIndex, texts: Iterable[tuple[int, int, list[str]]]) -> bool:
    frequencies: Counter[str] = Counter()
    entries = lexical.entries()
    for key, document, found in texts:
        if next(entries, None) != (key, document, len(found)):
            return False
        frequencies.update(set(found))
    return next(entries, None) is None and all(
        lexical.frequency(term) == frequency for term, frequency in frequencies.items()
    )
