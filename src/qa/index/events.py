"""What staging reports about files, in order: the events of a run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from qa import parsers
from qa.index.sources import SourceFile
from qa.index.stores.rows import FileRow
from qa.messages import Message
from qa.text.sentences import NAME
from qa.types import Document, Passage

READER = f"{parsers.VERSION} {NAME}"
"""Version of parsing and segmenting: files of another version are parsed again."""


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
