"""Rows of workbooks are those that a person sees, and reading costs no more than the size allows."""

from __future__ import annotations

import datetime
import io
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook
from workbooks import row, shared, sheet, workbook

from qa.parsers.workbook import first_rows, numbered_rows


def rows(data: bytes, columns: int = 100) -> list[list[Any]]:
    values = numbered_rows(data, 0, 0, columns)["rows"]
    assert json.loads(json.dumps(values)) == values
    return values


def bytes_of(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


cells = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.floats(-1e6, 1e6).map(lambda number: round(number, 3)),
    st.text(st.characters(min_codepoint=32, exclude_categories=["Cs", "Cn"]), min_size=1, max_size=20)
    .filter(lambda text: text.strip() == text and "_x" not in text)
    .map(lambda text: "t" + text),
    st.datetimes(datetime.datetime(1950, 1, 1), datetime.datetime(2100, 1, 1)).map(
        lambda moment: moment.replace(microsecond=0)
    ),
)


@given(st.lists(st.lists(cells, max_size=4), max_size=5))
def test_rows_are_read_as_written(table: list[list[Any]]) -> None:
    book = Workbook()
    for cells_of_row in table:
        book.active.append(cells_of_row)

    def expected(value: Any) -> Any:
        return {"datetime": value.isoformat()} if isinstance(value, datetime.datetime) else value

    def trimmed(values: list[Any]) -> list[Any]:
        while values and values[-1] is None:
            values = values[:-1]
        return values

    filled = [trimmed([expected(value) for value in values]) for values in table]
    assert rows(bytes_of(book)) == [values for values in filled if values]


def test_dates_times_and_durations_are_distinguished_from_numbers() -> None:
    book = Workbook()
    book.active.append(
        [datetime.time(12, 30), datetime.timedelta(hours=30), 45413, datetime.date(2024, 5, 1)]
    )
    assert rows(bytes_of(book)) == [
        [{"time": "12:30:00"}, {"timedelta": "108000.0"}, 45413, {"datetime": "2024-05-01T00:00:00"}]
    ]
    book.epoch = datetime.datetime(1904, 1, 1)
    assert rows(bytes_of(book))[0][3] == {"datetime": "2024-05-01T00:00:00"}


def test_a_formula_is_its_value_or_has_none() -> None:
    cell = '<row r="1"><c r="A1" t="str"><f>B1</f><v>Who?</v></c><c r="B1"><f>1+1</f></c></row>'
    assert rows(workbook(sheet(cell))) == [["Who?", {"formula": ""}]]


def test_runs_are_one_text_without_the_phonetic_guide() -> None:
    texts = shared(
        "<r><rPr><b/></rPr><t>Who </t></r><r><t>pays?</t></r>",
        '<t>課</t><rPh sb="0" eb="1"><t>カ</t></rPh><phoneticPr fontId="1"/>',
        "<t>two_x000D_\nlines _x005F_x0041_</t>",
    )
    cell = '<c r="{}1" t="s"><v>{}</v></c>'
    line = "".join(cell.format(letter, at) for at, letter in enumerate("ABC"))
    assert rows(workbook(sheet(f'<row r="1">{line}</row>'), strings=texts)) == [
        ["Who pays?", "課", "two\r\nlines _x0041_"]
    ]


def test_cells_without_a_reference_follow_each_other() -> None:
    cell = '<c t="inlineStr"><is><t>{}</t></is></c>'
    data = workbook(sheet(f"<row>{cell.format('a')}{cell.format('b')}</row><row>{cell.format('c')}</row>"))
    assert rows(data) == [["a", "b"], ["c"]]


def test_sheets_have_names_states_and_the_numbers_of_their_first_rows() -> None:
    data = workbook(
        sheet(row(3, "a"), row(7, "b"), row(9, "c")), sheet(row(1, "d")), states=("veryHidden", "visible")
    )
    assert first_rows(data, 2) == [
        {"name": "S1", "hidden": True, "rows": [["a"], ["b"]], "numbers": [3, 7]},
        {"name": "S2", "hidden": False, "rows": [["d"]], "numbers": [1]},
    ]
    assert numbered_rows(data, 0, 3, 1)["rows"] == [["b"], ["c"]]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_the_xml_can_be_in_any_encoding(encoding: str) -> None:
    xml = f'<?xml version="1.0" encoding="{encoding}"?>{sheet(row(1, "für"))}'.encode(encoding)
    assert rows(workbook(xml)) == [["für"]]
