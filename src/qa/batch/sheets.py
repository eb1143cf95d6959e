"""Read the rows of an Excel workbook, from the sheet with the questions."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.batch.rows import HEADER_ROWS, Cell, Header, Uncomputed, blank, find_header
from qa.errors import ReadError, UsageError
from qa.messages import Message, brief
from qa.parsers import refusals, sandbox
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


def find_sheet(path: Path, name: str | None = None, column: str | None = None) -> Sheet:
    """Return the first sheet with a column ``question``; visible sheets have priority over hidden ones.

    Args:
        path: The workbook.
        name: The name or the number, from 1, of the sheet to look in; by default all sheets.
        column: The name or number of the column with the questions.

    Raises:
        UsageError: There is no such sheet, or the file is not a readable workbook.
    """
    sheets = first_rows(path)
    names_seen: list[str] = []
    for number in sheets_named(path, sheets, name):
        rows = [_trimmed([cell_value(value) for value in row]) for row in sheets[number]["rows"]]
        match = find_header(rows, column)
        if match is not None:
            at, header = match
            return Sheet(number, sheets[number]["numbers"][at] if at >= 0 else 0, header)
        names_seen += [str(cell) for row in rows[:1] for cell in row if not blank(cell)]
    columns = ", ".join(name.strip()[:40] for name in names_seen[:20])
    names = Message.of("only-columns", names=columns) if names_seen else ""
    raise no_column("questions-sheet-no-column", column, path=path, names=names)


def no_column(code: str, column: str | None, **params: object) -> UsageError:
    """Return the error of a file without the column of the questions."""
    name = "question" if column is None else column
    return UsageError(code, column=name, **params)


def first_rows(path: Path, number: int = HEADER_ROWS) -> list[dict[str, Any]]:
    """Return the name, the state and the first rows of each sheet, see `qa.parsers.workbook.first_rows`.

    Raises:
        UsageError: The file is not a readable workbook.
    """
    try:
        sheets: list[dict[str, Any]] = sandbox.call(
            "qa.parsers.workbook", "first_rows", workbook_bytes(path), number
        )
    except ReadError as error:
        raise unreadable(path, error) from error
    return sheets


def sheets_named(path: Path, sheets: Sequence[dict[str, Any]], name: str | None) -> list[int]:
    """Return the positions of the sheets to look in: the named one, or all, the hidden ones last.

    Raises:
        UsageError: No sheet has the name or number.
    """
    if name is None:
        return sorted(range(len(sheets)), key=lambda at: sheets[at]["hidden"])
    names = [str(sheet["name"]) for sheet in sheets]
    for at, known in enumerate(names):
        if known.strip().casefold() == name.strip().casefold():
            return [at]
    if name.isdecimal() and 0 < int(name) <= len(sheets):
        return [int(name) - 1]
    raise UsageError("questions-sheet-unknown", path=path, name=name, names=", ".join(names[:20]))


def sheet_rows(path: Path, sheet: Sheet) -> Iterator[tuple[int, tuple[Cell, ...]]]:
    """Yield the rows below the header of a sheet with their numbers, hidden ones too, except empty ones.

    Cells to the right of the last column of the header are skipped.
    """
    try:
        place = (sheet.number, sheet.header_row, len(sheet.header.columns))
        read = sandbox.call("qa.parsers.workbook", "numbered_rows", workbook_bytes(path), *place)
    except ReadError as error:
        raise unreadable(path, error) from error
    for number, row in zip(read["numbers"], read["rows"], strict=True):
        yield number, tuple(cell_value(value) for value in row)


def _trimmed(row: list[Cell]) -> list[Cell]:
    width = len(row)
    while width and blank(row[width - 1]):
        width -= 1
    return row[:width]


def workbook_bytes(path: Path) -> bytes:
    """Return the bytes of a workbook that is not too large."""
    if path.stat().st_size > ARCHIVE_BYTES:
        raise ReadError("workbook-too-large", most=ARCHIVE_BYTES // MEGABYTE)
    data = path.read_bytes()
    # An old or an encrypted workbook, or another kind of file with this extension.
    if not data.startswith(b"PK"):
        refusals.check_content(data, ".xlsx")
    return data


def unreadable(path: Path, error: ReadError) -> UsageError:
    """Return the error of a file that is not a readable workbook."""
    if error.code in _ADVICE_FOR_DOCUMENTS:
        return UsageError("questions-workbook-damaged", path=path, reason=brief(error.message))
    return UsageError("questions-workbook-unreadable", path=path, reason=error)


# Errors of any file, with advice such as printing it to a PDF.
_ADVICE_FOR_DOCUMENTS = {
    "file-crashes", "file-damaged", "file-too-slow", "parser-endless",
    "file-blank", "content-mismatch", "content-picture", "content-other",
}  # fmt: skip
_MEANINGS: dict[str, Callable[[str], Cell]] = {
    "formula": Uncomputed,
    "timedelta": lambda text: datetime.timedelta(seconds=float(text)),
    "time": datetime.time.fromisoformat,
    "date": datetime.date.fromisoformat,
    "datetime": datetime.datetime.fromisoformat,
}


def cell_value(value: Value) -> Cell:
    """Return the value of a cell from its JSON."""
    if not isinstance(value, dict):
        return value
    ((kind, text),) = value.items()
    try:
        return _MEANINGS[kind](text)
    except (ValueError, OverflowError):
        return text
