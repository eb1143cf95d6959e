"""Read the claims of answers that were written as a table: CSV, TSV or an Excel workbook."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from qa.batch.rows import Cell, column_name
from qa.batch.sheets import cell_value
from qa.batch.tables import TOO_LONG, unguarded
from qa.check.claims import Cited, Claim, Claims, Fault, Record
from qa.check.lines import bytes_of_file, lines_of_file
from qa.errors import QaError, ReadError, UsageError
from qa.messages import Message, brief
from qa.parsers import sandbox
from qa.parsers.build import storable
from qa.parsers.limits import SHEET_COLUMNS

_DELIMITERS = ",\t;|"
_NEEDED = ("document", "start", "end")
_COLUMNS = ("quote", "citation", "document", "title", "page", "line", "start", "end", "sha256")
_NEAREST = {
    "quote": "nearest_not_an_answer", "citation": "nearest_citation", "document": "nearest_document",
    "start": "nearest_start", "end": "nearest_end", "sha256": "nearest_sha256",
}  # fmt: skip
_OF_DOCUMENTS = "nearest, not an answer"
"""A column of the workbooks of ``--each-document`` alone, whose cells have no offsets beside them."""
_HEADER_LINES = 50
_NUMBERS = ("page", "line", "start", "end")


@dataclass(frozen=True, slots=True)
class _Columns:
    """The columns of an answers table.

    Attributes:
        width: The number of columns.
        id: The column of the ids of the questions, if there is one.
        quotes: For each quote of a row, the positions of its columns by their names.
    """

    width: int
    id: int | None
    quotes: tuple[Mapping[str, int], ...]

    @classmethod
    def of(cls, header: Sequence[Cell]) -> _Columns | None:
        """Return the columns of a header, or None if it has none with quotes."""
        names = ["" if cell is None else str(cell).strip() for cell in header]
        quotes = []
        rank = 1
        while "quote" in (group := _group(names, {n: f"{n}{f'_{rank}' * (rank > 1)}" for n in _COLUMNS})):
            quotes.append(group)
            rank += 1
        quotes.append(_group(names, _NEAREST))
        complete = tuple(group for group in quotes if all(name in group for name in ("quote", *_NEEDED)))
        if not complete:
            return None
        folded = [column_name(name) for name in names]
        return cls(len(names), folded.index("id") if "id" in folded else None, complete)


def _group(names: Sequence[str], wanted: Mapping[str, str]) -> dict[str, int]:
    """Return the positions of columns; a name that the questions had already has the prefix ``answer_``."""
    group = {}
    for role, name in wanted.items():
        pattern = re.compile(f"(?:answer_)*{re.escape(name)}")
        matches = [(len(each), at) for at, each in enumerate(names) if pattern.fullmatch(each)]
        if matches:
            group[role] = max(matches)[1]
    return group


def text_table(path: Path) -> Claims:
    """Return the claims of a CSV or TSV file.

    Raises:
        UsageError: The file is missing, or has no columns of quotes.
        QaError: The file is damaged.
    """
    lines = lines_of_file(path, newline="")
    head: list[str] = []
    # The names of the question file's columns may have line ends.
    for line in islice(lines, _HEADER_LINES):
        head.append(line)
        for delimiter in _DELIMITERS:
            columns = _Columns.of([unguarded(name) for name in _row(head, delimiter)])
            if columns is not None:
                rows = _csv_rows(lines, delimiter)
                return Claims(_records(columns, rows, is_text=True), storable, storable)
    raise UsageError("answers-no-table", path=path)


def _row(lines: Sequence[str], delimiter: str) -> list[str]:
    try:
        return next(csv.reader(lines, delimiter=delimiter), [])
    except csv.Error:
        return []


def _csv_rows(lines: Iterable[str], delimiter: str) -> Iterator[tuple[int, Sequence[Cell] | None]]:
    reader = csv.reader(lines, delimiter=delimiter)
    number = 1
    while True:
        number += 1
        try:
            row = next(reader, None)
        except csv.Error:
            yield number, None
            continue
        if row is None:
            return
        if row:
            yield number, [unguarded(cell) for cell in row]


def workbook(path: Path) -> Claims:
    """Return the claims of an Excel workbook: those of its first sheet with columns of quotes.

    Raises:
        UsageError: The workbook has no columns of quotes, or is a table of documents.
        QaError: The file cannot be read as a workbook.
    """
    try:
        data = bytes_of_file(path)
        for number, sheet in enumerate(sandbox.call("qa.parsers.workbook", "first_rows", data, 1)):
            rows = [[cell_value(value) for value in row] for row in sheet["rows"]]
            columns = _Columns.of(rows[0]) if rows else None
            if columns is not None and _OF_DOCUMENTS in rows[0]:
                raise UsageError("answers-by-document", path=path)
            if columns is not None:
                place = (number, sheet["numbers"][0], SHEET_COLUMNS)
                read = sandbox.call("qa.parsers.workbook", "numbered_rows", data, *place)
                cells = ([cell_value(value) for value in row] for row in read["rows"])
                numbered = zip(read["numbers"], cells, strict=True)
                claims = _records(columns, numbered, is_text=False)
                return Claims(claims, storable, storable, is_for_reading=True)
    except ReadError as error:
        raise QaError("answers-damaged", path=path, cause=brief(error.message)) from error
    raise UsageError("answers-no-table", path=path)


def _records(
    columns: _Columns, rows: Iterable[tuple[int, Sequence[Cell] | None]], *, is_text: bool
) -> Iterator[Record]:
    for number, row in rows:
        name = f"row {number}"
        # A workbook leaves out empty cells at the end of a row.
        if row is None or len(row) > columns.width or (is_text and len(row) < columns.width):
            yield Record(name, faults=((None, ("record", Message("check-row-broken"))),))
            continue
        cells = [*row, *[None] * (columns.width - len(row))]
        id = None if columns.id is None else cells[columns.id]
        if id is not None and str(id).strip():
            name = str(id)
        yield _record(name, columns, cells)


def _record(name: str, columns: _Columns, cells: Sequence[Cell]) -> Record:
    claims: list[Claim] = []
    faults: list[tuple[int | None, Fault]] = []
    for rank, group in enumerate(columns.quotes, start=1):
        values = {role: cells[at] for role, at in group.items()}
        values = {role: None if value == "" else value for role, value in values.items()}
        if values["quote"] is None and all(values[role] is None for role in _NEEDED):
            continue
        result = _claim(rank, values)
        if isinstance(result, Claim):
            claims.append(result)
        else:
            faults.append((rank, ("record", result)))
    return Record(name, tuple(claims), tuple(faults), len(claims) + len(faults))


def _claim(rank: int, values: Mapping[str, Cell]) -> Claim | Message:
    """Return the claim in a row, or what is wrong with it."""
    if values["quote"] == TOO_LONG:
        return Message("check-cell-too-long")
    numbers = {role: _whole(values.get(role)) for role in _NUMBERS}
    missing = _missing(values, numbers)
    if missing is not None:
        return Message.of("check-field-missing", field=missing)
    details: dict[str, object] = {role: numbers[role] for role in ("page", "line") if role in values}
    if "title" in values:
        details["title"] = _text(values["title"]) or ""
    digest = _text(values.get("sha256"))
    cited = Cited(
        str(values["document"]),
        numbers["start"] or 0,
        numbers["end"] or 0,
        digest and digest.strip().lower(),
        details=details,
        shown=_text(values.get("citation")),
    )
    return Claim(rank, str(values["quote"]), (cited,))


def _missing(values: Mapping[str, Cell], numbers: Mapping[str, int | None]) -> str | None:
    """Return the first column that a quote needs and that has no value."""
    has = {role: values[role] is not None for role in ("quote", "document")}
    has |= {role: numbers[role] is not None for role in ("start", "end")}
    return next((role for role, has_value in has.items() if not has_value), None)


def _text(value: Cell) -> str | None:
    return None if value is None else str(value)


def _whole(value: Cell) -> int | None:
    """Return a whole number in a cell, or None if it has none."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    text = str(value).strip() if value is not None else ""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
