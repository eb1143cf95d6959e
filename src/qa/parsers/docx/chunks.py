"""Files of other formats that Word has taken into a document whole (altChunk)."""

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

Reader = Callable[[bytes], Extract]

_DEEPEST = 5
_BLANK_LINES = re.compile(r"\n\s*\n")


@dataclass(slots=True)
class Budget:
    """How many such files may still be read: they may hold each other, and so grow without end."""

    files: int = 200


class Chunks:
    """Reads such files; ``word`` reads those that are Word documents themselves."""

    def __init__(self, package: Package, word: Reader, budget: Budget, depth: int) -> None:
        self._package = package
        self._word = word
        self._budget = budget
        self._depth = depth
        self.warnings: tuple[Message, ...] = ()

    def read(self, relation: Relation) -> Extract | None:
        """Return what a file says; None where it is not there or of a format that is not read."""
        if relation.external or relation.target not in self._package.archive:
            return None
        data = self._package.archive.read(relation.target)
        reader = self._reader(data, posixpath.splitext(relation.target)[1].lower())
        if reader is None or len(data) > MARKUP_BYTES or self._budget.files <= 0:
            return None
        self._budget.files -= 1
        try:
            extract = reader(data)
        except ReadError:
            return None
        self.warnings += extract.warnings
        return extract if extract.blocks else _in_blocks(extract)

    def _reader(self, data: bytes, extension: str) -> Reader | None:
        if data.startswith(b"PK\x03\x04"):
            return self._word if self._depth < _DEEPEST else None
        match extension:
            case ".mht" | ".mhtml":
                return _web_archive
            case ".txt":
                return _by("plain")
        if extension == ".rtf" or data.startswith(b"{\\rtf"):
            return _by("rtf.rtf")
        if extension in {".htm", ".html", ".xhtml"}:
            return _by("html")
        head = data[:1024].lstrip().lower()
        return _by("html") if b"<html" in head or head.startswith(b"<!doctype html") else None


def _in_blocks(extract: Extract) -> Extract:
    """Return text without structure as paragraphs between its blank lines."""
    builder = TextBuilder()
    for paragraph in _BLANK_LINES.split(extract.text):
        builder.add(paragraph)
    return builder.extract(extract.title)


def _by(module: str) -> Reader:
    """Return the reader of a format, loaded only now: few documents hold such files."""
    reader: Reader = import_module(f"qa.parsers.{module}").read
    return reader


def _web_archive(data: bytes) -> Extract:
    """Read the page of a web archive, as far as it is one."""
    from qa.parsers import html

    for part in message_from_bytes(data).walk():
        content = part.get_payload(decode=True)
        if part.get_content_type() == "text/html" and isinstance(content, bytes):
            return html.read(content)
    return html.read(data)
