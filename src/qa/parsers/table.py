"""Append tables of sheets and delimited files: find the rows that name the columns, make each row a block.

A row repeats the names of its columns ("Tenant: Harbor Mills", "Rent: 48,500"): without them its figures mean
nothing to a person or a search.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

from qa.parsers.build import TextBuilder, clean
from qa.types import BlockKind

# A longer cell is prose: it is split into sentences, and has a separate address if its row is long too.
_LONG_CELL = 300
_LONG_ROW = 900
# Longer text above a column is not its name.
_LONGEST_NAME = 60
_MOST_NAME_WORDS = 8
# Maximum number of columns that a merged name may span.
_WIDEST_NAME = 100
# Number of rows below a row that are examined to decide whether it names the columns.
_LOOKED_AT = 20
# Maximum number of rows above the column names, such as a title, a date or a note.
_MOST_ABOVE = 12
_BREAK = re.compile(r"[^\S\n]*\n\s*")
_FIGURE = re.compile(r"(?:[A-Z]{3} ?)?[^\w\s]{0,3} ?\d[\d\s.,:/%+\-'’()]*[\w%€£$¥]{0,3}")
_YEAR = re.compile(r"(?:FY ?)?(?:19|20)\d\d(?:[/–-]\d\d(?:\d\d)?)?[AEFP]?")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell as it is displayed.

    Attributes:
        column: Column number from 1.
        text: Displayed text.
        is_text: Whether it is text: not a number, a date or a truth value.
        names: Whether the file marks it as a column name, or formats it as one.
        last: Its last column if it is merged with cells on its right, else 0.
    """

    column: int
    text: str
    is_text: bool = True
    names: bool = False
    last: int = 0


@dataclass(frozen=True, slots=True)
class Row:
    """A row that has words.

    Attributes:
        number: Row number from 1.
        cells: Cells that are not empty.
        line: Its first line in the file, if the file has lines.
        asides: Comments on the row, each with its label.
    """

    number: int
    cells: tuple[Cell, ...]
    line: int | None = None
    asides: tuple[tuple[str, str], ...] = ()


def is_figure(text: str) -> bool:
    """Return whether a cell is a number, a sum or a date, without words."""
    return len(text) <= _LONGEST_NAME and _FIGURE.fullmatch(text.strip()) is not None


def append(builder: TextBuilder, rows: Iterable[Row], sheet: str = "") -> None:
    """Append the rows of a sheet, each as a block with the address of its cells."""
    header = _Header()
    for row, ahead in _with_rows_ahead(rows):
        _append_row(builder, row, header.names_for(row, ahead), sheet)


class _Header:
    """The column names of a sheet, which may have several tables, while its rows are read in order."""

    def __init__(self) -> None:
        self._names: Mapping[int, str] = {}
        self._kinds: Mapping[int, bool] = {}
        self._spread: Mapping[int, str] | None = None
        self._before = self._passed = 0
        self._is_searching = True

    def names_for(self, row: Row, ahead: Iterable[Row]) -> Mapping[int, str]:
        """Return the names of a row's cells by column, none if the row itself names columns.

        Args:
            row: The next row.
            ahead: Rows after it.
        """
        if row.number != self._before + 1:
            self._is_searching, self._passed = True, 0
        self._before = row.number
        if self._spread is not None:
            self._names, self._spread = _below(self._spread, row), None
            self._kinds = _kinds(_part(row, ahead))
            return {}
        if len(row.cells) < 2:
            return self._names_of_single(row)
        if self._is_searching or all(cell.names for cell in row.cells):
            return self._search(row, _part(row, ahead))
        return self._names

    def _names_of_single(self, row: Row) -> Mapping[int, str]:
        """Return the names for a row of one cell, which may be a title above or within a table."""
        self._passed += 1
        self._is_searching = self._is_searching and self._passed < _MOST_ABOVE
        # A single text within a table separates two parts and is not a value of the first column.
        if self._is_searching or any(cell.is_text for cell in row.cells):
            return {}
        return self._names

    def _search(self, row: Row, below: Sequence[Row]) -> Mapping[int, str]:
        """Return the names for a row that may name the columns; if it does, none."""
        was_searching, self._is_searching = self._is_searching, False
        if _is_above_names(row, below):
            self._spread = _spread(row)
            return {}
        if _names_columns(row, below):
            self._names, self._kinds = _named(row), _kinds(below)
            return {}
        if was_searching and not _goes_on(row, self._names, self._kinds):
            self._names = {}
        return self._names


def address(sheet: str, row: int, first: int, last: int) -> str:
    """Return the address of cells in a row as spreadsheets write it: “Sheet1!A3:D3”."""
    start, end = f"{letters(first)}{row}", f"{letters(last)}{row}"
    cells = start if first == last else f"{start}:{end}"
    if not sheet:
        return cells
    plain = re.fullmatch(r"[^\W\d]\w*", sheet)
    quoted = sheet if plain else "'" + sheet.replace("'", "''") + "'"
    return f"{quoted}!{cells}"


def letters(column: int) -> str:
    """Return the letters of a column number from 1: A to Z, then AA."""
    label = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        label = chr(65 + rest) + label
    return label


def _append_row(builder: TextBuilder, row: Row, names: Mapping[int, str], sheet: str) -> None:
    pieces = [(cell, _cell(cell, names)) for cell in row.cells]
    if sum(len(piece) for _, piece in pieces) <= _LONG_ROW:
        _add(builder, row, pieces, sheet)
    else:
        run: list[tuple[Cell, str]] = []
        for cell, piece in pieces:
            if len(piece) <= _LONG_CELL:
                run.append((cell, piece))
                continue
            _add(builder, row, run, sheet)
            run = []
            where = address(sheet, row.number, cell.column, cell.column)
            builder.add(piece, place=("cells", where), line=row.line)
        _add(builder, row, run, sheet)
    for label, text in row.asides:
        builder.add(text, place=("comment", label), line=row.line)


def _add(builder: TextBuilder, row: Row, pieces: Sequence[tuple[Cell, str]], sheet: str) -> None:
    if not pieces:
        return
    where = address(sheet, row.number, pieces[0][0].column, pieces[-1][0].column)
    kind: BlockKind = "paragraph" if len(pieces) == 1 else "row"
    builder.add("\t".join(piece for _, piece in pieces), kind, place=("cells", where), line=row.line)


def _cell(cell: Cell, names: Mapping[int, str]) -> str:
    text = clean(cell.text).strip()
    # A line break in a short cell comes from the width of its column.
    text = text if len(text) > _LONG_CELL else _BREAK.sub(" ", text)
    name = names.get(cell.column, "")
    if not name:
        return text
    return f"{name} {text}" if name.endswith((":", "?")) else f"{name}: {text}"


def _with_rows_ahead(rows: Iterable[Row]) -> Iterator[tuple[Row, Iterable[Row]]]:
    source = iter(rows)
    ahead = deque(islice(source, _LOOKED_AT + 1))
    while ahead:
        row = ahead.popleft()
        yield row, ahead
        ahead.extend(islice(source, 1))


def _part(row: Row, ahead: Iterable[Row]) -> Sequence[Row]:
    """Return the examined rows below a row, up to the first empty row."""
    part = []
    number = row.number
    for following in ahead:
        if following.number != number + 1:
            break
        part.append(following)
        number = following.number
    return part


def _named(row: Row) -> dict[int, str]:
    return {cell.column: " ".join(clean(cell.text).split()) for cell in row.cells}


def _spread(row: Row) -> dict[int, str]:
    """Return the names of a row by each column that they span."""
    return {
        column: " ".join(clean(cell.text).split())
        for cell in row.cells
        for column in range(cell.column, min(cell.last or cell.column, cell.column + _WIDEST_NAME) + 1)
    }


def _below(names: Mapping[int, str], row: Row) -> dict[int, str]:
    """Return the names of two rows combined: “2024 Q1”."""
    lower_names = _named(row)
    return {
        column: " ".join(dict.fromkeys(filter(None, (names.get(column), lower_names.get(column)))))
        for column in {*names, *lower_names}
    }


def _kinds(rows: Sequence[Row]) -> dict[int, bool]:
    """Return whether the cells of each column are text, judged by the first one."""
    kinds: dict[int, bool] = {}
    for row in rows:
        for cell in row.cells:
            kinds.setdefault(cell.column, cell.is_text)
    return kinds


def _goes_on(row: Row, names: Mapping[int, str], kinds: Mapping[int, bool]) -> bool:
    """Return whether a row after an empty row continues the table above: its cells have the same kinds."""
    alike = [kinds.get(cell.column) == cell.is_text for cell in row.cells]
    return all(cell.column in names for cell in row.cells) and all(alike) and 2 * len(alike) >= len(names)


def _is_above_names(row: Row, below: Sequence[Row]) -> bool:
    """Return whether a row of merged cells is directly above the column names and belongs to them."""
    if not any(cell.last > cell.column for cell in row.cells) or len(below) < 2:
        return False
    return all(cell.is_text or _YEAR.fullmatch(cell.text.strip()) for cell in row.cells) and _names_columns(
        below[0], below[1:], repeated=True
    )


def _names_columns(row: Row, below: Sequence[Row], *, repeated: bool = False) -> bool:
    """Return whether a row names the columns of the rows below; ``repeated`` allows equal names."""
    if not below or all(cell.names for cell in row.cells):
        return bool(below)
    values = _values_below(row, below)
    if not all(_is_name(cell, values[cell.column]) for cell in row.cells):
        return False
    if not (repeated or _are_distinct(row.cells)) or not _is_as_wide(values, below):
        return False
    # Two columns may be names and values line by line: then the values have no common kind.
    last = values[row.cells[-1].column]
    return len(row.cells) > 2 or (len(last) > 1 and all(not cell.is_text for cell in last))


def _are_distinct(cells: Sequence[Cell]) -> bool:
    """Return whether all cells have different words."""
    return len({" ".join(cell.text.split()).casefold() for cell in cells}) == len(cells)


def _values_below(row: Row, below: Iterable[Row]) -> dict[int, list[Cell]]:
    """Return the cells below each cell of a row, by column."""
    values: dict[int, list[Cell]] = {cell.column: [] for cell in row.cells}
    for values_row in below:
        for cell in values_row.cells:
            if cell.column in values:
                values[cell.column].append(cell)
    return values


def _is_as_wide(columns: Container[int], below: Iterable[Row]) -> bool:
    """Return whether most rows have no cells outside the named columns, except in their first column."""
    wide = [row for row in below if len(row.cells) > 1]
    unnamed = sum(any(cell.column not in columns for cell in row.cells[1:]) for row in wide)
    return bool(wide) and unnamed <= len(wide) / 2


def _is_name(cell: Cell, values: Sequence[Cell]) -> bool:
    text = " ".join(cell.text.split())
    if len(text) > _LONGEST_NAME or len(text.split()) > _MOST_NAME_WORDS or text.endswith((".", ";", "!")):
        return False
    if _YEAR.fullmatch(text):
        return not any(_YEAR.fullmatch(value.text.strip()) for value in values)
    return cell.is_text and not is_figure(text)
