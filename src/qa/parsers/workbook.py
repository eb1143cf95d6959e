"""Read the rows of an Excel workbook as stored, in time and memory limited by the file size.

The XML is streamed: the size, row numbers and entities that a file declares cost nothing. Results are lists
that JSON can represent, which lets a child process send them; `qa.batch.sheets` turns them into values.
"""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from typing import Any
from xml.parsers import expat

from qa.errors import ReadError
from qa.parsers.archive import Archive, resolve
from qa.parsers.limits import SHEET_CELLS, SHEET_CHARACTERS, SHEET_COLUMNS, SHEET_ROWS

Value = str | int | float | bool | None | dict[str, str]
"""Value of a cell: a date, time or duration is ``{"datetime": ISO}`` and the like, a formula without a
computed result is ``{"formula": ""}``."""
Rows = list[list[Value]]
"""Cells of rows."""

_CELL = re.compile(r"([A-Za-z]{1,3})(\d{1,7})")
_WHOLE = re.compile(r"-?\d{1,15}")
# Excel's notation for characters that XML cannot represent.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


class _EnoughError(Exception):
    """The rest of a part is not needed: parsing ends early."""


def first_rows(data: bytes, number: int) -> list[dict[str, Any]]:
    """Return the first rows of each sheet.

    Args:
        data: Bytes of the file.
        number: Maximum number of rows per sheet.

    Returns:
        ``{"name", "hidden", "rows", "numbers"}`` of each sheet; ``numbers`` are the row numbers.

    Raises:
        ReadError: The file is damaged, not a workbook, or too large.
    """
    with Archive(data) as archive:
        book = _Book(archive)
        sheets = []
        for name, hidden, part in book.sheets:
            read = book.read(part, _Sheet(book.value, most=number))
            sheets.append({"name": name, "hidden": hidden, "rows": read.rows, "numbers": read.numbers})
        return sheets


def numbered_rows(data: bytes, sheet: int, after: int, columns: int) -> dict[str, Any]:
    """Return the rows of a sheet that come after a row number, and their numbers.

    Empty rows and empty cells at the end of a row are left out.

    Args:
        data: Bytes of the file.
        sheet: Position of the sheet, from 0.
        after: Number of the last row before the result.
        columns: Number of columns; cells to their right are left out.

    Returns:
        ``{"rows", "numbers"}``.

    Raises:
        ReadError: As in `first_rows`.
    """
    with Archive(data) as archive:
        book = _Book(archive)
        read = book.read(book.sheets[sheet][2], _Sheet(book.value, after=after, columns=columns))
        return {"rows": read.rows, "numbers": read.numbers}


def part_names(data: bytes) -> dict[str, Any]:
    """Return the names of the parts of a workbook.

    Args:
        data: Bytes of the file.

    Returns:
        ``{"sheets", "styles"}``: the names of the parts of the sheets, in order, and of the styles.

    Raises:
        ReadError: As in `first_rows`.
    """
    with Archive(data) as archive:
        book = _Book(archive)
        return {"sheets": [part for _, _, part in book.sheets], "styles": book.styles}


class _Book:
    """Parts of a workbook that its sheets share."""

    def __init__(self, archive: Archive) -> None:
        self._archive = archive
        self.sheets: list[tuple[str, bool, str]] = []
        self._since_1904 = False
        main = self._main()
        parts = self._relations(main)
        base = main.rpartition("/")[0]
        shared = resolve(main, parts.get("sharedStrings", f"/{base}/sharedStrings.xml"))
        self._strings = self._shared_strings(shared)
        self.styles = resolve(main, parts.get("styles", f"/{base}/styles.xml"))
        self._formats = self._date_formats(self.styles)
        targets = self._relations(main, by="Id")

        def begin(name: str, attributes: Mapping[str, str]) -> None:
            if name == "workbookPr":
                self._since_1904 = attributes.get("date1904") in ("1", "true")
            elif name == "sheet" and (target := targets.get(attributes.get("id", ""))):
                # "veryHidden" counts as hidden too.
                hidden = attributes.get("state", "visible") != "visible"
                self.sheets.append((attributes.get("name", ""), hidden, resolve(main, target)))

        self._parse(main, begin)
        if not self.sheets:
            raise ReadError("workbook-damaged")

    def read(self, part: str, sheet: _Sheet) -> _Sheet:
        """Parse a sheet's part, and return the sheet with its rows."""
        with suppress(_EnoughError):
            self._parse(part, sheet.begin, sheet.end, sheet.text)
        return sheet

    def value(self, kind: str, style: str, text: str) -> Value:
        """Return the value that a cell's text represents."""
        if kind == "s":
            return self._strings[int(text)] if text.isdecimal() and int(text) < len(self._strings) else None
        if kind in ("inlineStr", "str", "e"):
            return _plain(text)
        if kind == "b":
            return text.strip() == "1"
        if kind == "d":
            return {"datetime": text.strip()}
        return _number(text.strip(), self._formats.get(style), self._since_1904)

    def _main(self) -> str:
        for target in self._relations("", by="Type").values():
            if resolve("", target) in self._archive:
                return resolve("", target)
        if "xl/workbook.xml" in self._archive:
            return "xl/workbook.xml"
        raise ReadError("workbook-damaged")

    def _relations(self, part: str, by: str = "Type") -> dict[str, str]:
        """Return the targets of a part's relations by their ids, or by the last component of their type."""
        folder, _, name = part.rpartition("/")
        targets: dict[str, str] = {}

        def begin(element: str, attributes: Mapping[str, str]) -> None:
            if element == "Relationship" and attributes.get("TargetMode") != "External":
                key = attributes.get(by, "").rpartition("/")[2]
                if part or key == "officeDocument":
                    targets.setdefault(key, attributes.get("Target", ""))

        self._parse(f"{folder}/_rels/{name}.rels".lstrip("/"), begin, needed=False)
        return targets

    def _shared_strings(self, part: str) -> list[str]:
        strings: list[str] = []
        pieces: list[str] = []
        wanted = phonetic = False

        def begin(name: str, attributes: Mapping[str, str]) -> None:
            nonlocal wanted, phonetic
            if name == "rPh":
                phonetic = True
            wanted = name == "t" and not phonetic

        def end(name: str) -> None:
            nonlocal wanted, phonetic
            wanted = False
            if name == "rPh":
                phonetic = False
            elif name == "si":
                strings.append(_plain("".join(pieces)))
                pieces.clear()

        def text(characters: str) -> None:
            if wanted:
                pieces.append(characters)

        self._parse(part, begin, end, text, needed=False)
        return strings

    def _date_formats(self, part: str) -> dict[str, str]:
        """Return the formats of styles for dates, times and durations, by style number."""
        codes: dict[str, str] = {}
        formats: list[str] = []
        in_cells = False

        def begin(name: str, attributes: Mapping[str, str]) -> None:
            nonlocal in_cells
            if name == "numFmt":
                codes[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
            elif name == "cellXfs":
                in_cells = True
            elif name == "xf" and in_cells:
                formats.append(attributes.get("numFmtId", "0"))

        def end(name: str) -> None:
            nonlocal in_cells
            in_cells = in_cells and name != "cellXfs"

        self._parse(part, begin, end, needed=False)
        if all(number == "0" for number in formats):
            return {}
        from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format

        format_codes = {str(number): code for number, code in BUILTIN_FORMATS.items()} | codes
        named = ((str(at), format_codes.get(number, "")) for at, number in enumerate(formats))
        return {style: code for style, code in named if len(code) < 256 and is_date_format(code)}

    def _parse(
        self,
        part: str,
        begin: Callable[[str, Mapping[str, str]], None],
        end: Callable[[str], None] = lambda name: None,
        text: Callable[[str], None] = lambda characters: None,
        *,
        needed: bool = True,
    ) -> None:
        if part not in self._archive:
            if needed:
                raise ReadError("workbook-part-missing", part=part[:100])
            return
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse
        parser.StartElementHandler = lambda name, attributes: begin(
            name.rpartition(" ")[2], {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        )
        parser.EndElementHandler = lambda name: end(name.rpartition(" ")[2])
        parser.CharacterDataHandler = text
        try:
            parser.Parse(self._archive.read(part), True)
        except (expat.ExpatError, LookupError, UnicodeError) as error:
            raise ReadError("xml-damaged", part=part[:100]) from error


class _Sheet:
    """A collector of the rows of a sheet during parsing."""

    def __init__(
        self,
        value: Callable[[str, str, str], Value],
        *,
        most: int = SHEET_ROWS,
        after: int = 0,
        columns: int = SHEET_COLUMNS,
    ) -> None:
        self.rows: Rows = []
        self.numbers: list[int] = []
        self._value = value
        self._most, self._after, self._columns = most, after, columns
        self._row: list[Value] = []
        self._at = self._column = 0
        self._kind = self._style = ""
        self._pieces: list[str] = []
        self._wanted = self._phonetic = self._formula = self._filled = False
        self._cells = self._characters = 0

    def begin(self, name: str, attributes: Mapping[str, str]) -> None:
        """Handle the start of an element."""
        if name == "row":
            self._at = _within(attributes.get("r"), self._at + 1, SHEET_ROWS, "row")
            self._row, self._column = [], 0
        elif name == "c":
            self._column = _within(_column(attributes.get("r")), self._column + 1, SHEET_COLUMNS, "column")
            self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "0")
            self._pieces.clear()
            self._formula = self._filled = False
        elif name == "rPh":
            self._phonetic = True
        elif name == "f":
            self._formula = True
        elif name in ("v", "t") and not self._phonetic:
            self._wanted = self._filled = True

    def end(self, name: str) -> None:
        """Handle the end of an element."""
        if name in ("v", "t"):
            self._wanted = False
        elif name == "rPh":
            self._phonetic = False
        elif name == "c":
            self._end_of_cell()
        elif name == "row":
            self._end_of_row()

    def text(self, characters: str) -> None:
        """Handle character data."""
        if self._wanted:
            self._pieces.append(characters)

    def _end_of_row(self) -> None:
        if self._at <= self._after or all(map(_is_blank, self._row)):
            return
        self._cells += len(self._row)
        if self._cells > SHEET_CELLS:
            raise ReadError("sheet-too-many-cells", most=SHEET_CELLS)
        self.rows.append(self._row)
        self.numbers.append(self._at)
        if len(self.rows) >= self._most:
            raise _EnoughError

    def _end_of_cell(self) -> None:
        if self._column > self._columns or self._at <= self._after:
            return
        text = "".join(self._pieces)
        if self._filled and (text or self._kind != "n"):
            value = self._value(self._kind, self._style, text)
        elif self._formula:
            value = {"formula": ""}
        else:
            return
        if isinstance(value, str):
            self._characters += len(value)
            if self._characters > SHEET_CHARACTERS:
                raise ReadError("sheet-too-long", most=SHEET_CHARACTERS)
        self._row.extend([None] * (self._column - len(self._row)))
        self._row[self._column - 1] = value


def _refuse(*declared: object) -> None:
    raise ReadError("xml-document-type")


def _within(declared: str | int | None, following: int, most: int, what: str) -> int:
    """Return the number of a row or column: the declared one, else the one after the last."""
    number = following
    if isinstance(declared, int):
        number = declared
    elif declared is not None:
        number = int(declared) if declared.isdecimal() and len(declared) < 10 else 0
    if not 0 < number <= most:
        raise ReadError("workbook-number-too-large", what=what, most=most)
    return number


def _column(reference: str | None) -> int | None:
    if reference is None:
        return None
    match = _CELL.fullmatch(reference)
    number = 0
    for letter in match[1].upper() if match else "":
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _is_blank(value: Value) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _plain(text: str) -> str:
    if "_x" not in text:
        return text
    # Half a surrogate pair is not a character and cannot be written.
    return re.sub("[\ud800-\udfff]", "\ufffd", _ESCAPED.sub(lambda code: chr(int(code[1], 16)), text))


def _number(text: str, date_format: str | None, since_1904: bool) -> Value:
    try:
        number = int(text) if _WHOLE.fullmatch(text) else float(text)
    except ValueError:
        return text or None
    if not math.isfinite(number):
        return text
    return number if date_format is None else _moment(number, date_format, since_1904)


def _moment(number: float, date_format: str, since_1904: bool) -> Value:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

    epoch = CALENDAR_MAC_1904 if since_1904 else CALENDAR_WINDOWS_1900
    try:
        moment = from_excel(number, epoch, timedelta=_is_duration(date_format))
    except (ValueError, OverflowError, TypeError):
        return number
    if isinstance(moment, datetime.timedelta):
        return {"timedelta": repr(moment.total_seconds())}
    kind = "datetime" if isinstance(moment, datetime.datetime) else type(moment).__name__
    return {kind: moment.isoformat()} if moment is not None else number


@cache
def _is_duration(date_format: str) -> bool:
    from openpyxl.styles.numbers import is_timedelta_format

    return bool(is_timedelta_format(date_format))
