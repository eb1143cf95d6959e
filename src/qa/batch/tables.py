"""Write answers as tables: the rows of the question file with answer columns added.

The columns are ``answered``, ``confidence``, ``reason``, ``error``, then for each quote ``quote``,
``citation``, ``document``, ``title``, ``page``, ``line``, ``start``, ``end``, ``sha256``, ``score``,
``answer_words`` (for the second ``quote_2``, ``citation_2`` and so on), then ``nearest_not_an_answer`` and
``nearest_citation``, ``nearest_document``, ``nearest_start``, ``nearest_end`` and ``nearest_sha256``, and
``looking_in``, the name of the documents that the question itself named. ``qa.check`` reads these columns.
The quote columns have only quotes that are the answer, because in a table only the name of a column explains
a text. If the question file already has a name, the answer's column has the prefix ``answer_``.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any, BinaryIO

from qa.batch.questions import Questions
from qa.batch.rows import QUESTION_NAMES, Cell, Row, column_name
from qa.batch.sheet_layout import on_paper, print_to, row_height
from qa.record import Answer, Quote, rounded
from qa.render import where
from qa.render.phrases import answer_words, scope_name
from qa.render.reading import reading

_PER_QUOTE = (
    "quote", "citation", "document", "title", "page", "line", "start", "end", "sha256", "score",
    "answer_words",
)  # fmt: skip
_NEAREST = (
    "nearest_not_an_answer", "nearest_citation", "nearest_document", "nearest_start", "nearest_end",
    "nearest_sha256",
)  # fmt: skip
_HASHES = ("sha256", "nearest_sha256")
_BETWEEN_WORDS = "; "
_SHARES = ("confidence", "score")
_WIDTHS = {
    "question": 50, "reason": 28, "error": 40, "quote": 70, "citation": 36, "document": 24, "title": 24,
    "answer_words": 24, "nearest_not_an_answer": 50, "nearest_citation": 36, "nearest_document": 24,
    "looking_in": 24,
}  # fmt: skip
"""Widths of the columns of a workbook, in characters."""
_OWN_WIDTH, _NARROW = 20, 11
_PRINTED = 6
"""Columns of an answer that are printed, up to the first citation."""

# Text that a spreadsheet executes when it opens a CSV file. Leading apostrophes count too, and so
# ``unguarded`` removes exactly what ``guarded`` added.
FORMULA = re.compile(r"'*[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?[0-9]+([.,][0-9]+)*([eE][+-]?[0-9]+)?%?")

CELL_LIMIT = 32_767
"""Maximum characters of a cell of a workbook."""
TOO_LONG = "(longer than a cell of a workbook can be; it is in full in the .jsonl or .csv output)"
"""What a cell has in place of a longer text."""
# Characters that XML cannot contain are escaped as Excel does, and so is text that looks like such an escape.
_ESCAPED = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
_HALVES = re.compile("[\ud800-\udfff]")

_DATE = (1980, 1, 1, 0, 0, 0)
"""The date of every file in a workbook, the earliest that its format can have."""
_PROPERTIES = "docProps/core.xml"
_TIMES = re.compile(rb"<dcterms:(created|modified)\b.*?</dcterms:\1>", re.DOTALL)


class CsvTable:
    """The table as CSV in UTF-8 with a byte order mark, without which Excel assumes another encoding.

    If the question file is itself a text table, its columns stay unchanged. In all other text, the name of
    a column or a cell that a spreadsheet would execute as a formula gets one leading apostrophe, because
    documents and JSON keys are not trusted. ``unguarded`` removes it again; JSON lines and workbooks need
    none.
    """

    def __init__(self, stream: BinaryIO, questions: Questions, k: int, delimiter: str) -> None:
        self._stream = stream
        self._k = k
        self._own_table = questions.delimiter is not None
        # A spreadsheet that wrote semicolons expects them.
        if delimiter == "," and questions.delimiter in (";", "|"):
            delimiter = questions.delimiter
        self._csv = csv.writer(EncodedStream(stream), delimiter=delimiter)
        stream.write(b"\xef\xbb\xbf")
        names = columns(questions, k)
        self._csv.writerow([*self._own(questions.columns), *names[len(questions.columns) :]])

    def write(self, row: Row, record: Answer) -> None:
        """Write one row at once: even a killed process leaves whole rows."""
        own = self._own(row.cells)
        self._csv.writerow([*own, *(guarded(in_csv(cell)) for cell in answer_cells(record, self._k))])
        self._stream.flush()

    def finish(self) -> None:
        """Do nothing: the last row is already written."""

    def _own(self, cells: Sequence[Cell]) -> list[str]:
        """Return the question file's column names or cells as texts; names may be untrusted JSON keys."""
        texts = map(in_csv, cells)
        return list(texts) if self._own_table else [guarded(text) for text in texts]


class XlsxTable:
    """The table as an Excel workbook in which every text has the type text and none is a formula."""

    def __init__(self, stream: BinaryIO, questions: Questions, k: int) -> None:
        # Imported here because it takes a third of a second, which other commands should not pay.
        from openpyxl import Workbook
        from openpyxl.utils import get_column_letter

        self._stream = stream
        self._k = k
        # Write-only: rows are written to disk at once.
        self._book = Workbook(write_only=True)
        self._sheet = self._book.create_sheet("Answers")
        self._sheet.freeze_panes = "A2"
        self._looks = Looks()
        self._names = columns(questions, k)
        own = len(questions.columns)
        self._widths = [_width(name, at < own) for at, name in enumerate(self._names)]
        for number, width in enumerate(self._widths, start=1):
            self._sheet.column_dimensions[get_column_letter(number)].width = width
        self._printed = own + _PRINTED
        on_paper(self._sheet)
        self._rows = 0
        self._append(self._names)

    def write(self, row: Row, record: Answer) -> None:
        """Write one row."""
        self._append([*row.cells, *answer_cells(record, self._k, reading)])

    def finish(self) -> None:
        """Write the workbook."""
        from openpyxl.utils import get_column_letter

        self._sheet.auto_filter.ref = f"A1:{get_column_letter(len(self._names))}{self._rows}"
        print_to(self._sheet, self._printed, self._rows)
        # Written to memory first: a ZIP file on a full disk would raise again when it is collected.
        buffer = io.BytesIO()
        self._book.save(buffer)
        self._stream.write(without_times(buffer).getbuffer())

    def _append(self, cells: Sequence[Cell]) -> None:
        from openpyxl.cell import WriteOnlyCell

        looks, is_header = self._looks, self._rows == 0
        typed: list[object] = []
        for name, value in zip(self._names, cells, strict=True):
            if value is None:
                typed.append(None)
                continue
            content: Any = short(value) if isinstance(value, str) else value
            cell = WriteOnlyCell(self._sheet, content)
            # A wrapped hash would make the row six lines high.
            cell.alignment = looks.plain if _role(name) in _HASHES else looks.alignment
            if isinstance(value, str):
                cell.data_type = "s"
                # Otherwise Excel would make the text a formula as soon as somebody edits the cell.
                cell.quotePrefix = FORMULA.match(value) is not None
            elif _role(name) in _SHARES:
                cell.number_format = "0.00"
            if is_header:
                cell.font, cell.fill = looks.font, looks.fill
            typed.append(cell)
        self._rows += 1
        wrapped = (
            (str(value), width)
            for name, value, width in zip(self._names, cells, self._widths, strict=True)
            if value is not None and _role(name) not in _HASHES
        )
        self._sheet.row_dimensions[self._rows].height = row_height(wrapped)
        self._sheet.append(typed)


class Looks:
    """The styles of the cells of a workbook, which many cells share."""

    def __init__(self) -> None:
        from openpyxl.styles import Alignment, Font, PatternFill

        self.alignment = Alignment(wrap_text=True, vertical="top")
        self.plain = Alignment(vertical="top")
        self.font = Font(bold=True)
        self.fill = PatternFill("solid", fgColor="E8ECF1")


def without_times(workbook: BinaryIO) -> io.BytesIO:
    """Return a workbook without the times of its writing: the same answers give the same bytes."""
    steady = io.BytesIO()
    with zipfile.ZipFile(workbook) as source, zipfile.ZipFile(steady, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            about = zipfile.ZipInfo(entry.filename, _DATE)
            about.compress_type = zipfile.ZIP_DEFLATED
            data = source.read(entry)
            target.writestr(about, _TIMES.sub(b"", data) if entry.filename == _PROPERTIES else data)
    return steady


def _role(name: str) -> str:
    """Return the name of an answer's column without the rank of its quote."""
    return re.sub(r"_\d+$", "", name)


def _width(name: str, is_own: bool) -> int:
    """Return the width of a column in characters."""
    if is_own and column_name(name) in {"question", *QUESTION_NAMES}:
        return _WIDTHS["question"]
    return _OWN_WIDTH if is_own else _WIDTHS.get(_role(name), _NARROW)


def columns(questions: Questions, k: int) -> list[str]:
    """Return the names of all columns: those of the question file, then those of the answer."""
    return with_answer(questions.columns, k)


def with_answer(own: Sequence[str], k: int) -> list[str]:
    """Return names of columns, and after them those of an answer; no two are the same."""
    names = list(own)
    used = {name.strip().casefold() for name in names}
    added = ["answered", "confidence", "reason", "error"]
    for rank in range(1, k + 1):
        added += [name if rank == 1 else f"{name}_{rank}" for name in _PER_QUOTE]
    for name in [*added, *_NEAREST, "looking_in"]:
        unique = name
        while unique in used:
            unique = f"answer_{unique}"
        used.add(unique)
        names.append(unique)
    return names


def answer_cells(record: Answer, k: int, form: Callable[[str], str] = str) -> Iterator[Cell]:
    """Yield the cells of the answer columns.

    Args:
        record: The answer.
        k: Maximum quotes.
        form: Returns the text of a quote in the form of the table: as it is for programs, or for reading.
    """
    yield from (record.answered, rounded(record.confidence), record.reason, record.error)
    shown = record.answering[:k]
    for quote in shown:
        yield from _quote(quote, form)
    yield from [None] * (len(_PER_QUOTE) * (k - len(shown)))
    nearest = record.closest[0] if record.closest and not record.answered else None
    if nearest is None:
        yield from [None] * len(_NEAREST)
    else:
        cited = nearest.citation
        yield from (form(nearest.text), where(cited), cited.doc_id, cited.start, cited.end, cited.sha256)
    yield None if record.scope is None else scope_name(record, record.scope)


def guarded(text: str) -> str:
    """Return the text as a cell of a CSV file that no spreadsheet executes as a formula."""
    return f"'{text}" if FORMULA.match(text) and not _NUMBER.fullmatch(text) else text


def unguarded(cell: str) -> str:
    """Return the text of a cell before ``guarded``: with it, quotes from CSV are verbatim again."""
    return cell[1:] if cell.startswith("'") and FORMULA.match(cell) else cell


class EncodedStream:
    """A stream for the csv module that encodes its text."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        """Write a text in UTF-8."""
        return self._stream.write(text.encode())


def _quote(quote: Quote, form: Callable[[str], str]) -> tuple[Cell, ...]:
    cited = quote.citation
    place = (cited.page, cited.line, cited.start, cited.end)
    words = _BETWEEN_WORDS.join(answer_words(quote)) or None
    score = rounded(quote.score)
    return (form(quote.text), where(cited), cited.doc_id, cited.title, *place, cited.sha256, score, words)


def in_csv(cell: Cell) -> str:
    """Return the text of a cell of a CSV file."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return _HALVES.sub("\ufffd", str(cell))


def in_xml(text: str) -> str:
    """Return the text as a cell of a workbook, whose XML cannot contain every character."""
    return _ESCAPED.sub(lambda match: f"_x{ord(match[0]):04X}_", _HALVES.sub("\ufffd", text))


def short(text: str) -> str:
    """Return the text as a cell of a workbook, or a note if it is too long for one."""
    escaped = in_xml(text)
    return escaped if len(escaped) <= CELL_LIMIT else TOO_LONG
