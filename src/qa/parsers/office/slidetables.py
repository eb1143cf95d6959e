"""Append the tables and charts of slides, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element

from qa.parsers.archive import local
from qa.parsers.build import TextBuilder
from qa.parsers.office import drawing
from qa.parsers.office.opc import attribute, child, is_on

# A longer cell is prose: its table only arranges the slide.
_LONGEST_CELL = 800


def append_table(builder: TextBuilder, element: Element, page: int) -> None:
    """Append the rows of a table; the cells of a layout table become paragraphs."""
    above: list[str] = []
    for row in (node for node in element if local(node) == "tr"):
        above = _read_row(builder, row, above, page)
        _append_row(builder, above)


def append_chart(builder: TextBuilder, chart: drawing.Chart) -> None:
    """Append the titles of a chart, and its values with the names of their columns."""
    for title in chart.titles:
        builder.add(title)
    has_names = bool(chart.rows) and chart.rows[0][:1] == ("",)
    names, rows = (chart.rows[0], chart.rows[1:]) if has_names else ((), chart.rows)
    for row in rows:
        cells = [
            f"{names[at]}: {cell}" if at < len(names) and names[at] and cell else cell
            for at, cell in enumerate(row)
        ]
        builder.add("\t".join(cells), "row")


def _read_row(builder: TextBuilder, row: Element, above: Sequence[str], page: int) -> list[str]:
    """Return the texts of a row; a cell merged with the one above also belongs to this row."""
    cells: list[str] = []
    for at, cell in enumerate(node for node in row if local(node) == "tc"):
        text = _cell_text(builder, cell, page)
        is_merged = is_on(attribute(cell, "vMerge")) and not text and at < len(above)
        cells.append(above[at] if is_merged else text)
    return cells


def _cell_text(builder: TextBuilder, cell: Element, page: int) -> str:
    """Return the text of a cell without its struck-through words, which are accounted for."""
    body = child(cell, "txBody")
    if body is None:
        return ""
    if struck := drawing.struck(body):
        builder.omit("struck", struck, page=page)
    return drawing.plain(body)


def _append_row(builder: TextBuilder, cells: Sequence[str]) -> None:
    """Append the cells up to the last one with words, as a row or as paragraphs."""
    while cells and not cells[-1]:
        cells = cells[:-1]
    if any(len(cell) > _LONGEST_CELL for cell in cells) or len(cells) == 1:
        for text in cells:
            builder.add(text)
    else:
        builder.add("\t".join(cells), "row")
