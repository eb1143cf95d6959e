"""Read question files row by row: .txt, .csv, .tsv, .jsonl, .json and .xlsx.

A file is read twice: once before the batch begins, because an error in its last line must be reported before
the first question is asked and not hours later, and once for the rows.
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

from qa import arguments
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
# A table with one column has no delimiter: a comma is part of the question.
_NO_DELIMITER = "\x1f"
_MOST_COLUMNS = 1_000
_SUFFIXES = (".txt", ".csv", ".tsv", ".jsonl", ".json", ".xlsx")


@dataclass(frozen=True, slots=True)
class Questions:
    r"""A readable question file; iterating yields its rows, each time from the beginning.

    Attributes:
        path: The file.
        columns: The names of its columns, in order.
        total: The number of its rows.
        delimiter: The delimiter of a text table, "\x1f" if it has only one column; None for other files.
        warnings: What may have been misread.
        rows: The rows.
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
    """Return the questions of a file, which is checked from beginning to end.

    A single bad row raises nothing: its ``Row`` has an ``error``.

    Raises:
        UsageError: The file is missing, damaged or empty, or has an unknown format or encoding.
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
    """Return the rows of a question file, or of texts and of mappings with the keys of a question file.

    Raises:
        UsageError: As in `read_questions`.
    """
    if isinstance(questions, str | os.PathLike):
        return read_questions(Path(arguments.path("questions", questions, "type-questions")))
    values = (
        dict(question) if isinstance(question, Mapping) else question
        for question in arguments.iterable("questions", questions, "type-questions")
    )
    return [json_row(number, value, ()) for number, value in enumerate(values, start=1)]


def _opened(path: Path, suffix: str) -> tuple[_Rows, str | None, tuple[Message, ...]]:
    """Return the rows of a file, the delimiter of a table, and warnings."""
    if suffix == ".xlsx":
        sheet = find_sheet(path)
        return _SheetRows(sheet.header, list(sheet_rows(path, sheet))), None, ()
    file = text_file(path)
    table: _TableRows | None = None
    if suffix in _DELIMITERS:
        table = _sniffed(file, _DELIMITERS[suffix])
    elif suffix == ".txt" and _is_table(file):
        # Excel's "Unicode Text" is a table with tabs and the extension .txt.
        table = _sniffed(file, ("\t",))
    if table is not None:
        return table, table.delimiter, file.warnings
    if suffix == ".txt":
        return _LineRows(file), None, file.warnings
    return _JsonRows(file, _keys(file)), None, file.warnings


@dataclass(frozen=True, slots=True)
class _LineRows:
    """A question on each line that is not blank, except a first line with only the column's name."""

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
    """The rows below the header of a text table; ``header_at`` is the header's row, from 0."""

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
    """Return the table under the delimiter for which the header has a column ``question``.

    The header is more reliable than statistics of the rows, because its names are known.
    """
    tables: list[_TableRows] = []
    first_row: list[str] = []
    for delimiter in delimiters:
        rows = _beginning(file, delimiter)
        first_row = first_row or next(iter(rows), [])
        match = find_header(rows)
        if match is not None:
            at, header = match
            tables.append(_TableRows(file, delimiter, header, at))
    if not first_row:
        raise UsageError("questions-empty", path=file.path)
    if not tables:
        names = ", ".join(name.strip()[:40] for name in first_row[:20])
        raise UsageError("questions-no-column", path=file.path, names=names)
    table = max(tables, key=_fitness)
    if len(table.columns) == 1:
        return _TableRows(file, _NO_DELIMITER, table.header, table.header_at)
    return table


def _fitness(table: _TableRows) -> tuple[bool, int]:
    name = column_name(table.columns[table.header.roles["question"]])
    return name == "question", len(table.columns)


def _beginning(file: TextFile, delimiter: str) -> list[list[str]]:
    """Return the first rows under a delimiter, up to the first malformed one."""
    rows: list[list[str]] = []
    # Under the right delimiter, the error is raised again when all rows are read.
    with file.open(newline="") as lines, suppress(_BrokenTableError):
        rows.extend(islice(_cells(file, lines, delimiter), HEADER_ROWS))
    return rows


class _BrokenTableError(UsageError):
    """The quotation marks of a text table are malformed."""


def _cells(file: TextFile, stream: TextIO, delimiter: str) -> Iterator[list[str]]:
    lines = _lines(file, stream)
    # Excel treats a first line like "sep=;" as an instruction; the same here.
    first = next(lines, "")
    if not (first.lower().startswith("sep=") and len(first.strip()) == 5):
        lines = chain((first,), lines)
    # Strict, because an unclosed quotation mark would swallow all following rows.
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
    """Return all keys of the file's objects, in the order of their first occurrence."""
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
    """Yield the values of a JSON file, or of the lines of a JSONL file, each with its error, if any."""
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
    for item in value:
        yield item, None


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


def _lines(file: TextFile, stream: TextIO) -> Iterator[str]:
    try:
        yield from stream
    except UnicodeError as error:
        raise UsageError("questions-changed", path=file.path) from error
