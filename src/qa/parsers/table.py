"""Append tables of sheets and delimited files: find the rows that name the columns, make each row a block.

A row repeats the names of its columns ("Tenant: Harbor Mills", "Rent: 48,500"): without them its figures mean
nothing to a person or a search.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    names: Mapping[int, str] = {}
    kinds: Mapping[int, bool] = {}
    spread: Mapping[int, str] | None = None
    before = passed = 0
    searching = True
    for row, ahead in _with_rows_ahead(rows):
        if row.number != before + 1:
            searching, passed = True, 0
        before = row.number
        row_names: Mapping[int, str] = names
        if spread is not None:
            names, spread, row_names = _below(spread, row), None, {}
            kinds = _kinds(_part(row, ahead))
        elif len(row.cells) < 2:
            passed += 1
            searching = searching and passed < _MOST_ABOVE
            # A single text within a table separates two parts and is not a value of the first column.
            row_names = {} if searching or any(cell.is_text for cell in row.cells) else names
        elif searching or all(cell.names for cell in row.cells):
            below = _part(row, ahead)
            if _is_above_names(row, below):
                spread, row_names = _spread(row), {}
            elif _names_columns(row, below):
                names, kinds, row_names = _named(row), _kinds(below), {}
            elif searching and not _goes_on(row, names, kinds):
                names = row_names = {}
            searching = False
        _append_row(builder, row, row_names, sheet)


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
    if not below or all(cell.names for cell in row.cells):
        return bool(below)
    texts = {" ".join(cell.text.split()).casefold() for cell in row.cells}
    values: dict[int, list[Cell]] = {cell.column: [] for cell in row.cells}
    for values_row in below:
        for cell in values_row.cells:
            if cell.column in values:
                values[cell.column].append(cell)
    are_names = all(_is_name(cell, values[cell.column]) for cell in row.cells)
    if not are_names or not (repeated or len(texts) == len(row.cells)):
        return False
    # A row of names is as wide as its table, except for the first column, which may have no name.
    wide = [values_row for values_row in below if len(values_row.cells) > 1]
    unnamed = sum(any(cell.column not in values for cell in values_row.cells[1:]) for values_row in wide)
    if not wide or unnamed > len(wide) / 2:
        return False
    # Two columns may be names and values line by line: then the values have no common kind.
    last = values[row.cells[-1].column]
    return len(row.cells) > 2 or (len(last) > 1 and all(not cell.is_text for cell in last))


def _is_name(cell: Cell, values: Sequence[Cell]) -> bool:
    text = " ".join(cell.text.split())
    if len(text) > _LONGEST_NAME or len(text.split()) > _MOST_NAME_WORDS or text.endswith((".", ";", "!")):
        return False
    if _YEAR.fullmatch(text):
        return not any(_YEAR.fullmatch(value.text.strip()) for value in values)
    return cell.is_text and not is_figure(text)
