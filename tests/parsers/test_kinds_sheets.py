"""Workbooks are read row by row as displayed."""

# ruff: noqa: E501 -- markup reads best unbroken.

from __future__ import annotations

import datetime

import pytest
from office_files import raw_workbook, rows, workbook
from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.worksheet.table import Table
from sample_files import shown
from sheet_reading import RENTS, blocks, omissions, places, sheet

from qa.parsers import table
from qa.parsers.office import cellformat

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
