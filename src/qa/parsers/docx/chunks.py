"""Read files of other formats that a Word document embeds as text (altChunk)."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable
from dataclasses import dataclass
from email import message_from_bytes
from importlib import import_module

from qa.errors import ReadError
from qa.messages import Message
from qa.parsers.build import Extract, TextBuilder
from qa.parsers.docx.package import Package, Relation
from qa.parsers.limits import MARKUP_BYTES

Parser = Callable[[bytes], Extract]

_MAX_DEPTH = 5
_BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass(slots=True)
class Budget:
    """Number of embedded files that may still be read; files may embed each other and grow endlessly."""

    files: int = 200


class Chunks:
    """A parser of embedded files; ``word`` parses embedded Word documents."""

    def __init__(self, package: Package, word: Parser, budget: Budget, depth: int) -> None:
        self._package = package
        self._word = word
        self._budget = budget
        self._depth = depth
        self.warnings: tuple[Message, ...] = ()

    def read(self, relation: Relation) -> Extract | None:
        """Return the content of a file, or None if it is missing or its format is not supported."""
        if relation.external or relation.target not in self._package.archive:
            return None
        data = self._package.archive.read(relation.target)
        parser = self._find_parser(data, posixpath.splitext(relation.target)[1].lower())
        if parser is None or len(data) > MARKUP_BYTES or self._budget.files <= 0:
            return None
        self._budget.files -= 1
        try:
            extract = parser(data)
        except ReadError:
            return None
        self.warnings += extract.warnings
        return extract if extract.blocks else _in_blocks(extract)

    def _find_parser(self, data: bytes, extension: str) -> Parser | None:
        if data.startswith(b"PK\x03\x04"):
            return self._word if self._depth < _MAX_DEPTH else None
        match extension:
            case ".mht" | ".mhtml":
                return _web_archive
            case ".txt":
                return _load_parser("plain")
        if extension == ".rtf" or data.startswith(b"{\\rtf"):
            return _load_parser("rtf.rtf")
        if extension in {".htm", ".html", ".xhtml"}:
            return _load_parser("html")
        head = data[:1024].lstrip().lower()
        return _load_parser("html") if b"<html" in head or head.startswith(b"<!doctype html") else None


def _in_blocks(extract: Extract) -> Extract:
    """Return text without structure as paragraphs, split at its blank lines."""
    builder = TextBuilder()
    for paragraph in _BLANK_LINES.split(extract.text):
        builder.add(paragraph)
    return builder.extract(extract.title)


def _load_parser(module: str) -> Parser:
    """Load the parser of a format on demand, because few documents embed files."""
    parser: Parser = import_module(f"qa.parsers.{module}").read
    return parser


def _web_archive(data: bytes) -> Extract:
    """Read the page of a web archive, or the data as HTML if it has no page."""
    from qa.parsers import html

    for part in message_from_bytes(data).walk():
        content = part.get_payload(decode=True)
        if part.get_content_type() == "text/html" and isinstance(content, bytes):
            return html.read(content)
    return html.read(data)
