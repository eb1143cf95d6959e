"""Checks that an index is consistent, and repairs the parts that can be rebuilt from intact ones.

Checking writes nothing. It proceeds from the bottom up: the store itself, the manifest, the offsets and
vectors of every document, and then the search indexes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Literal

import numpy as np

from qa.encoders import Encoder
from qa.errors import StoreError
from qa.index import indexing, location
from qa.index.lexical.base import LexicalIndex
from qa.index.location import Location, Place
from qa.index.repairing import passage_inputs
from qa.index.search_indexes import SearchIndexes, passage_terms, sentence_texts
from qa.index.stores.base import CheckedStore
from qa.index.stores.rows import PassageRow, to_matrix, vector_key
from qa.index.update import Options, Update, finish, publish, sentence_input
from qa.index.vectors.base import VectorIndex
from qa.messages import Message
from qa.text.sentences import segment
from qa.text.tokens import terms
from qa.types import Document

Kind = Literal["file", "manifest", "document", "vector", "orphan", "derived"]
"""Kinds of faults. ``derived`` is a fault of a search index, ``orphan`` a vector that no document uses."""
_CHUNK = 4096
_LENGTH_TOLERANCE = 1e-3


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault of an index.

    Attributes:
        kind: Its kind.
        message: What is wrong and what to do about it.
        doc_id: The document with the fault, None if it is not in a document.
    """

    kind: Kind
    message: Message
    doc_id: str | None = None

    @property
    def repairable(self) -> bool:
        """Whether the damaged part can be rebuilt from intact parts."""
        return self.kind in ("document", "vector", "orphan", "derived")

    def __str__(self) -> str:
        return f"{self.doc_id}: {self.message}" if self.doc_id is not None else str(self.message)


def check(place: Place) -> list[Fault]:
    """Return every fault of an index, without writing anything.

    Raises:
        StoreError: The place has no index that can be opened.
    """
    where = location.of(place)
    try:
        store = where.reader()
    except StoreError as error:
        return [_damage(where, error)]
    try:
        with store.reading() as generation:
            faults = list(_check_file(store, where.storage))
            # If the file itself is damaged, all further faults would have the same cause.
            if not faults:
                faults.extend(_check_manifest(store))
            if not faults:
                faults.extend(_check_documents(store))
                faults.extend(_check_vectors(store))
            if not any(fault.kind in ("file", "manifest", "vector") for fault in faults):
                faults.extend(_check_search_indexes(store, generation))
            return faults
    except (ValueError, TypeError, KeyError) as error:
        return [Fault("file", Message.of("row-not-understood", cause=error))]
    except StoreError as error:
        return [_damage(where, error)]
    finally:
        store.close()


def _damage(where: Location, error: StoreError) -> Fault:
    """Return the damage that an error reports; raise the error again if it has another cause."""
    if message := where.damage(error):
        return Fault("file", message)
    raise error


def repair(place: Place, encoder: Callable[[], Encoder], faults: Sequence[Fault]) -> None:
    """Rebuild the damaged parts from the documents' texts. Do nothing if the file itself is damaged.

    Args:
        place: The folder or the database of the index.
        encoder: Returns the encoder. It is called only if vectors are damaged or missing.
        faults: The faults that `check` returned.

    Raises:
        StoreError: The index cannot be written.
    """
    if any(not fault.repairable for fault in faults):
        return
    with location.of(place).writer() as store:
        _repair(store, encoder, faults)
        finish(store)


def _repair(store: CheckedStore, encoder: Callable[[], Encoder], faults: Sequence[Fault]) -> None:
    dimension = int(store.manifest()["dimension"])
    indexes = indexing.of(store)
    damaged = {fault.doc_id for fault in faults if fault.kind == "document" and fault.doc_id is not None}
    if any(fault.kind == "vector" for fault in faults):
        bad = _bad_vectors(store)
        if indexes.embed_again(store, encoder, bad):
            with store.reading() as generation:
                indexes.rebuild(store, dimension, generation)
        else:
            damaged.update(store.documents_of_vectors(bad))
    if damaged:
        with store.writing():
            # A damaged vector must not keep its key, or it would be reused for the same text.
            store.disown_vectors(_bad_vectors(store))
        Update(store, encoder, dimension, Options(), lambda _: None).rebuild(sorted(damaged))
    if any(fault.kind == "orphan" for fault in faults):
        with store.writing():
            store.disown_vectors(store.unused_vectors())
            store.forget_unused_vectors()
            publish(store, dimension, purge=True)
    with store.reading() as generation:
        if any(_check_search_indexes(store, generation)):
            # All but the vectors is built again, since the files may have faults that no checksum shows.
            indexes.rebuild(store, dimension, generation)


# -- the store --------------------------------------------------------------------------------------


def _check_file(store: CheckedStore, storage: str) -> Iterator[Fault]:
    for problem in store.integrity():
        yield Fault("file", Message.of("index-file-damaged", path=storage, cause=problem))


def _check_manifest(store: CheckedStore) -> Iterator[Fault]:
    manifest = store.manifest()
    required = ("generation", "stamp", "model", "fingerprint", "dimension", "metric", "segmenter", "words")
    for key in required:
        if key not in manifest:
            yield Fault("manifest", Message.of("manifest-key-missing", key=key))
    for key in ("generation", "dimension"):
        if not manifest.get(key, "0").isdecimal():
            yield Fault("manifest", Message.of("manifest-key-no-number", key=key, value=manifest[key]))


def _check_documents(store: CheckedStore) -> Iterator[Fault]:
    documents = {key: doc_id for doc_id, key in store.document_keys().items()}
    for key, doc_id in sorted(documents.items()):
        try:
            document = store.file_document(doc_id)
            assert document is not None
            passages = store.passages(store.passage_keys([key]))
            vectors = store.vector_keys_of(key)
        except (ValueError, TypeError) as error:
            yield Fault("file", Message.of("document-not-understood", name=doc_id, cause=error))
            continue
        for problem in _passage_problems(document, passages, vectors):
            yield Fault("document", Message.of("document-damaged", what=problem), doc_id)
            break


def _passage_problems(
    document: Document, passages: list[PassageRow], vectors: dict[str, bytes]
) -> Iterator[Message]:
    """Yield what is wrong with the offsets of a document, or with the texts that were embedded.

    Args:
        document: The document.
        passages: Its passages in reading order.
        vectors: The keys of their vectors, see `CheckedStore.vector_keys_of`.
    """
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
        # Earlier versions embedded the text with its line breaks, which is equally valid.
        keys = {vector_key(inputs) for inputs in passage_inputs(document.title, passage)}
        if vectors.get(f"p{passage.id}") not in keys:
            yield Message.of("part-vector-differs", where=where)
        if not passage.sentences:
            yield Message.of("part-without-sentence", where=where)
        yield from _sentence_problems(text, passage, vectors)
        end = passage.end


def _sentence_problems(text: str, passage: PassageRow, vectors: dict[str, bytes]) -> Iterator[Message]:
    end = passage.start
    for sentence in passage.sentences:
        where = Message.of("the-sentence", start=sentence.start, end=sentence.end)
        if not end <= sentence.start < sentence.end <= passage.end:
            yield Message.of("part-outside-passage", where=where)
        words = text[sentence.start : sentence.end]
        if vectors.get(f"s{sentence.id}") not in (vector_key(sentence_input(words)), vector_key(words)):
            yield Message.of("part-vector-differs", where=where)
        end = sentence.end


def _check_vectors(store: CheckedStore) -> Iterator[Fault]:
    bad = _bad_vectors(store)
    for doc_id in store.documents_of_vectors(bad):
        yield Fault("vector", Message.of("vector-damaged"), doc_id)
    unused = store.unused_vectors()
    # Vectors of a stopped run are not a fault: the next run reuses them.
    if unused and (bad.intersection(unused) or "unpublished" not in store.manifest()):
        yield Fault("orphan", Message.of("vectors-unused", n=len(unused)))


def _bad_vectors(store: CheckedStore) -> set[int]:
    """Return the rows of invalid vectors: of another dimension, not numbers, or not of length 1."""
    dimension = int(store.manifest()["dimension"])
    bad: set[int] = set()
    for row, data in store.all_vectors():
        vector = np.frombuffer(data, dtype=np.float32) if len(data) == dimension * 4 else None
        if vector is None or not abs(float(np.linalg.norm(vector)) - 1) < _LENGTH_TOLERANCE:
            bad.add(row)
    return bad


# -- the search indexes -----------------------------------------------------------------------------


def _check_search_indexes(store: CheckedStore, generation: int) -> Iterator[Fault]:
    indexes = indexing.of(store).load(store, generation)
    if indexes is None:
        # The first document that is added brings the search files of a new index.
        if store.count_documents():
            yield Fault("derived", Message.of("search-files-missing"))
        return
    if not indexing.of(store).is_sound(store, generation):
        yield Fault("derived", Message.of("search-files-missing"))
        return
    for difference in _differences(store, indexes):
        yield Fault("derived", Message.of("search-files-differ", what=difference))
        return


def _differences(store: CheckedStore, indexes: SearchIndexes) -> Iterator[Message]:
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
        if not _has_terms(lexical, entries):
            yield Message.of("differs-words", table=name)


def _different_vectors(index: VectorIndex, rows: Iterator[tuple[int, bytes, int]]) -> str | None:
    """Return the code of the difference between the vectors of an index and the store, None if equal."""
    entries = index.entries()
    while chunk := list(islice(rows, _CHUNK)):
        keys, vectors, owners = zip(*chunk, strict=True)
        if list(islice(entries, len(chunk))) != list(zip(keys, owners, strict=True)):
            return "differs-vectors"
        # Compared as bytes, because NaN is not equal to itself.
        if index.vectors(keys).tobytes() != to_matrix(vectors, index.dimension).tobytes():
            return "differs-vectors"
    return "differs-number" if next(entries, None) else None


def _has_terms(lexical: LexicalIndex, texts: Iterable[tuple[int, int, list[str]]]) -> bool:
    """Return whether an index has exactly these texts, each with its key, its document and its terms."""
    frequencies: Counter[str] = Counter()
    entries = lexical.entries()
    for key, document, words in texts:
        if next(entries, None) != (key, document, len(words)):
            return False
        frequencies.update(set(words))
    return next(entries, None) is None and all(
        lexical.frequency(term) == frequency for term, frequency in frequencies.items()
    )
