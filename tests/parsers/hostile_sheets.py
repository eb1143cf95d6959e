"""Workbooks written by hand, each of which attacks one weakness."""

# ruff: noqa: E501 -- markup and objects of PDFs read best unbroken.

from __future__ import annotations

from collections.abc import Iterator

from office_files import (
    drawing,
    raw_workbook,
    sheet_data,
)
from sample_files import archive


def _book(data: str, **more: object) -> bytes:
    return raw_workbook({"S": data}, **more)  # type: ignore[arg-type]


def sheets() -> Iterator[tuple[bytes, str]]:
    small = sheet_data([["a", "b"], ["c", "d"]])
    string = f"<si><t>{'x' * 32_000}</t></si>"
    refers = "<row>" + '<c t="s"><v>0</v></c>' * 100 + "</row>"
    entities = '<!DOCTYPE a [<!ENTITY b "' + "x" * 1_000 + '">]>'
    yield (
        _book('<sheetData><row r="1000000000000000000"><c r="A1"><v>1</v></c></row></sheetData>'),
        "a row of 10^18",
    )
    yield _book('<dimension ref="A1:XFD1048576"/>' + small), "a huge dimension"
    yield _book("<sheetData>" + refers * 1_000 + "</sheetData>", strings=string), "a text in 100,000 cells"
    yield _book("<sheetData>" + "<row><c><v>1</v></c></row>" * 100_000 + "</sheetData>"), "many rows"
    yield (
        _book("<sheetData><row>" + "<c><v>1</v></c>" * 300_000 + "</row></sheetData>"),
        "a row of many cells",
    )
    yield _book("<sheetData><row>" + "<c/>" * 2_100_000 + "</row></sheetData>"), "more cells than are allowed"
    yield (
        _book("<cols>" + '<col min="1" max="16384" hidden="1"/>' * 100_000 + "</cols>" + small),
        "columns hidden again and again",
    )
    merges = "".join(f'<mergeCell ref="{c}1:{c}1048576"/>' for c in ("A", "B", "C")) * 30_000
    yield (
        _book(sheet_data([["a", "b", "c"]] + [["", "x", ""]] * 3_000) + f"<mergeCells>{merges}</mergeCells>"),
        "merged over merged",
    )
    wide = sheet_data([[f"n{n}" for n in range(5_000)]] + [["y"]] * 60)
    spans = "".join(f'<mergeCell ref="{_letters(n)}1:{_letters(n)}60"/>' for n in range(1, 5_001))
    yield _book(wide + f"<mergeCells>{spans}</mergeCells>"), "every column merged"
    yield (
        _book(sheet_data([["name " * 10] * 3_000, *([["x"] * 3_000] * 3)])),
        "names of three thousand columns",
    )
    bold = "<fonts><font><b/></font></fonts><cellXfs><xf fontId='0'/></cellXfs>"
    yield _book(sheet_data([[f"a{n}" for n in range(300)]] * 300), styles=bold), "nothing but bold rows"
    yield (
        _book(
            "<sheetData>"
            + "<row hidden='1'><c><v>1</v></c></row>" * 100_000
            + "</sheetData>"
            + "<autoFilter ref='A1:A2'><filterColumn/></autoFilter>" * 5_000
        ),
        "hidden rows and filters",
    )
    yield (
        _book(
            small,
            styles=f"<numFmts><numFmt numFmtId='99' formatCode='{'0%' * 500_000}'/></numFmts><cellXfs><xf numFmtId='99'/></cellXfs>",
        ),
        "a format without an end",
    )
    for code in (
        "0" * 250,
        "%" * 250,
        "," * 250,
        "?/" * 120,
        "[h]" * 80,
        "[" * 250,
        '"',
        "\\",
        "E+0",
        "m" * 200,
        "_",
        "*",
        "/",
        "[>1e999]0",
    ):
        number = (
            "<sheetData><row>"
            + "".join(
                f"<c s='0'><v>{v}</v></c>"
                for v in (
                    "1e308",
                    "-1e-308",
                    "0",
                    "45000.5",
                    "1e999",
                    "nan",
                    "9" * 5_000,
                    "--1",
                    "2958465.99999999",
                )
            )
            + "</row></sheetData>"
        )
        yield (
            _book(
                number,
                styles=f"<numFmts><numFmt numFmtId='99' formatCode='{code.replace(chr(34), '&quot;').replace('>', '&gt;')}'/></numFmts><cellXfs><xf numFmtId='99'/></cellXfs>",
            ),
            f"the format {code[:8]}",
        )
    yield _book(small, prolog=entities), "entities"
    yield archive({"xl/workbook.xml": f"{entities}<workbook/>".encode("utf-16")}), "entities in UTF-16"
    yield _book("<sheetData>" + "<x>" * 200_000), "elements that never close"
    yield _book("<x>" * 100_000 + "</x>" * 100_000 + small), "deep elements"
    yield _book(small, strings=" " * 80_000_000), "a bomb of strings"
    yield (
        _book(
            "<sheetData><row><c t='inlineStr'><is>"
            + "<r><rPr><vertAlign val='superscript'/></rPr><t>1</t></r>" * 50_000
            + "</is></c></row></sheetData>"
        ),
        "many raised runs",
    )
    yield (
        _book(f"<headerFooter><oddHeader>{'&amp;' * 300_000}</oddHeader></headerFooter>" + small),
        "a header of signs",
    )
    yield (
        _book(f'<headerFooter><oddHeader>&amp;"{" " * 300_000}</oddHeader></headerFooter>' + small),
        "a header of spaces",
    )
    yield (
        _book(
            small
            + "<dataValidations>"
            + "<dataValidation sqref='A1' prompt='x'/>" * 50_000
            + "</dataValidations>"
        ),
        "many prompts",
    )
    listed = "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="r1"/>' for n in range(2_000))
    same = f'<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{listed}</sheets></workbook>'
    yield (
        _book(sheet_data([["x" * 100, "y"]] * 20), parts={"xl/workbook.xml": same}),
        "the same sheet again and again",
    )
    nested = "<xdr:grpSp>" * 5_000 + "<xdr:sp/>" + "</xdr:grpSp>" * 5_000
    yield _book(small, related=[("drawing", "../d.xml")], parts={"xl/d.xml": drawing(nested)}), "deep groups"
    yield (
        _book(
            small,
            related=[("comments", "../c.xml")],
            parts={
                "xl/c.xml": "<comments><commentList>"
                + "<comment ref='A1'><text><t>x</t></text></comment>" * 50_000
                + "</commentList></comments>"
            },
        ),
        "many comments",
    )
    yield (
        _book(
            small,
            related=[
                ("drawing", "../worksheets/sheet1.xml"),
                ("table", "../workbook.xml"),
                ("comments", "../styles.xml"),
            ],
        ),
        "parts that are others",
    )
    yield (
        _book(small, related=[("drawing", "../../../../etc/passwd"), ("comments", "/etc/passwd")]),
        "parts that climb",
    )


def _letters(column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
