"""Read an answers file line by line, or piece by piece, without a line that fills the memory."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from qa.errors import QaError, UsageError
from qa.messages import Message
from qa.parsers.limits import ARCHIVE_BYTES, MEGABYTE

MOST = 100 * MEGABYTE
"""Maximum characters of a line; an answer to one question is far shorter."""
_PIECE = 1 << 16


def lines_of_file(path: str | os.PathLike[str], newline: str | None = None) -> Iterator[str]:
    """Yield the lines of a file in UTF-8.

    Args:
        path: The file.
        newline: As for the built-in `open`.

    Raises:
        UsageError: The file is missing, is none, or is not UTF-8.
        QaError: A line is too long.
    """
    with opened(path, newline) as file:
        yield from lines_in(file, path)


def lines_in(file: TextIO, path: str | os.PathLike[str]) -> Iterator[str]:
    """Yield the lines of an open file.

    Raises:
        QaError: A line is too long.
    """
    while line := file.readline(MOST + 1):
        if len(line) > MOST:
            raise QaError("answers-line-too-long", path=path, most=MOST // MEGABYTE)
        yield line


def pieces_of_file(path: str | os.PathLike[str]) -> Iterator[str]:
    """Yield a file in UTF-8 piece by piece, see `lines_of_file`."""
    with opened(path) as file:
        while piece := file.read(_PIECE):
            yield piece


def bytes_of_file(path: str | os.PathLike[str]) -> bytes:
    """Return the bytes of a workbook or a Word file.

    Raises:
        UsageError: The file is missing, or is none.
        QaError: It is too large.
    """
    with _system_errors(path), open(path, "rb") as file:
        data = file.read(ARCHIVE_BYTES + 1)
    if len(data) > ARCHIVE_BYTES:
        cause = Message.of("larger-than", most=ARCHIVE_BYTES // MEGABYTE)
        raise QaError("answers-damaged", path=path, cause=cause)
    return data


@contextmanager
def opened(path: str | os.PathLike[str], newline: str | None = None) -> Iterator[TextIO]:
    """Open a file in UTF-8; errors of the system become one sentence."""
    with _system_errors(path), open(path, encoding="utf-8-sig", newline=newline) as file:
        yield file


@contextmanager
def _system_errors(path: str | os.PathLike[str]) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError as error:
        raise UsageError("answers-missing", path=path) from error
    except (OSError, UnicodeDecodeError) as error:
        cause = getattr(error, "strerror", None) or Message.of("not-utf8")
        raise UsageError("answers-unreadable", path=path, cause=cause) from error
