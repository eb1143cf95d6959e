"""Read the rows of an Excel workbook, from the sheet with the questions."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from qa.batch.rows import HEADER_ROWS, Cell, Header, Uncomputed, blank, find_header
from qa.errors import ReadError, UsageError
from qa.messages import Message, brief
from qa.parsers import sandbox
from qa.parsers.limits import ARCHIVE_BYTES, MEGABYTE
from qa.parsers.workbook import Value


@dataclass(frozen=True, slots=True)
class Sheet:
    """The sheet of a workbook with the questions.

    Attributes:
        number: Its number, from 0.
        header_row: The row of its header.
        header: The header.
    """

    number: int
    header_row: int
    header: Header


def find_sheet(path: Path) -> Sheet:
    """Return the first sheet with a column ``question``; visible sheets have priority over hidden ones.

    Raises:
        UsageError: There is no such sheet, or the file is not a readable workbook.
    """
    try:
        sheets = sandbox.call("qa.parsers.workbook", "first_rows", _data(path), HEADER_ROWS)
    except ReadError as error:
        raise _unreadable(path, error) from error
    names_seen: list[str] = []
    for number in sorted(range(len(sheets)), key=lambda at: sheets[at]["hidden"]):
        rows = [_trimmed([_cell(value) for value in row]) for row in sheets[number]["rows"]]
        match = find_header(rows)
        if match is not None:
            at, header = match
            return Sheet(number, sheets[number]["numbers"][at], header)
        names_seen += [str(cell) for row in rows[:1] for cell in row if not blank(cell)]
    columns = ", ".join(name.strip()[:40] for name in names_seen[:20])
    names = Message.of("only-columns", names=columns) if names_seen else ""
    raise UsageError("questions-sheet-no-column", path=path, names=names)


def sheet_rows(path: Path, sheet: Sheet) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows below the header of a sheet, hidden ones too, except empty ones.

    Cells to the right of the last column of the header are skipped.
    """
    try:
        columns = len(sheet.header.columns)
        place = (sheet.number, sheet.header_row, columns)
        rows = sandbox.call("qa.parsers.workbook", "sheet_rows", _data(path), *place)
    except ReadError as error:
        raise _unreadable(path, error) from error
    for row in rows:
        yield tuple(_cell(value) for value in row)


def _trimmed(row: list[Cell]) -> list[Cell]:
    width = len(row)
    while width and blank(row[width - 1]):
        width -= 1
    return row[:width]


def _data(path: Path) -> bytes:
    if path.stat().st_size > ARCHIVE_BYTES:
        raise ReadError("workbook-too-large", most=ARCHIVE_BYTES // MEGABYTE)
    return path.read_bytes()


def _unreadable(path: Path, error: ReadError) -> UsageError:
    if error.code in _ADVICE_FOR_DOCUMENTS:
        return UsageError("questions-workbook-damaged", path=path, reason=brief(error.message))
    return UsageError("questions-workbook-unreadable", path=path, reason=error)


# Errors of any file, with advice such as printing it to a PDF.
_ADVICE_FOR_DOCUMENTS = {"file-crashes", "file-damaged", "file-too-slow", "parser-endless"}
_MEANINGS: dict[str, Callable[[str], Cell]] = {
    "formula": Uncomputed,
    "timedelta": lambda text: datetime.timedelta(seconds=float(text)),
    "time": datetime.time.fromisoformat,
    "date": datetime.date.fromisoformat,
    "datetime": datetime.datetime.fromisoformat,
}


def _cell(value: Value) -> Cell:
    if not isinstance(value, dict):
        return value
    ((kind, text),) = value.items()
    try:
        return _MEANINGS[kind](text)
    except (ValueError, OverflowError):
        return text
