"""Read text tables: the delimiter, the header, and the rows below it."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import TextIO

from qa.batch.rows import HEADER_ROWS, Header, Row, blank, column_name, find_header, is_split, table_row
from qa.batch.sheets import no_column
from qa.batch.textfile import TextFile
from qa.errors import UsageError
from qa.messages import Message

DELIMITERS = {".csv": (",", ";", "\t", "|"), ".tsv": ("\t", ",", ";", "|")}
"""Possible delimiters of each kind of file, the most likely first."""
# A table with one column has no delimiter: a comma is part of the question.
_NO_DELIMITER = "\x1f"

_Line = tuple[int, list[str]]
"""The first line of a row, from 1, and its cells."""


@dataclass(frozen=True, slots=True)
class TableRows:
    """The rows below the header of a text table.

    Attributes:
        file: The file.
        delimiter: Its delimiter.
        header: The header.
        header_at: The header's row, from 0; -1 for a table without a header.
    """

    file: TextFile
    delimiter: str
    header: Header
    header_at: int

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns."""
        return self.header.columns

    def __iter__(self) -> Iterator[Row]:
        with self.file.open(newline="") as file:
            lines = _cells(self.file, file, self.delimiter)
            if self.header_at >= 0:
                _, cells = next(islice(lines, self.header_at, None), (0, []))
                if tuple(cells) != self.columns:
                    raise UsageError("questions-changed", path=self.file.path)
            for number, (line, cells) in enumerate(_without_empty_end(lines), start=1):
                row = table_row(number, self.header, cells, Message("at-line", {"number": line}))
                if row.error is None and is_split(self.header, row.cells):
                    row = replace(row, error=Message.of("row-question-split"))
                yield row


def is_table(file: TextFile, column: str | None = None) -> bool:
    """Return whether the first line of a text file is a header between tabs."""
    with file.open() as stream:
        first = next(lines_of(file, stream), "")
    return "\t" in first and find_header([first.rstrip("\n").split("\t")], column) is not None


def sniffed(file: TextFile, delimiters: tuple[str, ...], column: str | None = None) -> TableRows:
    """Return the table under the delimiter for which the header has a column ``question``.

    The header is more reliable than statistics of the rows, because its names are known.

    Raises:
        UsageError: The file is empty, or has no such column.
    """
    tables: list[TableRows] = []
    first_row: list[str] = []
    for delimiter in delimiters:
        rows = _beginning(file, delimiter)
        first_row = first_row or next(iter(rows), [])
        match = find_header(rows, column)
        if match is not None:
            at, header = match
            tables.append(TableRows(file, delimiter, header, at))
    if not first_row:
        raise UsageError("questions-empty", path=file.path)
    if not tables:
        names = ", ".join(name.strip()[:40] for name in first_row[:20])
        raise no_column("questions-no-column", column, path=file.path, names=names)
    table = max(tables, key=_fitness)
    if len(table.columns) == 1:
        return TableRows(file, _NO_DELIMITER, table.header, table.header_at)
    return table


def lines_of(file: TextFile, stream: TextIO) -> Iterator[str]:
    """Yield the lines of an open file.

    Raises:
        UsageError: The file changed since its encoding was detected.
    """
    try:
        yield from stream
    except UnicodeError as error:
        raise UsageError("questions-changed", path=file.path) from error


def _without_empty_end(lines: Iterator[_Line]) -> Iterator[_Line]:
    """Yield the rows without the empty ones after the last question, which spreadsheets write."""
    empty: list[_Line] = []
    for line, cells in lines:
        if not all(map(blank, cells)):
            yield from empty
            empty.clear()
            yield line, cells
        elif len(cells) > 1:
            empty.append((line, cells))


def _fitness(table: TableRows) -> tuple[bool, int]:
    name = column_name(table.columns[table.header.roles["question"]])
    return name == "question", len(table.columns)


def _beginning(file: TextFile, delimiter: str) -> list[list[str]]:
    """Return the first rows under a delimiter, up to the first malformed one."""
    rows: list[list[str]] = []
    # Under the right delimiter, the error is raised again when all rows are read.
    with file.open(newline="") as stream, suppress(_BrokenTableError):
        rows.extend(cells for _, cells in islice(_cells(file, stream, delimiter), HEADER_ROWS))
    return rows


class _BrokenTableError(UsageError):
    """The quotation marks of a text table are malformed."""


def _cells(file: TextFile, stream: TextIO, delimiter: str) -> Iterator[_Line]:
    lines = lines_of(file, stream)
    # Excel treats a first line like "sep=;" as an instruction; the same here.
    first = next(lines, "")
    skipped = int(first.lower().startswith("sep=") and len(first.strip()) == 5)
    if not skipped:
        lines = chain((first,), lines)
    # Strict, because an unclosed quotation mark would swallow all following rows.
    reader = csv.reader(lines, delimiter=delimiter, strict=True)
    begin = 1 + skipped
    try:
        for row in reader:
            if row:
                yield begin, row
            begin = reader.line_num + 1 + skipped
    except csv.Error as error:
        line = reader.line_num + skipped
        code = "questions-malformed"
        params: dict[str, object] = {"cause": error}
        if "field limit" in str(error):
            code, params = "questions-cell-too-long", {"most": csv.field_size_limit()}
        raise _BrokenTableError(code, path=file.path, line=line, **params) from error
