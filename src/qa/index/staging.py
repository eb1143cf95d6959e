"""Reads files into documents that are ready to be embedded and published.

It runs ahead of what embeds and publishes, in a thread of its own, and tells it by events, in order, what
it met. It changes nothing but its own notes of which document came out of which file.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from qa import parsers
from qa.errors import ReadError
from qa.index.report import Options
from qa.index.sources import SourceFile, is_gone
from qa.index.stores.base import WritableStore
from qa.index.stores.rows import FileRow, vector_key
from qa.lang.detect import language_of
from qa.messages import Message
from qa.text.sentences import NAME, segment
from qa.text.tokens import unwrapped
from qa.types import Document, Passage

READER = f"{parsers.VERSION} {NAME}"
"""How files are read and cut: those that an older version read are read again."""
UNTRUSTED = -1
"""The time of a file that is to be looked into again."""
PART = 512
"""Texts of a document from which on they are handed over before its end."""


@dataclass(frozen=True, slots=True)
class File:
    """A file as it was before it was read: a change while it is read is noticed by the next run."""

    found: SourceFile
    uri: str
    size: int
    mtime_ns: int
    changed_ns: int
    sha256: str = ""
    reader: str = READER


@dataclass(frozen=True, slots=True)
class StagedDocument:
    """A document with its passages, and the keys of their vectors and of their sentences' vectors."""

    document: Document
    language: str
    passages: tuple[tuple[Passage, bytes, tuple[bytes, ...]], ...]

    def vector_keys(self) -> Iterator[bytes]:
        """Yields the keys of all its vectors."""
        for _, key, keys in self.passages:
            yield key
            yield from keys


# -- events, in the order of a file -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opened:
    """A file is read."""

    file: File


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The system does not open the file."""

    reason: Message


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The file has the bytes that it had."""

    file: File
    known: FileRow


@dataclass(frozen=True, slots=True)
class WouldRead:
    """The file is new, or changed, and only that is asked."""

    known: FileRow | None


@dataclass(frozen=True, slots=True)
class Begun:
    """The documents of a file follow; ``before`` is what it held: ``doc_id`` to SHA-256."""

    file: File
    name: str
    before: dict[str, str]


@dataclass(frozen=True, slots=True)
class Met:
    """A document was read; ``replaces`` are those that go for it.

    ``size`` is about how many bytes of the file it took. ``coming`` is the number of characters that are
    cut and embedded next, None where the document is as it was.
    """

    doc_id: str
    size: int
    coming: int | None
    replaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """Texts of a document by their vector keys; the whole document where it ends with them."""

    texts: Mapping[bytes, str]
    sentences: int
    document: StagedDocument | None


@dataclass(frozen=True, slots=True)
class Ended:
    """No more documents of this file.

    ``whole`` says that it was read to its end, ``rest`` which documents it holds no more, and ``empty``
    that it gave none.
    """

    file: File
    whole: bool
    failures: tuple[Message, ...]
    rest: tuple[str, ...]
    empty: bool


@dataclass(frozen=True, slots=True)
class Closed:
    """The next file follows."""

    file: File


Event: TypeAlias = Opened | Unreadable | Unchanged | WouldRead | Begun | Met | Texts | Ended | Closed


def weight(event: Event) -> int:
    """Returns about how many characters an event holds."""
    if not isinstance(event, Texts):
        return 1
    return sum(map(len, event.texts.values())) + (len(event.document.document.text) if event.document else 0)


# -- what is embedded -------------------------------------------------------------------------------


def passage_input(title: str, headings: Sequence[str], text: str) -> str:
    """What is embedded for a passage: its title and headings, which it does not repeat, and its text."""
    context = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} ".join((title, *headings))
    return f"{context}\n{unwrapped(text)}"


def sentence_input(text: str) -> str:
    """What is embedded for a sentence: its words, whatever the lines that they stand on."""
    return unwrapped(text)


def stage(document: Document) -> Generator[Texts, None, None]:
    """Cuts a document into passages and sentences, and yields what is to be embedded, at last with the
    document itself."""
    texts: dict[bytes, str] = {}
    passages = []
    sentences = 0
    for passage in segment(document):
        stretch = document.text[passage.start : passage.end]
        text = passage_input(document.title, passage.headings, stretch)
        key = vector_key(text)
        texts[key] = text
        keys = []
        for sentence in passage.sentences:
            words = sentence_input(document.text[sentence.start : sentence.end])
            keys.append(vector_key(words))
            texts[keys[-1]] = words
        passages.append((passage, key, tuple(keys)))
        sentences += len(keys)
        if len(texts) >= PART:
            yield Texts(texts, sentences, None)
            texts, sentences = {}, 0
    yield Texts(texts, sentences, StagedDocument(document, language_of(document.text), tuple(passages)))


# -- reading ----------------------------------------------------------------------------------------


class Staging:
    """Reads the files of one run."""

    def __init__(
        self,
        store: WritableStore,
        options: Options,
        known: Mapping[str, FileRow],
        owners: dict[str, str],
        again: frozenset[str],
    ) -> None:
        """``owners`` is which file each document came out of, and is kept up to date; ``again`` are the
        uris of files to read even if they did not change."""
        self._store = store
        self._options = options
        self._known = known
        self._owners = owners
        self._again = again

    def events(self, files: Iterable[File], stop: Callable[[], bool]) -> Generator[Event, None, None]:
        """Yields what happens, file by file. Raises KeyboardInterrupt where ``stop`` says so."""
        try:
            for file in files:
                yield Opened(file)
                for event in self._file(file, stop):
                    if stop():
                        raise KeyboardInterrupt
                    yield event
                yield Closed(file)
        finally:
            self._store.close()  # this thread's connection

    def _file(self, file: File, stop: Callable[[], bool]) -> Iterator[Event]:
        known = self._known.get(file.uri)
        try:
            with file.found.path.open("rb") as handle:
                sha256 = hashlib.file_digest(handle, "sha256").hexdigest()
        except OSError as error:
            yield Unreadable(Message.of("path-not-readable", cause=error.strerror))
            return
        file = replace(file, sha256=sha256)
        unchanged = known and known.sha256 == sha256 and known.reader == READER
        if known and unchanged and file.uri not in self._again:
            yield Unchanged(file, known)
        elif self._options.dry_run:
            yield WouldRead(known)
        else:
            yield from self._read(file, known, stop)

    def _read(self, file: File, known: FileRow | None, stop: Callable[[], bool]) -> Iterator[Event]:
        before = self._store.documents_of_file(known.id) if known else {}
        name, successor = self._free_name(file, before)
        yield Begun(replace(file, mtime_ns=UNTRUSTED, sha256=""), name, before)
        # Another reader, or OCR, gets other words out of the same bytes.
        again = file.uri in self._again or (known is not None and known.reader != READER)
        seen: set[str] = set()
        failures: list[Message] = []
        whole = True
        try:
            for item in parsers.read(
                file.found.path, name, password=self._options.password, ocr=self._options.ocr, stop=stop
            ):
                if isinstance(item, ReadError):
                    failures.append(item.message)
                    continue
                replaces = []
                if successor and item.doc_id == name:
                    self._owners.pop(name, None)
                    replaces.append(name)
                if refused := self._refused(item, file, seen):
                    # The other file may give the id up in this very run: the next one tries again.
                    whole = whole and item.doc_id in seen
                    failures.append(refused)
                    continue
                seen.add(item.doc_id)
                # Of a corpus, about: how far its reader is, nobody is told.
                size = file.size if item.doc_id == name else len(item.text.encode())
                if before.get(item.doc_id) == item.sha256 and not again:
                    yield Met(item.doc_id, size, None, tuple(replaces))
                    continue
                if item.doc_id in before:
                    replaces.append(item.doc_id)
                yield Met(item.doc_id, size, len(item.text), tuple(replaces))
                yield from stage(item)
                self._owners[item.doc_id] = file.uri
        except ReadError as error:
            whole = False
            failures.append(error.message)
        # Where it broke off, what was not reached keeps its old text, and the file stays unfinished.
        rest = tuple(sorted(before.keys() - seen)) if whole and (seen or not failures) else ()
        for doc_id in rest:
            # Another file may have their ids now.
            self._owners.pop(doc_id, None)
        yield Ended(file, whole, tuple(failures), rest, not seen)

    def _refused(self, document: Document, file: File, seen: set[str]) -> Message | None:
        """Why a document cannot have the id that it has, if so."""
        doc_id = document.doc_id
        if doc_id in seen:
            return Message.of("id-twice-in-file", id=doc_id)
        owner = self._owners.get(doc_id, file.uri)
        if owner != file.uri:
            return Message.of("id-in-another-file", id=doc_id, file=owner)
        return None

    def _free_name(self, file: File, before: dict[str, str]) -> tuple[str, bool]:
        """The file's own name in the index; with the folders above it where another file has that name.

        And whether it takes the place of a file that had the name and is gone.
        """
        name = file.found.doc_id
        if name in before:
            return name, False
        parents = list(file.found.path.parts[1 : -len(Path(name).parts)])
        while parents and self._owners.get(name, file.uri) != file.uri:
            if is_gone(self._owners[name]):
                return name, True
            name = f"{parents.pop()}/{name}"
        return name, False
