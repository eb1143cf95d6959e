"""Write a table as an Excel workbook: a sheet with the table, and a sheet with the sources of its cells."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from qa.batch.reports import linked_from
from qa.batch.sheet_layout import on_paper, print_to, row_height
from qa.batch.tables import CELL_LIMIT, FORMULA, in_xml, short
from qa.record import Quote, rounded
from qa.render import where
from qa.render.phrases import link_target
from qa.render.reading import reading
from qa.table.cells import Column, Mark, Table, TableCell, TableDocument
from qa.table.phrases import SORTABLE, beside, headers, note, quotes_shown, shown_name, shown_title
from qa.table.values import Normal

TABLE, SOURCES = "Table", "Sources"
_MARKS: dict[Mark, str] = {"right": "DDEFD9", "wrong": "F8D9D6", "check": "FFF0C2"}
"""The colours of the cells that a person marked."""
_WIDTHS: dict[str, int] = {
    "document": 30, "question": 36, "value": 22, "sorted by": 14, "quote": 70, "citation": 40, "context": 70,
    "nearest, not an answer": 50, "reason": 28, "file": 30, "sha256": 20,
}  # fmt: skip
_NARROW, _ANSWER, _SORTED = 11, 44, 14
_HEADER = (
    "no.", "document", "id", "question", "type", "answered", "confidence", "mark", "value", "sorted by",
    "quote", "citation", "page", "line", "start", "end", "score", "context", "nearest, not an answer",
    "reason", "file", "sha256",
)  # fmt: skip
_SOURCE_WIDTHS = [_WIDTHS.get(name, _NARROW) for name in _HEADER]
_MOST_LINKS = 65_000
"""Excel repairs a sheet with more than 65,530 links."""


class Workbook:
    """The table as a workbook, in which every text has the type text and none is a formula.

    Cells with an answer are linked to the place of the quote if the workbook's folder has the file, and else
    to their row in the sheet of the sources.
    """

    def __init__(self, stream: BinaryIO, table: Table, folder: Path | None, *, long: bool = False) -> None:
        self._stream = stream
        self._table = table
        self._folder = folder
        self._long = long
        self._cells: dict[tuple[str, str], TableCell] = {}

    def add(self, cell: TableCell) -> None:
        """Add one cell."""
        self._cells[cell.key] = cell

    def finish(self) -> None:
        """Write the workbook."""
        # Imported here because it takes a third of a second, which other commands should not pay.
        from openpyxl import Workbook as Book

        book = Book()
        sheet, sources = book.active, book.create_sheet(SOURCES)
        assert sheet is not None
        sheet.title = TABLE
        rows = _Sources(sources, self._folder)
        # The sources come first: the cells of the table are linked to them.
        at = {key: rows.add(cell) for key, cell in self._cells.items()}
        rows.finish()
        if self._long:
            book.remove(sheet)
        else:
            _Grid(sheet, self._table, self._cells, at, self._folder).write()
        # Written to memory first: a ZIP file on a full disk would raise again when it is collected.
        buffer = io.BytesIO()
        book.save(buffer)
        self._stream.write(buffer.getbuffer())


class _Looks:
    """The styles of cells, which many cells share."""

    def __init__(self) -> None:
        from openpyxl.styles import Alignment, Font, PatternFill

        self.alignment = Alignment(wrap_text=True, vertical="top")
        self.bold = Font(bold=True)
        self.link = Font(color="17605A", underline="single")
        self.soft = Font(color="5A6169", italic=True)
        self.header = PatternFill("solid", fgColor="E8ECF1")
        self.marks = {mark: PatternFill("solid", fgColor=colour) for mark, colour in _MARKS.items()}

    def put(self, sheet: Any, row: int, column: int, value: object) -> Any:
        """Write a value into a cell; a text never becomes a formula."""
        cell = sheet.cell(row, column)
        cell.alignment = self.alignment
        if isinstance(value, str):
            cell.value = short(value)
            cell.data_type = "s"
            cell.quotePrefix = FORMULA.match(value) is not None
        elif value is not None:
            cell.value = value
        return cell

    def head(self, sheet: Any, names: Sequence[str], widths: Sequence[int]) -> None:
        """Write the header of a sheet, and set the widths of its columns."""
        from openpyxl.utils import get_column_letter

        for at, (name, width) in enumerate(zip(names, widths, strict=True), start=1):
            cell = self.put(sheet, 1, at, name)
            cell.font, cell.fill = self.bold, self.header
            sheet.column_dimensions[get_column_letter(at)].width = width


class _Sources:
    """The sheet of the sources: a row for each quote, with everything about it."""

    def __init__(self, sheet: Any, folder: Path | None) -> None:
        self._sheet = sheet
        self._folder = folder
        self._looks = _Looks()
        self._row = 1
        self._looks.head(sheet, _HEADER, _SOURCE_WIDTHS)

    def add(self, cell: TableCell) -> int:
        """Write the rows of a cell, and return the first."""
        first = self._row + 1
        for rank, values in enumerate(self._rows(cell)):
            self._row += 1
            for column, value in enumerate(values, start=1):
                written = self._looks.put(self._sheet, self._row, column, value)
                name = _HEADER[column - 1]
                if name in ("confidence", "score"):
                    written.number_format = "0.00"
                elif name == "sorted by":
                    _format_normal(written, cell.value.normal if cell.value and not rank else None)
                elif name == "mark" and cell.mark is not None:
                    written.fill = self._looks.marks[cell.mark]
            texts = (
                (str(value), width) for value, width in zip(values, _SOURCE_WIDTHS, strict=True) if value
            )
            self._sheet.row_dimensions[self._row].height = row_height(texts)
        return first

    def finish(self) -> None:
        """Freeze the header, and add the filters."""
        self._sheet.freeze_panes = "A2"
        self._sheet.auto_filter.ref = f"A1:{self._sheet.cell(self._row, len(_HEADER)).coordinate}"
        on_paper(self._sheet)
        print_to(self._sheet, _HEADER.index("citation") + 1, self._row)

    def _rows(self, cell: TableCell) -> Iterator[tuple[object, ...]]:
        answer, column = cell.answer, cell.column
        value = (None, None) if cell.value is None else (cell.value.text, _cell_value(cell.value.normal))
        known = (cell.document.doc_id, column.id, column.question, column.type)
        outcome = (answer.answered, None if answer.error else rounded(answer.confidence), cell.mark)
        reason = answer.error or answer.reason
        shown = list(quotes_shown(cell))
        if not shown:
            yield (self._row, *known, *outcome, *value, *[None] * 9, reason, None, None)
        linked = linked_from(self._folder, answer)
        for number, (quote, answers) in enumerate(shown):
            cited = quote.citation
            place = (where(cited), cited.page, cited.line, cited.start, cited.end, rounded(quote.score))
            uri = linked.quotes[answer.quotes.index(quote)].citation.uri
            texts = (
                reading(quote.text) if answers else None,
                *place,
                quote.context.text,
                None if answers else reading(quote.text),
            )
            typed = value if number == 0 else (None, None)
            yield (self._row, *known, *outcome, *typed, *texts, reason, uri, cited.sha256)


class _Grid:
    """The sheet of the table: a row for each document, a column for each question."""

    def __init__(
        self,
        sheet: Any,
        table: Table,
        cells: dict[tuple[str, str], TableCell],
        sources: dict[tuple[str, str], int],
        folder: Path | None,
    ) -> None:
        self._sheet = sheet
        self._table = table
        self._cells = cells
        self._sources = sources
        self._folder = folder
        self._looks = _Looks()
        self._links = 0
        self._sorted = {column.id for column in table.columns if self._is_sortable(column)}

    def write(self) -> None:
        """Write all rows."""
        names, widths = ["Document"], [_WIDTHS["document"]]
        for header, column in zip(headers(self._table), self._table.columns, strict=True):
            names.append(header)
            widths.append(_ANSWER)
            if column.id in self._sorted:
                names.append(f"{header} (to sort by)")
                widths.append(_SORTED)
        self._looks.head(self._sheet, names, widths)
        self._sheet.row_dimensions[1].height = row_height(zip(names, widths, strict=True))
        row = 1
        for document in self._table.documents:
            if any((document.doc_id, column.id) in self._cells for column in self._table.columns):
                row += 1
                self._write_row(row, document)
                texts = (str(cell.value) for cell in self._sheet[row])
                self._sheet.row_dimensions[row].height = row_height(zip(texts, widths, strict=True))
        on_paper(self._sheet)
        print_to(self._sheet, len(names), row)
        self._sheet.freeze_panes = "B2"
        self._sheet.auto_filter.ref = f"A1:{self._sheet.cell(row, len(names)).coordinate}"

    def _write_row(self, row: int, document: TableDocument) -> None:
        name = self._looks.put(self._sheet, row, 1, "\n".join(_names(document)))
        name.font = self._looks.bold
        at = 1
        for column in self._table.columns:
            at += 1
            cell = self._cells.get((document.doc_id, column.id))
            if cell is not None:
                self._write_cell(row, at, cell)
            if column.id in self._sorted:
                at += 1
                normal = cell.value.normal if cell and cell.value else None
                written = self._looks.put(self._sheet, row, at, _cell_value(normal))
                _format_normal(written, normal)

    def _write_cell(self, row: int, at: int, cell: TableCell) -> None:
        written = self._looks.put(self._sheet, row, at, None)
        answering = cell.answer.answering
        if answering:
            written.value = _rich(cell, answering)
        else:
            self._looks.put(self._sheet, row, at, note(cell.answer)).font = self._looks.soft
        if cell.mark is not None:
            written.fill = self._looks.marks[cell.mark]
        if self._links < _MOST_LINKS and cell.answer.error is None:
            self._links += 1
            self._link(written, cell)

    def _link(self, written: Any, cell: TableCell) -> None:
        """Link a cell to the place of its quote, or to its row of the sources."""
        from openpyxl.worksheet.hyperlink import Hyperlink

        quote = next((quote for quote, answers in quotes_shown(cell) if answers), None)
        target = None
        if quote is not None:
            relative = linked_from(self._folder, cell.answer.model_copy(update={"quotes": (quote,)}))
            target = link_target(relative.quotes[0].citation)
        location = None if target else f"'{SOURCES}'!A{self._sources[cell.key]}"
        written.hyperlink = Hyperlink(ref=written.coordinate, target=target, location=location)
        # Assigning a link replaces the content of an empty cell only.
        written.alignment = self._looks.alignment

    def _is_sortable(self, column: Column) -> bool:
        return column.type in SORTABLE and any(
            cell.column.id == column.id and cell.value is not None and cell.value.normal is not None
            for cell in self._cells.values()
        )


def _names(document: TableDocument) -> list[str]:
    return list(filter(None, (shown_title(document), shown_name(document))))


def _rich(cell: TableCell, answering: Sequence[Quote]) -> Any:
    """Return the text of a cell: its value, its quotes, and below each its place and confidence."""
    from openpyxl.cell.rich_text import CellRichText, TextBlock
    from openpyxl.cell.text import InlineFont
    from openpyxl.styles.colors import Color

    soft, bold = InlineFont(color=Color("005A6169"), sz=9), InlineFont(b=True)
    parts: list[Any] = []
    if cell.value is not None:
        parts.append(TextBlock(bold, in_xml(cell.value.text)))
    for number, quote in enumerate(answering):
        # openpyxl would lose a part that is only white space.
        between = "\n\n" if number else "\n" if parts else ""
        parts += [
            f"{between}{in_xml(reading(quote.text))}",
            TextBlock(soft, f"\n{in_xml(beside(quote, cell.answer))}"),
        ]
    if sum(len(str(part)) for part in parts) > CELL_LIMIT:
        return short("x" * (CELL_LIMIT + 1))
    return CellRichText(*parts)


def _cell_value(normal: Normal) -> object:
    """Return a normalised value as a cell: a date before 1900 does not exist in a workbook."""
    if normal is None or isinstance(normal, float):
        return normal
    return normal if normal.year >= 1900 else normal.isoformat()


def _format_normal(cell: Any, normal: Normal) -> None:
    if normal is not None:
        cell.number_format = "#,##0.##" if isinstance(normal, float) else "yyyy-mm-dd"
