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

import numpy as np

from qa.errors import StoreError
from qa.index.files import PRIVATE, sync
from qa.index.lexical.bm25 import Entry, Lexical
from qa.index.stores.sqlite import PassageRow, Store, to_matrix
from qa.index.vectors.flat import Dense
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
    sentences: Dense
    passages: Dense
    sentence_terms: Lexical
    passage_terms: Lexical


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


def origin(store: Store) -> Origin:
    """The generation that the store is at."""
    return Origin(store.generation(), store.stamp())


def build(
    store: Store, dimension: int, generation: int, *, since: Origin | None = None, purge: bool = False
) -> SearchIndexes:
    """Makes a generation's files, going on from an earlier one's where these are whole, and keeps them.

    To be called by the one writer, on the state that is about to become that generation. ``purge`` is
    for a change that removes: what goes on then are only texts that are still there.
    """
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
    for path in (*files, note, folder / SENTENCE_TERMS, folder / PASSAGE_TERMS, folder):
        sync(path)


def in_memory(store: Store, dimension: int, generation: int) -> SearchIndexes:
    """The same without writing a file: for a reader whose folder is stale and may not be written."""
    return _make(store, dimension, generation, None, None)


def load(store: Store, generation: int) -> SearchIndexes | None:
    """A generation's files, or None where they are missing, torn, or of another truth."""
    folder = store.folder / FOLDER / str(generation)
    if not _whole(folder, store.stamp()):
        return None
    try:
        return _open(folder, generation)
    except (OSError, ValueError, RuntimeError, EOFError):
        return None


def sweep(store: Store, keep: int) -> None:
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


def _open(folder: Path, generation: int) -> SearchIndexes:
    return SearchIndexes(
        generation,
        Dense.load(folder / SENTENCES),
        Dense.load(folder / PASSAGES),
        Lexical.load(folder / SENTENCE_TERMS),
        Lexical.load(folder / PASSAGE_TERMS),
    )


def _make(
    store: Store,
    dimension: int,
    generation: int,
    source: Path | None,
    target: Path | None,
    purge: bool = False,
) -> SearchIndexes:
    documents = set(store.document_keys().values())
    start = _start(source, target, None if not purge else documents)
    if start is None:
        if target is not None:
            for path in target.iterdir():
                shutil.rmtree(path)
        start = SearchIndexes(
            generation,
            Dense.empty(dimension),
            Dense.empty(dimension),
            Lexical.new(target / SENTENCE_TERMS if target else None),
            Lexical.new(target / PASSAGE_TERMS if target else None),
        )
    _update_dense(store, "sentence", start.sentences, documents)
    _update_dense(store, "passage", start.passages, documents)
    last = start.passage_terms.last
    sentences = (
        Entry(key, passage.document, terms(text, language))
        for passage, _, language in store.texts(last)
        for key, text in sentence_texts(passage)
    )
    start.sentence_terms.add(sentences, target / SENTENCE_TERMS if target else None)
    passages = (
        Entry(passage.id, passage.document, passage_terms(passage, title, language))
        for passage, title, language in store.texts(last)
    )
    start.passage_terms.add(passages, target / PASSAGE_TERMS if target else None)
    return replace(start, generation=generation)


def _start(source: Path | None, target: Path | None, documents: set[int] | None) -> SearchIndexes | None:
    """An earlier generation to go on from: its vectors in memory, its words as files of ``target``.

    The words of all its documents, or, written anew, those of the ``documents`` that are left: a
    search index only marks what is deleted, and would keep the words.
    """
    if source is None or target is None:
        return None
    try:
        for name in (SENTENCE_TERMS, PASSAGE_TERMS):
            if documents is None:
                Lexical.copy(source / name, target / name)
            else:
                Lexical.purge(source / name, target / name, documents)
        return SearchIndexes(
            0,
            Dense.load(source / SENTENCES),
            Dense.load(source / PASSAGES),
            Lexical.load(target / SENTENCE_TERMS),
            Lexical.load(target / PASSAGE_TERMS),
        )
    except (OSError, ValueError, RuntimeError, EOFError):
        return None


def _update_dense(store: Store, table: str, dense: Dense, documents: set[int]) -> None:
    last = int(dense.keys[-1]) if len(dense) else 0
    dense.keep(documents)
    rows = store.vectors(table, last)
    while chunk := list(islice(rows, _CHUNK)):
        keys, vectors, owners = zip(*chunk, strict=True)
        dense.add(np.array(keys), np.array(owners), to_matrix(vectors, dense.dimension))
