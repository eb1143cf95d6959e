"""Read questions from JSON files, and from lines of JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NoReturn

from qa.batch.rows import Row, json_row
from qa.batch.tablefile import lines_of
from qa.batch.textfile import TextFile
from qa.errors import UsageError
from qa.messages import Message

_MOST_COLUMNS = 1_000


@dataclass(frozen=True, slots=True)
class JsonRows:
    """The values of a JSON file, or of the lines of a JSONL file.

    Attributes:
        file: The file.
        columns: The keys of all objects.
        key: The key of the questions.
        by_line: Whether each line is a value.
    """

    file: TextFile
    columns: tuple[str, ...]
    key: str
    by_line: bool

    @classmethod
    def of(cls, file: TextFile, by_line: bool, column: str | None) -> JsonRows:
        """Return the rows of a file.

        Raises:
            UsageError: The file is not JSON, or no object has the key of the questions.
        """
        key = "question" if column is None else column
        keys: dict[str, None] = {}
        for _, value, _ in _values(file, by_line):
            if isinstance(value, str):
                keys.setdefault(key)
            elif isinstance(value, dict) and len(keys) < _MOST_COLUMNS:
                keys.update(dict.fromkeys(value))
        if key not in keys:
            code = "questions-no-key-lines" if by_line else "questions-no-key"
            raise UsageError(code, path=file.path, key=key)
        return cls(file, tuple(keys), key, by_line)

    def __iter__(self) -> Iterator[Row]:
        for number, (place, value, error) in enumerate(_values(self.file, self.by_line), start=1):
            if error is not None:
                cells = (None,) * len(self.columns)
                yield Row(str(number), "", error=error, cells=cells, place=place)
            else:
                yield json_row(number, value, self.columns, self.key, place)


def _values(file: TextFile, by_line: bool) -> Iterator[tuple[Message, Any, Message | None]]:
    """Yield the place and the value of each object, and its error, if any."""
    with file.open() as stream:
        if by_line:
            for number, line in enumerate(lines_of(file, stream), start=1):
                if line.strip():
                    yield Message("at-line", {"number": number}), *_value(line, number)
            return
        try:
            value = _parsed("".join(lines_of(file, stream)))
        except (ValueError, RecursionError) as error:
            raise UsageError("questions-json-invalid", path=file.path, cause=_fault(error)) from error
    if isinstance(value, dict):
        value = value.get("questions", [value])
    if not isinstance(value, list):
        raise UsageError("questions-no-list", path=file.path)
    for number, item in enumerate(value, start=1):
        yield Message("at-item", {"number": number}), item, None


def _value(line: str, number: int) -> tuple[Any, Message | None]:
    try:
        return _parsed(line), None
    except (ValueError, RecursionError) as error:
        return None, Message.of("row-json-invalid", line=number, cause=_fault(error))


def _parsed(text: str) -> Any:
    return json.loads(text, parse_constant=_refuse, parse_float=_finite)


def _refuse(name: str) -> NoReturn:
    # Python reads NaN, but no strict JSON parser could read it from the answers.
    raise ValueError(f"{name[:40]} is not a number in JSON")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _refuse(digits)


def _fault(error: ValueError | RecursionError) -> str | Message:
    if isinstance(error, json.JSONDecodeError):
        return Message.of("json-fault", cause=error.msg, column=error.colno)
    return Message.of("json-nested-too-deep") if isinstance(error, RecursionError) else str(error)
