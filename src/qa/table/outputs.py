"""Write tables: the cells as JSON lines, a table or a list as CSV, a workbook, or an HTML page."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from qa.batch.outputs import Output, check_target
from qa.batch.rows import Cell, Row
from qa.batch.tables import EncodedStream, answer_cells, guarded, in_csv, with_answer
from qa.errors import UsageError
from qa.record import Answer, rounded, to_json_line
from qa.table.cells import CellRow, Table, TableCell, cell_of
from qa.table.page import HtmlTable
from qa.table.phrases import headers, normal_text, note, place_in
from qa.table.workbook import Workbook

_BETWEEN = "\n\n"
LONG_COLUMNS = ("document", "title", "id", "question", "type", "value", "sorted_by", "mark")
"""Columns of a long table before those of the answer."""


class CellWriter(Protocol):
    """One format of tables: receives the cells in order, then completes the output."""

    def add(self, cell: TableCell) -> None:
        """Write one cell."""

    def finish(self) -> None:
        """Write what can only be written at the end."""


class RowWriter:
    """A writer of tables as the writer of a batch whose rows are cells."""

    def __init__(self, writer: CellWriter) -> None:
        self._writer = writer

    def write(self, row: Row, record: Answer) -> None:
        """Write one cell."""
        assert isinstance(row, CellRow)
        self._writer.add(cell_of(row, record))

    def finish(self) -> None:
        """Complete the output."""
        self._writer.finish()


class JsonCells:
    """One line for each cell: the answer record with the key ``cell``."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def add(self, cell: TableCell) -> None:
        """Write one line at once: even a killed process leaves whole lines."""
        self._stream.write(to_json_line(cell.answer, {"cell": as_json(cell)}).encode() + b"\n")
        self._stream.flush()

    def finish(self) -> None:
        """Do nothing: the last line is already written."""


class LongCsv:
    """A row for each cell, with the columns of an answer as `qa batch` writes them."""

    def __init__(self, stream: BinaryIO, k: int, delimiter: str) -> None:
        self._csv = _csv(stream, delimiter)
        self._stream = stream
        self._k = k
        self._csv.writerow(with_answer(LONG_COLUMNS, k))

    def add(self, cell: TableCell) -> None:
        """Write one row at once."""
        cells = [*_first_cells(cell), *answer_cells(cell.answer, self._k)]
        self._csv.writerow([guarded(in_csv(each)) for each in cells])
        self._stream.flush()

    def finish(self) -> None:
        """Do nothing: the last row is already written."""


class WideCsv:
    """A row for each document; for each question its quote, its value if it has a type, place, confidence."""

    def __init__(self, stream: BinaryIO, table: Table, delimiter: str) -> None:
        self._csv = _csv(stream, delimiter)
        self._table = table
        self._cells: dict[str, TableCell] = {}
        self._document: str | None = None
        names = ["document", "title"]
        for header, column in zip(headers(table), table.columns, strict=True):
            parts = ("value", "place", "confidence") if column.type != "text" else ("place", "confidence")
            names += [header, *(f"{header} ({part})" for part in parts)]
        self._csv.writerow(list(map(guarded, names)))

    def add(self, cell: TableCell) -> None:
        """Add one cell; the row is written with the first cell of the next document."""
        if cell.document.doc_id != self._document:
            self._write()
            self._document = cell.document.doc_id
            self._title = cell.document.title
        self._cells[cell.column.id] = cell

    def finish(self) -> None:
        """Write the last row."""
        self._write()

    def _write(self) -> None:
        if self._document is None:
            return
        row: list[Cell] = [self._document, self._title]
        for column in self._table.columns:
            row += _wide_cells(self._cells.get(column.id), column.type != "text")
        self._csv.writerow([guarded(in_csv(cell)) for cell in row])
        self._cells.clear()


def as_json(cell: TableCell) -> dict[str, Any]:
    """Return what a cell has beside its answer, as a JSON value."""
    value = None
    if cell.value is not None:
        normal = cell.value.normal
        value = {
            "text": cell.value.text,
            "start": cell.value.start,
            "end": cell.value.end,
            "normal": normal if normal is None or isinstance(normal, float) else normal.isoformat(),
        }
    return {
        "document": cell.document.doc_id,
        "title": cell.document.title,
        "question_id": cell.column.id,
        "type": cell.column.type,
        "value": value,
        **({} if cell.mark is None else {"mark": cell.mark}),
    }


_Make = Callable[[BinaryIO, Table, int, Path | None, str], CellWriter]
_WIDE: Mapping[str, _Make] = {
    "jsonl": lambda stream, table, k, folder, name: JsonCells(stream),
    "csv": lambda stream, table, k, folder, name: WideCsv(stream, table, ","),
    "tsv": lambda stream, table, k, folder, name: WideCsv(stream, table, "\t"),
    "xlsx": lambda stream, table, k, folder, name: Workbook(stream, table, folder),
    "html": lambda stream, table, k, folder, name: HtmlTable(stream, table, folder, name),
}
_LONG: Mapping[str, _Make] = {
    **_WIDE,
    "csv": lambda stream, table, k, folder, name: LongCsv(stream, k, ","),
    "tsv": lambda stream, table, k, folder, name: LongCsv(stream, k, "\t"),
    "xlsx": lambda stream, table, k, folder, name: Workbook(stream, table, folder, long=True),
    "html": lambda stream, table, k, folder, name: HtmlTable(stream, table, folder, name, long=True),
}
FORMATS = tuple(_WIDE)
"""The formats of tables, which are also the extensions of their files."""


def open_table(
    target: Path | None,
    table: Table,
    questions: Path,
    k: int,
    format: str | None = None,
    *,
    long: bool = False,
) -> Output:
    """Return the destination of the cells of a table, as `qa.batch.open_output` does for answers.

    Args:
        target: The file; None or ``-`` for stdout.
        table: The table with its questions and documents.
        questions: The file of the questions.
        k: Maximum quotes of a cell.
        format: One of `FORMATS`; by default the extension of the target, or JSON lines for stdout.
        long: Whether to write a row for each question and document.

    Raises:
        UsageError: The target cannot be written, has an unknown format, or is the question file itself.
    """
    if target is not None and str(target) == "-":
        target = None
    if format is None:
        format = "jsonl" if target is None else target.suffix.lower().removeprefix(".")
    make = _maker(format, long)
    if target is None and format == "xlsx":
        raise UsageError("output-workbook-to-terminal")
    folder = None if target is None else target.parent.resolve()
    most = max([k, *(column.row.k or 0 for column in table.columns)])

    def writer(stream: BinaryIO) -> RowWriter:
        return RowWriter(make(stream, table, most, folder, questions.name))

    output = Output(target, writer)
    if target is not None:
        check_target(target, output.partial, questions)
    return output


def write_table(
    stream: BinaryIO, table: Table, name: str, format: str, *, k: int = 1, long: bool = False
) -> None:
    """Write a table that is complete in memory, in one of `FORMATS`.

    Args:
        stream: The stream to write to.
        table: The table.
        name: The name of the questions, for a title.
        format: The format.
        k: Maximum quotes of a cell.
        long: Whether to write a row for each question and document.

    Raises:
        UsageError: The format is unknown.
    """
    writer = _maker(format, long)(stream, table, k, None, name)
    for cell in table:
        writer.add(cell)
    writer.finish()


def _maker(format: str, long: bool) -> _Make:
    makers = _LONG if long else _WIDE
    if format not in makers:
        shown = f'"{format}"' if format else "no ending"
        raise UsageError("table-format-unknown", known=", ".join(FORMATS), format=shown)
    return makers[format]


def _csv(stream: BinaryIO, delimiter: str) -> Any:
    # Without the mark, Excel assumes another encoding.
    stream.write(b"\xef\xbb\xbf")
    return csv.writer(EncodedStream(stream), delimiter=delimiter)


def _first_cells(cell: TableCell) -> Iterator[Cell]:
    yield from (cell.document.doc_id, cell.document.title, cell.column.id, cell.column.question)
    yield from (cell.column.type, None if cell.value is None else cell.value.text)
    yield from (None if cell.value is None else normal_text(cell.value.normal), cell.mark)


def _wide_cells(cell: TableCell | None, is_typed: bool) -> list[Cell]:
    """Return the cells of one question in the row of a document."""
    value: list[Cell] = [None] if is_typed else []
    if cell is None:
        return [None, *value, None, None]
    answer = cell.answer
    confidence = None if answer.error is not None else rounded(answer.confidence)
    if not answer.answering:
        return [note(answer), *value, None, confidence]
    if is_typed and cell.value is not None:
        value = [cell.value.text]
    text = _BETWEEN.join(quote.text for quote in answer.answering)
    return [text, *value, "\n".join(place_in(quote.citation) for quote in answer.answering), confidence]
