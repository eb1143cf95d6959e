"""Tables as text: .csv and .tsv files, in whatever encoding and with whatever separates their cells."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator
from itertools import chain

from qa.errors import ReadError
from qa.parsers import encoding, table
from qa.parsers.build import Extract, TextBuilder
from qa.parsers.limits import TABLE_COLUMNS, TABLE_ROWS
from qa.parsers.table import Cell, Row

_DELIMITERS = ",;\t|"
# Excel takes such a first line for an instruction, and so do others.
_STATED = re.compile(r'\A"?sep=(?P<delimiter>[^\n])"?\n', re.IGNORECASE)
# What no text holds any more once it is clean.
_END = "\x1f"
_SAMPLE = 200_000
_ROWS_LOOKED_AT = 200


def read(data: bytes) -> Extract:
    """The rows of a delimited file, each with its line in the file and the names of its columns."""
    text, doubts = encoding.decode_with_doubts(data)
    # The library's own limit is for lines without an end, and the file has a limit already.
    csv.field_size_limit(max(len(text), 1 << 17))
    delimiter, start = _delimiter(text)
    builder = TextBuilder()
    table.append(builder, list(_rows(text, start, delimiter)))
    return builder.extract(None, warnings=doubts)


def _rows(text: str, start: int, delimiter: str) -> Iterator[Row]:
    line = 1 + text.count("\n", 0, start)
    for number, (cells, first) in enumerate(_records(text, start, delimiter, line), 1):
        if len(cells) > TABLE_COLUMNS:
            raise ReadError("line-too-many-columns", line=first, most=TABLE_COLUMNS)
        if number > TABLE_ROWS:
            raise ReadError("table-too-many-rows", most=TABLE_ROWS)
        shown = [(column, cell.strip()) for column, cell in enumerate(cells, 1)]
        made = tuple(Cell(column, cell, not table.is_figure(cell)) for column, cell in shown if cell)
        if made:
            yield Row(number, made, first)


def _records(text: str, start: int, delimiter: str, line: int) -> Iterator[tuple[list[str], int]]:
    """The cells of every record, and the line of the file that it begins on."""
    reader = csv.reader(_lines(text, start), delimiter=delimiter)
    if not _is_closed(text, start, delimiter):
        # The last mark would make one cell of the rest; so marks are letters like others.
        reader = csv.reader(_lines(text, start), delimiter=delimiter, quoting=csv.QUOTE_NONE)
    while True:
        first = line + reader.line_num
        try:
            cells = next(reader)
        except StopIteration:
            return
        yield cells, first


def _lines(text: str, start: int) -> Iterator[str]:
    while start < len(text):
        end = text.find("\n", start) + 1 or len(text)
        yield text[start:end]
        start = end


def _is_closed(text: str, start: int, delimiter: str) -> bool:
    """Return whether the last quotation mark that opens a cell is closed."""
    last: list[str] = []
    for last in csv.reader(chain(_lines(text, start), ["\n", _END]), delimiter=delimiter):  # noqa: B007
        pass
    return last == [_END]


def _delimiter(text: str) -> tuple[str, int]:
    """What separates the cells, and where the first row begins."""
    if stated := _STATED.match(text):
        return stated["delimiter"], stated.end()
    best, most = ",", 0.0
    for delimiter in _DELIMITERS:
        rows = []
        with_marks = csv.reader(_lines(text[:_SAMPLE], 0), delimiter=delimiter)
        for cells, _ in zip(with_marks, range(_ROWS_LOOKED_AT), strict=False):
            if any(cell.strip() for cell in cells):
                rows.append(len(cells))
        if not rows:
            continue
        (width, times), *_ = Counter(rows).most_common(1)
        # The most rows of the same width, and more cells where that is a draw.
        score = 0.0 if width < 2 else times / len(rows) + width / (1_000 * width + 1_000)
        if score > most:
            best, most = delimiter, score
    return best, 0
