"""Change cells in the XML of a sheet, and no other byte of it.

A library that reads a workbook and writes it again loses what it does not know, such as pictures in some
forms and extensions. So the XML is only scanned for the places of cells, and the new cells are spliced in.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape, quoteattr

from qa.batch.references import Area, areas_of, letters
from qa.errors import ReadError

_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding=["']([A-Za-z0-9._-]+)["']""")
_SPANS = re.compile(rb'(\sspans=")(\d+):(\d+)"')
_LIMITING = {"list", "whole", "decimal", "date", "time"}
"""Kinds of data validation that a quote does not satisfy."""
_NEW_WIDTH = 36
_MOST_COLUMNS = 16_384
_MOST_CHARACTERS = {"lessThanOrEqual": 0, "lessThan": -1, "equal": 0}


@dataclass(slots=True)
class CellPlace:
    """The bytes of a cell, its style, and whether it has a formula."""

    start: int
    end: int = 0
    style: str | None = None
    has_formula: bool = False


@dataclass(slots=True)
class RowPlace:
    """The bytes of a row's start tag and the end of its cells, and the cells by their columns."""

    start: int
    style: str | None
    name: str
    inner_end: int = 0
    cells: dict[int, CellPlace] = field(default_factory=dict)


@dataclass(slots=True)
class Layout:
    """What a sheet's XML says besides values.

    Attributes:
        data: The XML, in UTF-8.
        rows: The places of the rows asked for.
        merged: The merged areas.
        limited: The areas whose cells take only some values.
        longest: The areas with a maximum length of texts.
        protected: Whether the sheet is protected.
        column_styles: The styles of columns, each with its first and last column.
        hidden_columns: The hidden columns, in the same form.
        columns: The elements that describe columns: the first and last column, and the place of each.
        columns_end: The place after the last of them; None if there is none.
        data_start: The place and the name of the element with the rows.
        dimension: The bytes of the element with the used area, and that area.
    """

    data: bytes
    rows: dict[int, RowPlace] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    limited: list[Area] = field(default_factory=list)
    longest: list[tuple[Area, int]] = field(default_factory=list)
    protected: bool = False
    column_styles: list[tuple[int, int, str]] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    columns: list[tuple[int, int, int]] = field(default_factory=list)
    columns_end: int | None = None
    data_start: tuple[int, str] = (0, "")
    dimension: tuple[int, int, str] | None = None

    def style(self, row: int, column: int) -> str | None:
        """Return the style of a cell, which may be that of its row or column."""
        place = self.rows.get(row)
        if place is not None:
            if column in place.cells:
                return place.cells[column].style
            if place.style is not None:
                return place.style
        return next((style for a, b, style in self.column_styles if a <= column <= b), None)

    def has_formula(self, row: int, column: int) -> bool:
        """Return whether a cell has a formula, even one with an empty result."""
        place = self.rows.get(row)
        return place is not None and column in place.cells and place.cells[column].has_formula

    def takes_column(self, column: int) -> bool:
        """Return whether any text can be written to an empty column that people see."""
        is_hidden = any(first <= column <= last for first, last in self.hidden_columns)
        is_limited = any(area.has_column(column) for area in self.limited)
        return not (self.protected or is_hidden or is_limited) and column <= _MOST_COLUMNS

    def merge_at(self, row: int, column: int) -> Area | None:
        """Return the merged area that contains a cell."""
        return next((area for area in self.merged if area.covers(row, column)), None)


@dataclass(frozen=True, slots=True)
class Edit:
    """A text for a cell, with the number of its style."""

    text: str
    style: str | None


def layout_of(data: bytes, rows: Collection[int]) -> Layout:
    """Return the layout of a sheet, with the places of the rows of these numbers.

    Raises:
        ReadError: The XML is damaged, or declares a document type.
    """
    data = _in_utf8(data)
    scan = _Scan(data, rows)
    parser = expat.ParserCreate()
    parser.ordered_attributes = False
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = lambda name, attributes: scan.begin(
        name, attributes, parser.CurrentByteIndex
    )
    parser.EndElementHandler = lambda name: scan.end(name, parser.CurrentByteIndex)
    parser.CharacterDataHandler = scan.text
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError) as error:
        raise ReadError("xml-damaged", part="worksheet") from error
    return scan.layout


def edited(layout: Layout, edits: Mapping[tuple[int, int], Edit], new: Collection[int] = ()) -> bytes:
    """Return the XML with new texts in cells; other bytes stay.

    Args:
        layout: The layout; it has the places of the rows.
        edits: The texts by row and column.
        new: New columns, which get a width if the sheet says nothing about them.
    """
    changes: list[tuple[int, int, int, bytes]] = []
    widest: dict[int, int] = {}
    for (row, column), edit in edits.items():
        place = layout.rows[row]
        text = _cell(place.name.rpartition(":")[0], row, column, edit).encode()
        cell = place.cells.get(column)
        if cell is not None:
            changes.append((cell.start, cell.end, column, text))
            continue
        after = [other.start for at, other in place.cells.items() if at > column]
        at = min(after, default=place.inner_end)
        changes.append((at, at, column, text))
        widest[row] = max(widest.get(row, 0), column)
    changes += [change for row, column in widest.items() if (change := _spans(layout, row, column))]
    changes += _widths(layout, sorted(new))
    if widest and (change := _dimension(layout, max(widest.values()))):
        changes.append(change)
    pieces: list[bytes] = []
    at = 0
    for start, end, _, text in sorted(changes):
        pieces += [layout.data[at:start], text]
        at = end
    return b"".join([*pieces, layout.data[at:]])


def _cell(prefix: str, row: int, column: int, edit: Edit) -> str:
    p = f"{prefix}:" if prefix else ""
    style = f" s={quoteattr(edit.style)}" if edit.style is not None else ""
    reference = f"{letters(column)}{row}"
    return (
        f'<{p}c r="{reference}"{style} t="inlineStr"><{p}is><{p}t xml:space="preserve">'
        f"{escape(edit.text)}</{p}t></{p}is></{p}c>"
    )


def _widths(layout: Layout, new: Sequence[int]) -> list[tuple[int, int, int, bytes]]:
    """Return the changes that give new columns a width, unless the sheet describes them."""
    data_start, name = layout.data_start
    prefix = name.removesuffix("sheetData")
    elements = {
        column: f'<{prefix}col min="{column}" max="{column}" width="{_NEW_WIDTH}" customWidth="1"/>'
        for column in new
        if not any(first <= column <= last for first, last, _ in layout.columns)
    }
    if elements and layout.columns_end is None:
        columns = f"<{prefix}cols>{''.join(elements.values())}</{prefix}cols>"
        return [(data_start, data_start, 0, columns.encode())]
    changes = []
    for column, element in elements.items():
        after = [start for first, _, start in layout.columns if first > column]
        at = min(after, default=layout.columns_end or data_start)
        changes.append((at, at, column, element.encode()))
    return changes


def _spans(layout: Layout, row: int, column: int) -> tuple[int, int, int, bytes] | None:
    """Return the change of a row's optional range of columns if a new cell is outside of it."""
    start = layout.rows[row].start
    end = _tag_end(layout.data, start)
    match = _SPANS.search(layout.data, start, end)
    if match is None or int(match[2]) <= column <= int(match[3]):
        return None
    first, last = min(int(match[2]), column), max(int(match[3]), column)
    return match.start(), match.end(), 0, b'%s%d:%d"' % (match[1], first, last)


def _dimension(layout: Layout, column: int) -> tuple[int, int, int, bytes] | None:
    """Return the change of the used area of the sheet if a new cell is to its right."""
    if layout.dimension is None:
        return None
    start, end, reference = layout.dimension
    areas = areas_of(reference)
    if not areas or areas[0].right >= column:
        return None
    used = areas[0]
    wider = f"{letters(used.left)}{used.top}:{letters(column)}{used.bottom}"
    return start, end, 0, layout.data[start:end].replace(reference.encode(), wider.encode(), 1)


def _tag_end(data: bytes, start: int) -> int:
    """Return the place after a start tag; an attribute may contain ">"."""
    mark = b""
    for at in range(start, len(data)):
        byte = data[at : at + 1]
        if mark:
            mark = b"" if byte == mark else mark
        elif byte in (b'"', b"'"):
            mark = byte
        elif byte == b">":
            return at + 1
    return len(data)


def _in_utf8(data: bytes) -> bytes:
    declared = _DECLARED.match(data)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    elif declared is None or declared[1].lower() in (b"utf-8", b"us-ascii"):
        return data
    else:
        encoding = declared[1].decode()
    try:
        text = data.decode(encoding)
    except (LookupError, UnicodeError) as error:
        raise ReadError("xml-damaged", part="worksheet") from error
    return re.sub(r"""^(<\?xml[^>]*?encoding=["'])[A-Za-z0-9._-]+""", r"\g<1>UTF-8", text).encode()


def _refuse(*declared: object) -> None:
    raise ReadError("xml-document-type")


class _Scan:
    """A collector of the layout of a sheet during parsing."""

    def __init__(self, data: bytes, rows: Collection[int]) -> None:
        self.layout = Layout(data)
        self._wanted = rows
        self._row: RowPlace | None = None
        self._at = self._column = 0
        self._cell: CellPlace | None = None
        self._in_data = False
        self._rule: dict[str, str] = {}
        self._reading: str | None = None
        self._pieces: list[str] = []

    def begin(self, name: str, attributes: dict[str, str], start: int) -> None:
        """Handle the start of an element."""
        local = name.rpartition(":")[2]
        if local == "sheetData":
            self._in_data = True
            self.layout.data_start = (start, name)
        elif self._in_data:
            self._begin_in_data(name, local, attributes, start)
        else:
            self._begin_around(local, attributes, start)

    def _begin_in_data(self, name: str, local: str, attributes: dict[str, str], start: int) -> None:
        if local == "row":
            self._at = int(attributes.get("r", self._at + 1))
            self._column = 0
            style = attributes.get("s") if attributes.get("customFormat") in ("1", "true") else None
            self._row = RowPlace(start, style, name) if self._at in self._wanted else None
        elif local == "c" and self._row is not None:
            reference = areas_of(attributes.get("r", ""))
            self._column = reference[0].left if reference else self._column + 1
            self._cell = CellPlace(start, style=attributes.get("s"))
        elif local == "f" and self._cell is not None:
            self._cell.has_formula = True

    def _begin_around(self, local: str, attributes: dict[str, str], start: int) -> None:
        layout = self.layout
        if local == "mergeCell":
            layout.merged += areas_of(attributes.get("ref", ""))
        elif local == "sheetProtection":
            layout.protected = attributes.get("sheet") in ("1", "true")
        elif local == "dimension":
            layout.dimension = (start, _tag_end(layout.data, start), attributes.get("ref", ""))
        elif local == "col":
            span = int(attributes.get("min", 0)), int(attributes.get("max", 0))
            layout.columns.append((*span, start))
            if "style" in attributes:
                layout.column_styles.append((*span, attributes["style"]))
            if attributes.get("hidden") in ("1", "true"):
                layout.hidden_columns.append(span)
        elif local == "dataValidation":
            self._rule = dict(attributes)
        elif local in ("formula1", "formula2", "sqref") and self._rule:
            self._reading, self._pieces = local, []

    def end(self, name: str, at: int) -> None:
        """Handle the end of an element; ``at`` is the place of its end tag, or after an empty element."""
        local = name.rpartition(":")[2]
        if local == "sheetData":
            self._in_data = False
        elif local == "cols":
            self.layout.columns_end = at
        elif local == "c" and self._row is not None and self._cell is not None:
            closing = f"</{name}".encode()
            is_empty = not self.layout.data.startswith(closing, at)
            self._cell.end = at if is_empty else _tag_end(self.layout.data, at)
            self._row.cells[self._column] = self._cell
            self._cell = None
        elif local == "row" and self._row is not None:
            self._row.inner_end = at
            self.layout.rows[self._at] = self._row
            self._row = None
        elif local == self._reading:
            self._rule[local] = "".join(self._pieces)
            self._reading = None
        elif local == "dataValidation":
            self._end_of_rule()

    def text(self, characters: str) -> None:
        """Handle character data."""
        if self._reading is not None:
            self._pieces.append(characters)

    def _end_of_rule(self) -> None:
        kind, areas = self._rule.get("type"), areas_of(self._rule.get("sqref", ""))
        if kind in _LIMITING:
            self.layout.limited += areas
        elif kind == "textLength":
            operator = self._rule.get("operator", "between")
            limit = self._rule.get("formula2" if operator == "between" else "formula1", "").strip()
            less = 0 if operator == "between" else _MOST_CHARACTERS.get(operator)
            if less is not None and limit.isdecimal():
                self.layout.longest += [(area, int(limit) + less) for area in areas]
        self._rule = {}
