"""Read question files row by row: .txt, .csv, .tsv, .jsonl, .json and .xlsx.

A file is read twice: once before the batch begins, because an error in its last line must be reported before
the first question is asked and not hours later, and once for the rows.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any, BinaryIO

from qa import arguments
from qa.batch.jsonfile import JsonRows
from qa.batch.rows import QUESTION_NAMES, Cell, Header, Row, column_name, json_row, table_row
from qa.batch.sheets import find_sheet, sheet_rows
from qa.batch.tablefile import DELIMITERS, TableRows, is_table, lines_of, sniffed
from qa.batch.textfile import TextFile, text_file
from qa.errors import UsageError
from qa.messages import Message

INPUT_FORMATS = ("txt", "csv", "tsv", "jsonl", "json", "xlsx")
"""The formats of question files, which are also the extensions of their names."""
STANDARD_INPUT = "standard input"
_SNIFFED = 1 << 16


@dataclass(frozen=True, slots=True)
class Questions:
    r"""A readable question file; iterating yields its rows, each time from the beginning.

    A row whose id an earlier row has is an error: two answers with one id cannot be distinguished.

    Attributes:
        path: The file.
        columns: The names of its columns, in order.
        total: The number of its rows.
        delimiter: The delimiter of a text table, "\x1f" if it has only one column; None for other files.
        warnings: What may have been misread.
        rows: The rows.
        most_quotes: The greatest ``k`` of a row, 0 if no row has one.
    """

    path: Path
    columns: tuple[str, ...]
    total: int
    delimiter: str | None = None
    warnings: tuple[Message, ...] = ()
    rows: Iterable[Row] = field(default=(), repr=False, compare=False)
    most_quotes: int = 0

    def __iter__(self) -> Iterator[Row]:
        return _unique(self.rows)

    def __len__(self) -> int:
        return self.total


def read_questions(
    path: Path, *, column: str | None = None, sheet: str | None = None, format: str | None = None
) -> Questions:
    """Return the questions of a file, which is checked from beginning to end.

    A single bad row raises nothing: its ``Row`` has an ``error``.

    Args:
        path: The file.
        column: The name of the column or key with the questions; or the number of the column, from 1, in a
            table without a header. By default it is ``question`` or a usual name.
        sheet: The name or number, from 1, of the sheet of a workbook.
        format: One of `INPUT_FORMATS`; by default the extension of the file.

    Raises:
        UsageError: The file is missing, damaged or empty, or has an unknown format or encoding.
    """
    suffix = path.suffix.lower() if format is None else f".{format}"
    _check(path, suffix, sheet)
    try:
        rows, delimiter, warnings = _opened(path, suffix, column, sheet)
        total = most = 0
        for row in rows:
            total, most = total + 1, max(most, row.k or 0)
    except OSError as error:
        raise UsageError("questions-unreadable", path=path, cause=error.strerror or error) from error
    if not total:
        raise UsageError("questions-none", path=path)
    return Questions(path, rows.columns, total, delimiter, warnings, rows, most)


def _check(path: Path, suffix: str, sheet: str | None) -> None:
    if suffix.removeprefix(".") not in INPUT_FORMATS:
        known = ", ".join(f".{name}" for name in INPUT_FORMATS)
        raise UsageError("questions-format-unknown", path=path, known=known)
    if not path.is_file():
        raise UsageError("questions-is-folder" if path.is_dir() else "questions-missing", path=path)
    if sheet is not None and suffix != ".xlsx":
        raise UsageError("questions-no-sheets", path=path)


@contextmanager
def questions_of(
    stream: BinaryIO, *, column: str | None = None, sheet: str | None = None, format: str | None = None
) -> Iterator[Questions]:
    """Return the questions of a stream, such as standard input, while the context is open.

    Args:
        stream: The stream; it is copied to a temporary file, because questions are read twice.
        column: As in `read_questions`.
        sheet: As in `read_questions`.
        format: One of `INPUT_FORMATS`; by default it is recognised from the beginning.

    Raises:
        UsageError: As in `read_questions`; it names standard input instead of the file.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "questions"
        with path.open("wb") as copy:
            shutil.copyfileobj(stream, copy)
        try:
            yield read_questions(path, column=column, sheet=sheet, format=format or _recognised(path))
        except UsageError as error:
            if error.params.get("path") != str(path):
                raise
            raise UsageError(error.code, **{**error.params, "path": STANDARD_INPUT}) from error


def rows_of(
    questions: str | os.PathLike[str] | Iterable[str | Mapping[str, Any]], *, unique: bool = True
) -> Questions | list[Row]:
    """Return the rows of a question file, or of texts and of mappings with the keys of a question file.

    Args:
        questions: The file or the questions.
        unique: Whether a row with the id of an earlier row is an error.

    Raises:
        UsageError: As in `read_questions`.
    """
    if isinstance(questions, str | os.PathLike):
        read = read_questions(Path(arguments.path("questions", questions, "type-questions")))
        return read if unique else list(read.rows)
    values = (
        dict(question) if isinstance(question, Mapping) else question
        for question in arguments.iterable("questions", questions, "type-questions")
    )
    rows = [json_row(number, value, ()) for number, value in enumerate(values, start=1)]
    return list(_unique(rows)) if unique else rows


def _recognised(path: Path) -> str:
    """Return the format of a file, from its beginning."""
    with path.open("rb") as file:
        beginning = file.read(_SNIFFED)
    if beginning.startswith(b"PK"):
        return "xlsx"
    start = beginning.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start in (b"[", b"{"):
        return "json" if start == b"[" else "jsonl"
    try:
        columns = sniffed(text_file(path), DELIMITERS[".csv"]).columns
    except UsageError:
        return "txt"
    # A list may have such a title.
    return "csv" if len(columns) > 1 or columns[0].casefold() == "question" else "txt"


def _unique(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the rows, with an error for each id that an earlier row has, and the places of all errors."""
    places: dict[str, Message] = {}
    for number, row in enumerate(rows, start=1):
        error = row.error
        if row.has_id:
            place = row.place or Message("at-item", {"number": number})
            earlier = places.setdefault(row.id, place)
            if error is None and earlier is not place:
                error = Message.of("row-id-twice", id=row.id, place=earlier)
        yield row if error is None else replace(row, error=row.named(error))


def _opened(
    path: Path, suffix: str, column: str | None, sheet: str | None
) -> tuple[_Rows, str | None, tuple[Message, ...]]:
    """Return the rows of a file, the delimiter of a table, and warnings."""
    if suffix == ".xlsx":
        place = find_sheet(path, sheet, column)
        return _SheetRows(place.header, list(sheet_rows(path, place))), None, ()
    file = text_file(path)
    table: TableRows | None = None
    if suffix in DELIMITERS:
        table = sniffed(file, DELIMITERS[suffix], column)
    elif suffix == ".txt" and (column is not None or is_table(file)):
        # Excel's "Unicode Text" is a table with tabs and the extension .txt.
        table = sniffed(file, ("\t",), column)
    if table is not None:
        return table, table.delimiter, file.warnings
    if suffix == ".txt":
        return _LineRows(file), None, file.warnings
    return JsonRows.of(file, suffix == ".jsonl", column), None, file.warnings


@dataclass(frozen=True, slots=True)
class _LineRows:
    """A question on each line that is not blank, except a first line with only the column's name."""

    file: TextFile
    columns: tuple[str, ...] = ("question",)

    def __iter__(self) -> Iterator[Row]:
        with self.file.open() as stream:
            lines = enumerate(lines_of(self.file, stream), start=1)
            filled = ((line, text.strip()) for line, text in lines if text.strip())
            line, first = next(filled, (0, ""))
            is_name = not first or column_name(first) in {"question", *QUESTION_NAMES}
            rest = chain(() if is_name else ((line, first),), filled)
            for number, (at, text) in enumerate(rest, start=1):
                yield Row(str(number), text, cells=(text,), place=Message("at-line", {"number": at}))


@dataclass(frozen=True, slots=True)
class _SheetRows:
    """The rows of a sheet of a workbook, which is read as a whole."""

    header: Header
    rows: list[tuple[int, tuple[Cell, ...]]]

    @property
    def columns(self) -> tuple[str, ...]:
        return self.header.columns

    def __iter__(self) -> Iterator[Row]:
        for number, (at, cells) in enumerate(self.rows, start=1):
            yield table_row(number, self.header, cells, Message("at-row", {"number": at}))


_Rows = _LineRows | TableRows | JsonRows | _SheetRows
