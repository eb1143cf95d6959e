"""Parses files into documents that are ready to be embedded and published.

It runs in a separate thread, ahead of embedding and publishing, and reports its results as events in order.
It changes nothing but its record of the file that each document comes from.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
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
"""Version of parsing and segmenting: files of another version are parsed again."""
UNTRUSTED = -1
"""The stored time of a file whose content must be compared at the next run."""
PART = 512
"""Number of texts after which those of an unfinished document are passed on."""


@dataclass(frozen=True, slots=True)
class File:
    """The state of a file before it is read, so the next run notices a change during reading."""

    source: SourceFile
    uri: str
    size: int
    mtime_ns: int
    changed_ns: int
    sha256: str = ""
    reader: str = READER


@dataclass(frozen=True, slots=True)
class StagedDocument:
    """A document with its passages, each with the keys of its vector and of its sentences' vectors."""

    document: Document
    language: str
    passages: tuple[tuple[Passage, bytes, tuple[bytes, ...]], ...]

    def vector_keys(self) -> Iterator[bytes]:
        """Yield the keys of all its vectors."""
        for _, key, keys in self.passages:
            yield key
            yield from keys


# -- events, in the order of a file -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Opened:
    """A file is about to be parsed."""

    file: File


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The operating system cannot open the file."""

    reason: Message


@dataclass(frozen=True, slots=True)
class Unchanged:
    """The file's content is the same as before."""

    file: File
    known: FileRow


@dataclass(frozen=True, slots=True)
class WouldRead:
    """In a dry run: the file is new or has changed."""

    known: FileRow | None


@dataclass(frozen=True, slots=True)
class Begun:
    """The documents of a file follow.

    Attributes:
        file: The file.
        name: Its name in the index.
        before: Its documents so far: ``doc_id`` to SHA-256.
    """

    file: File
    name: str
    before: dict[str, str]


@dataclass(frozen=True, slots=True)
class Parsed:
    """A document was parsed.

    Attributes:
        doc_id: Its id.
        size: Its approximate size in bytes of the file.
        coming: Number of characters to segment and embed next; None if the document has not changed.
        replaces: The documents that it replaces.
    """

    doc_id: str
    size: int
    coming: int | None
    replaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """Some texts of a document to embed.

    Attributes:
        texts: The texts by their vector keys.
        sentences: Number of sentences among them.
        document: The whole document with its last texts, None before.
    """

    texts: Mapping[bytes, str]
    sentences: int
    document: StagedDocument | None


@dataclass(frozen=True, slots=True)
class Ended:
    """All documents of a file are parsed.

    Attributes:
        file: The file.
        whole: Whether the file was parsed to its end.
        failures: The parts that could not be read, with reasons.
        rest: Documents that the file no longer has.
        empty: Whether the file had no document.
    """

    file: File
    whole: bool
    failures: tuple[Message, ...]
    rest: tuple[str, ...]
    empty: bool


@dataclass(frozen=True, slots=True)
class Closed:
    """A file is finished."""

    file: File


Event: TypeAlias = Opened | Unreadable | Unchanged | WouldRead | Begun | Parsed | Texts | Ended | Closed


def weight(event: Event) -> int:
    """Return the approximate number of characters in an event."""
    if not isinstance(event, Texts):
        return 1
    return sum(map(len, event.texts.values())) + (len(event.document.document.text) if event.document else 0)


# -- texts to embed ---------------------------------------------------------------------------------


def passage_input(title: str, headings: Sequence[str], text: str) -> str:
    """Return the text to embed for a passage: the document's title, its headings and its text."""
    context = " \N{SINGLE RIGHT-POINTING ANGLE QUOTATION MARK} ".join((title, *headings))
    return f"{context}\n{unwrapped(text)}"


def sentence_input(text: str) -> str:
    """Return the text to embed for a sentence: its words without line breaks."""
    return unwrapped(text)


def stage(document: Document) -> Generator[Texts, None, None]:
    """Segment a document into passages and sentences.

    Yields:
        The texts to embed, the last ones with the document.
    """
    texts: dict[bytes, str] = {}
    passages = []
    sentences = 0
    for passage in segment(document):
        text = passage_input(document.title, passage.headings, document.text[passage.start : passage.end])
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


# -- parsing ----------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Reading:
    """A file that is being parsed.

    Attributes:
        successor: Whether the file's name belonged to a file that no longer exists.
        before: The SHA-256 of the documents that the index has of the file, by ``doc_id``.
        again: Whether documents with the same SHA-256 are staged too.
        seen: The ``doc_id`` of each document parsed.
        whole: Whether the whole file could be parsed.
    """

    file: File
    name: str
    successor: bool
    before: dict[str, str]
    again: bool
    seen: set[str] = field(default_factory=set)
    failures: list[Message] = field(default_factory=list)
    whole: bool = True

    def rest(self) -> tuple[str, ...]:
        """Return the documents that the file no longer has.

        If parsing broke off, documents that were not reached keep their old text, and the file stays
        unfinished.
        """
        complete = self.whole and (self.seen or not self.failures)
        return tuple(sorted(self.before.keys() - self.seen)) if complete else ()


class Staging:
    """Parses the files of one run."""

    def __init__(
        self,
        store: WritableStore,
        options: Options,
        known: Mapping[str, FileRow],
        owners: dict[str, str],
        again: frozenset[str],
    ) -> None:
        """Prepare a run.

        Args:
            store: The store to compare with.
            options: How to read the files.
            known: The files of the index by URI.
            owners: The URI of the file that each document comes from, by ``doc_id``. It is updated.
            again: URIs of files to parse even if they have not changed.
        """
        self._store = store
        self._options = options
        self._known = known
        self._owners = owners
        self._again = again

    def events(self, files: Iterable[File], stop: Callable[[], bool]) -> Generator[Event, None, None]:
        """Parse files and yield events, file by file.

        Raises:
            KeyboardInterrupt: ``stop`` returns True.
        """
        try:
            for file in files:
                yield Opened(file)
                for event in self._file(file, stop):
                    if stop():
                        raise KeyboardInterrupt
                    yield event
                yield Closed(file)
        finally:
            self._store.close()  # Closes this thread's connection.

    def _file(self, file: File, stop: Callable[[], bool]) -> Iterator[Event]:
        known = self._known.get(file.uri)
        try:
            with file.source.path.open("rb") as handle:
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
        # Another version of a parser, or OCR, may return another text for the same bytes.
        again = file.uri in self._again or (known is not None and known.reader != READER)
        reading = _Reading(file, name, successor, before, again)
        try:
            for item in parsers.read(
                file.source.path, name, password=self._options.password, ocr=self._options.ocr, stop=stop
            ):
                if isinstance(item, ReadError):
                    reading.failures.append(item.message)
                else:
                    yield from self._document(reading, item)
        except ReadError as error:
            reading.whole = False
            reading.failures.append(error.message)
        rest = reading.rest()
        for doc_id in rest:
            # Another file may use these ids now.
            self._owners.pop(doc_id, None)
        yield Ended(file, reading.whole, tuple(reading.failures), rest, not reading.seen)

    def _document(self, reading: _Reading, document: Document) -> Iterator[Event]:
        doc_id, file = document.doc_id, reading.file
        replaces = []
        if reading.successor and doc_id == reading.name:
            self._owners.pop(doc_id, None)
            replaces.append(doc_id)
        if conflict := self._id_conflict(document, file, reading.seen):
            # The other file may release the id later in this run: the next run tries again.
            reading.whole = reading.whole and doc_id in reading.seen
            reading.failures.append(conflict)
            return
        reading.seen.add(doc_id)
        # Approximate for a corpus, whose parser does not report its position in the file.
        size = file.size if doc_id == reading.name else len(document.text.encode())
        if reading.before.get(doc_id) == document.sha256 and not reading.again:
            yield Parsed(doc_id, size, None, tuple(replaces))
            return
        if doc_id in reading.before:
            replaces.append(doc_id)
        yield Parsed(doc_id, size, len(document.text), tuple(replaces))
        yield from stage(document)
        self._owners[doc_id] = file.uri

    def _id_conflict(self, document: Document, file: File, seen: set[str]) -> Message | None:
        """Return why a document cannot have its id, or None if it can."""
        doc_id = document.doc_id
        if doc_id in seen:
            return Message.of("id-twice-in-file", id=doc_id)
        owner = self._owners.get(doc_id, file.uri)
        if owner != file.uri:
            return Message.of("id-in-another-file", id=doc_id, file=owner)
        return None

    def _free_name(self, file: File, before: dict[str, str]) -> tuple[str, bool]:
        """Return a name for a file that no other file in the index has.

        It is the file's own name. If another file has it, the names of the folders above are added.

        Returns:
            The name, and whether it belonged to a file that no longer exists.
        """
        name = file.source.doc_id
        if name in before:
            return name, False
        parents = list(file.source.path.parts[1 : -len(Path(name).parts)])
        while parents and self._owners.get(name, file.uri) != file.uri:
            if is_gone(self._owners[name]):
                return name, True
            name = f"{parents.pop()}/{name}"
        return name, False
