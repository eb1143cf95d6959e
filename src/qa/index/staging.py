"""Parses files into documents that are ready to be embedded and published.

It runs in a separate thread, ahead of embedding and publishing, and reports its results as events in order.
Large runs are read by several processes (`qa.index.several`); the events are the same.
It changes nothing but its record of the file that each document comes from.
"""

from __future__ import annotations

from collections import ChainMap
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, MutableMapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path

from qa.errors import ReadError
from qa.index.events import (
    READER,
    Begun,
    Closed,
    Ended,
    Event,
    File,
    Opened,
    Parsed,
    Texts,
    Unchanged,
    Unreadable,
    WouldRead,
)
from qa.index.reading import Look, Task
from qa.index.report import Options
from qa.index.several import Several
from qa.index.sources import is_gone
from qa.index.stores.base import WritableStore
from qa.index.stores.rows import FileRow
from qa.messages import Message
from qa.types import Document

UNTRUSTED = -1
"""The stored time of a file whose content must be compared at the next run."""


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

    def is_new(self, document: Document) -> bool:
        """Return whether the index does not have this document of the file."""
        return self.again or self.before.get(document.doc_id) != document.sha256

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

    def events(self, files: Sequence[File], stop: Callable[[], bool]) -> Generator[Event, None, None]:
        """Parse files and yield events, file by file.

        Raises:
            KeyboardInterrupt: ``stop`` returns True.
        """
        try:
            with closing(Several.of(files, self._options, stop)) as several:
                owners = ChainMap({}, self._owners)
                looks = several.looks(files, lambda file: self._task(file, owners))
                for file in files:
                    yield Opened(file)
                    for event in self._file(file, next(looks), several):
                        if stop():
                            raise KeyboardInterrupt
                        yield event
                    yield Closed(file)
        finally:
            self._store.close()  # Closes this thread's connection.

    def _task(self, file: File, owners: MutableMapping[str, str]) -> Task:
        """Return what to read of a file, by the name that it will probably have.

        Args:
            file: The file.
            owners: The URI of the file that will have each name. It is updated.
        """
        known = self._known.get(file.uri)
        before = self._store.documents_of_file(known.id) if known else {}
        name, _ = self._free_name(file, before, owners)
        owners[name] = file.uri
        unchanged = known.sha256 if known and not self._is_outdated(file, known) else None
        return Task(file.source.path, name, unchanged, self._options.password, self._options.ocr)

    def _is_outdated(self, file: File, known: FileRow) -> bool:
        """Return whether a file must be read even if its bytes are the same.

        Another version of a parser, or OCR, may return another text.
        """
        return file.uri in self._again or known.reader != READER

    def _file(self, file: File, look: Look, several: Several) -> Iterator[Event]:
        known = self._known.get(file.uri)
        if look.unreadable is not None:
            yield Unreadable(look.unreadable)
            return
        file = replace(file, sha256=look.sha256)
        if known and known.sha256 == look.sha256 and not self._is_outdated(file, known):
            yield Unchanged(file, known)
        elif self._options.dry_run:
            yield WouldRead(known)
        else:
            yield from self._read(file, known, look, several)

    def _read(self, file: File, known: FileRow | None, look: Look, several: Several) -> Iterator[Event]:
        before = self._store.documents_of_file(known.id) if known else {}
        name, successor = self._free_name(file, before, self._owners)
        yield Begun(replace(file, mtime_ns=UNTRUSTED, sha256=""), name, before)
        again = known is not None and self._is_outdated(file, known)
        reading = _Reading(file, name, successor, before, again)
        task = Task(file.source.path, name, None, self._options.password, self._options.ocr)
        try:
            for part in several.parts(task, look, reading.is_new):
                if isinstance(part, ReadError):
                    reading.failures.append(part.message)
                else:
                    yield from self._document(reading, *part)
        except ReadError as error:
            reading.whole = False
            reading.failures.append(error.message)
        rest = reading.rest()
        for doc_id in rest:
            # Another file may use these ids now.
            self._owners.pop(doc_id, None)
        yield Ended(file, reading.whole, tuple(reading.failures), rest, not reading.seen)

    def _document(self, reading: _Reading, document: Document, texts: Iterable[Texts]) -> Iterator[Event]:
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
        if not reading.is_new(document):
            yield Parsed(doc_id, size, None, tuple(replaces))
            return
        if doc_id in reading.before:
            replaces.append(doc_id)
        yield Parsed(doc_id, size, len(document.text), tuple(replaces))
        yield from texts
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

    @staticmethod
    def _free_name(file: File, before: dict[str, str], owners: Mapping[str, str]) -> tuple[str, bool]:
        """Return a name for a file that no other file in the index has.

        It is the file's own name. If another file has it, the names of the folders above are added.

        Returns:
            The name, and whether it belonged to a file that no longer exists.
        """
        name = file.source.doc_id
        if name in before:
            return name, False
        parents = list(file.source.path.parts[1 : -len(Path(name).parts)])
        while parents and owners.get(name, file.uri) != file.uri:
            if is_gone(owners[name]):
                return name, True
            name = f"{parents.pop()}/{name}"
        return name, False
