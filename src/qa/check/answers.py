"""Read earlier answers, one record at a time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from itertools import chain
from pathlib import PurePath
from typing import TextIO

from qa import arguments
from qa.errors import UsageError
from qa.messages import Message
from qa.record import Answer, to_json_line

_JSON = (".json", ".jsonl")


def lines_of(answers: str | os.PathLike[str] | Iterable[Answer | str]) -> Iterator[str]:
    """Return answers as JSON texts, one per record.

    Raises:
        UsageError: The file cannot be read, or an answer is none.
    """
    if isinstance(answers, str | os.PathLike):
        return _file(arguments.path("answers", answers, "type-answers"))
    return map(_line, arguments.iterable("answers", answers, "type-answers"))


def _line(answer: object) -> str:
    if isinstance(answer, str):
        return answer
    return to_json_line(arguments.instance("answers", answer, Answer, "type-answers"))


def _file(path: str) -> Iterator[str]:
    try:
        with open(path, encoding="utf-8-sig") as lines:
            yield from _records(lines, path)
    except FileNotFoundError as error:
        raise UsageError("answers-missing", path=path) from error
    except (OSError, UnicodeDecodeError) as error:
        cause = getattr(error, "strerror", None) or Message.of("not-utf8")
        raise UsageError("answers-unreadable", path=path, cause=cause) from error


def _records(file: TextIO, path: str) -> Iterator[str]:
    """Yield the records of a file with JSON lines, or with one array."""
    if not _is_json(file, path):
        raise UsageError("answers-no-json", path=path)
    first = next(file, "")
    if first.lstrip().startswith("["):
        try:
            records = json.loads(first + file.read())
        except (ValueError, RecursionError):
            records = None
        if isinstance(records, list):
            yield from (json.dumps(record) for record in records)
            return
        file.seek(0)
        first = ""
    yield from chain((first,), file)


def _is_json(file: TextIO, path: str) -> bool:
    """Return whether a file may have records: a damaged one in a JSON file is a fault of that record only."""
    if not file.seekable():
        return True
    starts = (line.lstrip()[0] in "[{" for line in file if line.strip())
    first = next(starts, True)
    is_json = first or (PurePath(path).suffix.lower() in _JSON and any(starts))
    file.seek(0)
    return is_json
