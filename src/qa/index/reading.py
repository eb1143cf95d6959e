"""Reads files: their hashes, and their documents cut into the texts to embed. It needs no index."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from qa import parsers
from qa.errors import ReadError
from qa.index.cutting import stage
from qa.index.events import Texts, weight
from qa.messages import Message
from qa.parsers.registry import CORPUS
from qa.types import Document

GROUP_CHARACTERS = 200_000
"""Characters of the documents of a corpus that are cut together."""

Part: TypeAlias = "tuple[Document, Iterable[Texts]] | ReadError"
"""A document with its texts, or why a part of the file cannot be read."""


def _never() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read.

    Attributes:
        path: The file.
        name: Its name in the index.
        known: The SHA-256 of a content that need not be read.
        password: The password of encrypted PDF files.
        ocr: Whether to recognise the text of scanned pages.
    """

    path: Path
    name: str
    known: str | None
    password: str | None
    ocr: bool


@dataclass(frozen=True, slots=True)
class Content:
    """What a file contains.

    Attributes:
        name: The name that it was read by.
        parts: Its documents, cut, and the parts that cannot be read.
        failure: Why the rest cannot be read.
        characters: The approximate number of its characters.
    """

    name: str
    parts: tuple[tuple[Document, tuple[Texts, ...]] | Message, ...] = ()
    failure: Message | None = None
    characters: int = 0

    def each(self) -> Iterator[Part]:
        """Yield the parts as `read` does."""
        for part in self.parts:
            yield _error(part) if isinstance(part, Message) else part
        if self.failure is not None:
            raise _error(self.failure)


@dataclass(frozen=True, slots=True)
class Look:
    """The state of a file.

    Attributes:
        sha256: The hash of its bytes; empty if the operating system cannot open it.
        unreadable: Why it cannot be opened.
        content: Its content, if it was read already.
    """

    sha256: str
    unreadable: Message | None = None
    content: Content | None = None


def look(path: Path) -> Look:
    """Return the hash of a file, or why it cannot be opened."""
    try:
        with path.open("rb") as file:
            return Look(hashlib.file_digest(file, "sha256").hexdigest())
    except OSError as error:
        return Look("", Message.of("path-not-readable", cause=error.strerror))


def documents(task: Task, stop: Callable[[], bool] = _never) -> Iterator[Document | ReadError]:
    """Yield the documents of a file; see `qa.parsers.read`."""
    return parsers.read(task.path, task.name, password=task.password, ocr=task.ocr, stop=stop)


def read(task: Task, stop: Callable[[], bool] = _never) -> Iterator[Part]:
    """Yield the parts of a file; a document's texts are cut when they are iterated.

    Raises:
        ReadError: The rest of the file cannot be read.
        KeyboardInterrupt: ``stop`` returned True.
    """
    for item in documents(task, stop):
        yield item if isinstance(item, ReadError) else (item, stage(item))


def look_and_read(task: Task) -> Look:
    """Return the state of a file with its content, unless that is known, or a corpus.

    A corpus may be larger than the memory, so it is read by the caller, part by part.
    """
    state = look(task.path)
    if state.unreadable or state.sha256 == task.known or task.path.suffix.lower() == CORPUS:
        return state
    return Look(state.sha256, content=_content(task.name, documents(task)))


def read_data(task: Task, data: bytes, uri: str) -> Content:
    """Return the content of a file, which need not exist on this machine, from its bytes."""
    items = parsers.read_bytes(
        data,
        task.path.name,
        task.name,
        uri=uri,
        password=task.password,
        ocr=task.ocr,
    )
    return _content(task.name, items)


def _content(name: str, items: Iterable[Document | ReadError]) -> Content:
    parts: list[tuple[Document, tuple[Texts, ...]] | Message] = []
    failure, characters = None, 0
    try:
        for item in items:
            if isinstance(item, ReadError):
                parts.append(item.message)
                continue
            texts = tuple(stage(item))
            parts.append((item, texts))
            characters += sum(map(weight, texts))
    except ReadError as error:
        failure = error.message
    return Content(name, tuple(parts), failure, characters)


def cut(documents: Sequence[Document]) -> list[tuple[Texts, ...]]:
    """Return the texts of documents."""
    return [tuple(stage(document)) for document in documents]


def _error(message: Message) -> ReadError:
    return ReadError(message.code, **message.params)
