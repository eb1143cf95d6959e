"""Question files: .txt, .csv, .tsv, .jsonl, .json and .xlsx, read row by row.

A file is read twice: once before the batch begins, so that a fault in its last line is known before the
first question is asked and not hours later, and once for the rows.
"""

from __future__ import annotations

import csv
import json
import math
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Any, NoReturn, TextIO

from qa.batch.rows import (
    HEADER_ROWS,
    QUESTION_NAMES,
    Cell,
    Header,
    Row,
    blank,
    column_name,
    find_header,
    json_row,
    table_row,
)
from qa.batch.sheets import find_sheet, sheet_rows
from qa.batch.textfile import TextFile, text_file
from qa.errors import UsageError
from qa.messages import Message

_DELIMITERS = {".csv": (",", ";", "\t", "|"), ".tsv": ("\t", ",", ";", "|")}
# In a table of one column nothing needs separating, and a comma belongs to its question.
_NO_DELIMITER = "\x1f"
_MOST_COLUMNS = 1_000
_SUFFIXES = (".txt", ".csv", ".tsv", ".jsonl", ".json", ".xlsx")


@dataclass(frozen=True, slots=True)
class Questions:
    """A question file that can be read: its columns in their order, and its number of rows.

    Iterating gives the rows, each time from the file's beginning. ``delimiter`` is what separates the
    cells of a text table, "\\x1f" where it has one column only, and None for other files. ``warnings`` are
    about what may have been misread.
    """

    path: Path
    columns: tuple[str, ...]
    total: int
    delimiter: str | None = None
    warnings: tuple[Message, ...] = ()
    rows: Iterable[Row] = field(default=(), repr=False, compare=False)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def __len__(self) -> int:
        return self.total


def read_questions(path: Path) -> Questions:
    """The questions of a file, which is checked from end to end.

    Raises UsageError where the file is missing, of an unknown kind, in an unknown encoding, damaged, or
    without any question. A single row at fault is a ``Row`` with an ``error`` instead.
    """
    suffix = path.suffix.lower()
    if suffix not in _SUFFIXES:
        known = ", ".join(_SUFFIXES)
        raise UsageError("questions-format-unknown", path=path, known=known)
    if not path.is_file():
        raise UsageError("questions-is-folder" if path.is_dir() else "questions-missing", path=path)
    try:
        rows, delimiter, warnings = _opened(path, suffix)
        total = sum(1 for _ in rows)
    except OSError as error:
        raise UsageError("questions-unreadable", path=path, cause=error.strerror or error) from error
    if not total:
        raise UsageError("questions-none", path=path)
    return Questions(path, rows.columns, total, delimiter, warnings, rows)


def rows_of(questions: str | os.PathLike[str] | Iterable[str | Mapping[str, Any]]) -> Questions | list[Row]:
    """The rows of a question file, or of texts and of mappings with the keys of a question file.

    Raises UsageError as `read_questions` does.
    """
    if isinstance(questions, str | os.PathLike):
        return read_questions(Path(questions))
    values = (question if isinstance(question, str) else dict(question) for question in questions)
    return [json_row(number, value, ()) for number, value in enumerate(values, start=1)]


def _opened(path: Path, suffix: str) -> tuple[_Rows, str | None, tuple[Message, ...]]:
    """The rows of a file, the delimiter of a table, and warnings."""
    if suffix == ".xlsx":
        sheet = find_sheet(path)
        return _SheetRows(sheet.header, list(sheet_rows(path, sheet))), None, ()
    file = text_file(path)
    table: _TableRows | None = None
    if suffix in _DELIMITERS:
        table = _sniffed(file, _DELIMITERS[suffix])
    elif suffix == ".txt" and _is_table(file):
        # What Excel calls "Unicode Text" is a table with tabs, whatever its name.
        table = _sniffed(file, ("\t",))
    if table is not None:
        return table, table.delimiter, file.warnings
    if suffix == ".txt":
        return _LineRows(file), None, file.warnings
    return _JsonRows(file, _keys(file)), None, file.warnings


@dataclass(frozen=True, slots=True)
class _LineRows:
    """A question on each line that is not blank; a first line that only names the column is none."""

    file: TextFile
    columns: tuple[str, ...] = ("question",)

    def __iter__(self) -> Iterator[Row]:
        with self.file.open() as lines:
            texts = (line.strip() for line in _lines(self.file, lines))
            filled = (text for text in texts if text)
            first = next(filled, "")
            is_name = not first or column_name(first) in {"question", *QUESTION_NAMES}
            for number, text in enumerate(chain(() if is_name else (first,), filled), start=1):
                yield Row(str(number), text, cells=(text,))


@dataclass(frozen=True, slots=True)
class _TableRows:
    """The rows under the header of a text table, which is its row ``header_at``, counted from 0."""

    file: TextFile
    delimiter: str
    header: Header
    header_at: int

    @property
    def columns(self) -> tuple[str, ...]:
        return self.header.columns

    def __iter__(self) -> Iterator[Row]:
        with self.file.open(newline="") as file:
            cells = _cells(self.file, file, self.delimiter)
            if tuple(next(islice(cells, self.header_at, None), ())) != self.columns:
                raise UsageError("questions-changed", path=self.file.path)
            rows = (row for row in cells if not all(blank(cell) for cell in row))
            for number, row in enumerate(rows, start=1):
                yield table_row(number, self.header, row)


@dataclass(frozen=True, slots=True)
class _JsonRows:
    """The values of a JSON file, or of the lines of a JSONL file."""

    file: TextFile
    columns: tuple[str, ...]

    def __iter__(self) -> Iterator[Row]:
        for number, (value, error) in enumerate(_values(self.file), start=1):
            if error is not None:
                yield Row(str(number), "", error=error, cells=(None,) * len(self.columns))
            else:
                yield json_row(number, value, self.columns)


@dataclass(frozen=True, slots=True)
class _SheetRows:
    """The rows of a sheet of a workbook, which is read as a whole."""

    header: Header
    rows: list[tuple[Cell, ...]]

    @property
    def columns(self) -> tuple[str, ...]:
        return self.header.columns

    def __iter__(self) -> Iterator[Row]:
        return (table_row(number, self.header, row) for number, row in enumerate(self.rows, start=1))


_Rows = _LineRows | _TableRows | _JsonRows | _SheetRows


def _is_table(file: TextFile) -> bool:
    with file.open() as lines:
        first = next(_lines(file, lines), "")
    return "\t" in first and Header.of(first.rstrip("\n").split("\t")) is not None


def _sniffed(file: TextFile, delimiters: tuple[str, ...]) -> _TableRows:
    """The table under the delimiter that gives the header a column ``question``.

    The header says more than any statistics of the rows: its names are known.
    """
    tables: list[_TableRows] = []
    seen: list[str] = []
    for delimiter in delimiters:
        rows = _beginning(file, delimiter)
        seen = seen or next(iter(rows), [])
        found = find_header(rows)
        if found is not None:
            at, header = found
            tables.append(_TableRows(file, delimiter, header, at))
    if not seen:
        raise UsageError("questions-empty", path=file.path)
    if not tables:
        names = ", ".join(name.strip()[:40] for name in seen[:20])
        raise UsageError("questions-no-column", path=file.path, names=names)
    table = max(tables, key=_fitness)
    if len(table.columns) == 1:
        return _TableRows(file, _NO_DELIMITER, table.header, table.header_at)
    return table


def _fitness(table: _TableRows) -> tuple[bool, int]:
    name = column_name(table.columns[table.header.roles["question"]])
    return name == "question", len(table.columns)


def _beginning(file: TextFile, delimiter: str) -> list[list[str]]:
    """The first rows under a delimiter, as far as they are well formed under it."""
    rows: list[list[str]] = []
    # Under the right delimiter, a fault is reported when all rows are read.
    with file.open(newline="") as lines, suppress(_BrokenTableError):
        rows.extend(islice(_cells(file, lines, delimiter), HEADER_ROWS))
    return rows


class _BrokenTableError(UsageError):
    """A text table breaks the rules of its quotation marks."""


def _cells(file: TextFile, stream: TextIO, delimiter: str) -> Iterator[list[str]]:
    lines = _lines(file, stream)
    # Excel takes a first line like "sep=;" for an instruction, and so do we.
    first = next(lines, "")
    if not (first.lower().startswith("sep=") and len(first.strip()) == 5):
        lines = chain((first,), lines)
    # Strict, because a quotation mark that is never closed would swallow all rows that follow.
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    try:
        for row in reader:
            if row:
                yield row
    except csv.Error as error:
        raise _BrokenTableError(
            "questions-malformed", path=file.path, line=reader.line_num, cause=error
        ) from error


def _keys(file: TextFile) -> tuple[str, ...]:
    """All keys of the file's objects, in the order in which they first come."""
    keys: dict[str, None] = {}
    for value, _ in _values(file):
        if isinstance(value, str):
            keys.setdefault("question")
        elif isinstance(value, dict) and len(keys) < _MOST_COLUMNS:
            keys.update(dict.fromkeys(value))
    if "question" not in keys:
        by_line = file.path.suffix.lower() == ".jsonl"
        raise UsageError("questions-no-key-lines" if by_line else "questions-no-key", path=file.path)
    return tuple(keys)


def _values(file: TextFile) -> Iterator[tuple[Any, Message | None]]:
    """The values of a JSON file, or of the lines of a JSONL file, each with the fault it has instead."""
    with file.open() as stream:
        if file.path.suffix.lower() == ".jsonl":
            for number, line in enumerate(_lines(file, stream), start=1):
                if line.strip():
                    try:
                        yield _parsed(line), None
                    except (ValueError, RecursionError) as error:
                        yield None, Message.of("row-json-invalid", line=number, cause=_fault(error))
            return
        try:
            value = _parsed("".join(_lines(file, stream)))
        except (ValueError, RecursionError) as error:
            raise UsageError("questions-json-invalid", path=file.path, cause=_fault(error)) from error
    if isinstance(value, dict):
        value = value.get("questions", [value])
    if not isinstance(value, list):
        raise UsageError("questions-no-list", path=file.path)
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


def _fault(error: ValueError | RecursionError) -> str | Message:
    if isinstance(error, json.JSONDecodeError):
        return Message.of("json-fault", cause=error.msg, column=error.colno)
    return Message.of("json-nested-too-deep") if isinstance(error, RecursionError) else str(error)


def _lines(file: TextFile, stream: TextIO) -> Iterator[str]:
    try:
        yield from stream
    except UnicodeError as error:
        raise UsageError("questions-changed", path=file.path) from error
