"""Cells are spliced into the XML of a sheet, in every form that programs write, and no other byte changes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from workbooks import workbook

from qa.batch.references import areas_of, letters
from qa.batch.sheetxml import Edit, edited, layout_of
from qa.errors import ReadError
from qa.parsers.workbook import numbered_rows

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet(rows: str, before: str = "", after: str = "", prefix: str = "", declaration: str = "") -> str:
    name = f"xmlns:{prefix.rstrip(':')}" if prefix else "xmlns"
    data = f"<{prefix}sheetData>{rows}</{prefix}sheetData>"
    return f'{declaration}<{prefix}worksheet {name}="{MAIN}">{before}{data}{after}</{prefix}worksheet>'


def values(xml: bytes) -> dict[int, list[object]]:
    """Return the values of the rows as the program's own reader sees them."""
    read = numbered_rows(workbook(xml), 0, 0, 100)
    return dict(zip(read["numbers"], read["rows"], strict=True))


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ('<row r="2"><c r="A2"><v>1</v></c></row>', [1, "new"]),
        ('<row r="2"><c r="A2"><v>1</v></c><c r="B2" s="3"/></row>', [1, "new"]),
        ('<row r="2"><c r="A2"><v>1</v></c><c r="B2" s="3"></c><c r="C2"><v>3</v></c></row>', [1, "new", 3]),
        ('<row r="2"><c r="A2"><v>1</v></c><c r="C2"><v>3</v></c></row>', [1, "new", 3]),
        ('<row r="2"><c><v>1</v></c><c t="s"><v>9</v></c><c><v>3</v></c></row>', [1, "new", 3]),
        ('<row\n r="2" ht="15" x="a>b" ><c r="A2"><v>1</v></c>\n</row>', [1, "new"]),
        ('<row r="2" spans="1:1"><c r="A2"><v>1</v></c></row>', [1, "new"]),
        ('<row r="2"></row>', [None, "new"]),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "iso-8859-1"])
def test_a_cell_is_written_into_any_form_of_row(row: str, expected: list[object], encoding: str) -> None:
    declaration = f'<?xml version="1.0" encoding="{encoding}"?>'
    first, last = '<row r="1"><c r="A1"><v>7</v></c></row>', '<row r="3"><c r="A3"><v>8</v></c></row>'
    text = sheet(first + row + last, after="<!-- é -->", declaration=declaration)
    xml = edited(layout_of(text.encode(encoding), {2}), {(2, 2): Edit("new", None)})
    assert values(xml) == {1: [7], 2: expected, 3: [8]}
    # All before and after the row is the same.
    begin, end = text.index(row), text.index(row) + len(row)
    assert xml.decode().startswith(
        text[:begin].replace(encoding, "UTF-8" if encoding != "utf-8" else encoding)
    )
    assert xml.decode().endswith(text[end:])
    if "spans" in row:
        assert b'spans="1:2"' in xml


@given(
    st.dictionaries(
        st.tuples(st.integers(1, 4), st.integers(1, 30)),
        st.text(st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff"), min_size=1)
        .filter(str.strip)
        .filter(lambda text: "_x" not in text),
        max_size=12,
    ),
    st.sampled_from(["", "x:"]),
    st.sets(st.tuples(st.integers(1, 4), st.integers(1, 30)), max_size=12),
)
def test_any_texts_are_read_back_from_their_cells(
    texts: dict[tuple[int, int], str], prefix: str, filled: set[tuple[int, int]]
) -> None:
    p = prefix
    rows = "".join(
        f'<{p}row r="{row}">'
        + "".join(
            f'<{p}c r="{letters(column)}{row}"><{p}v>5</{p}v></{p}c>'
            for at, column in sorted(filled)
            if at == row
        )
        + f"</{p}row>"
        for row in range(1, 5)
    )
    xml = edited(
        layout_of(sheet(rows, prefix=p).encode(), range(1, 5)),
        {place: Edit(text, "0") for place, text in texts.items()},
    )
    read = {
        (row, column): value
        for row, cells in values(xml).items()
        for column, value in enumerate(cells, start=1)
        if value is not None
    }
    assert read == {**dict.fromkeys(filled, 5), **texts}


def test_the_layout_has_what_limits_a_cell() -> None:
    rules = (
        '<dataValidations><dataValidation type="list" sqref="B2:B9 D4"><formula1>"a,b"</formula1>'
        "</dataValidation>"
        '<dataValidation type="textLength" operator="lessThan" sqref="C2"><formula1>20</formula1>'
        '</dataValidation><dataValidation type="custom" sqref="E2"><formula1>TRUE</formula1></dataValidation>'
        "</dataValidations>"
    )
    before = '<cols><col min="3" max="4" style="7" hidden="1"/></cols>'
    after = f'<sheetProtection sheet="1"/><mergeCells><mergeCell ref="A2:B2"/></mergeCells>{rules}'
    rows = '<row r="2" s="4" customFormat="1"><c r="A2" s="5"/><c r="B2"><f>1</f></c></row><row r="3"></row>'
    layout = layout_of(sheet(rows, before, after).encode(), {2, 3})
    assert layout.protected
    assert [layout.style(2, column) for column in (1, 2, 3)] == ["5", None, "4"]
    assert [layout.style(3, column) for column in (1, 3, 5)] == [None, "7", None]
    assert (layout.has_formula(2, 1), layout.has_formula(2, 2)) == (False, True)
    assert layout.merge_at(2, 2) == areas_of("A2:B2")[0]
    assert layout.limited == areas_of("B2:B9 D4")
    assert layout.longest == [(areas_of("C2")[0], 19)]
    assert not layout.takes_column(6)


def test_references_have_rows_and_columns() -> None:
    areas = areas_of("$B$2:AA10 C5 D:E 3:4 nonsense")
    assert [(area.left, area.top, area.right, area.bottom) for area in areas] == [
        (2, 2, 27, 10), (3, 5, 3, 5), (4, 1, 5, 1_048_576), (1, 3, 16_384, 4),
    ]  # fmt: skip
    assert [letters(column) for column in (1, 26, 27, 702, 703, 16_384)] == [
        "A",
        "Z",
        "AA",
        "ZZ",
        "AAA",
        "XFD",
    ]


@pytest.mark.parametrize("xml", ["<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "<worksheet>", '<a><row r="x"/></a>'])
def test_a_damaged_sheet_is_refused(xml: str) -> None:
    text = xml if "row" not in xml else sheet('<row r="x"/>')
    with pytest.raises(ReadError):
        layout_of(text.encode(), {1})
