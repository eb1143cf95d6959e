"""What workbooks hide, have beside their cells, or have damaged."""

# ruff: noqa: E501 -- markup reads best unbroken.

from __future__ import annotations

import pytest
from office_files import chart_part, drawing, raw_workbook, sheet_data, workbook
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font
from sample_files import archive, read_one
from sheet_reading import RENTS, blocks, omissions, places, sheet

from qa.errors import ReadError

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
