"""The derived files of a generation: made from the store, found again, and thrown away.

``derived/<generation>/`` is complete once it holds ``complete.json``, which is written last and names
the generation's stamp and every other file with its size and checksum. A folder that is missing, torn
or of another generation is no loss: the same is made again from the store, without embedding.
"""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from qa.errors import StoreError
from qa.index import backends
from qa.index.files import PRIVATE, sync
from qa.index.lexical.base import Entry, LexicalIndex
from qa.index.stores.base import Catalogue, WritableStore
from qa.index.stores.rows import PassageRow, to_matrix
from qa.index.vectors.base import VectorIndex
from qa.text import tokens
from qa.text.clauses import numbers, terms_of
from qa.text.tokens import terms

FOLDER = "derived"
SENTENCES, PASSAGES = "sentences.faiss", "passages.faiss"
SENTENCE_TERMS, PASSAGE_TERMS = "sentence-terms", "passage-terms"
_COMPLETE = "complete.json"
_CHUNK = 4096


@dataclass(frozen=True, slots=True)
class SearchIndexes:
    """What search works on, all of one generation."""

    generation: int
    sentences: VectorIndex
    passages: VectorIndex
    sentence_terms: LexicalIndex
    passage_terms: LexicalIndex


def passage_terms(passage: PassageRow, title: str, language: str) -> list[str]:
    """The terms under which a passage is found: its title's, headings' and own, and its clauses' numbers."""
    said = terms(" ".join((title, *passage.headings, passage.text)), language)
    numbered = (numbers(passage.headings, text)[0] for _, text in sentence_texts(passage))
    return said + terms_of({number for found in numbered for number in found})


def sentence_texts(passage: PassageRow) -> Iterator[tuple[int, str]]:
    """Key and text of each sentence of a passage."""
    for sentence in passage.sentences:
        yield sentence.id, passage.text[sentence.start - passage.start : sentence.end - passage.start]


@dataclass(frozen=True, slots=True)
class Origin:
    """A generation that was published, by its number and its stamp."""

    generation: int
    stamp: str


def origin(store: WritableStore) -> Origin:
    """The generation that the store is at."""
    return Origin(store.generation(), store.stamp())


def build(
    store: Catalogue, dimension: int, generation: int, *, since: Origin | None = None, purge: bool = False
) -> SearchIndexes:
    """Makes a generation's files, going on from an earlier one's where these are whole, and keeps them.

    To be called by the one writer, on the state that is about to become that generation. ``purge`` is
    for a change that removes: what goes on then are only texts that are still there. In memory for a store
    without a folder.
    """
    if store.folder is None:
        return in_memory(store, dimension, generation)
    root = store.folder / FOLDER
    target = root / str(generation)
    fresh = root / f"{generation}.new"
    for stale in (fresh, target):
        shutil.rmtree(stale, ignore_errors=True)
    root.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
    fresh.mkdir()
    # Only the very generation that this one follows: a folder that a killed writer left behind, or
    # that came with a copy, may have the same number and other texts under the same keys.
    source = root / str(since.generation) if since else None
    if source is not None and since is not None and not _whole(source, since.stamp):
        source = None
    try:
        derived = _make(store, dimension, generation, source, fresh, purge)
        derived.sentences.save(fresh / SENTENCES)
        derived.passages.save(fresh / PASSAGES)
        _complete(fresh, generation, store.stamp())
        fresh.rename(target)
        sync(root)
    except (ValueError, RuntimeError) as error:
        # What the search libraries say when the disk is full, or a write fails otherwise.
        shutil.rmtree(fresh, ignore_errors=True)
        raise StoreError("search-files-not-writable", folder=root, cause=error) from error
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    return derived


def _complete(folder: Path, generation: int, stamp: str) -> None:
    """Writes down what a folder holds, and sees to it that all of it is on the disk."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and not path.name.endswith(".lock"))
    sizes = {path.relative_to(folder).as_posix(): [path.stat().st_size, _checksum(path)] for path in files}
    note = folder / _COMPLETE
    complete = {"generation": generation, "stamp": stamp, "words": tokens.NAME, "files": sizes}
    note.write_text(json.dumps(complete))
    folders = [path for path in folder.rglob("*") if path.is_dir()]
    for path in (*files, note, *folders, folder):
        sync(path)


def in_memory(store: Catalogue, dimension: int, generation: int) -> SearchIndexes:
    """Makes the same without writing a file: for a reader whose folder is stale and may not be written."""
    return _make(store, dimension, generation, None, None)


def load(store: Catalogue, generation: int) -> SearchIndexes | None:
    """Returns a generation's files, or None where they are missing, damaged, or of another generation."""
    if store.folder is None:
        return None
    folder = store.folder / FOLDER / str(generation)
    if not _whole(folder, store.stamp()):
        return None
    kinds = backends.named(store.manifest())
    try:
        return SearchIndexes(
            generation,
            kinds.vectors.load(folder / SENTENCES),
            kinds.vectors.load(folder / PASSAGES),
            kinds.lexical.load(folder / SENTENCE_TERMS),
            kinds.lexical.load(folder / PASSAGE_TERMS),
        )
    except backends.DAMAGED:
        return None


def sweep(store: WritableStore, keep: int) -> None:
    """Removes what other generations left; a reader that still has their files open keeps them."""
    for path in (store.folder / FOLDER).glob("*"):
        if path.name != str(keep):
            shutil.rmtree(path, ignore_errors=True)


def _whole(folder: Path, stamp: str) -> bool:
    try:
        complete = json.loads((folder / _COMPLETE).read_text())
        # Terms that another version of the program made would not be met by this one's.
        as_ours = complete["stamp"] == stamp and complete.get("words", "words/1") == tokens.NAME
        return as_ours and all(
            (folder / name).stat().st_size == size and _checksum(folder / name) == checksum
            for name, (size, checksum) in complete["files"].items()
        )
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return False


def _checksum(path: Path) -> int:
    """CRC-32 of a file: against torn writes and bad disks, not against a person."""
    checksum = 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            checksum = zlib.crc32(piece, checksum)
    return checksum


def _make(
    store: Catalogue,
    dimension: int,
    generation: int,
    source: Path | None,
    target: Path | None,
    purge: bool = False,
) -> SearchIndexes:
    kinds = backends.named(store.manifest())
    documents = set(store.document_keys().values())
    start = _start(kinds, source, target, documents if purge else None)
    if start is None:
        if target is not None:
            for path in target.iterdir():
                shutil.rmtree(path)
        start = SearchIndexes(
            generation,
            kinds.vectors.create(dimension),
            kinds.vectors.create(dimension),
            kinds.lexical.create(target / SENTENCE_TERMS if target else None),
            kinds.lexical.create(target / PASSAGE_TERMS if target else None),
        )
    for index, rows in (
        (start.sentences, store.sentence_vectors(start.sentences.last)),
        (start.passages, store.passage_vectors(start.passages.last)),
    ):
        index.keep(documents)
        while chunk := list(islice(rows, _CHUNK)):
            keys, vectors, owners = zip(*chunk, strict=True)
            index.add(keys, owners, to_matrix(vectors, dimension))
    last = start.passage_terms.last
    start.sentence_terms.add(
        Entry(key, passage.document, terms(text, language))
        for passage, _, language in store.texts(last)
        for key, text in sentence_texts(passage)
    )
    start.passage_terms.add(
        Entry(passage.id, passage.document, passage_terms(passage, title, language))
        for passage, title, language in store.texts(last)
    )
    return replace(start, generation=generation)


def _start(
    kinds: backends.Backends, source: Path | None, target: Path | None, documents: set[int] | None
) -> SearchIndexes | None:
    """An earlier generation to go on from, or None where there is none that is whole."""
    if source is None or target is None:
        return None
    try:
        return SearchIndexes(
            0,
            kinds.vectors.load(source / SENTENCES),
            kinds.vectors.load(source / PASSAGES),
            kinds.lexical.derive(source / SENTENCE_TERMS, target / SENTENCE_TERMS, documents),
            kinds.lexical.derive(source / PASSAGE_TERMS, target / PASSAGE_TERMS, documents),
        )
    except backends.DAMAGED:
        return None
