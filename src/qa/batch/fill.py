"""Fill a questionnaire: write answers into a copy of a workbook and leave everything else as it is.

Only the XML of the sheets with new answers changes, and there only the cells that are filled; every other
part of the file is copied byte by byte.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from openpyxl.utils import get_column_letter

from qa.batch.forms import (
    Names,
    Table,
    Values,
    cell_at,
    is_closed,
    new_source_column,
    question_columns,
    source_name,
    tables_of,
)
from qa.batch.rows import Row
from qa.batch.sheets import cell_value, sheets_named, unreadable, workbook_bytes
from qa.batch.sheetxml import Edit, Layout, edited, layout_of
from qa.batch.tables import CELL_LIMIT, in_xml
from qa.errors import ReadError, UsageError
from qa.messages import Message
from qa.output_files import check_output, write_file
from qa.parsers import sandbox
from qa.parsers.archive import Archive, local
from qa.parsers.limits import SHEET_ROWS
from qa.record import Answer
from qa.render import where
from qa.render.phrases import in_digits
from qa.render.reading import reading

_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>]")
_BETWEEN = "\n\n"
_WORKBOOKS = (".xlsx", ".xlsm")


@dataclass(frozen=True, slots=True)
class Field:
    """The cells for one question.

    Attributes:
        sheet: The position of the sheet, from 0.
        row: The question; its id is the address of its cell.
        answer: The row and column of the cell for the answer.
        source: The row and column of the cell for the source, or None: the source follows the answer.
        style: The style of the answer's cell.
        source_style: The style of the source's cell.
        longest: The maximum length of the answer.
        skipped: Why the cell is not filled, if it is not.
    """

    sheet: int
    row: Row
    answer: tuple[int, int]
    source: tuple[int, int] | None
    style: str | None
    source_style: str | None
    longest: int
    skipped: Message | None = None


@dataclass(slots=True)
class Questionnaire:
    """A questionnaire that can be filled.

    Attributes:
        path: The workbook.
        fields: Its questions without an answer, in order.
        answered: The number of questions that have an answer already.
        has_formulas: Whether the workbook has formulas, which programs compute later.
    """

    path: Path
    fields: list[Field] = field(default_factory=list)
    answered: int = 0
    has_formulas: bool = False
    _data: bytes = b""
    _parts: dict[int, str] = field(default_factory=dict)
    _layouts: dict[int, Layout] = field(default_factory=dict)
    _edits: dict[int, dict[tuple[int, int], Edit]] = field(default_factory=dict)
    _headers: dict[tuple[int, int], tuple[tuple[int, int], Edit]] = field(default_factory=dict)

    def fill(self, place: Field, record: Answer) -> Message | None:
        """Fill in an answer; return why the cell stays empty although there is one."""
        quotes = record.answering
        if not quotes:
            return None
        text = _BETWEEN.join(reading(quote.text) for quote in quotes)
        source = "\n".join(where(quote.citation) for quote in quotes)
        source = f"{source}\n(confidence {in_digits(record.confidence)})"
        if place.source is None:
            text = f"{text}\n[{source}]"
        cell = in_xml(text)
        if len(text) > place.longest or len(cell) > CELL_LIMIT:
            return place.row.named(Message.of("fill-too-long", most=min(place.longest, CELL_LIMIT)))
        edits = self._edits.setdefault(place.sheet, {})
        edits[place.answer] = Edit(cell, place.style)
        if place.source is not None:
            edits[place.source] = Edit(in_xml(source)[:CELL_LIMIT], place.source_style)
            header = self._headers.get((place.sheet, place.source[1]))
            if header is not None:
                edits.setdefault(*header)
        return None

    def content(self) -> bytes:
        """Return the bytes of the filled workbook."""
        out = io.BytesIO()
        changed = {}
        for at, edits in self._edits.items():
            new = {column for sheet, column in self._headers if sheet == at}
            filled = {column for _, column in edits}
            changed[self._parts[at]] = edited(self._layouts[at], edits, new & filled)
        with zipfile.ZipFile(io.BytesIO(self._data)) as before, zipfile.ZipFile(out, "w") as after:
            after.comment = before.comment
            for info in before.infolist():
                content = changed.get(info.filename)
                after.writestr(info, before.read(info) if content is None else content, info.compress_type)
        return out.getvalue()


def read_questionnaire(
    path: Path,
    *,
    column: str | None = None,
    sheet: str | None = None,
    answer_column: str | None = None,
    source_column: str | None = None,
) -> Questionnaire:
    """Return the questionnaire in a workbook.

    Args:
        path: The workbook.
        column: The name of the column with the questions; by default it is recognised by its usual names.
        sheet: The name or number, from 1, of the sheet; by default all visible sheets are filled.
        answer_column: The name of the column for the answers; by default it is recognised.
        source_column: The name of the column for the sources; by default it is recognised, or a new column
            to the right of a table, where that disturbs nothing.

    Raises:
        UsageError: The file is not a readable workbook, or has no question that can be filled in.
    """
    if path.suffix.lower() not in _WORKBOOKS:
        raise UsageError("fill-no-workbook", path=path)
    if not path.is_file():
        raise UsageError("questions-is-folder" if path.is_dir() else "questions-missing", path=path)
    try:
        return _read(path, sheet, Names(column, answer_column, source_column))
    except ReadError as error:
        raise unreadable(path, error) from error


def _read(path: Path, sheet: str | None, names: Names) -> Questionnaire:
    data = workbook_bytes(path)
    sheets = sandbox.call("qa.parsers.workbook", "first_rows", data, SHEET_ROWS)
    parts = sandbox.call("qa.parsers.workbook", "part_names", data)
    chosen = sorted(sheets_named(path, sheets, sheet))
    if sheet is None:
        chosen = [at for at in chosen if not sheets[at]["hidden"]] or chosen
    form = Questionnaire(path, _data=data)
    values = {at: _values(sheets[at]) for at in chosen}
    with Archive(data) as archive:
        unlocked = _unlocked(archive, parts["styles"])
        for at in chosen:
            tables = tables_of(values[at], names) if values[at] else []
            if tables:
                layout = _layout(archive.read(parts["sheets"][at]), tables)
                form._parts[at], form._layouts[at] = parts["sheets"][at], layout
                _SheetReader(form, at, sheets[at]["name"], values[at], layout, unlocked).read(tables, names)
        form.has_formulas = any(_FORMULA.search(archive.read(name)) for name in set(parts["sheets"]))
    if not form.fields and not form.answered:
        raise _no_fields(path, any(question_columns(cells, names) for cells in values.values()), names)
    if form.fields and all(place.skipped for place in form.fields):
        raise UsageError("fill-nothing", path=path, reason=form.fields[0].skipped)
    return form


def _layout(xml: bytes, tables: Sequence[Table]) -> Layout:
    return layout_of(xml, {row for table in tables for row in (table.header, *table.rows)})


def _no_fields(path: Path, has_questions: bool, names: Names) -> UsageError:
    if not has_questions:
        name = "question" if names.question is None else names.question
        return UsageError("questions-sheet-no-column", path=path, column=name, names="")
    if names.answer is not None:
        return UsageError("fill-answer-column-unknown", path=path, name=names.answer)
    return UsageError("fill-no-answer-column", path=path)


@dataclass(frozen=True, slots=True)
class _SheetReader:
    """Reads the fields of one sheet into a questionnaire."""

    form: Questionnaire
    number: int
    name: str
    values: Values
    layout: Layout
    unlocked: frozenset[str]

    def read(self, tables: Sequence[Table], names: Names) -> None:
        """Add the fields of the tables of the sheet."""
        for table in tables:
            self._read(table, names)

    def _read(self, table: Table, names: Names) -> None:
        answer = self._answer_column(table)
        source = table.source
        if source is None and names.source is None:
            source = self._new_column(table, answer)
        for row in table.rows:
            if self._is_title(table, row, answer):
                continue
            if self._is_filled(row, answer):
                self.form.answered += 1
            else:
                self.form.fields.append(self._field(table, row, answer, source))

    def _answer_column(self, table: Table) -> int:
        """Return the best column whose cells take text, else the best."""
        for column in table.answers:
            limited = any(area.covers(row, column) for area in self.layout.limited for row in table.rows)
            if not limited and not is_closed(cell_at(self.values, table.header, column)):
                return column
        return table.answers[0]

    def _new_column(self, table: Table, answer: int) -> int | None:
        column = new_source_column(table, self.values, self.layout)
        if column is not None:
            style = self.layout.style(table.header, table.last)
            text = source_name(cell_at(self.values, table.header, answer))
            self.form._headers[self.number, column] = ((table.header, column), Edit(text, style))
        return column

    def _field(self, table: Table, row: int, answer: int, source: int | None) -> Field:
        layout = self.layout
        address = f"{get_column_letter(table.question)}{row}"
        place = Message.of("at-cell", cell=address, sheet=self.name)
        question = str(cell_at(self.values, row, table.question)).strip()
        asked = Row(f"{self.name}!{address}", question, place=place, has_id=True)
        style = layout.style(row, answer)
        if source is not None and not self._takes_source(table, row, source):
            source = None
        is_new = source is None or source != table.source
        source_style = style if is_new else layout.style(row, source or 0)
        lengths = [most for area, most in layout.longest if area.covers(row, answer)]
        return Field(
            self.number,
            asked,
            (row, answer),
            None if source is None else (row, source),
            style,
            source_style,
            min(lengths, default=CELL_LIMIT),
            self._obstacle(table, row, answer),
        )

    def _obstacle(self, table: Table, row: int, column: int) -> Message | None:
        """Return why a cell cannot be filled."""
        header = cell_at(self.values, table.header, column)
        name = str(header or "").strip()
        area = self.layout.merge_at(row, column)
        if self.layout.protected and (self.layout.style(row, column) or "0") not in self.unlocked:
            return Message.of("fill-locked", sheet=self.name)
        if area is not None and (area.top, area.left) != (row, column):
            return Message.of("fill-merged", column=name)
        if any(limited.covers(row, column) for limited in self.layout.limited) or is_closed(header):
            return Message.of("fill-closed", column=name)
        return None

    def _is_title(self, table: Table, row: int, answer: int) -> bool:
        """Return whether a row is a heading: its text is in a cell merged across the answer."""
        area = self.layout.merge_at(row, table.question)
        return area is not None and area.covers(row, answer)

    def _is_filled(self, row: int, column: int) -> bool:
        value = cell_at(self.values, row, column)
        has_text = value is not None and not (isinstance(value, str) and not value.strip())
        return has_text or self.layout.has_formula(row, column)

    def _takes_source(self, table: Table, row: int, column: int) -> bool:
        has_space = not self._is_filled(row, column) and self.layout.merge_at(row, column) is None
        return has_space and self._obstacle(table, row, column) is None


def _unlocked(archive: Archive, part: str) -> frozenset[str]:
    """Return the styles whose cells are not locked while a sheet is protected."""
    if part not in archive:
        return frozenset()
    return frozenset(
        str(number)
        for formats in archive.xml(part)
        if local(formats) == "cellXfs"
        for number, style in enumerate(formats)
        if any(local(child) == "protection" and child.get("locked") in ("0", "false") for child in style)
    )


def _values(sheet: Mapping[str, Any]) -> Values:
    rows = zip(sheet["numbers"], sheet["rows"], strict=True)
    return {number: [cell_value(value) for value in row] for number, row in rows}


def check_target(form: Questionnaire, target: Path | None) -> Path:
    """Return the file for the filled workbook.

    Raises:
        UsageError: None is named, or it cannot be a workbook.
    """
    if target is None or str(target) == "-":
        raise UsageError("fill-no-output", path=form.path)
    if target.suffix.lower() != form.path.suffix.lower():
        raise UsageError("fill-output-no-workbook", path=target, suffix=form.path.suffix)
    check_output(target)
    return target


def write_questionnaire(form: Questionnaire, target: Path) -> None:
    """Write the filled workbook; the file is complete or unchanged.

    Raises:
        QaError: The file cannot be written.
    """
    write_file(target, form.content())
