"""Tables in text files are read with any delimiter and encoding."""

from __future__ import annotations

from pathlib import Path

import pytest
from office_reference import reference
from sample_files import read_one
from sheet_reading import blocks, places

from qa.errors import ReadError
from qa.parsers.account import missing
from qa.parsers.build import Extract
from qa.types import Document

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
