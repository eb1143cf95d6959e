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
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from qa.errors import StoreError
from qa.index import backends
from qa.index.files import PRIVATE, sync
from qa.index.lexical.base import Entry, LexicalIndex, WritableLexicalIndex
from qa.index.stores.base import Catalogue, SealingStore, WritableStore
from qa.index.stores.rows import PassageRow, to_matrix
from qa.index.vectors.base import VectorIndex, WritableVectorIndex
from qa.text import tokens
from qa.text.clauses import numbers, terms_of
from qa.text.tokens import terms

FOLDER = "derived"
SENTENCES, PASSAGES = "sentences", "passages"
SENTENCE_TERMS, PASSAGE_TERMS = "sentence-terms", "passage-terms"
_COMPLETE, _STAMP = "complete.json", "stamp"
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


@dataclass(frozen=True, slots=True)
class _Changing(SearchIndexes):
    """The search indexes of a generation that is being built."""

    sentences: WritableVectorIndex
    passages: WritableVectorIndex
    sentence_terms: WritableLexicalIndex
    passage_terms: WritableLexicalIndex


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
    store: Catalogue,
    dimension: int,
    generation: int,
    *,
    since: Origin | None = None,
    purge: bool = False,
    salvage: bool = False,
) -> SearchIndexes:
    """Build and save the search indexes of a generation, starting from an earlier one's if they are intact.

    Only the writer may call it, on the state that is about to become the generation. A store without a folder
    gets its indexes in memory.

    Args:
        store: The store.
        dimension: Number of components of a vector.
        generation: The number of the new generation.
        since: The earlier generation.
        purge: Whether documents were removed since then of which no trace may stay in the files.
        salvage: Whether to take over what is intact of damaged files. The store must have the vectors of the
            rest.

    Raises:
        StoreError: The files cannot be written, or vectors are missing.
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
    kinds = backends.named(store.manifest())
    try:
        indexes = None
        documents = set(store.document_keys().values())
        # The stamp must match: a folder of a killed writer, or in a copy of the index, may have the same
        # number and other texts under the same keys.
        source = root / str(since.generation) if since is not None and not salvage else None
        if salvage and isinstance(store, SealingStore):
            indexes = _salvaged(kinds, store, fresh, documents)
        elif source is not None and since is not None and _is_intact(source, since.stamp):
            indexes = _derived(kinds, source, fresh, documents, purge)
        if indexes is None:
            source = None
            for path in fresh.iterdir():
                shutil.rmtree(path)
            indexes = _empty(kinds, dimension, fresh)
        indexes = _filled(indexes, store, generation)
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
    # Also apart from the list, so that the vectors survive damage to it.
    (folder / _STAMP).write_text(stamp)
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
    return _filled(_empty(backends.named(store.manifest()), dimension, None), store, generation)


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


def sealed(store: SealingStore, published: tuple[int, str], name: str) -> VectorIndex:
    """Return the vectors of the sentences or passages of the generation that a store has published.

    Raises:
        StoreError: They are missing or damaged.
    """
    generation, stamp = published
    folder = store.folder / FOLDER / str(generation)
    try:
        if not _has_stamp(folder, stamp):
            raise ValueError(f"{folder} is of another generation")
        return backends.named(store.manifest()).vectors.load(folder / name)
    except backends.DAMAGED as error:
        raise lost(store.folder) from error


def salvaged(store: SealingStore, published: tuple[int, str], name: str) -> WritableVectorIndex | None:
    """Return what is intact of the same, None if nothing is; reads all of it."""
    generation, stamp = published
    folder = store.folder / FOLDER / str(generation)
    if not _has_stamp(folder, stamp):
        return None
    try:
        return backends.named(store.manifest()).vectors.salvage(folder / name, _checker(folder))
    except backends.DAMAGED:
        return None


def lost(folder: Path | None) -> StoreError:
    """Return the error of vectors that are missing or damaged."""
    return StoreError("index-vectors-lost", folder=folder)


def _checker(folder: Path) -> Callable[[Path], bool]:
    """Return a function that tells whether a file has the content that was written, as far as is known."""
    try:
        files = _files(folder)
    except backends.DAMAGED:
        files = {}

    def is_sound(path: Path) -> bool:
        state = files.get(path.relative_to(folder).as_posix())
        try:
            return state is None or [path.stat().st_size, _checksum(path)] == state
        except OSError:
            return False

    return is_sound


def _has_stamp(folder: Path, stamp: str) -> bool:
    try:
        if (folder / _STAMP).read_text() == stamp:
            return True
    except (OSError, ValueError):
        pass
    try:
        return bool(json.loads((folder / _COMPLETE).read_text())["stamp"] == stamp)
    except backends.DAMAGED:
        return False


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


def _empty(kinds: backends.Backends, dimension: int, target: Path | None) -> _Changing:
    return _Changing(
        0,
        kinds.vectors.create(dimension),
        kinds.vectors.create(dimension),
        kinds.lexical.create(target / SENTENCE_TERMS if target else None),
        kinds.lexical.create(target / PASSAGE_TERMS if target else None),
    )


def _filled(indexes: _Changing, store: Catalogue, generation: int) -> _Changing:
    """Add what is new in the store to search indexes."""
    for index, rows in (
        (indexes.sentences, store.sentence_vectors(indexes.sentences.last)),
        (indexes.passages, store.passage_vectors(indexes.passages.last)),
    ):
        while chunk := list(islice(rows, _CHUNK)):
            keys, vectors, owners = zip(*chunk, strict=True)
            index.add(keys, owners, to_matrix(vectors, index.dimension))
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
    if (len(indexes.sentences), len(indexes.passages)) != (
        len(indexes.sentence_terms),
        len(indexes.passage_terms),
    ):
        # Each text has a vector.
        raise lost(store.folder)
    return replace(indexes, generation=generation)


def _derived(
    kinds: backends.Backends, source: Path, target: Path, documents: set[int], purge: bool
) -> _Changing | None:
    """Return the search indexes of an earlier generation with some documents, None if that is impossible.

    Args:
        kinds: The kinds of search indexes.
        source: The folder of the earlier generation.
        target: The folder of the new generation.
        documents: Keys of the documents that the new generation has.
        purge: Whether no trace of others may stay in the files.
    """
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
    return _Changing(0, sentences, passages, sentence_terms, passage_terms)


def _salvaged(kinds: backends.Backends, store: SealingStore, target: Path, documents: set[int]) -> _Changing:
    """Return search indexes with the intact vectors of a damaged generation, and with those of the store."""
    dimension = int(store.manifest()["dimension"])
    vectors = []
    for name in (SENTENCES, PASSAGES):
        index = salvaged(store, store.published(), name) or kinds.vectors.create(dimension)
        index.keep(documents)
        if rows := list(store.fresh_vectors(name)):
            keys, data, owners = zip(*rows, strict=True)
            index.restore(keys, owners, to_matrix(data, dimension))
        vectors.append(index)
    return replace(_empty(kinds, dimension, target), sentences=vectors[0], passages=vectors[1])
