"""Read one sheet of a workbook as stored: its cells, and what is hidden, merged and named."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from qa.errors import ReadError
from qa.parsers.limits import TABLE_CELLS, TABLE_COLUMNS, TABLE_ROWS
from qa.parsers.office import streams
from qa.parsers.office.streams import Attributes, attribute
from qa.parsers.raised import lowered, raised

_ADDRESS = re.compile(r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})")
_COLUMNS = re.compile(r"\$?([A-Za-z]{1,3}):\$?([A-Za-z]{1,3})")
_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True)
class Words:
    """Text of a cell; ``struck`` contains its struck-through words, which ``text`` lacks."""

    text: str
    struck: str = ""
    pronounced: str = ""


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell before its number is formatted; ``kind`` is its type in the file: s, n, b, e, str, d."""

    column: int
    kind: str
    value: str
    style: int
    words: Words | None = None
    formula: str = ""


@dataclass(slots=True)
class RawRow:
    """A row; ``is_nowhere`` is set if the file assigns it an impossible number."""

    number: int
    is_hidden: bool = False
    is_nowhere: bool = False
    cells: list[RawCell] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, with both ends included."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(slots=True)
class RawSheet:
    """Content of a sheet's part."""

    rows: list[RawRow] = field(default_factory=list)
    hidden_columns: list[tuple[int, int]] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)
    filtered: list[Area] = field(default_factory=list)
    frozen_rows: int = 0
    running: list[str] = field(default_factory=list)
    prompts: list[tuple[str, str]] = field(default_factory=list)


def area(reference: str) -> Area | None:
    """Return the cells of a reference such as A1:D9; None if it is not one."""
    first, _, last = reference.partition(":")
    start, end = _ADDRESS.fullmatch(first), _ADDRESS.fullmatch(last or first)
    if start is None or end is None:
        return None
    rows, columns = sorted((int(start[2]), int(end[2]))), sorted((_column(start[1]), _column(end[1])))
    return Area(rows[0], columns[0], rows[1], columns[1])


def read_strings(data: bytes, name: str) -> list[Words]:
    """Return the texts that the sheets share."""
    collector = _Texts()
    streams.parse(data, name, collector.begin, collector.end, collector.words)
    return collector.texts


def read_sheet(data: bytes, name: str, strings: Sequence[Words], counted: int) -> RawSheet:
    """Return a sheet; ``counted`` is the number of cells read before, which counts towards the limit."""
    collector = _Sheet(strings, counted)
    streams.parse(data, name, collector.begin, collector.end, collector.words)
    return collector.sheet


class _Texts:
    """A collector of texts with their runs: shared texts, or the text of a cell."""

    def __init__(self) -> None:
        self.texts: list[Words] = []
        self._shown: list[str] = []
        self._struck: list[str] = []
        self._pronounced: list[str] = []
        self._run: list[str] = []
        self._in_text = self._in_phonetic = self._is_struck = False
        self._place = ""

    def begin(self, tag: str, attributes: Attributes) -> None:
        """Handle the start of an element."""
        match tag:
            case "t":
                self._in_text = True
            case "r":
                self._is_struck, self._place = False, ""
            case "rPh":
                self._in_phonetic = True
            case "strike":
                self._is_struck = attribute(attributes, "val") not in {"0", "false"}
            case "vertAlign":
                self._place = attribute(attributes, "val") or ""

    def end(self, tag: str) -> None:
        """Handle the end of an element."""
        match tag:
            case "t":
                self._in_text = False
                self._end_run("".join(self._run))
                self._run.clear()
            case "r":
                self._is_struck, self._place = False, ""
            case "rPh":
                self._in_phonetic = False
            case "si":
                self.texts.append(self.take())

    def words(self, words: str) -> None:
        """Handle character data."""
        if self._in_text:
            self._run.append(words)

    def take(self) -> Words:
        """Return the gathered text and start again."""
        words = Words("".join(self._shown), "".join(self._struck), "".join(self._pronounced))
        for pieces in (self._shown, self._struck, self._pronounced):
            pieces.clear()
        return words

    def _end_run(self, run: str) -> None:
        if self._in_phonetic:
            self._pronounced.append(run)
        elif self._is_struck:
            self._struck.append(run)
        elif self._place == "superscript":
            self._shown.append(raised(run, self._shown[-1] if self._shown else ""))
        else:
            self._shown.append(lowered(run) if self._place == "subscript" else run)


class _Sheet:
    """A handler of the XML events of a sheet's part."""

    def __init__(self, strings: Sequence[Words], counted: int) -> None:
        self.sheet = RawSheet()
        self._strings = strings
        self._counted = counted
        self._texts = _Texts()
        self._row = RawRow(0)
        self._column = self._style = 0
        self._kind = ""
        self._value: list[str] = []
        self._formula: list[str] = []
        self._collected: list[str] | None = None
        self._has_text = False
        self._rows_hidden = False
        self._filter: Area | None = None

    def begin(self, tag: str, attributes: Attributes) -> None:
        """Handle the start of an element."""
        match tag:
            case "c":
                self._begin_cell(attributes)
            case "row":
                self._begin_row(attributes)
            case "v":
                self._collected = self._value
            case "f":
                self._collected = self._formula
            case "is":
                self._has_text = True
            case "t" | "r" | "rPh" | "strike" | "vertAlign":
                self._texts.begin(tag, attributes)
            case "oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader" | "firstFooter":
                self._collected = []
            case _:
                self._begin_other(tag, attributes)

    def end(self, tag: str) -> None:
        """Handle the end of an element."""
        match tag:
            case "c":
                self._end_cell()
            case "row":
                if self._row.cells:
                    self.sheet.rows.append(self._row)
            case "v" | "f":
                self._collected = None
            case "t" | "r" | "rPh":
                self._texts.end(tag)
            case "oddHeader" | "oddFooter" | "evenHeader" | "evenFooter" | "firstHeader" | "firstFooter":
                self.sheet.running.append("".join(self._collected or ()))
                self._collected = None
            case "autoFilter":
                self._filter = None

    def words(self, words: str) -> None:
        """Handle character data."""
        if self._collected is not None:
            self._collected.append(words)
        else:
            self._texts.words(words)

    def _begin_row(self, attributes: Attributes) -> None:
        number = self._row.number + 1
        declared = attribute(attributes, "r")
        row_number = _integer(declared)
        is_nowhere = declared is not None and not 0 < row_number <= TABLE_ROWS
        # Rows are in order; an invalid or decreasing number is damage.
        if number <= row_number <= TABLE_ROWS:
            number = row_number
        if number > TABLE_ROWS:
            raise ReadError("sheet-too-many-rows", most=TABLE_ROWS)
        hidden = attribute(attributes, "hidden")
        is_hidden = self._rows_hidden if hidden is None else hidden in {"1", "true"}
        # A folded group, or a row hidden by a filter, is visible after one click.
        folded = attribute(attributes, "outlineLevel") not in {None, "0"}
        self._row = RawRow(number, is_hidden and not folded, is_nowhere)
        self._column = 0

    def _begin_cell(self, attributes: Attributes) -> None:
        self._counted += 1
        if self._counted > TABLE_CELLS:
            raise ReadError("table-too-many-cells", most=TABLE_CELLS)
        self._column += 1
        reference = attribute(attributes, "r") or ""
        if (place := _ADDRESS.fullmatch(reference)) and self._column <= _column(place[1]) <= TABLE_COLUMNS:
            self._column = _column(place[1])
        if self._column > TABLE_COLUMNS:
            raise ReadError("sheet-too-many-columns", most=TABLE_COLUMNS)
        self._kind = attribute(attributes, "t") or "n"
        self._style = _integer(attribute(attributes, "s"))
        self._value.clear()
        self._formula.clear()
        self._texts.take()
        self._has_text = False

    def _end_cell(self) -> None:
        value, words = "".join(self._value).strip(), None
        if self._kind == "s":
            place = _integer(value, -1)
            words = self._strings[place] if 0 <= place < len(self._strings) else None
        elif self._kind == "inlineStr" or self._has_text:
            words = self._texts.take()
        elif self._kind == "str":
            words = Words("".join(self._value))
        formula = "".join(self._formula)
        if value or formula or (words is not None and (words.text or words.struck)):
            cell = RawCell(self._column, self._kind, value, self._style, words, formula)
            self._row.cells.append(cell)
        self._value.clear()
        self._formula.clear()

    def _begin_other(self, tag: str, attributes: Attributes) -> None:
        """Handle the start of an element outside the cells."""
        match tag:
            case "col":
                self._begin_columns(attributes)
            case "sheetFormatPr":
                self._rows_hidden = attribute(attributes, "zeroHeight") in {"1", "true"}
            case "pane" if attribute(attributes, "state") in {"frozen", "frozenSplit"}:
                # Some programs write a number with a decimal point.
                self.sheet.frozen_rows = _integer((attribute(attributes, "ySplit") or "").partition(".")[0])
            case "mergeCell" if merged_area := area(attribute(attributes, "ref") or ""):
                self.sheet.merged.append(merged_area)
            case "autoFilter":
                self._filter = area(attribute(attributes, "ref") or "")
            case "filterColumn" if self._filter is not None:
                self.sheet.filtered.append(self._filter)
                self._filter = None
            case "dataValidation":
                self._begin_validation(attributes)

    def _begin_columns(self, attributes: Attributes) -> None:
        """Record hidden columns; a folded group is visible after one click."""
        if attribute(attributes, "hidden") not in {"1", "true"}:
            return
        first, last = (_integer(attribute(attributes, end)) for end in ("min", "max"))
        is_folded = attribute(attributes, "outlineLevel") not in {None, "0"}
        if 0 < first <= last and not is_folded:
            self.sheet.hidden_columns.append((first, min(last, TABLE_COLUMNS)))

    def _begin_validation(self, attributes: Attributes) -> None:
        """Record the message that a cell shows when it is selected."""
        texts = (attribute(attributes, name) for name in ("promptTitle", "prompt"))
        prompt = "\n".join(filter(None, texts))
        if prompt:
            self.sheet.prompts.append((attribute(attributes, "sqref") or "", prompt))


def _column(name: str) -> int:
    number = 0
    for letter in name.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _integer(value: str | None, otherwise: int = 0) -> int:
    return int(value) if value is not None and _NUMBER.fullmatch(value) else otherwise
