"""Read a draft: a document of any format, standard input, or a list of passages."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO

from qa import parsers
from qa.batch import read_questions
from qa.errors import ReadError, UsageError
from qa.messages import visible
from qa.parsers.build import BlockQuote
from qa.parsers.limits import MEGABYTE
from qa.parsers.refusals import extension_of
from qa.types import Block, Document

MOST_BYTES = 100 * MEGABYTE
"""Maximum bytes read from standard input."""
LISTS = frozenset({".csv", ".tsv", ".json", ".jsonl", ".xlsx"})
"""Extensions of lists of passages; they are read as question files."""
STDIN = "-"

_PARAGRAPH = re.compile(r"\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*")
_QUOTED_LINES = re.compile(r"(?m)^[ \t]{0,3}>[^\n]*(?:\n[ \t]{0,3}>[^\n]*)*")


@dataclass(frozen=True, slots=True)
class Passage:
    """A row of a list of passages."""

    id: str
    text: str
    documents: tuple[str, ...] = ()
    page: int | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft whose quotations are checked.

    Attributes:
        name: The name of its file.
        document: Its text, with pages, lines and blocks; every draft has blocks.
        quotes: Its block quotes.
        passages: The rows of a list of passages; a list has no text.
        data: The bytes of its file.
    """

    name: str
    document: Document
    quotes: tuple[BlockQuote, ...] = ()
    passages: tuple[Passage, ...] | None = None
    data: bytes = b""


def read(path: Path, *, password: str | None = None) -> Draft:
    """Return the draft in a file.

    Raises:
        UsageError: The file is missing, or cannot be read as a document.
    """
    if path.suffix.lower() in LISTS:
        return _list(path)
    if not path.is_file():
        raise UsageError("draft-is-folder" if path.is_dir() else "draft-missing", path=path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UsageError("draft-unreadable", path=path, reason=error.strerror or error) from error
    return of_bytes(data, path.name, uri=path.resolve().as_uri(), password=password)


def read_stream(stream: BinaryIO, *, password: str | None = None) -> Draft:
    """Return the draft on standard input, whose first bytes show its format; text if they do not.

    Raises:
        UsageError: It is empty, too large, or cannot be read.
    """
    data = stream.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise UsageError("draft-too-large", path=STDIN, most=MOST_BYTES // MEGABYTE)
    draft = of_bytes(data, f"{STDIN}{extension_of(data)}", password=password)
    return replace(draft, name="standard input")


def of_bytes(data: bytes, name: str, *, uri: str | None = None, password: str | None = None) -> Draft:
    """Return the draft in the bytes of a file.

    Raises:
        UsageError: It cannot be read as a document.
    """
    try:
        extract = parsers.extract(data, name, password=password)
    except ReadError as error:
        raise UsageError("draft-unreadable", path=visible(name), reason=error.message) from error
    text = extract.text
    blocks = extract.blocks or tuple(Block(m.start(), m.end()) for m in _PARAGRAPH.finditer(text))
    quotes = extract.quotes
    if not extract.blocks:
        quotes = tuple(BlockQuote(m.start(), m.end()) for m in _QUOTED_LINES.finditer(text))
    document = Document(
        doc_id=name,
        title=extract.title or name,
        text=text,
        sha256=sha256(data).hexdigest(),
        pages=extract.pages,
        uri=uri,
        blocks=blocks,
        places=extract.places,
        lines=extract.lines,
    )
    return Draft(name, document, quotes, data=data)


def of_passages(passages: tuple[Passage, ...], name: str = "", data: bytes = b"") -> Draft:
    """Return a draft that is a list of passages."""
    document = Document(doc_id=name, title=name, text="", sha256=sha256(data).hexdigest())
    return Draft(name, document, passages=passages, data=data)


def of_quote(text: str, page: int | None = None) -> Draft:
    """Return a draft that is one passage, with the page that is claimed for it."""
    return of_passages((Passage("1", text, page=page),))


def _list(path: Path) -> Draft:
    rows = read_questions(path)
    passages = tuple(Passage(row.id, row.question, row.documents) for row in rows)
    return of_passages(passages, path.name, path.read_bytes())
