"""Question files: .txt, .csv, .tsv, .jsonl, .json and .xlsx, read row by row.

A file is read twice: once before the batch begins, so that a fault in its last line is known before the
first question is asked and not hours later, and once for the rows.
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn, TextIO

from qa.batch.rows import Header, Row, blank, json_row, table_row
from qa.batch.sheets import sheet_header, sheet_rows
from qa.errors import UsageError

_DELIMITERS = {".csv": (",", ";", "\t", "|"), ".tsv": ("\t", ",", ";", "|")}
# In a table of one column nothing needs separating, and a comma belongs to its question.
_NO_DELIMITER = "\x1f"
_MOST_COLUMNS = 1_000


@dataclass(frozen=True, slots=True)
class Questions:
    """A question file that can be read: its columns in their order, and its number of rows.

    Iterating gives the rows, each time from the file's beginning. ``delimiter`` is what separates the
    cells of a text table, "\\x1f" where it has one column only, and None for other files.
    """

    path: Path
    columns: tuple[str, ...]
    total: int
    delimiter: str | None = None

    def __iter__(self) -> Iterator[Row]:
        return _FORMATS[self.path.suffix.lower()](self)

    def __len__(self) -> int:
        return self.total


def read_questions(path: Path) -> Questions:
    """The questions of a file, which is checked from end to end.

    Raises UsageError where the file is missing, of an unknown kind, in an unknown encoding, damaged, or
    without any question. A single row at fault is a ``Row`` with an ``error`` instead.
    """
    suffix = path.suffix.lower()
    if suffix not in _FORMATS:
        known = ", ".join(_FORMATS)
        raise UsageError(f"{path}: questions are read from {known}; save the file as one of these.")
    if not path.is_file():
        what = "is a folder" if path.is_dir() else "does not exist"
        raise UsageError(f"{path} {what}; give the path of a question file.")
    try:
        questions = _opened(path, suffix)
        total = sum(1 for _ in questions)
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror or error}.") from error
    if not total:
        raise UsageError(f"{path} holds no question; put at least one into it.")
    return Questions(path, questions.columns, total, questions.delimiter)


def _opened(path: Path, suffix: str) -> Questions:
    if suffix in _DELIMITERS:
        delimiter, header = _sniffed(path, _DELIMITERS[suffix])
        return Questions(path, header.columns, 0, delimiter)
    if suffix == ".xlsx":
        return Questions(path, sheet_header(path).columns, 0)
    if suffix == ".txt":
        return Questions(path, ("question",), 0)
    return Questions(path, _keys(path, suffix), 0)


def _text_rows(questions: Questions) -> Iterator[Row]:
    with _text(questions.path) as file:
        said = (line.strip() for line in _lines(questions.path, file))
        for number, line in enumerate((line for line in said if line), start=1):
            yield Row(str(number), line, cells=(line,))


def _csv_rows(questions: Questions) -> Iterator[Row]:
    with _text(questions.path) as file:
        cells = _cells(questions.path, file, questions.delimiter or ",")
        header = Header.of(next(cells))
        if header is None or header.columns != questions.columns:
            raise UsageError(f"{questions.path} was changed while it was read; start again.")
        rows = (row for row in cells if not all(blank(cell) for cell in row))
        for number, row in enumerate(rows, start=1):
            yield table_row(number, header, row)


def _json_rows(questions: Questions) -> Iterator[Row]:
    for number, (value, error) in enumerate(_values(questions.path), start=1):
        if error is not None:
            yield Row(str(number), "", error=error, cells=(None,) * len(questions.columns))
        else:
            yield json_row(number, value, questions.columns)


def _xlsx_rows(questions: Questions) -> Iterator[Row]:
    for number, (header, row) in enumerate(sheet_rows(questions.path), start=1):
        yield table_row(number, header, row)


_FORMATS: dict[str, Callable[[Questions], Iterator[Row]]] = {
    ".txt": _text_rows,
    ".csv": _csv_rows,
    ".tsv": _csv_rows,
    ".jsonl": _json_rows,
    ".json": _json_rows,
    ".xlsx": _xlsx_rows,
}


def _sniffed(path: Path, delimiters: tuple[str, ...]) -> tuple[str, Header]:
    """The delimiter under which the first row holds a cell ``question``, and that row.

    The header says more than any statistics of the rows: its names are known.
    """
    found: list[tuple[str, Header]] = []
    first: list[str] = []
    for delimiter in delimiters:
        with _text(path) as file:
            row = next(_cells(path, file, delimiter), [])
        first = first or row
        header = Header.of(row)
        if header is not None:
            found.append((delimiter, header))
    if not first:
        raise UsageError(f"{path} is empty; put a header with a column named question into it.")
    if not found:
        names = ", ".join(name.strip()[:40] for name in first[:20])
        raise UsageError(
            f"{path} has no column named question, only: {names}. "
            'Name the column of the questions "question".'
        )
    delimiter, header = max(found, key=lambda choice: len(choice[1].columns))
    return (delimiter if len(header.columns) > 1 else _NO_DELIMITER), header


def _cells(path: Path, file: TextIO, delimiter: str) -> Iterator[list[str]]:
    lines = _lines(path, file)
    # Excel takes a first line like "sep=;" for an instruction, and so do we.
    first = next(lines, "")
    if not (first.lower().startswith("sep=") and len(first.strip()) == 5):
        lines = _again(first, lines)
    # Strict, because a quotation mark that is never closed would swallow all rows that follow.
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if row:
                yield row
    except csv.Error as error:
        raise UsageError(
            f"{path} is not well formed near line {reader.line_num}: {error}. Close each quotation mark, "
            "and double the marks inside a cell."
        ) from error


def _again(first: str, lines: Iterator[str]) -> Iterator[str]:
    yield first
    yield from lines


def _keys(path: Path, suffix: str) -> tuple[str, ...]:
    """All keys of the file's objects, in the order in which they first come."""
    keys: dict[str, None] = {}
    for value, _ in _values(path):
        if isinstance(value, str):
            keys.setdefault("question")
        elif isinstance(value, dict) and len(keys) < _MOST_COLUMNS:
            keys.update(dict.fromkeys(value))
    if "question" not in keys:
        form = '{"question": "…"} on each line' if suffix == ".jsonl" else '[{"question": "…"}]'
        raise UsageError(f"{path} holds no question; write {form}.")
    return tuple(keys)


def _values(path: Path) -> Iterator[tuple[Any, str | None]]:
    """The values of a JSON file, or of the lines of a JSONL file, each with the fault it has instead."""
    with _text(path) as file:
        if path.suffix.lower() == ".jsonl":
            for number, line in enumerate(_lines(path, file), start=1):
                if line.strip():
                    try:
                        yield _parsed(line), None
                    except (ValueError, RecursionError) as error:
                        yield None, f"line {number} is not valid JSON ({_fault(error)}); correct it."
            return
        try:
            value = _parsed("".join(_lines(path, file)))
        except (ValueError, RecursionError) as error:
            raise UsageError(f"{path} is not valid JSON ({_fault(error)}); correct it.") from error
    if isinstance(value, dict):
        value = value.get("questions", [value])
    if not isinstance(value, list):
        raise UsageError(f'{path} must hold a list of questions, like [{{"question": "…"}}].')
    for each in value:
        yield each, None


def _parsed(text: str) -> Any:
    return json.loads(text, parse_constant=_refuse, parse_float=_finite)


def _refuse(name: str) -> NoReturn:
    # Python reads NaN, but nothing that keeps to JSON could read it again from the answers.
    raise ValueError(f"{name[:40]} is not a number that JSON can hold")


def _finite(digits: str) -> float:
    number = float(digits)
    return number if math.isfinite(number) else _refuse(digits)


def _fault(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"{error.msg}, column {error.colno}"
    return "it is nested too deeply" if isinstance(error, RecursionError) else str(error)


def _text(path: Path) -> TextIO:
    with path.open("rb") as file:
        beginning = file.read(4)
    encoding = "utf-8-sig"
    if beginning.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif len(beginning) == 4 and beginning[1::2] == b"\0\0":
        encoding = "utf-16-le"
    elif len(beginning) == 4 and beginning[0::2] == b"\0\0":
        encoding = "utf-16-be"
    # The csv module needs the line ends as they are; for all else they make no difference.
    newline = "" if path.suffix.lower() in _DELIMITERS else None
    return path.open(encoding=encoding, newline=newline)


def _lines(path: Path, file: TextIO) -> Iterator[str]:
    try:
        yield from file
    except UnicodeError as error:
        raise UsageError(
            f'{path} is not in UTF-8 or UTF-16; save it as UTF-8 (in Excel: "CSV UTF-8") and try again.'
        ) from error
