"""10 questionnaires as companies send them, each with what must be filled in."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment
from openpyxl.drawing.image import Image
from openpyxl.formatting.rule import CellIsRule, ColorScaleRule
from openpyxl.styles import Alignment, Font, PatternFill, Protection
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.table import Table
from openpyxl.worksheet.worksheet import Worksheet

HEAD = PatternFill("solid", fgColor="1F4E78")
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_INLINE = re.compile(r'<c ([^>]*?)t="inlineStr"([^>]*)><is><t>([^<]*)</t></is></c>')
WRAPPED = Alignment(wrap_text=True, vertical="top")


@dataclass(frozen=True)
class Case:
    """One questionnaire.

    Attributes:
        name: Its name.
        content: Its bytes.
        filled: Cells for answers, with those of their sources; None where the source follows the answer.
        new: Headers of new columns, by their cells.
        answered: The number of questions with an answer before.
        named: Parts of the sentences about cells that stay empty.
        refused: A part of the sentence that refuses the whole workbook.
        options: Options of `qa.batch.read_questionnaire`.
    """

    name: str
    content: bytes
    filled: dict[str, str | None] = field(default_factory=dict)
    new: dict[str, str] = field(default_factory=dict)
    answered: int = 0
    named: tuple[str, ...] = ()
    refused: str = ""
    options: dict[str, str] = field(default_factory=dict)


def _head(sheet: Worksheet, row: int, *names: str, first: int = 1) -> None:
    for column, name in enumerate(names, start=first):
        cell = sheet.cell(row, column, name)
        cell.font, cell.fill, cell.alignment = Font(bold=True, color="FFFFFF"), HEAD, WRAPPED


def _rows(sheet: Worksheet, row: int, *rows: tuple[Any, ...], first: int = 1) -> None:
    for number, cells in enumerate(rows, start=row):
        for column, value in enumerate(cells, start=first):
            cell = sheet.cell(number, column, value)
            cell.alignment = WRAPPED


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(
    content: bytes, change: Callable[[str, bytes], bytes], extra: dict[str, bytes] | None = None
) -> bytes:
    """Return a workbook with changed parts, and with extra ones, as other programs write them."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as before,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after,
    ):
        for name in before.namelist():
            after.writestr(name, change(name, before.read(name)))
        for name, data in (extra or {}).items():
            after.writestr(name, data)
    return out.getvalue()


def as_excel(content: bytes) -> bytes:
    """Return a workbook in the form that Excel writes: shared strings, printer settings, custom XML."""
    strings: list[str] = []

    def shared(match: re.Match[str]) -> str:
        strings.append(match[3])
        return f'<c {match[1]}t="s"{match[2]}><v>{len(strings) - 1}</v></c>'

    def change(name: str, data: bytes) -> bytes:
        text = data.decode() if name.endswith((".xml", ".rels")) else ""
        if name.startswith("xl/worksheets/sheet"):
            text = _INLINE.sub(shared, text)
            return re.sub(r'<row r="(\d+)"', r'<row r="\1" spans="1:9" ht="15.75"', text).encode()
        if name == "[Content_Types].xml":
            override = '<Override PartName="/xl/sharedStrings.xml" ContentType="application/'
            override += 'vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"/>'
            override += '<Default Extension="bin" ContentType="application/'
            override += 'vnd.openxmlformats-officedocument.spreadsheetml.printerSettings"/>'
            return text.replace("</Types>", f"{override}</Types>").encode()
        if name == "xl/_rels/workbook.xml.rels":
            link = '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
            link += 'relationships/sharedStrings" Target="sharedStrings.xml"/>'
            return text.replace("</Relationships>", f"{link}</Relationships>").encode()
        return data

    form = changed(content, change)
    items = "".join(f"<si><t>{text}</t></si>" for text in strings)
    extra = {
        "xl/sharedStrings.xml": f'<sst xmlns="{_MAIN}">{items}</sst>'.encode(),
        "xl/printerSettings/printerSettings1.bin": bytes(range(256)),
        "customXml/item1.xml": b"<review xmlns='urn:buyer'><round>2</round></review>",
    }
    return changed(form, lambda name, data: data, extra)


def security() -> Case:
    """Sections in merged rows, a list of allowed responses, comments, conditional formats, answers."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Security"
    sheet.append(["Vendor security questionnaire"])
    sheet.merge_cells("A1:D1")
    _head(sheet, 3, "No.", "Question", "Response (Yes/No)", "Comments")
    _rows(
        sheet, 4,
        ("1. Governance",),
        ("1.1", "Is there an information security policy?", None, None),
        ("1.2", "Who approves the policy?", "Yes", "The board."),
        ("2. Access",),
        ("2.1", "How are passwords stored?", None, None),
    )  # fmt: skip
    sheet.merge_cells("A4:D4")
    sheet.merge_cells("A7:D7")
    rule = DataValidation(type="list", formula1='"Yes,No,N/A"', allow_blank=True)
    sheet.add_data_validation(rule)
    rule.add("C5:C60")
    sheet.conditional_formatting.add(
        "C5:C60", CellIsRule("equal", ['"No"'], fill=PatternFill(bgColor="FFC7CE"))
    )
    sheet.freeze_panes = "A4"
    sheet.auto_filter.ref = "A3:D8"
    for letter, width in zip("ABCD", (6, 60, 14, 40), strict=True):
        sheet.column_dimensions[letter].width = width
    return Case("security", as_excel(_saved(book)), {"D5": "E5", "D8": "E8"}, {"E3": "Source"}, answered=1)


def due_diligence() -> Case:
    """Several tables below each other, with different columns, an empty gap, and a column of references."""
    book = Workbook()
    sheet = book.active
    sheet.title = "DDQ"
    _head(sheet, 2, "Ref", "Due diligence question", "Answer", "Reference")
    _rows(sheet, 3, ("A1", "Who owns the harbour?"), ("A2", "When was it built?", "In 1901", "Deed"))
    _head(sheet, 8, "Question", "Respondent comments", first=2)
    _rows(sheet, 9, ("How many cranes are there?",), ("Who maintains them?",), first=2)
    sheet["D9"] = "see annex"
    return Case("due_diligence", as_excel(_saved(book)), {"C3": "D3", "C9": None, "C10": None}, answered=1)


def side_by_side() -> Case:
    """Two tables beside each other."""
    book = Workbook()
    sheet = book.active
    _head(sheet, 1, "Question", "Answer", "Source")
    _head(sheet, 1, "Question", "Answer", first=6)
    _rows(sheet, 2, ("Who pays?",), ("Who sells?",))
    _rows(sheet, 2, ("Who insures?",), first=6)
    return Case("side_by_side", _saved(book), {"B2": "C2", "B3": "C3", "G2": "H2"}, {"H1": "Source"})


def protected() -> Case:
    """A protected sheet in which only the cells for answers are unlocked, one of them forgotten."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Form"
    _head(sheet, 1, "Question", "Response")
    _rows(sheet, 2, ("Who pays?", None), ("Who sells?", None), ("Who insures?", None))
    for cell in ("B2", "B3"):
        sheet[cell].protection = Protection(locked=False)
    sheet.protection.sheet = True
    sheet.protection.password = "secret"
    return Case(
        "protected", _saved(book), {"B2": None, "B3": None}, named=("Form, A4: the sheet Form is protected",)
    )


def locked() -> Case:
    """A protected sheet in which every cell is locked."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Form"
    _head(sheet, 1, "Question", "Response")
    _rows(sheet, 2, ("Who pays?", None))
    sheet.protection.sheet = True
    return Case(
        "locked", _saved(book), refused="the sheet Form is protected and the cell for the answer is locked"
    )


def german() -> Case:
    """A German list with a hidden sheet of values, defined names and a validation as an extension."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Fragebogen"
    _head(sheet, 1, "Nr.", "Frage", "Erfüllt", "Antwort", "Quelle")
    _rows(sheet, 2, (1, "Wer zahlt?", None, None, None), (2, "Wer haftet für Schäden?", None, None, None))
    lists = book.create_sheet("Listen")
    for value in ("Ja", "Nein", "Frage", "Antwort"):
        lists.append([value])
    lists.sheet_state = "hidden"
    book.defined_names["Auswahl"] = DefinedName("Auswahl", attr_text="Listen!$A$1:$A$2")
    extension = (
        b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
        b'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        b'<x14:dataValidations count="1" xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
        b'<x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>Listen!$A$1:$A$2</xm:f>'
        b"</x14:formula1><xm:sqref>C2:C9</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst>"
    )

    def change(name: str, data: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return data
        return data.replace(b"</worksheet>", extension + b"</worksheet>")

    return Case("german", as_excel(changed(_saved(book), change)), {"D2": "E2", "D3": "E3"})


def french() -> Case:
    """A French request with formulas that count answers, a chart, a picture and comments on cells."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Appel d'offres"
    _head(sheet, 4, "N°", "Question", "Réponse")
    _rows(sheet, 5, (1, "Qui paie le loyer ?", None), (2, "Qui est responsable ?", '=IF(B5="","",B5)'))
    sheet["B1"] = "=COUNTA(C5:C6)"
    sheet["B5"].comment = Comment("Veuillez répondre.", "Acheteur")
    for row in ((1, 2), (2, 4), (3, 8)):
        sheet.append([*[None] * 7, *row])
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=9, min_row=7, max_row=9))
    sheet.add_chart(chart, "K2")
    sheet.add_image(Image(_picture()), "K20")
    return Case("french", as_excel(_saved(book)), {"C5": "D5"}, {"D4": "Source"}, answered=1)


def many_sheets() -> Case:
    """Instructions, two sheets of questions, one of them with maximum lengths, and a hidden one."""
    book = Workbook()
    book.active.title = "Instructions"
    book.active["A1"] = "Please answer each question."
    for name in ("Company", "Product"):
        sheet = book.create_sheet(name)
        _head(sheet, 1, "Question", "Vendor response", "Evidence")
        _rows(sheet, 2, (f"Who founded the {name.lower()}?",), (f"Where is the {name.lower()}?",))
    rule = DataValidation(type="textLength", operator="lessThanOrEqual", formula1="10")
    book["Product"].add_data_validation(rule)
    rule.add("B3")
    hidden = book.create_sheet("Old")
    _head(hidden, 1, "Question", "Answer")
    _rows(hidden, 2, ("Who was asked before?",))
    hidden.sheet_state = "veryHidden"
    return Case(
        "many_sheets",
        _saved(book),
        {"Company!B2": "Company!C2", "Company!B3": "Company!C3", "Product!B2": "Product!C2"},
        named=("Product, A3: the answer is longer than the cell may be (10 characters)",),
    )


def merged() -> Case:
    """Answers in merged cells, a question over two rows, and one answer cell for two questions."""
    book = Workbook()
    sheet = book.active
    sheet.title = "Merged"
    _head(sheet, 1, "#", "Question", "Answer", "", "")
    sheet.merge_cells("C1:E1")
    _rows(
        sheet, 2, (1, "Who pays?"), (2, "Who sells?"), (None, None), (3, "Who insures?"), (4, "Who repairs?")
    )
    sheet.merge_cells("C2:E2")
    sheet.merge_cells("B3:B4")
    sheet.merge_cells("C3:E4")
    sheet.merge_cells("C5:E6")
    return Case(
        "merged",
        as_excel(_saved(book)),
        {"C2": "F2", "C3": "F3", "C5": "F5"},
        {"F1": "Source"},
        named=("Merged, B6: the cell in the column Answer is merged with another one",),
    )


def chinese() -> Case:
    """A Chinese list as an Excel table, written with a prefix, with sparklines and colour scales."""
    book = Workbook()
    sheet = book.active
    sheet.title = "问卷"
    for row in (("编号", "问题", "答复"), (1, "谁付款？", None), (2, "谁负责？", None)):
        sheet.append(row)
    sheet.add_table(Table(displayName="Questions", ref="A1:C3"))
    sheet.conditional_formatting.add("A2:A3", ColorScaleRule("min", None, "FFFFFF", "max", None, "63BE7B"))

    def change(name: str, data: bytes) -> bytes:
        if not name.endswith("sheet1.xml"):
            return data
        text = re.sub(r"<(/?)([A-Za-z])", r"<\1x:\2", data.decode())
        text = text.replace(' xmlns="', ' xmlns:x="', 1)
        text = re.sub(r'<x:row r="(\d)"', r'<x:row r="\1" spans="1:3"', text)
        return text.encode()

    return Case("chinese", changed(_saved(book), change), {"C2": "D2", "C3": "D3"}, {"D1": "来源"})


def _picture() -> io.BytesIO:
    from PIL import Image as Picture

    out = io.BytesIO()
    Picture.new("RGB", (20, 10), "red").save(out, "PNG")
    out.seek(0)
    return out


def all_cases() -> list[Case]:
    """Return every questionnaire."""
    makers = (
        security, due_diligence, side_by_side, protected, locked, german, french, many_sheets, merged, chinese,
    )  # fmt: skip
    return [maker() for maker in makers]
