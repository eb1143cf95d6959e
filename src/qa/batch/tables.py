"""Answers as tables: the rows of the question file with answer columns added.

The columns are ``answered``, ``confidence``, ``reason``, ``error``, then for each quote ``quote``,
``citation``, ``document``, ``title``, ``page``, ``line``, ``start``, ``end``, ``score`` (for the second
``quote_2``, ``citation_2`` and so on), then ``nearest_not_an_answer`` and ``nearest_citation``. The
quote columns are empty where there is no answer: in a table nothing but the column's name says what a
text is. A name that the question file has already gets ``answer_`` before it.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from qa.batch.questions import Questions
from qa.batch.rows import Cell, Row
from qa.record import Answer, Quote, rounded
from qa.render import where

_PER_QUOTE = ("quote", "citation", "document", "title", "page", "line", "start", "end", "score")

# What a spreadsheet runs instead of showing when it opens a CSV file. Apostrophes before it count too,
# so that ``unguarded`` takes away exactly what ``guarded`` put there.
_FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)*([eE][+-]?[0-9]+)?%?")

_CELL_LIMIT = 32_767
_TOO_LONG = "(longer than a cell of a workbook can be; it is in full in the .jsonl or .csv output)"
# What XML cannot hold is written as Excel itself writes it, and text that looks so is kept from it.
_ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_HALVES = re.compile("[\ud800-\udfff]")


class CsvTable:
    """The table as CSV in UTF-8 with a byte order mark, without which Excel takes it for another encoding.

    Columns of a question file that is such a table itself stay as they stood. In all other text, the name
    of a column or a cell that a spreadsheet would run as a formula gets one apostrophe before it, because
    documents and the keys of JSON are not to be trusted. ``unguarded`` takes it away again; JSON lines and
    workbooks need none.
    """

    def __init__(self, stream: BinaryIO, questions: Questions, k: int, delimiter: str) -> None:
        self._stream = stream
        self._k = k
        self._own_table = questions.delimiter is not None
        # Whose spreadsheet wrote semicolons expects them.
        if delimiter == "," and questions.delimiter in (";", "|"):
            delimiter = questions.delimiter
        self._csv = csv.writer(_Encoded(stream), delimiter=delimiter)
        stream.write(b"\xef\xbb\xbf")
        names = columns(questions, k)
        self._csv.writerow([*self._own(questions.columns), *names[len(questions.columns) :]])

    def write(self, row: Row, record: Answer) -> None:
        """Write one row at once, so that even a killed process leaves whole rows."""
        own = self._own(row.cells)
        self._csv.writerow([*own, *(guarded(_in_csv(cell)) for cell in answer_cells(record, self._k))])
        self._stream.flush()

    def finish(self) -> None:
        """Nothing: the last row is written already."""

    def _own(self, cells: Sequence[Cell]) -> list[str]:
        """Return what the question file brought: column names, which may be anyone's JSON keys, or cells."""
        texts = map(_in_csv, cells)
        return list(texts) if self._own_table else [guarded(text) for text in texts]


class XlsxTable:
    """The table as an Excel workbook, in which every text is typed as text and none is a formula."""

    def __init__(self, stream: BinaryIO, questions: Questions, k: int) -> None:
        # Imported here because it takes a third of a second that no other command should pay.
        from openpyxl import Workbook

        self._stream = stream
        self._k = k
        # Write-only: rows go to disk as they come.
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("Answers")
        self._sheet.freeze_panes = "A2"
        self._append(columns(questions, k))

    def write(self, row: Row, record: Answer) -> None:
        """Take one row."""
        self._append([*row.cells, *answer_cells(record, self._k)])

    def finish(self) -> None:
        """Write the workbook."""
        # A ZIP file that cannot be written would complain once more when it is let go of.
        made = io.BytesIO()
        self._book.save(made)
        self._stream.write(made.getbuffer())

    def _append(self, cells: Sequence[Cell]) -> None:
        from openpyxl.cell import WriteOnlyCell

        typed: list[object] = []
        for value in cells:
            if not isinstance(value, str):
                typed.append(value)
                continue
            cell = WriteOnlyCell(self._sheet, _in_xml(value))
            cell.data_type = "s"
            # Without it, Excel would make a formula of the text as soon as somebody edits the cell.
            cell.quotePrefix = _FORMULA.match(value) is not None
            typed.append(cell)
        self._sheet.append(typed)


def columns(questions: Questions, k: int) -> list[str]:
    """The names of all columns: those of the question file, then those of the answer."""
    names = list(questions.columns)
    taken = {name.strip().casefold() for name in names}
    added = ["answered", "confidence", "reason", "error"]
    for rank in range(1, k + 1):
        added += [name if rank == 1 else f"{name}_{rank}" for name in _PER_QUOTE]
    for name in [*added, "nearest_not_an_answer", "nearest_citation"]:
        free = name
        while free in taken:
            free = f"answer_{free}"
        taken.add(free)
        names.append(free)
    return names


def answer_cells(record: Answer, k: int) -> Iterator[Cell]:
    """The cells of the answer columns."""
    yield from (record.answered, rounded(record.confidence), record.reason, record.error)
    quotes = record.quotes
    shown = quotes[:k] if record.answered else ()
    for quote in shown:
        yield from _quote(quote)
    yield from [None] * (len(_PER_QUOTE) * (k - len(shown)))
    nearest = quotes[0] if quotes and not record.answered else None
    yield from (None, None) if nearest is None else (nearest.text, where(nearest.citation))


def guarded(text: str) -> str:
    """The text as a cell of a CSV file that no spreadsheet runs as a formula."""
    return f"'{text}" if _FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def unguarded(cell: str) -> str:
    """The text that was in a cell before ``guarded``: with it, quotes from CSV are verbatim again."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


class _Encoded:
    """What the csv module writes to, as bytes."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(text.encode())


def _quote(quote: Quote) -> tuple[Cell, ...]:
    cited = quote.citation
    place = (cited.page, cited.line, cited.start, cited.end)
    return (quote.text, where(cited), cited.doc_id, cited.title, *place, rounded(quote.score))


def _in_csv(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return _HALVES.sub("\ufffd", str(cell))


def _in_xml(text: str) -> str:
    written = _ESCAPED.sub(lambda found: f"_x{ord(found[0]):04X}_", _HALVES.sub("\ufffd", text))
    return written if len(written) <= _CELL_LIMIT else _TOO_LONG
