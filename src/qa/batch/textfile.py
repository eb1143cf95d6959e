"""Open the text of a question file in any encoding, any number of times."""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from qa.errors import ReadError, UsageError
from qa.messages import Message, brief
from qa.parsers.encoding import decode_with_doubts
from qa.parsers.limits import MEGABYTE, TEXT_BYTES

_CHUNK = 1 << 20
_GUESSED = Message.of("questions-encoding-guessed")


@dataclass(frozen=True, slots=True)
class TextFile:
    """A text file with a known encoding; ``warnings`` report letters that may be wrong.

    UTF-8 and UTF-16 are read piece by piece; a file in another encoding is kept as decoded text.
    """

    path: Path
    encoding: str
    warnings: tuple[Message, ...] = ()
    decoded: str | None = field(default=None, repr=False)

    def open(self, newline: str | None = None) -> TextIO:
        """Open the text; ``newline`` as for the built-in `open`."""
        if self.decoded is not None:
            return io.StringIO(self.decoded)
        return self.path.open(encoding=self.encoding, newline=newline)


def text_file(path: Path) -> TextFile:
    """Return a file with its encoding, detected from its bytes or guessed.

    Raises:
        UsageError: The bytes are not text.
        OSError: The file cannot be opened.
    """
    with path.open("rb") as file:
        beginning = file.read(4)
    for encoding in _candidates(beginning):
        if _is(path, encoding):
            return TextFile(path, encoding)
    if path.stat().st_size > TEXT_BYTES:
        raise UsageError("questions-too-large", path=path, most=TEXT_BYTES // MEGABYTE)
    try:
        text, doubts = decode_with_doubts(path.read_bytes())
    except ReadError as error:
        # The advice of the error is for documents.
        raise UsageError("questions-undecodable", path=path, reason=brief(error.message)) from error
    return TextFile(path, "", doubts or (() if _is_marked(beginning) else (_GUESSED,)), text)


def _is_marked(beginning: bytes) -> bool:
    return beginning.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE))


def _candidates(beginning: bytes) -> tuple[str, ...]:
    if _is_marked(beginning):
        return ()
    if beginning.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return ("utf-16",)
    if len(beginning) == 4 and beginning[1::2] == b"\0\0":
        return ("utf-16-le",)
    if len(beginning) == 4 and beginning[0::2] == b"\0\0":
        return ("utf-16-be",)
    return ("utf-8-sig",)


def _is(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True
