"""Read workbooks: each row of each sheet as displayed, its comments, and the words of its drawings."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from xml.etree.ElementTree import Element

from qa.parsers import table
from qa.parsers.archive import Archive, local
from qa.parsers.build import Extract, TextBuilder
from qa.parsers.office import cellformat, drawing, opc, sheetrows
from qa.parsers.office.cellstyles import CellStyle, cell_styles
from qa.parsers.office.opc import Relation, attribute, child, children, is_on
from qa.parsers.office.sheet import Area, RawCell, RawRow, RawSheet, Words, area, read_sheet, read_strings
from qa.parsers.office.sheetcomments import people, read_comments
from qa.parsers.office.sheetrows import Omitted, ShownCell

_NUMBER = re.compile(r"[-+]?[0-9.]{1,40}(?:[eE][-+]?[0-9]{1,3})?")
_RUNNING_CODE = re.compile(r'&(?:"[^"]{0,200}"|K(?:[0-9A-Fa-f]{6}|\d\d[-+]\d{3})|\d+|[A-Za-z]|(&))')
_MIDNIGHT = re.compile(r"T00:00:00(?:\.0+)?Z?$")
# A merged cell belongs to each of its rows. Longer texts are prose beside the table; more rows are hostile.
_LONGEST_SHARED = 200
_MOST_SHARED = 1_000_000


def read(data: bytes) -> Extract:
    """Return the text of a workbook, sheet by sheet; hidden sheets, rows and columns are left out."""
    with Archive(data) as archive:
        main = opc.main_part(archive, "xl/workbook.xml", "workbook-missing")
        return _Workbook(archive, main).extract()


class _Workbook:
    """A parser of the sheets of a workbook in order."""

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
        """Return the text of all sheets."""
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
                # A header that only hidden sheets repeat so far is kept on the next visible sheet.
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
                self._archive.xml(related_part.target)
                for related_part in related
                if related_part.kind == "table" and related_part.target in self._archive
            ]
            self._cells(builder, name, raw, related, tables)
        for related_part in related:
            if related_part.external or related_part.target not in self._archive:
                continue
            if related_part.kind == "drawing":
                self._drawing(builder, name, related_part.target)
            elif related_part.kind in {"oleObject", "package"}:
                builder.omit("attachment", name=related_part.target.rpartition("/")[2])

    def _add_running(self, builder: TextBuilder, text: str) -> None:
        pieces = _RUNNING_CODE.sub(lambda code: code[1] or "\t", text).split("\t")
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
        """Append the rows of a sheet, with the names of their columns and their comments."""
        areas = [
            table_area
            for table_element in tables
            if (table_area := area(attribute(table_element, "ref") or "")) is not None
        ]
        comments = read_comments(self._archive, related, name, raw.prompts, self._people, builder)
        omitted = Omitted()
        rows, nowhere = self._rows(builder, name, raw, sheetrows.filtered_areas(raw, tables, areas), omitted)
        self._share_merged(rows, raw.merged)
        spans = {
            (merged_area.top, merged_area.left): merged_area.right
            for merged_area in raw.merged
            if merged_area.right > merged_area.left
        }
        table.append(
            builder,
            sheetrows.table_rows(rows, comments, sheetrows.header_rows(raw, tables, areas), spans),
            name,
        )
        # A row with an invalid number is cited by its sheet alone.
        for words in nowhere:
            builder.add(words, place=("cells", name))
        sheetrows.omit(builder, name, omitted)

    def _rows(
        self,
        builder: TextBuilder,
        name: str,
        raw: RawSheet,
        filtered: Sequence[Area],
        omitted: Omitted,
    ) -> tuple[list[tuple[int, list[ShownCell]]], list[str]]:
        """Return the visible rows with their numbers, and the words of rows with an invalid number."""
        hidden_columns = sheetrows.hidden_columns(raw)
        rows: list[tuple[int, list[ShownCell]]] = []
        nowhere: list[str] = []
        for row in raw.rows:
            is_hidden = sheetrows.is_hidden(row, filtered)
            cells = [
                cell for raw_cell in row.cells if (cell := self._shown(raw_cell, row, name, builder, omitted))
            ]
            texts = [cell.text for cell in cells]
            if row.is_nowhere and is_hidden:
                builder.omit("hidden", "\t".join(texts), name=name)
            elif row.is_nowhere:
                nowhere.append("\t".join(texts))
            elif is_hidden:
                omitted.rows[row.number] = texts
            else:
                rows.append((row.number, sheetrows.without_columns(cells, hidden_columns, omitted)))
        return rows, nowhere

    def _shown(
        self, cell: RawCell, row: RawRow, sheet: str, builder: TextBuilder, omitted: Omitted
    ) -> ShownCell | None:
        """Return a cell as it is displayed, None if it displays nothing or only struck-through words."""
        where = sheet if row.is_nowhere else table.address(sheet, row.number, cell.column, cell.column)
        if cell.kind == "s" and cell.words is None:
            builder.omit("damaged", name=where)
            return None
        style = self._styles[cell.style] if cell.style < len(self._styles) else CellStyle()
        text, is_text = self._displayed(cell, style)
        if cell.words is not None and cell.words.struck:
            builder.omit("struck", cell.words.struck, name=where)
        if _is_uncalculated(cell):
            omitted.uncalculated.append((where, cell.formula))
        if not text.strip():
            _omit_undisplayed(builder, cell, where)
            return None
        if style.is_struck:
            builder.omit("struck", text, name=where)
            return None
        return ShownCell(cell.column, text, is_text, style.is_bold)

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

    def _share_merged(self, rows: list[tuple[int, list[ShownCell]]], merged: Sequence[Area]) -> None:
        """Copy the text of a merged cell to each of its rows."""
        places = {number: at for at, (number, _) in enumerate(rows)}
        cells_by_row: dict[int, dict[int, ShownCell]] = {}

        def by_column(at: int) -> dict[int, ShownCell]:
            if at not in cells_by_row:
                cells_by_row[at] = {cell.column: cell for cell in rows[at][1]}
            return cells_by_row[at]

        for span in sheetrows.merged_downwards(merged, places.keys()):
            first = places[span.top]
            anchor = by_column(first).get(span.left)
            if anchor is None or len(anchor.text) > _LONGEST_SHARED:
                continue
            at = first + 1
            while at < len(rows) and rows[at][0] <= span.bottom and self._shared < _MOST_SHARED:
                self._shared += 1
                if rows[at][1]:
                    by_column(at).setdefault(span.left, replace(anchor, is_bold=False))
                at += 1
        for at, cells in cells_by_row.items():
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
            # The values that it draws are in the cells.
            copies = "\n".join("\t".join(row) for row in shown.rows)
            if copies:
                builder.omit("repeated", copies, name=where)


def _append_sheet(builder: TextBuilder, name: str, sheet: TextBuilder) -> None:
    if sheet.text:
        builder.add(name, "heading", 1, place=("cells", name))
    builder.add_all(sheet)


def _is_uncalculated(cell: RawCell) -> bool:
    """Return whether a cell has a formula without a stored result."""
    return bool(cell.formula) and not cell.value and cell.kind not in {"s", "str", "inlineStr"}


def _omit_undisplayed(builder: TextBuilder, cell: RawCell, where: str) -> None:
    """Account for the value of a cell whose format displays nothing."""
    if cell.value and cell.words is None:
        builder.omit("hidden", cell.value, name=where)


def _anchored(anchor: Element, sheet: str) -> str:
    start = child(anchor, "from")
    row, column = (child(start, name) for name in ("row", "col"))
    values = [element.text or "" if element is not None else "" for element in (row, column)]
    if all(value.isascii() and value.isdigit() and len(value) < 8 for value in values):
        return table.address(sheet, int(values[0]) + 1, int(values[1]) + 1, int(values[1]) + 1)
    return sheet
