"""Arrange the rows of a sheet: hidden rows and columns, merged cells, and rows that name the columns."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, pairwise
from xml.etree.ElementTree import Element

from qa.parsers import table
from qa.parsers.archive import local
from qa.parsers.build import TextBuilder
from qa.parsers.limits import TABLE_COLUMNS
from qa.parsers.office.opc import attribute
from qa.parsers.office.sheet import Area, RawRow, RawSheet
from qa.parsers.office.sheetcomments import Comment
from qa.parsers.table import Cell, Row

_MOST_FILTERS = 20


@dataclass(frozen=True, slots=True)
class ShownCell:
    """A cell as it is displayed."""

    column: int
    text: str
    is_text: bool
    is_bold: bool


@dataclass(slots=True)
class Omitted:
    """Words of a sheet that are left out, by row and column."""

    rows: dict[int, list[str]] = field(default_factory=dict)
    columns: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    uncalculated: list[tuple[str, str]] = field(default_factory=list)


def filtered_areas(raw: RawSheet, tables: Sequence[Element], areas: Sequence[Area]) -> list[Area]:
    """Return the areas whose rows a filter hides."""
    of_tables = (
        table_area
        for table_element, table_area in zip(tables, areas, strict=False)
        if _is_filtered(table_element)
    )
    return [*raw.filtered, *of_tables][:_MOST_FILTERS]


def is_hidden(row: RawRow, filtered: Sequence[Area]) -> bool:
    """Return whether a row is hidden; a row that a filter hides is visible after one click."""
    return row.is_hidden and not any(area.top <= row.number <= area.bottom for area in filtered)


def hidden_columns(raw: RawSheet) -> bytearray:
    """Return a byte per column number, not zero if the column is hidden."""
    hidden = bytearray(TABLE_COLUMNS + 1)
    for first, last in raw.hidden_columns:
        hidden[first : last + 1] = b"\x01" * (last + 1 - first)
    return hidden


def without_columns(cells: Sequence[ShownCell], hidden: bytearray, omitted: Omitted) -> list[ShownCell]:
    """Return the cells of a row outside hidden columns; the others are left out."""
    for cell in cells:
        if hidden[cell.column]:
            omitted.columns[cell.column].append(cell.text)
    return [cell for cell in cells if not hidden[cell.column]]


def merged_downwards(merged: Sequence[Area], rows: Container[int]) -> Iterator[Area]:
    """Yield the merged cells of several rows; of those that overlap in a column, only the first."""
    ends: dict[int, int] = {}
    for span in sorted(merged, key=lambda span: (span.left, span.top)):
        if span.top in rows and span.top != span.bottom and span.top > ends.get(span.left, 0):
            ends[span.left] = span.bottom
            yield span


def table_rows(
    rows: Sequence[tuple[int, list[ShownCell]]],
    comments: Mapping[int, Sequence[Comment]],
    headers: set[int],
    spans: dict[tuple[int, int], int],
) -> Iterator[Row]:
    """Yield the rows in order, with their comments and signs that a row names the columns."""
    by_number = dict(rows)
    numbers = sorted({*by_number, *comments})
    bold = {number: bool(cells) and all(cell.is_bold for cell in cells) for number, cells in rows}
    following = {first: second for (first, _), (second, _) in pairwise(rows)}
    for number in numbers:
        is_emphasised = bold.get(number, False) and not bold.get(following.get(number, 0), True)
        cells = tuple(
            Cell(
                cell.column,
                cell.text,
                cell.is_text,
                number in headers or (is_emphasised and cell.is_text),
                spans.get((number, cell.column), cell.column),
            )
            for cell in by_number.get(number, ())
        )
        asides = tuple((comment.label, comment.text) for comment in comments.get(number, ()))
        yield Row(number, cells, asides=asides)


def header_rows(raw: RawSheet, tables: Sequence[Element], areas: Sequence[Area]) -> set[int]:
    """Return the numbers of rows that the file marks as column names."""
    headers = {
        header_area.top
        for table_element, header_area in zip(tables, areas, strict=False)
        if attribute(table_element, "headerRowCount") != "0"
    }
    headers |= {header_area.top for header_area in raw.filtered}
    if raw.frozen_rows:
        headers.add(raw.frozen_rows)
    return headers


def _is_filtered(table_element: Element) -> bool:
    """Return whether a table has a filter that may hide rows."""
    return any(local(node) == "filterColumn" for node in table_element.iter())


def omit(builder: TextBuilder, sheet: str, omitted: Omitted) -> None:
    """Account for the words of a sheet that are left out, by runs of rows and by columns."""
    for _, run in groupby(enumerate(sorted(omitted.rows)), lambda pair: pair[1] - pair[0]):
        numbers = [number for _, number in run]
        words = "\n".join("\t".join(omitted.rows[number]) for number in numbers)
        builder.omit("hidden", words, name=f"{sheet}!{numbers[0]}:{numbers[-1]}")
    for column, texts in omitted.columns.items():
        letters = table.letters(column)
        builder.omit("hidden", "\n".join(texts), name=f"{sheet}!{letters}:{letters}")
    for where, formula in omitted.uncalculated:
        builder.omit("uncalculated", formula, name=where)
