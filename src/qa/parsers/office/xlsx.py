"""Workbooks: every row of every sheet as it is displayed, its comments, and the words of its drawings."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import groupby, pairwise
from xml.etree.ElementTree import Element

from qa.parsers import table
from qa.parsers.archive import Archive, local
from qa.parsers.build import Extract, TextBuilder
from qa.parsers.limits import TABLE_COLUMNS
from qa.parsers.office import cellformat, drawing, opc
from qa.parsers.office.cellstyles import CellStyle, cell_styles
from qa.parsers.office.opc import Relation, attribute, child, children, is_on
from qa.parsers.office.sheet import Area, RawCell, RawRow, RawSheet, Words, area, read_sheet, read_strings
from qa.parsers.office.sheetcomments import Comment, people, read_comments
from qa.parsers.table import Cell, Row

_NUMBER = re.compile(r"[-+]?[0-9.]{1,40}(?:[eE][-+]?[0-9]{1,3})?")
_RUNNING_CODE = re.compile(r'&(?:"[^"]{0,200}"|K(?:[0-9A-Fa-f]{6}|\d\d[-+]\d{3})|\d+|[A-Za-z]|(&))')
_MIDNIGHT = re.compile(r"T00:00:00(?:\.0+)?Z?$")
# A merged cell belongs to each of its rows; longer ones are prose beside the table, more are hostile.
_LONGEST_SHARED = 200
_MOST_SHARED = 1_000_000
_MOST_FILTERS = 20


def read(data: bytes) -> Extract:
    """Return the text of a workbook, sheet by sheet; hidden sheets, rows and columns are left out."""
    with Archive(data) as archive:
        main = opc.main_part(archive, "xl/workbook.xml", "workbook-missing")
        return _Workbook(archive, main).extract()


@dataclass(frozen=True, slots=True)
class _Shown:
    """A cell as it is displayed, with what of it is not."""

    column: int
    text: str
    is_text: bool
    is_bold: bool


@dataclass(slots=True)
class _Left:
    """Words of a sheet that are left out, by their rows and columns."""

    rows: dict[int, list[str]] = field(default_factory=dict)
    columns: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    uncalculated: list[tuple[str, str]] = field(default_factory=list)


class _Workbook:
    """Reads the sheets of a workbook one after the other."""

    def __init__(self, archive: Archive, main: str) -> None:
        self._archive = archive
        self._main = archive.xml(main)
        self._related = opc.relations(archive, main)
        self._strings: list[Words] = []
        for relation in self._related:
            if relation.kind == "sharedStrings" and relation.target in archive:
                self._strings = read_strings(archive.read(relation.target), relation.target)
        self._styles = cell_styles(opc.part_of(archive, self._related, "styles"))
        properties = child(self._main, "workbookPr")
        self._from_1904 = properties is not None and is_on(attribute(properties, "date1904"))
        self._people = people(opc.part_of(archive, self._related, "person"))
        self._counted = 0
        self._shared = 0
        self._running: set[str] = set()

    def extract(self) -> Extract:
        builder = TextBuilder()
        by_id = {relation.id: relation for relation in self._related}
        for sheet in children(self._main, "sheets"):
            name = (attribute(sheet, "name") or "").strip()
            relation = by_id.get(attribute(sheet, "id") or "")
            if relation is None or relation.target not in self._archive:
                builder.omit("missing", name=name)
                continue
            scratch = TextBuilder()
            running = set(self._running)
            self._sheet(scratch, name, relation)
            if (attribute(sheet, "state") or "visible") == "visible":
                _append_sheet(builder, name, scratch)
            else:
                builder.omit("hidden", f"{name}\n\n{scratch.text}", name=name)
                builder.add_omissions(scratch)
                # What stands on the pages of a hidden sheet only is kept on the next that shows it.
                self._running = running
        for note in self._strings:
            if note.pronounced:
                builder.omit("pronunciation", note.pronounced)
        return builder.extract(opc.title(self._archive))

    # -- a sheet ------------------------------------------------------------------------------------

    def _sheet(self, builder: TextBuilder, name: str, relation: Relation) -> None:
        part = relation.target
        related = opc.relations(self._archive, part)
        if relation.kind == "worksheet":
            raw = read_sheet(self._archive.read(part), part, self._strings, self._counted)
            self._counted += sum(len(row.cells) for row in raw.rows)
            for text in raw.running:
                self._add_running(builder, text)
            tables = [
                self._archive.xml(one.target)
                for one in related
                if one.kind == "table" and one.target in self._archive
            ]
            self._cells(builder, name, raw, related, tables)
        for one in related:
            if one.external or one.target not in self._archive:
                continue
            if one.kind == "drawing":
                self._drawing(builder, name, one.target)
            elif one.kind in {"oleObject", "package"}:
                builder.omit("attachment", name=one.target.rpartition("/")[2])

    def _add_running(self, builder: TextBuilder, text: str) -> None:
        pieces = _RUNNING_CODE.sub(lambda found: found[1] or "\t", text).split("\t")
        words = "\t".join(piece for piece in map(str.strip, pieces) if piece)
        if words and words in self._running:
            builder.omit("repeated", words)
        else:
            builder.add(words)
            self._running.add(words)

    def _cells(
        self,
        builder: TextBuilder,
        name: str,
        raw: RawSheet,
        related: Sequence[Relation],
        tables: Sequence[Element],
    ) -> None:
        areas = [found for one in tables if (found := area(attribute(one, "ref") or "")) is not None]
        filtered = [
            *raw.filtered,
            *(found for one, found in zip(tables, areas, strict=False) if _is_filtered(one)),
        ][:_MOST_FILTERS]
        comments = read_comments(self._archive, related, name, raw.prompts, self._people, builder)
        left = _Left()
        hidden = bytearray(TABLE_COLUMNS + 1)
        for first, last in raw.hidden_columns:
            hidden[first : last + 1] = b"\x01" * (last + 1 - first)
        rows: list[tuple[int, list[_Shown]]] = []
        nowhere: list[str] = []
        for row in raw.rows:
            is_hidden = row.is_hidden and not any(
                f.top <= row.number <= f.bottom for f in filtered[:_MOST_FILTERS]
            )
            shown = [cell for one in row.cells if (cell := self._shown(one, row, name, builder, left))]
            if row.is_nowhere:
                words = "\t".join(cell.text for cell in shown)
                if is_hidden:
                    builder.omit("hidden", words, name=name)
                else:
                    nowhere.append(words)
                continue
            if is_hidden:
                left.rows[row.number] = [cell.text for cell in shown]
                continue
            for cell in shown:
                if hidden[cell.column]:
                    left.columns[cell.column].append(cell.text)
            rows.append((row.number, [cell for cell in shown if not hidden[cell.column]]))
        self._share_merged(rows, raw.merged)
        spans = {(one.top, one.left): one.right for one in raw.merged if one.right > one.left}
        table.append(builder, _table_rows(rows, comments, _headers(raw, tables, areas), spans), name)
        # A row without a place among the others has its sheet alone for a citation.
        for words in nowhere:
            builder.add(words, place=("cells", name))
        _omit(builder, name, left)

    def _shown(
        self, cell: RawCell, row: RawRow, sheet: str, builder: TextBuilder, left: _Left
    ) -> _Shown | None:
        style = self._styles[cell.style] if cell.style < len(self._styles) else CellStyle()
        where = sheet if row.is_nowhere else table.address(sheet, row.number, cell.column, cell.column)
        if cell.kind == "s" and cell.words is None:
            builder.omit("damaged", name=where)
            return None
        text, is_text = self._displayed(cell, style)
        if cell.words is not None and cell.words.struck:
            builder.omit("struck", cell.words.struck, name=where)
        if cell.formula and not cell.value and cell.kind not in {"s", "str", "inlineStr"}:
            left.uncalculated.append((where, cell.formula))
        if not text.strip():
            if cell.value and cell.words is None:
                builder.omit("hidden", cell.value, name=where)
            return None
        if style.is_struck:
            builder.omit("struck", text, name=where)
            return None
        return _Shown(cell.column, text, is_text, style.is_bold)

    def _displayed(self, cell: RawCell, style: CellStyle) -> tuple[str, bool]:
        value = cell.value
        if cell.words is not None:
            return cellformat.text(cell.words.text, style.code), True
        match cell.kind:
            case "b":
                return {"1": "TRUE", "0": "FALSE"}.get(value, value), False
            case "d":
                return _MIDNIGHT.sub("", value), False
            case "n" if _NUMBER.fullmatch(value):
                try:
                    number = float(value)
                    return cellformat.number(number, style.code, from_1904=self._from_1904), False
                except (ValueError, OverflowError, ArithmeticError):
                    return value, False
        return value, cell.kind == "e"

    def _share_merged(self, rows: list[tuple[int, list[_Shown]]], merged: Sequence[Area]) -> None:
        """Give the text of a merged cell to each of the rows that it stands beside."""
        places = {number: at for at, (number, _) in enumerate(rows)}
        own: dict[int, dict[int, _Shown]] = {}

        def by_column(at: int) -> dict[int, _Shown]:
            if at not in own:
                own[at] = {cell.column: cell for cell in rows[at][1]}
            return own[at]

        ends: dict[int, int] = {}
        for one in sorted(merged, key=lambda one: (one.left, one.top)):
            first = places.get(one.top)
            if first is None or one.top == one.bottom or one.top <= ends.get(one.left, 0):
                continue
            ends[one.left] = one.bottom
            anchor = by_column(first).get(one.left)
            if anchor is None or len(anchor.text) > _LONGEST_SHARED:
                continue
            at = first + 1
            while at < len(rows) and rows[at][0] <= one.bottom and self._shared < _MOST_SHARED:
                self._shared += 1
                if rows[at][1]:
                    by_column(at).setdefault(one.left, replace(anchor, is_bold=False))
                at += 1
        for at, cells in own.items():
            rows[at][1][:] = sorted(cells.values(), key=lambda cell: cell.column)

    # -- drawings -----------------------------------------------------------------------------------

    def _drawing(self, builder: TextBuilder, sheet: str, part: str) -> None:
        by_id = {relation.id: relation for relation in opc.relations(self._archive, part)}
        for anchor in self._archive.xml(part):
            where = _anchored(anchor, sheet)
            stack = [anchor]
            while stack:
                node = stack.pop()
                match local(node):
                    case "Fallback":
                        continue
                    case "sp" | "cxnSp":
                        properties = child(node, "nvSpPr", "cNvPr")
                        self._shape(builder, node, where, is_hidden=drawing.is_hidden(properties))
                    case "pic":
                        name, words = drawing.picture_text(child(node, "nvPicPr", "cNvPr"))
                        builder.omit("picture", name=name)
                        builder.add(words, place=("alternative text", where))
                    case "graphicFrame":
                        _, words = drawing.picture_text(child(node, "nvGraphicFramePr", "cNvPr"))
                        builder.add(words, place=("alternative text", where))
                        self._frame(builder, node, by_id, where)
                    case _:
                        stack.extend(reversed(node))

    def _shape(self, builder: TextBuilder, shape: Element, where: str, *, is_hidden: bool) -> None:
        for paragraph in drawing.paragraphs(shape):
            if is_hidden:
                builder.omit("hidden", paragraph.text)
            else:
                builder.add(paragraph.text, place=("cells", where))
            if paragraph.struck:
                builder.omit("struck", paragraph.struck, name=where)
        _, words = drawing.picture_text(child(shape, "nvSpPr", "cNvPr"))
        builder.add(words, place=("alternative text", where))

    def _frame(self, builder: TextBuilder, frame: Element, by_id: dict[str, Relation], where: str) -> None:
        for node in frame.iter():
            if local(node) not in {"chart", "relIds"}:
                continue
            relation = by_id.get(attribute(node, "id") or attribute(node, "dm") or "")
            if relation is None or relation.target not in self._archive:
                builder.omit("drawing", name=where)
                continue
            root = self._archive.xml(relation.target)
            if local(node) == "relIds":
                for text in drawing.diagram(root):
                    builder.add(text, "item", place=("cells", where))
                continue
            shown = drawing.chart(root)
            for title in shown.titles:
                builder.add(title, place=("cells", where))
            # What it draws is in the cells.
            copies = "\n".join("\t".join(row) for row in shown.rows)
            if copies:
                builder.omit("repeated", copies, name=where)


def _append_sheet(builder: TextBuilder, name: str, sheet: TextBuilder) -> None:
    if sheet.text:
        builder.add(name, "heading", 1, place=("cells", name))
    builder.add_all(sheet)


def _table_rows(
    rows: Sequence[tuple[int, list[_Shown]]],
    comments: Mapping[int, Sequence[Comment]],
    headers: set[int],
    spans: dict[tuple[int, int], int],
) -> Iterator[Row]:
    """Rows with what speaks for their naming the columns, and with their comments, in order."""
    by_number = dict(rows)
    numbers = sorted({*by_number, *comments})
    bold = {number: bool(cells) and all(cell.is_bold for cell in cells) for number, cells in rows}
    following = {one: two for (one, _), (two, _) in pairwise(rows)}
    for number in numbers:
        stands_out = bold.get(number, False) and not bold.get(following.get(number, 0), True)
        cells = tuple(
            Cell(
                c.column,
                c.text,
                c.is_text,
                number in headers or (stands_out and c.is_text),
                spans.get((number, c.column), c.column),
            )
            for c in by_number.get(number, ())
        )
        asides = tuple((one.label, one.text) for one in comments.get(number, ()))
        yield Row(number, cells, asides=asides)


def _headers(raw: RawSheet, tables: Sequence[Element], areas: Sequence[Area]) -> set[int]:
    """The rows of which the file itself says that they name the columns."""
    headers = {
        found.top
        for one, found in zip(tables, areas, strict=False)
        if attribute(one, "headerRowCount") != "0"
    }
    headers |= {found.top for found in raw.filtered}
    if raw.frozen_rows:
        headers.add(raw.frozen_rows)
    return headers


def _is_filtered(one: Element) -> bool:
    return any(local(node) == "filterColumn" for node in one.iter())


def _omit(builder: TextBuilder, sheet: str, left: _Left) -> None:
    for _, run in groupby(enumerate(sorted(left.rows)), lambda pair: pair[1] - pair[0]):
        numbers = [number for _, number in run]
        words = "\n".join("\t".join(left.rows[number]) for number in numbers)
        builder.omit("hidden", words, name=f"{sheet}!{numbers[0]}:{numbers[-1]}")
    for column, texts in left.columns.items():
        letters = table.letters(column)
        builder.omit("hidden", "\n".join(texts), name=f"{sheet}!{letters}:{letters}")
    for where, formula in left.uncalculated:
        builder.omit("uncalculated", formula, name=where)


def _anchored(anchor: Element, sheet: str) -> str:
    start = child(anchor, "from")
    row, column = (child(start, name) for name in ("row", "col"))
    values = [one.text or "" if one is not None else "" for one in (row, column)]
    if all(value.isascii() and value.isdigit() and len(value) < 8 for value in values):
        return table.address(sheet, int(values[0]) + 1, int(values[1]) + 1, int(values[1]) + 1)
    return sheet
