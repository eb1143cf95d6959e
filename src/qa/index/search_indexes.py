"""The search indexes of a generation: builds them from the store, loads and deletes them.

They are in the folder ``derived/<generation>/``. It is complete if it contains ``complete.json``, which is
written last and lists the generation's stamp and the size and checksum of every other file. Generations
share the segments that have not changed, as links to the same files. A folder that is missing, damaged or of
another generation is no loss: the indexes are rebuilt from the store, without embedding.
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
SENTENCES, PASSAGES = "sentences", "passages"
SENTENCE_TERMS, PASSAGE_TERMS = "sentence-terms", "passage-terms"
_COMPLETE = "complete.json"
_CHUNK = 4096
_READ_WHOLE = 32 << 20
"""Bytes of files up to which opening compares checksums, which takes some 30 ms."""


@dataclass(frozen=True, slots=True)
class SearchIndexes:
    """The search indexes of one generation."""

    generation: int
    sentences: VectorIndex
    passages: VectorIndex
    sentence_terms: LexicalIndex
    passage_terms: LexicalIndex


def passage_terms(passage: PassageRow, title: str, language: str) -> list[str]:
    """Return the index terms of a passage: those of its title, headings and text, and its clause numbers."""
    return terms(" ".join((title, *passage.headings, passage.text)), language) + clause_terms(passage)


def clause_terms(passage: PassageRow) -> list[str]:
    """Return the index terms of the clause numbers of a passage."""
    clauses = (numbers(passage.headings, text)[0] for _, text in sentence_texts(passage))
    return terms_of({number for clause in clauses for number in clause})


def sentence_texts(passage: PassageRow) -> Iterator[tuple[int, str]]:
    """Yield the key and the text of each sentence of a passage."""
    for sentence in passage.sentences:
        yield sentence.id, passage.text[sentence.start - passage.start : sentence.end - passage.start]


@dataclass(frozen=True, slots=True)
class Origin:
    """A published generation, by its number and its stamp."""

    generation: int
    stamp: str


def origin(store: WritableStore) -> Origin:
    """Return the current generation of a store."""
    return Origin(store.generation(), store.stamp())


def build(
    store: Catalogue, dimension: int, generation: int, *, since: Origin | None = None, purge: bool = False
) -> SearchIndexes:
    """Build and save the search indexes of a generation, starting from an earlier one's if they are intact.

    Only the writer may call it, on the state that is about to become the generation. A store without a folder
    gets its indexes in memory.

    Args:
        store: The store.
        dimension: Number of components of a vector.
        generation: The number of the new generation.
        since: The earlier generation.
        purge: Whether documents were removed since then. If so, only the remaining texts are copied.

    Raises:
        StoreError: The files cannot be written.
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
    # The stamp must match: a folder of a killed writer, or in a copy of the index, may have the same number
    # and other texts under the same keys.
    source = root / str(since.generation) if since else None
    if source is not None and since is not None and not _is_intact(source, since.stamp):
        source = None
    try:
        kinds = backends.named(store.manifest())
        indexes = _build(kinds, store, dimension, generation, source, fresh, purge)
        indexes.sentences.save(fresh / SENTENCES)
        indexes.passages.save(fresh / PASSAGES)
        _complete(fresh, generation, store.stamp(), source)
        fresh.rename(target)
        sync(root)
        # Its vectors are no longer in memory but in the files.
        return _opened(kinds, target, generation)
    except (ValueError, RuntimeError) as error:
        # The search libraries raise these when a write fails, on a full disk for example.
        shutil.rmtree(fresh, ignore_errors=True)
        raise StoreError("search-files-not-writable", folder=root, cause=error) from error
    except BaseException:
        shutil.rmtree(fresh, ignore_errors=True)
        raise


def _complete(folder: Path, generation: int, stamp: str, source: Path | None) -> None:
    """Write the list of a folder's files, and make sure that all of them are on the disk.

    Args:
        folder: The folder.
        generation: The number of its generation.
        stamp: The name of its generation.
        source: The folder of an earlier generation, whose files are on the disk.
    """
    earlier = _files(source) if source else {}
    states: dict[str, list[int]] = {}
    fresh = []
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder).as_posix()
        if source is not None and name in earlier and path.samefile(source / name):
            states[name] = earlier[name]
        else:
            states[name] = [path.stat().st_size, _checksum(path)]
            fresh.append(path)
    complete = folder / _COMPLETE
    content = {"generation": generation, "stamp": stamp, "words": tokens.NAME, "files": states}
    complete.write_text(json.dumps(content))
    folders = [path for path in folder.rglob("*") if path.is_dir()]
    for path in (*fresh, complete, *folders, folder):
        sync(path)


def _files(folder: Path) -> dict[str, list[int]]:
    """Return size and checksum of the files of a complete folder."""
    files: dict[str, list[int]] = json.loads((folder / _COMPLETE).read_text())["files"]
    return files


def in_memory(store: Catalogue, dimension: int, generation: int) -> SearchIndexes:
    """Build the search indexes in memory, for a reader that cannot write to an outdated folder."""
    kinds = backends.named(store.manifest())
    return _build(kinds, store, dimension, generation, None, None)


def load(store: Catalogue, generation: int) -> SearchIndexes | None:
    """Load the search indexes of a generation, or return None if they are missing, incomplete or outdated.

    Of large files only the sizes are checked, so that opening them takes no longer; see `is_sound`.
    """
    if store.folder is None:
        return None
    folder = store.folder / FOLDER / str(generation)
    if not _is_intact(folder, store.stamp()):
        return None
    try:
        return _opened(backends.named(store.manifest()), folder, generation)
    except backends.DAMAGED:
        return None


def is_sound(store: Catalogue, generation: int) -> bool:
    """Return whether all files of a generation have the content that was written; reads all of them."""
    assert store.folder is not None
    folder = store.folder / FOLDER / str(generation)
    try:
        return all(_checksum(folder / name) == checksum for name, (_, checksum) in _files(folder).items())
    except backends.DAMAGED:
        return False


def _opened(kinds: backends.Backends, folder: Path, generation: int) -> SearchIndexes:
    return SearchIndexes(
        generation,
        kinds.vectors.load(folder / SENTENCES),
        kinds.vectors.load(folder / PASSAGES),
        kinds.lexical.load(folder / SENTENCE_TERMS),
        kinds.lexical.load(folder / PASSAGE_TERMS),
    )


def sweep(store: WritableStore, keep: int) -> None:
    """Delete the files of other generations. A reader that has them open can still read them."""
    for path in (store.folder / FOLDER).glob("*"):
        if path.name != str(keep):
            shutil.rmtree(path, ignore_errors=True)


def _is_intact(folder: Path, stamp: str) -> bool:
    try:
        complete = json.loads((folder / _COMPLETE).read_text())
        # The terms of another version of the tokenizer would not match those of a question.
        is_current = complete["stamp"] == stamp and complete.get("words", "words/1") == tokens.NAME
        files = complete["files"].items()
        is_small = sum(size for _, (size, _) in files) <= _READ_WHOLE
        return is_current and all(
            (folder / name).stat().st_size == size and not (is_small and _checksum(folder / name) != checksum)
            for name, (size, checksum) in files
        )
    except (OSError, ValueError, KeyError, AttributeError, TypeError):
        return False


def _checksum(path: Path) -> int:
    """Return the CRC-32 of a file, which detects incomplete writes and bad disks, but no manipulation."""
    checksum = 0
    with path.open("rb") as file:
        while data := file.read(1 << 20):
            checksum = zlib.crc32(data, checksum)
    return checksum


def _build(
    kinds: backends.Backends,
    store: Catalogue,
    dimension: int,
    generation: int,
    source: Path | None,
    target: Path | None,
    purge: bool = False,
) -> SearchIndexes:
    documents = set(store.document_keys().values())
    indexes = _derived(kinds, source, target, documents, purge)
    if indexes is None:
        if target is not None:
            for path in target.iterdir():
                shutil.rmtree(path)
        indexes = SearchIndexes(
            generation,
            kinds.vectors.create(dimension),
            kinds.vectors.create(dimension),
            kinds.lexical.create(target / SENTENCE_TERMS if target else None),
            kinds.lexical.create(target / PASSAGE_TERMS if target else None),
        )
    for index, rows in (
        (indexes.sentences, store.sentence_vectors(indexes.sentences.last)),
        (indexes.passages, store.passage_vectors(indexes.passages.last)),
    ):
        while chunk := list(islice(rows, _CHUNK)):
            keys, vectors, owners = zip(*chunk, strict=True)
            index.add(keys, owners, to_matrix(vectors, dimension))
    last = indexes.passage_terms.last
    indexes.sentence_terms.add(
        Entry(key, passage.document, terms(text, language))
        for passage, _, language in store.texts(last)
        for key, text in sentence_texts(passage)
    )
    indexes.passage_terms.add(
        Entry(passage.id, passage.document, passage_terms(passage, title, language))
        for passage, title, language in store.texts(last)
    )
    return replace(indexes, generation=generation)


def _derived(
    kinds: backends.Backends,
    source: Path | None,
    target: Path | None,
    documents: set[int],
    purge: bool,
) -> SearchIndexes | None:
    """Return the search indexes of an earlier generation with some documents, None if that is impossible.

    Args:
        kinds: The kinds of search indexes.
        source: The folder of the earlier generation.
        target: The folder of the new generation.
        documents: Keys of the documents that the new generation has.
        purge: Whether no trace of others may stay in the files.
    """
    if source is None or target is None:
        return None
    try:
        sentences, passages = (kinds.vectors.load(source / name) for name in (SENTENCES, PASSAGES))
        sentence_terms, passage_terms = (
            kinds.lexical.derive(source / name, target / name, documents, purge=purge)
            for name in (SENTENCE_TERMS, PASSAGE_TERMS)
        )
        for index in (sentences, passages):
            index.keep(documents)
            if purge:
                index.purge()
    except backends.DAMAGED:
        return None
    return SearchIndexes(0, sentences, passages, sentence_terms, passage_terms)
