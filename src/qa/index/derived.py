"""The derived files of a generation: made from the store, found again, and thrown away.

``derived/<generation>/`` is complete once it holds ``complete.json``, which is written last and names
every other file with its size. A folder that is missing, torn or of another generation is no loss: the
same is made again from the store, without embedding, and starting from any earlier generation.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

import numpy as np

from qa.index.dense import Dense
from qa.index.lexical import Entry, Lexical
from qa.index.store import PassageRow, Store, to_matrix
from qa.words import terms

FOLDER = "derived"
SENTENCES, PASSAGES = "sentences.faiss", "passages.faiss"
SENTENCE_TERMS, PASSAGE_TERMS = "sentence-terms", "passage-terms"
_COMPLETE = "complete.json"
_CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Derived:
    """What search works on, all of one generation."""

    generation: int
    sentences: Dense
    passages: Dense
    sentence_terms: Lexical
    passage_terms: Lexical


def passage_terms(passage: PassageRow, title: str, language: str) -> list[str]:
    """The terms under which a passage is found: its title's, its headings' and its own."""
    return terms(" ".join((title, *passage.headings, passage.text)), language)


def sentence_texts(passage: PassageRow) -> Iterator[tuple[int, str]]:
    """Key and text of each sentence of a passage."""
    for sentence in passage.sentences:
        yield sentence.id, passage.text[sentence.start - passage.start : sentence.end - passage.start]


def build(store: Store, dimension: int, generation: int, *, afresh: bool = False) -> Derived:
    """Makes a generation's files, from the newest complete one before it unless ``afresh``, and keeps them.

    To be called by the one writer, on the state that is about to become that generation.
    """
    root = store.folder / FOLDER
    target = root / str(generation)
    fresh = root / f"{generation}.new"
    for stale in (fresh, target):
        shutil.rmtree(stale, ignore_errors=True)
    fresh.mkdir(parents=True)
    source = None if afresh else newest(root, generation)
    derived = _make(store, dimension, generation, source, fresh)
    derived.sentences.save(fresh / SENTENCES)
    derived.passages.save(fresh / PASSAGES)
    files = sorted(path for path in fresh.rglob("*") if path.is_file() and not path.name.endswith(".lock"))
    for path in files:
        _sync(path)
    sizes = {path.relative_to(fresh).as_posix(): path.stat().st_size for path in files}
    (fresh / _COMPLETE).write_text(json.dumps({"generation": generation, "files": sizes}))
    _sync(fresh / _COMPLETE)
    fresh.rename(target)
    _sync(root)
    return derived


def in_memory(store: Store, dimension: int, generation: int) -> Derived:
    """The same without writing a file: for a reader whose folder is stale and may not be written."""
    return _make(store, dimension, generation, None, None)


def load(store: Store, generation: int) -> Derived | None:
    """A generation's files, or None where they are missing or torn."""
    folder = store.folder / FOLDER / str(generation)
    if not _whole(folder):
        return None
    try:
        return _open(folder, generation)
    except (OSError, ValueError, RuntimeError):
        return None


def newest(root: Path, before: int) -> Path | None:
    """The folder of the newest whole generation up to a number."""
    numbers = sorted(int(p.name) for p in root.glob("*") if p.name.isdigit() and int(p.name) <= before)
    return next((root / str(n) for n in reversed(numbers) if _whole(root / str(n))), None)


def sweep(store: Store, keep: int) -> None:
    """Removes what other generations left; a reader that still has their files open keeps them."""
    for path in (store.folder / FOLDER).glob("*"):
        if path.name != str(keep):
            shutil.rmtree(path, ignore_errors=True)


def _whole(folder: Path) -> bool:
    try:
        sizes = json.loads((folder / _COMPLETE).read_text())["files"]
        return all((folder / name).stat().st_size == size for name, size in sizes.items())
    except (OSError, ValueError, KeyError, AttributeError):
        return False


def _open(folder: Path, generation: int) -> Derived:
    return Derived(
        generation,
        Dense.load(folder / SENTENCES),
        Dense.load(folder / PASSAGES),
        Lexical.load(folder / SENTENCE_TERMS),
        Lexical.load(folder / PASSAGE_TERMS),
    )


def _make(store: Store, dimension: int, generation: int, source: Path | None, target: Path | None) -> Derived:
    start = _start(source, target)
    if start is None:
        if target is not None:
            for path in target.iterdir():
                shutil.rmtree(path)
        start = Derived(
            generation,
            Dense.empty(dimension),
            Dense.empty(dimension),
            Lexical.new(target / SENTENCE_TERMS if target else None),
            Lexical.new(target / PASSAGE_TERMS if target else None),
        )
    documents = set(store.document_keys().values())
    _update_dense(store, "sentence", start.sentences, documents)
    _update_dense(store, "passage", start.passages, documents)
    sentences = (
        Entry(key, passage.document, terms(text, language))
        for passage, _, language in store.texts(start.passage_terms.last)
        for key, text in sentence_texts(passage)
    )
    start.sentence_terms.change(documents, sentences, target / SENTENCE_TERMS if target else None)
    passages = (
        Entry(passage.id, passage.document, passage_terms(passage, title, language))
        for passage, title, language in store.texts(start.passage_terms.last)
    )
    start.passage_terms.change(documents, passages, target / PASSAGE_TERMS if target else None)
    return replace(start, generation=generation)


def _start(source: Path | None, target: Path | None) -> Derived | None:
    """An earlier generation to go on from: its vectors in memory, its words as files of ``target``."""
    if source is None or target is None:
        return None
    try:
        for name in (SENTENCE_TERMS, PASSAGE_TERMS):
            Lexical.copy(source / name, target / name)
        return Derived(
            0,
            Dense.load(source / SENTENCES),
            Dense.load(source / PASSAGES),
            Lexical.load(target / SENTENCE_TERMS),
            Lexical.load(target / PASSAGE_TERMS),
        )
    except (OSError, ValueError, RuntimeError):
        return None


def _update_dense(store: Store, table: str, dense: Dense, documents: set[int]) -> None:
    last = int(dense.keys[-1]) if len(dense) else 0
    dense.keep(documents)
    rows = store.vectors(table, last)
    while chunk := list(islice(rows, _CHUNK)):
        keys, vectors, owners = zip(*chunk, strict=True)
        dense.add(np.array(keys), np.array(owners), to_matrix(vectors, dense.dimension))


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
