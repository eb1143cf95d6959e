"""Sheets: a row is a passage that names its columns, is cited by its cells, and loses no words."""

# ruff: noqa: E501 -- markup reads best unbroken.

from __future__ import annotations

import datetime
from pathlib import Path

import pytest
from office_files import chart_part, drawing, raw_workbook, rows, sheet_data, workbook
from office_reference import reference
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from openpyxl.worksheet.table import Table
from sample_files import archive, read_one, shown, text

from qa.errors import ReadError
from qa.parsers import table
from qa.parsers.account import missing
from qa.parsers.build import Extract
from qa.parsers.office import cellformat
from qa.types import Document

RENTS: list[list[object]] = [
    ["Tenant", "Area", "Rent"],
    ["Harbor Mills", 1200, 48500],
    ["Blue Anchor", 80, 3200],
    ["Dover Print", 300, 12000],
]


def sheet(data: bytes) -> Document:
    """Return the document of a workbook after checking that every word is accounted for."""
    document = read_one(data, "book.xlsx")
    extract = Extract(document.title, document.text, omissions=document.omissions)
    assert not missing(reference(data, ".xlsx"), extract)
    return document


def blocks(document: Document) -> list[str]:
    return [text(document, block) for block in document.blocks]


def places(document: Document) -> dict[str, str]:
    return {document.text[place.start : place.end]: place.label for place in document.places}


def omissions(document: Document) -> list[tuple[str, str, str | None]]:
    return [(omission.reason, omission.text, omission.name) for omission in document.omissions]


# -- rows ---------------------------------------------------------------------------------------------


def test_a_row_names_its_columns_and_is_cited_by_its_cells() -> None:
    document = sheet(rows(RENTS, "Rents"))
    assert shown(document)[:3] == [
        ("heading", 1, "Rents"),
        ("row", 0, "Tenant\tArea\tRent"),
        ("row", 0, "Tenant: Harbor Mills\tArea: 1200\tRent: 48500"),
    ]
    assert places(document)["Tenant: Blue Anchor\tArea: 80\tRent: 3200"] == "Rents!A3:C3"
    assert {place.kind for place in document.places} == {"cells"}


def test_the_title_is_that_of_the_workbook_and_not_of_a_sheet() -> None:
    assert sheet(rows(RENTS, "Sheet1")).title == "book"

    def fill(book: Workbook) -> None:
        assert book.active is not None
        book.active.append(["a", "b"])
        book.properties.title = "Rent roll 2024"

    assert sheet(workbook(fill)).title == "Rent roll 2024"


@pytest.mark.parametrize(
    ("above", "label"),
    [
        ([["Rent roll of the estate"]], "Sheet!A3:C3"),
        ([["Rent roll of the estate"], []], "Sheet!A4:C4"),
        ([["Rent roll"], ["As of 31 March 2024"], []], "Sheet!A5:C5"),
    ],
)
def test_a_title_above_a_table_does_not_name_columns(above: list[list[object]], label: str) -> None:
    document = sheet(rows([*above, *RENTS]))
    assert places(document)["Tenant: Harbor Mills\tArea: 1200\tRent: 48500"] == label
    assert blocks(document)[1] == above[0][0]


def test_similar_rows_after_an_empty_one_belong_to_the_table_above() -> None:
    document = sheet(rows([*RENTS, [], ["Quay Coffee", 40, 900], [], ["Prepared by", "J. Smith"]]))
    assert "Tenant: Quay Coffee\tArea: 40\tRent: 900" in blocks(document)
    assert "Prepared by\tJ. Smith" in blocks(document)


def test_two_tables_below_each_other_have_their_own_columns() -> None:
    document = sheet(rows([*RENTS, [], ["Item", "Price", "Stock"], ["Rope", 3, 9]]))
    assert blocks(document)[-1] == "Item: Rope\tPrice: 3\tStock: 9"


@pytest.mark.parametrize(
    ("cells", "row"),
    [
        # Pairs of names and values are no table with column names.
        ([["Landlord", "Estate Ltd"], ["Term", "10 years"], ["Deposit", 97000]], "Term\t10 years"),
        # Prose next to words.
        ([["Rent", "The money that a tenant pays for the use of the land."], ["Fee", "b"]], "Fee\tb"),
        # Only figures.
        ([[1, 2, 3], [4, 5, 6]], "4\t5\t6"),
    ],
)
def test_a_first_row_without_names_is_a_row(cells: list[list[object]], row: str) -> None:
    assert row in blocks(sheet(rows(cells)))


def test_years_name_columns() -> None:
    document = sheet(rows([["In thousands", 2022, 2023], ["Revenue", 310, 340], ["Costs", 200, 210]]))
    assert "In thousands: Revenue\t2022: 310\t2023: 340" in blocks(document)


def test_two_rows_of_names_are_read_together() -> None:
    def fill(book: Workbook) -> None:
        page = book.active
        assert page is not None
        for row in (
            ["Region", "2023", None, "2024", None],
            [None, "Q1", "Q2", "Q1", "Q2"],
            ["North", 1, 2, 3, 4],
            [None, 5, 6, 7, 8],
        ):
            page.append(row)
        for merged in ("A1:A2", "B1:C1", "D1:E1", "A3:A4"):
            page.merge_cells(merged)

    document = sheet(workbook(fill))
    # A cell that is merged over several rows is in each of them.
    assert blocks(document)[-1] == "Region: North\t2023 Q1: 5\t2023 Q2: 6\t2024 Q1: 7\t2024 Q2: 8"


def test_a_table_of_words_is_recognised_by_its_formatting() -> None:
    cells: list[list[object]] = [["Name", "City"], ["Anna", "Berlin"], ["Otto", "Bonn"]]

    def named(book: Workbook) -> None:
        assert book.active is not None
        for row in cells:
            book.active.append(row)
        book.active.add_table(Table(displayName="People", ref="A1:B3"))

    def bold(book: Workbook) -> None:
        assert book.active is not None
        for row in cells:
            book.active.append(row)
        for cell in book.active[1]:
            cell.font = Font(bold=True)

    def frozen(book: Workbook) -> None:
        assert book.active is not None
        for row in cells:
            book.active.append(row)
        book.active.freeze_panes = "A2"

    for fill in (named, bold, frozen):
        assert blocks(sheet(workbook(fill)))[-1] == "Name: Otto\tCity: Bonn"
    assert blocks(sheet(rows(cells)))[-1] == "Otto\tBonn"


def test_a_long_cell_is_cut_into_sentences_and_cited_by_itself() -> None:
    prose = "The tenant keeps the roof in repair. " * 30
    document = sheet(rows([["Clause", "Title", "Text"], ["4.2", "Repairs", prose], ["4.3", "Rent", "short"]]))
    labels = {place.label: document.text[place.start : place.end] for place in document.places}
    assert labels["Sheet!C2"] == f"Text: {prose.strip()}"
    assert labels["Sheet!A2:B2"] == "Clause: 4.2\tTitle: Repairs"


def test_sheet_names_are_quoted_as_in_formulas() -> None:
    assert table.address("Rents", 3, 1, 4) == "Rents!A3:D3"
    assert table.address("Rent roll", 3, 28, 28) == "'Rent roll'!AB3"
    assert table.address("Jim's", 1, 1, 2) == "'Jim''s'!A1:B1"
    assert table.address("", 3, 16_384, 16_384) == "XFD3"


# -- displayed values -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "code", "displayed"),
    [
        (48500, "#,##0", "48,500"),
        (48500.5, '#,##0.00 "EUR"', "48,500.50 EUR"),
        (48500, "_-* #,##0.00 [$€-407]_-;-* #,##0.00 [$€-407]_-", "48,500.00 €"),
        (-12.5, "0.0;(0.0)", "(12.5)"),
        (0, '#,##0;-#,##0;"-"', "-"),
        (0.0725, "0.00%", "7.25%"),
        (1_234_567, '#,##0,"k"', "1,235k"),
        (1_500_000, '0.0,,"M"', "1.5M"),
        (7, "0000", "0007"),
        (123_456_789, "000-00-0000", "123-45-6789"),
        (2.25, "# ?/?", "2 1/4"),
        (12_345.678, "0.00E+00", "1.23E+04"),
        (0.1 + 0.2, "General", "0.3"),
        (123_456_789_012, "General", "123456789012"),
        (45_000, "d mmm yyyy", "15 Mar 2023"),
        (45_000, "dddd, d. mmmm", "Wednesday, 15. March"),
        (45_000.75, "dd.mm.yyyy hh:mm", "15.03.2023 18:00"),
        (45_000, cellformat.BUILT_IN[14], "2023-03-15"),
        (45_000.5, "h:mm AM/PM", "12:00 PM"),
        (1.5, "[h]:mm", "36:00"),
        (0.5, "hh:mm:ss", "12:00:00"),
        (0.12345, "mm:ss.0", "57:46.1"),
        (5, '[>3]"many";"few"', "many"),
        (59, "yyyy-mm-dd", "1900-02-28"),
        (61, "yyyy-mm-dd", "1900-03-01"),
        (45_000, 'yyyy"年"m"月"d"日"', "2023年3月15日"),
        (5, "", "5"),
        (-5, "0", "-5"),
        (1e300, "General", "1E+300"),
    ],
)
def test_numbers_are_displayed_by_their_formats(value: float, code: str, displayed: str) -> None:
    assert cellformat.number(value, code) == displayed


def test_cells_are_read_as_displayed() -> None:
    def fill(book: Workbook) -> None:
        page = book.active
        assert page is not None
        page.append(["Tenant", "Rent", "Start", "Paid", "Share"])
        page.append(["Harbor Mills", 48500, datetime.date(2020, 1, 5), True, 0.25])
        page["B2"].number_format = '#,##0 "EUR"'
        page["C2"].number_format = "d mmmm yyyy"
        page["E2"].number_format = "0%"

    document = sheet(workbook(fill))
    assert blocks(document)[-1] == (
        "Tenant: Harbor Mills\tRent: 48,500 EUR\tStart: 5 January 2020\tPaid: TRUE\tShare: 25%"
    )


def test_dates_can_count_from_1904() -> None:
    def fill(book: Workbook) -> None:
        from openpyxl.utils.datetime import CALENDAR_MAC_1904

        book.epoch = CALENDAR_MAC_1904
        assert book.active is not None
        book.active.append(["Start", datetime.date(2020, 1, 5)])

    assert "2020-01-05" in sheet(workbook(fill)).text


def test_formulas_have_their_cached_value_or_are_unread() -> None:
    cells = (
        '<sheetData><row r="1"><c r="A1" t="str"><f>B1&amp;"x"</f><v>Harbor Mills</v></c>'
        '<c r="B1"><f>SUM(B2:B9)</f><v>480</v></c><c r="C1"><f>B1*2</f></c><c r="D1" t="e"><f>1/0</f><v>#DIV/0!</v>'
        "</c></row></sheetData>"
    )
    document = sheet(raw_workbook({"Sum": cells}))
    assert blocks(document)[-1] == "Harbor Mills\t480\t#DIV/0!"
    assert omissions(document) == [("uncalculated", "B1*2", "Sum!C1")]
    (warning,) = tuple(map(str, document.warnings))
    assert warning.startswith("Not read: the values of 1 of its formulas (Sum!C1)")


def test_runs_of_a_cell_are_joined_and_marked() -> None:
    strings = (
        "<si><r><t>10</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>6</t></r><r><t> stones, </t></r>"
        "<r><rPr><strike/></rPr><t>4,000 crowns </t></r><r><t>6,500 crowns of CO</t></r>"
        "<r><rPr><vertAlign val='subscript'/></rPr><t>2</t></r></si>"
        "<si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh></si>"
    )
    cells = '<sheetData><row><c t="s"><v>0</v></c><c t="s"><v>1</v></c></row></sheetData>'
    document = sheet(raw_workbook({"S": cells}, strings=strings))
    assert blocks(document)[-1] == "10⁶ stones, 6,500 crowns of CO₂\t東京"
    assert [(reason, words) for reason, words, _ in omissions(document)] == [
        ("struck", "4,000 crowns"),
        ("pronunciation", "トウキョウ"),
    ]


# -- omissions --------------------------------------------------------------------------------------------


def test_hidden_sheets_rows_and_columns_are_omitted() -> None:
    def fill(book: Workbook) -> None:
        page = book.active
        assert page is not None
        page.title = "Rents"
        for row in RENTS:
            page.append([*row, "secret"])
        page.row_dimensions[3].hidden = True
        page.column_dimensions["D"].hidden = True
        hidden_sheet = book.create_sheet("Cellar")
        hidden_sheet.append(["Nobody sees this."])
        hidden_sheet.sheet_state = "veryHidden"

    document = sheet(workbook(fill))
    assert "Blue Anchor" not in document.text
    assert "secret" not in document.text
    assert "Cellar" not in document.text
    assert omissions(document) == [
        ("hidden", "Blue Anchor\t80\t3200\tsecret", "Rents!3:3"),
        ("hidden", "secret\nsecret\nsecret", "Rents!D:D"),
        ("hidden", "Cellar\n\nNobody sees this.", "Cellar"),
    ]
    assert not document.warnings


def test_filtered_and_collapsed_rows_are_one_click_away() -> None:
    def fill(book: Workbook) -> None:
        page = book.active
        assert page is not None
        for row in RENTS:
            page.append(row)
        page.auto_filter.ref = "A1:C4"
        page.auto_filter.add_filter_column(0, ["Harbor Mills"])
        page.row_dimensions[3].hidden = True
        second_sheet = book.create_sheet("Grouped")
        second_sheet.append(["The roof is new."])
        second_sheet.row_dimensions.group(1, 1, hidden=True)

    document = sheet(workbook(fill))
    assert "Tenant: Blue Anchor" in document.text
    assert "The roof is new." in document.text


def test_struck_cells_and_values_hidden_by_a_format_are_omitted() -> None:
    def fill(book: Workbook) -> None:
        page = book.active
        assert page is not None
        page.append(["The fee is due.", "old fee", 4711])
        page["B1"].font = Font(strike=True)
        page["C1"].number_format = ";;;"

    document = sheet(workbook(fill))
    assert blocks(document)[-1] == "The fee is due."
    assert omissions(document) == [("struck", "old fee", "Sheet!B1"), ("hidden", "4711", "Sheet!C1")]


# -- next to the cells ------------------------------------------------------------------------------------


def test_comments_follow_their_row_with_author_and_cell() -> None:
    def fill(book: Workbook) -> None:
        page = book.active
        assert page is not None
        for row in RENTS:
            page.append(row)
        page["C2"].comment = Comment("To be reviewed in May.", "J. Smith")
        page["F9"].comment = Comment("Beside nothing.", "J. Smith")

    document = sheet(workbook(fill))
    assert blocks(document)[3] == "To be reviewed in May."
    notes = [place.label for place in document.places if place.kind == "comment"]
    assert notes == ["J. Smith, Sheet!C2", "J. Smith, Sheet!F9"]


def test_threads_are_read_without_their_copies_for_older_programs() -> None:
    thread = (
        '<ThreadedComments><threadedComment ref="A1" dT="2024-02-03T10:00:00" personId="{1}"><text>Is it so?</text>'
        '</threadedComment><threadedComment ref="A1" personId="{1}"><text>It is.</text></threadedComment>'
        "</ThreadedComments>"
    )
    copy = (
        "<comments><authors><author>tc={9}</author></authors><commentList><comment ref='A1' authorId='0'><text>"
        "<t>[Threaded comment] Is it so? Reply: It is.</t></text></comment></commentList></comments>"
    )
    document = read_one(
        raw_workbook(
            {"S": sheet_data([["a", "b"]])},
            related=[("threadedComment", "../t.xml"), ("comments", "../c.xml")],
            parts={"xl/t.xml": thread, "xl/c.xml": copy},
        ),
        "a.xlsx",
    )
    assert blocks(document)[2:] == ["Is it so?", "It is."]
    assert [(o.reason, o.text[:18]) for o in document.omissions] == [("repeated", "[Threaded comment]")]


def test_text_boxes_pictures_charts_and_page_headers_are_accounted_for() -> None:
    box = "<xdr:sp><xdr:txBody><a:p><a:r><a:t>All sums in euros.</a:t></a:r></a:p></xdr:txBody></xdr:sp>"
    picture = '<xdr:pic><xdr:nvPicPr><xdr:cNvPr id="1" name="Picture 1" descr="A quay at dusk"/></xdr:nvPicPr></xdr:pic>'
    frame = '<xdr:graphicFrame><a:graphic><a:graphicData><c:chart r:id="r1"/></a:graphicData></a:graphic></xdr:graphicFrame>'
    document = sheet(
        raw_workbook(
            {
                "S": sheet_data([["a", "b"]])
                + '<headerFooter><oddHeader>&amp;C&amp;"Arial,Bold"Strictly private&amp;RPage &amp;P</oddHeader>'
                "</headerFooter>"
            },
            related=[("drawing", "../drawings/drawing1.xml")],
            parts={
                "xl/drawings/drawing1.xml": drawing(box + picture + frame),
                "xl/drawings/_rels/drawing1.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/'
                'package/2006/relationships"><Relationship Id="r1" Type="x/chart" Target="../charts/chart1.xml"/>'
                "</Relationships>",
                "xl/charts/chart1.xml": chart_part("Share by year", {"2023": ["0.19"]}, ["North"]),
            },
        )
    )
    assert blocks(document) == [
        "S",
        "Strictly private\tPage",
        "a\tb",
        "All sums in euros.",
        "A quay at dusk",
        "Share by year",
    ]
    assert places(document)["All sums in euros."] == "S!C2"
    assert ("picture", "", "Picture 1") in omissions(document)
    assert ("repeated", "2023\nNorth\t19%", "S!C2") in omissions(document)


# -- damaged and hostile --------------------------------------------------------------------------------


def test_a_huge_row_number_is_cheap() -> None:
    cells = '<sheetData><row r="1000000000000000000"><c r="ZZZZ99"><v>7</v></c><c r="A1"><v>8</v></c></row></sheetData>'
    document = read_one(raw_workbook({"S": cells}), "a.xlsx")
    assert places(document)["7\t8"] == "S"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (
            raw_workbook({"S": sheet_data([["a"]])}, prolog='<!DOCTYPE a [<!ENTITY b "c">]>'),
            "declares entities",
        ),
        (raw_workbook({"S": "<sheetData>"}), "is damaged XML"),
        (raw_workbook({"S": '<sheetData><row r="1048576"/><row><c><v>1</v></c></row></sheetData>'}), "rows"),
        (raw_workbook({"S": "<sheetData/>"}), "contains no text"),
        (archive({"xl/other.xml": "<a/>"}), "contains no workbook"),
        (archive({"xl/workbook.bin": "x"}), "a binary Excel workbook (.xlsb)"),
    ],
)
def test_a_file_that_is_not_a_workbook_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(ReadError) as caught:
        read_one(data, "a.xlsx")
    assert reason in str(caught.value)


@pytest.mark.parametrize("number", ["999999999999999999", "1048577", "0", "-4", "x"])
def test_an_impossible_row_number_is_cited_without_cells(number: str) -> None:
    cells = (
        '<sheetData><row r="1"><c r="A1" t="str"><v>Harbor Mills</v></c></row>'
        f'<row r="{number}"><c t="str"><v>Far away</v></c><c t="str"><v>Alone</v></c></row></sheetData>'
    )
    document = read_one(raw_workbook({"S": cells}), "a.xlsx")
    assert places(document)["Harbor Mills"] == "S!A1"
    assert places(document)["Far away\tAlone"] == "S"


def test_a_cell_with_a_missing_text_is_reported() -> None:
    cells = '<sheetData><row><c t="s"><v>9</v></c><c><v>5</v></c></row></sheetData>'
    document = read_one(raw_workbook({"S": cells}), "a.xlsx")
    assert blocks(document)[-1] == "5"
    assert tuple(map(str, document.warnings)) == (
        "Left out because damaged (S!A1); save or download the file again.",
    )


def test_a_sheet_with_a_missing_part_is_reported() -> None:
    whole = raw_workbook({"First": sheet_data([["a", "b"]]), "Second": sheet_data([["c", "d"]])})
    import io
    import zipfile

    with zipfile.ZipFile(io.BytesIO(whole)) as file:
        members = {name: file.read(name) for name in file.namelist() if not name.endswith("sheet2.xml")}
    document = read_one(archive(dict(members)), "a.xlsx")
    assert tuple(map(str, document.warnings)) == (
        "Missing from the file (Second); save or download it again.",
    )


def test_a_workbook_with_a_password_is_reported() -> None:
    locked = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le")
    with pytest.raises(ReadError, match=r"it has a password; save it as \.xlsx without a password\."):
        read_one(locked, "a.xlsx")


# -- delimited ------------------------------------------------------------------------------------------

CSV = "Tenant,City,Rent\nHarbor Mills,Hull,48500\nBlue Anchor,Leith,3200\n"


def delimited(data: bytes, name: str = "rents.csv") -> Document:
    document = read_one(data, name)
    extract = Extract(document.title, document.text, omissions=document.omissions)
    assert not missing(reference(data, Path(name).suffix), extract)
    return document


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (CSV.encode(), "rents.csv"),
        (CSV.replace(",", ";").encode(), "rents.csv"),
        (CSV.replace(",", "\t").encode(), "rents.tsv"),
        (CSV.replace(",", "|").encode("cp1252"), "rents.csv"),
        (CSV.replace("\n", "\r\n").encode("utf-16"), "rents.csv"),
        (CSV.encode("utf-8-sig"), "rents.CSV"),
        (b"sep=;\n" + CSV.replace(",", ";").encode(), "rents.csv"),
    ],
)
def test_text_tables_are_read_with_any_delimiter_and_encoding(data: bytes, name: str) -> None:
    document = read_one(data, name)
    assert blocks(document)[1:] == [
        "Tenant: Harbor Mills\tCity: Hull\tRent: 48500",
        "Tenant: Blue Anchor\tCity: Leith\tRent: 3200",
    ]
    assert places(document)["Tenant: Harbor Mills\tCity: Hull\tRent: 48500"] == "A2:C2"


def test_a_row_is_cited_by_its_line_in_the_file() -> None:
    document = delimited(
        b'A title\n\nTenant,Note,Rent\n"Harbor\nMills","new, and dry",48500\nBlue Anchor,"a ""b""",1\n'
    )
    lines = {document.text[line.start :].split("\n", 1)[0]: line.number for line in document.lines}
    assert lines == {
        "A title": 1,
        "Tenant\tNote\tRent": 3,
        "Tenant: Harbor Mills\tNote: new, and dry\tRent: 48500": 4,
        'Tenant: Blue Anchor\tNote: a "b"\tRent: 1': 6,
    }


def test_decimal_commas_do_not_split_cells() -> None:
    document = delimited("Posten;Betrag;Währung\nMiete;48.500,00;EUR\nStrom;1,50;EUR\n".encode("cp1252"))
    assert blocks(document)[1] == "Posten: Miete\tBetrag: 48.500,00\tWährung: EUR"


def test_an_unclosed_quotation_mark_swallows_nothing() -> None:
    document = delimited(b'Item,Size,Price\n"Pipe,12,3\nRope,5,4\nBolt,1,1\n')
    assert blocks(document)[-1] == "Item: Bolt\tSize: 1\tPrice: 1"


def test_a_table_of_one_column_is_a_list_of_paragraphs() -> None:
    document = delimited(b"The quay is wet.\nThe roof leaks, they say.\nThe door is shut.\n")
    assert "The roof leaks" in document.text


def test_a_line_of_a_million_columns_is_refused() -> None:
    with pytest.raises(ReadError, match=r"its line 1 has more than 16,384 columns"):
        read_one(b"a," * 1_000_000 + b"b\nx,y", "a.csv")


def test_zero_bytes_in_a_table_are_no_text() -> None:
    document = read_one(CSV.encode().replace(b"Hull", b"Hu\x00ll") + CSV.encode() * 9, "rents.csv")
    assert "City: Hull" in document.text
