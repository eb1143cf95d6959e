"""Hostile sheets, presentations, OpenDocument and rich texts, and sound ones to damage."""

# ruff: noqa: E501 -- markup reads best unbroken.

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache

from office_files import (
    chart_part,
    comments_part,
    diagram_part,
    drawing,
    framed,
    notes_part,
    odt,
    open_paragraph,
    open_table,
    pptx,
    raw_workbook,
    rows,
    rtf,
    shape,
    sheet_data,
    slide_table,
    text_paragraph,
    title,
)
from sample_files import archive

EXTENSIONS = (".xlsx", ".csv", ".tsv", ".pptx", ".odt", ".rtf")
ZIPPED = frozenset((".xlsx", ".pptx", ".odt"))

_PROSE = "All human beings are born free and equal in dignity and rights. "
_File = tuple[str, bytes, str]


def files() -> Iterator[_File]:
    """Yield the name and the bytes of each hand-written file, and its weakness."""
    for name, build in (("a.xlsx", _sheets), ("a.pptx", _slides), ("a.odt", _open_texts), ("a.rtf", _rich)):
        for data, weakness in build():
            yield name, data, f"{name[2:].upper()}: {weakness}"
    for data, weakness in _tables():
        yield "a.csv", data, f"CSV: {weakness}"
    for name in ("a.xlsx", "a.pptx", "a.odt"):
        yield name, archive({"xl/workbook.xml": " " * 100_000_000}), f"{name[2:].upper()}: a bomb"
    yield "a.tsv", b"a\tb\n" * 100_000, "TSV: many rows"


def _book(data: str, **more: object) -> bytes:
    return raw_workbook({"S": data}, **more)  # type: ignore[arg-type]


def _sheets() -> Iterator[tuple[bytes, str]]:
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


def _slides() -> Iterator[tuple[bytes, str]]:
    words = shape(text_paragraph("Words."), at=(1, 1))
    yield pptx([words * 10_000]), "many shapes"
    yield (
        pptx(["".join(shape(text_paragraph("w"), at=(n * 37 % 997, n * 53 % 991)) for n in range(300))]),
        "shapes all over",
    )
    yield pptx(["".join(shape(text_paragraph("w"), at=(n, n)) for n in range(299))]), "shapes over shapes"
    yield pptx(["<p:grpSp>" * 900 + words + "</p:grpSp>" * 900]), "groups within groups"
    yield pptx(["<p:grpSp>" * 50_000 + words + "</p:grpSp>" * 50_000]), "very deep groups"
    hidden = (
        words.replace('name="Shape"', 'name="a" hidden="1"')
        .replace("<a:p>", "<p:txBody>" * 5_000 + "<a:p>")
        .replace("</a:p>", "</a:p>" + "</p:txBody>" * 5_000)
    )
    yield pptx([hidden + words]), "texts within texts"
    yield pptx([shape("<a:p>" * 50_000 + "</a:p>" * 50_000) + words]), "deep paragraphs"
    yield pptx([slide_table([["x"] * 5_000] * 10)]), "a table of many columns"
    tall = slide_table([["x" * 100_000]] + [[""]] * 2_000).replace("<a:tc>", '<a:tc vMerge="1">')
    yield pptx([tall]), "a merged cell that is a book"
    yield pptx([words] * 1_000), "many slides"
    yield pptx([words], first=999_999), "a late number"
    circle = {
        "ppt/slideLayouts/_rels/slideLayout1.xml.rels": '<Relationships><Relationship Id="r1" Type="x/slideMaster" Target="slideLayout1.xml"/></Relationships>'
    }
    yield pptx([words], parts=circle), "a layout of itself"
    sparse = chart_part("t", {f"s{n}": ["1"] for n in range(500)}, ["c"])
    for n in range(500):
        sparse = sparse.replace('idx="0"', f'idx="{n * 977}"', 1)
    dense = chart_part("t", {f"s{n}": ["1"] * 1_000 for n in range(300)}, ["c"] * 1_000)
    deep = "<c:chartSpace xmlns:c='c'>" + "<c:rich>" * 30_000 + "</c:rich>" * 30_000 + "</c:chartSpace>"
    for chart, weakness in (
        (sparse, "a sparse chart"),
        (dense, "a dense chart"),
        (deep, "a chart of deep texts"),
    ):
        yield (
            pptx(
                [framed('<c:chart r:id="r2"/>') + words],
                related={1: [("chart", "../c.xml")]},
                parts={"ppt/c.xml": chart},
            ),
            weakness,
        )
    diagram = (
        diagram_part(["x"]).replace("<dgm:t>", "<dgm:t>" * 30_000).replace("</dgm:t>", "</dgm:t>" * 30_000)
    )
    yield (
        pptx(
            [framed('<dgm:relIds r:dm="r2"/>') + words],
            related={1: [("diagramData", "../d.xml")]},
            parts={"ppt/d.xml": diagram},
        ),
        "a diagram of deep texts",
    )
    yield (
        pptx([words], related={1: [("notesSlide", "slide1.xml"), ("comments", "slide1.xml")]}),
        "notes that are the slide",
    )
    yield (
        pptx(
            [
                shape(
                    text_paragraph("x", '<a:buAutoNum type="romanUcPeriod" startAt="99999999999999"/>')
                    * 5_000
                )
            ]
        ),
        "numbers without an end",
    )
    yield (
        pptx(
            [
                shape(
                    "".join(
                        text_paragraph("x", '<a:buAutoNum type="arabicPeriod"/>').replace(
                            "<a:pPr>", f'<a:pPr lvl="{n}">'
                        )
                        for n in range(5_000)
                    )
                )
            ]
        ),
        "levels without an end",
    )


def _open_texts() -> Iterator[tuple[bytes, str]]:
    nested = (
        "<table:table><table:table-row><table:table-cell>" * 200
        + "<text:p>x</text:p>"
        + "</table:table-cell></table:table-row></table:table>" * 200
    )
    yield odt(nested), "tables within tables"
    yield odt("<text:span>" * 50_000), "spans that never close"
    yield odt("<text:p>" + "<text:span>" * 50_000 + "x" + "</text:span>" * 50_000 + "</text:p>"), "deep spans"
    yield odt("<text:list><text:list-item>" * 5_000 + "</text:list-item></text:list>" * 5_000), "deep lists"
    yield odt('<text:p>a<text:s text:c="9999999"/>b</text:p>' * 1_000), "spaces that are counted"
    repeated = (
        '<table:table-cell table:number-columns-repeated="9999999"><text:p>x</text:p></table:table-cell>'
    )
    yield (
        odt(
            f'<table:table><table:table-row table:number-rows-repeated="9999999">{repeated * 2}</table:table-row></table:table>'
        ),
        "cells that are counted",
    )
    tracked = (
        "<text:tracked-changes>"
        + "<text:deletion>" * 20_000
        + "<text:p>x</text:p>"
        + "</text:deletion>" * 20_000
        + "</text:tracked-changes>"
    )
    yield odt(tracked + "<text:p>x</text:p>"), "deletions within deletions"
    yield (
        odt(
            "<text:tracked-changes><text:deletion>"
            + "<text:p>x" * 20_000
            + "</text:p>" * 20_000
            + "</text:deletion></text:tracked-changes><text:p>y</text:p>"
        ),
        "paragraphs within paragraphs",
    )
    styles = "".join(
        f'<style:style style:name="s{n}" style:family="text" style:parent-style-name="s{(n + 1) % 3_000}"/>'
        for n in range(3_000)
    )
    yield (
        odt(
            "".join(open_paragraph(f'<text:span text:style-name="s{n}">x</text:span>') for n in range(3_000)),
            automatic=styles,
        ),
        "styles in a circle",
    )
    heads = "".join(f'<text:h text:outline-level="{n}">x</text:h>' for n in range(20_000))
    yield odt(heads), "headings of every level"
    note = "<text:note><text:note-body><text:p>x" * 300 + "</text:p></text:note-body></text:note>" * 300
    yield odt(f"<text:p>y{note}</text:p>"), "notes within notes"
    yield odt(open_table([["x"] * 5_000] * 10)), "a table of many columns"
    tall = (
        open_table([["x" * 10_000, "y"]] + [["", "z"]] * 3_000)
        .replace("<table:table-cell>", '<table:table-cell table:number-rows-spanned="9999">', 1)
        .replace(
            '<table:table-cell><text:p text:style-name="Standard"></text:p></table:table-cell>',
            "<table:covered-table-cell/>",
        )
    )
    yield odt(tall), "a merged cell that is a book"
    yield (
        odt(
            "<text:p>x</text:p>",
            master="<style:master-page><style:header><text:p>h</text:p></style:header></style:master-page>"
            * 5_000,
        ),
        "many headers",
    )
    math = "<math:math @NS>" + "<math:msqrt>" * 5_000 + "</math:msqrt>" * 5_000 + "</math:math>"
    yield (
        odt(
            '<text:p>x<draw:frame><draw:object xlink:href="./O"/></draw:frame></text:p>',
            parts={"O/content.xml": math},
        ),
        "a deep formula",
    )
    yield odt("<text:p>x</text:p>").replace(b"<?xml", b"<!DOC"), "a damaged prolog"


def _rich() -> Iterator[tuple[bytes, str]]:
    yield b"{\\rtf1" + b"{" * 500_000, "deep groups"
    yield b"{\\rtf1 " + b"{\\footnote x" * 9_000, "notes within notes"
    yield b"{\\rtf1 " + b"{\\upr" * 9_000 + b"{\\*\\ud x}" * 50_000, "twins within twins"
    yield b"{\\rtf1 " + b"}" * 500_000 + b"x", "groups that close only"
    yield b"{\\rtf1 a\\bin99999999999999 x}", "binary data without an end"
    yield b"{\\rtf1 \\bin0 " * 50_000 + b"x", "binary data of nothing"
    yield b"{\\rtf1 \\uc99999999\\u945 " + b"?" * 100_000 + b"x}", "stand-ins without an end"
    yield b"{\\rtf1 " + b"\\u-10179?" * 100_000 + b"x}", "halves of letters"
    yield b"{\\rtf1 " + b"\\'" * 300_000, "escapes of nothing"
    yield b"{\\rtf1 " + b"\\" * 300_000, "backslashes"
    yield b"{\\rtf1 " + b"\\a" * 300_000, "words of no meaning"
    yield b"{\\rtf1 \\" + b"a" * 500_000 + b"9" * 500_000, "a word without an end"
    yield (
        b"{\\rtf1 " + b"\\trowd" + b"\\clvmrg\\cellx1" * 100_000 + b"x\\cell\\row}",
        "cells that are defined only",
    )
    yield b"{\\rtf1 " + b"x\\cell" * 100_000 + b"\\row}", "a row of many cells"
    yield (
        b"{\\rtf1\\trowd\\clvmrg\\cellx1\\clvmrg\\cellx2 "
        + b"x" * 100_000
        + b"\\cell y\\cell\\row"
        + b"\\cell\\cell\\row" * 2_000
        + b"}",
        "a merged cell that is a book",
    )
    yield b"{\\rtf1 " + b"{\\super 1}" * 100_000 + b"}", "many raised figures"
    yield b"{\\rtf1{\\fonttbl" + b"{\\f1\\fcharset2 x;}" * 50_000 + b"}\\f1 \\'b7}", "many fonts"
    yield b"{\\rtf1{\\stylesheet" + b"{\\s1 heading 1;}" * 50_000 + b"}\\s1 x}", "many styles"
    yield b"{\\rtf1{\\header x}" + b"{\\header x}" * 30_000 + b"y}", "many headers"
    yield (
        b"{\\rtf1{\\field{\\*\\fldinst SYMBOL 99999}}{\\field{\\*\\fldinst SYMBOL 55296}}x}",
        "signs that are none",
    )
    yield b"{\\rtf1\\ansicpg65001 \\'e4\\'b8 x\\ansicpg1200 y\\ansicpg0 z}", "strange code pages"
    yield b"{\\rtf1 " + b"\\par" * 300_000 + b" x}", "nothing but paragraphs"
    yield b"{\\rtf1{\\pict " + b"0" * 2_000_000 + b"}x}", "a large picture"


def _tables() -> Iterator[tuple[bytes, str]]:
    yield b"a," * 1_000_000, "a million columns"
    yield b"," * 1_000_000 + b"x", "nothing but commas"
    yield b'"' * 500_000, "nothing but quotation marks"
    yield b'a,"b\n' * 100_000, "quotation marks that never close"
    yield b'"a""' * 200_000, "doubled quotation marks"
    yield b"a,b\n" * 200_000, "many rows"
    yield b"\n" * 1_000_000 + b"a,b", "empty rows"
    yield (
        ("name " * 11 + ",").encode() * 2_000 + b"\n" + (b"x," * 2_000 + b"\n") * 200,
        "names of many columns",
    )
    yield b"a,b\n\n" * 100_000, "tables of one row"
    yield b"A,B,C\nd,e,f\n\n" * 50_000, "tables of two rows"
    yield b"1,2\n\x00\x00\x00\n" * 1_000, "zero bytes"
    yield b"sep=,\n" * 1_000 + b"a,b", "delimiters that are stated again"
    yield b"a;b,c\td|e\n" * 20_000, "every delimiter"
    yield ("a,b\n" * 5_000).encode("utf-16"), "UTF-16"
    yield b"\xff\xfea,b", "UTF-16 that is none"
    yield b"a" * 3_000_000 + b",b\nc,d", "a huge cell"
    yield b" " * 1_000_000 + b",x\n" * 3, "a cell of spaces"
    yield b"x," + b"(" * 1_000_000 + b"\n1,2\n3,4", "a cell of brackets"
    yield b"x,y\n" + b"1" * 1_000_000 + b",2\n3,4", "a long figure"


@cache
def seeds() -> dict[str, tuple[bytes, ...]]:
    """Return small sound files to damage."""
    rents: list[list[object]] = [
        ["Tenant", "Area", "Rent"],
        ["Harbor Mills", 1200, 48500.5],
        ["Blue Anchor", 80, 3200],
    ]
    styles = (
        "<numFmts><numFmt numFmtId='99' formatCode='#,##0.00 \"EUR\";[Red]-0'/></numFmts><fonts><font><b/></font><font>"
        "<strike/></font></fonts><cellXfs><xf numFmtId='99' fontId='0'/><xf numFmtId='14' fontId='1'/></cellXfs>"
    )
    cells = (
        '<sheetViews><sheetView><pane ySplit="1" state="frozen"/></sheetView></sheetViews><cols><col min="3" max="3" hidden="1"/></cols>'
        '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row><row r="2" hidden="1"><c r="A2" s="0"><v>7</v></c>'
        '</row><row r="4"><c r="A4" s="0"><f>A2*2</f><v>-12.5</v></c><c r="B4" s="1"><v>45000</v></c><c r="C4" t="b"><v>1</v></c></row></sheetData>'
        '<autoFilter ref="A1:B4"><filterColumn/></autoFilter><mergeCells><mergeCell ref="A1:A2"/></mergeCells><dataValidations>'
        '<dataValidation sqref="B4" prompt="A date"/></dataValidations><headerFooter><oddHeader>&amp;LPrivate</oddHeader></headerFooter>'
    )
    strings = "<si><t>Tenant</t></si><si><r><t>10</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>6</t></r></si>"
    frame = (
        "<xdr:graphicFrame><c:chart r:id='r1'/></xdr:graphicFrame><xdr:sp><xdr:txBody>"
        + text_paragraph("Box.")
        + "</xdr:txBody></xdr:sp>"
    )
    drawn = {
        "xl/drawings/drawing1.xml": drawing(frame),
        "xl/drawings/_rels/drawing1.xml.rels": '<Relationships><Relationship Id="r1" Type="x/chart" Target="../charts/c.xml"/></Relationships>',
        "xl/charts/c.xml": chart_part("T", {"a": ["1"], "b": ["2"]}, ["x"]),
        "xl/c.xml": "<comments><authors><author>A</author></authors><commentList><comment ref='A1' authorId='0'><text><t>x</t></text></comment></commentList></comments>",
    }
    slide = (
        title("Budget")
        + shape(
            text_paragraph("One.", '<a:buAutoNum type="arabicPeriod"/>') + text_paragraph("Two."),
            kind="body",
            index=1,
        )
        + slide_table([["a", "b"], ["c", "d"]])
        + framed('<c:chart r:id="r4"/>')
        + framed('<dgm:relIds r:dm="r5"/>')
        + f"<p:grpSp>{shape(text_paragraph('In a group.'), at=(5, 9))}</p:grpSp>"
    )
    deck = pptx(
        [slide, shape(text_paragraph(_PROSE), at=(1, 1)), title("Hidden")],
        hidden=[3],
        related={
            1: [
                ("notesSlide", "../n.xml"),
                ("comments", "../cm.xml"),
                ("chart", "../c.xml"),
                ("diagramData", "../d.xml"),
            ]
        },
        parts={
            "ppt/n.xml": notes_part("Note."),
            "ppt/cm.xml": comments_part("Why?"),
            "ppt/c.xml": chart_part("T", {"s": ["1"]}, ["x"]),
            "ppt/d.xml": diagram_part(["p"]),
        },
        layout=shape("", kind="body", index=1, at=(1, 5)),
    )
    listed = "<text:list-style style:name='L'><text:list-level-style-number text:level='1' style:num-format='i' style:num-suffix=')'/></text:list-style>"
    body = (
        "<text:tracked-changes><text:changed-region><text:deletion><text:p>gone</text:p></text:deletion></text:changed-region></text:tracked-changes>"
        '<text:h text:outline-level="1">One</text:h>'
        + open_paragraph(
            _PROSE + '<text:s text:c="3"/><text:span text:style-name="H">x</text:span><text:tab/>'
            "<text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>n</text:p></text:note-body></text:note>"
            "<office:annotation><dc:creator>A</dc:creator><text:p>c</text:p></office:annotation><draw:frame><draw:text-box><text:p>b</text:p></draw:text-box></draw:frame>"
        )
        + "<text:list text:style-name='L'><text:list-item><text:p>i</text:p></text:list-item></text:list>"
        + open_table([["a", "b"], ["c", "d"]])
        + '<draw:frame><draw:object xlink:href="./O"/></draw:frame>'
    )
    hidden = '<style:style style:name="H" style:family="text"><style:text-properties text:display="none"/></style:style>'
    text = odt(
        body,
        automatic=hidden + listed,
        title="T",
        master="<style:master-page><style:header><text:p>h</text:p></style:header></style:master-page>",
        parts={"O/content.xml": "<math:math @NS><math:mi>x</math:mi></math:math>"},
    )
    rich = rtf(
        r"{\header Quay\par}\pard\s1 One\par\pard r\'e9sum\'e9 \u8364\'80 {\v hid}{\deleted del} 10{\super 6}{\footnote n}.\par"
        r"{\listtext 1.\tab}item\par\trowd\clvmgf\cellx1\cellx2\pard\intbl a\cell b\cell\row\pard{\field{\*\fldinst PAGE}{\fldrslt 1}}"
        r"{\*\atnauthor A}{\*\annotation{\*\atndate 1}c}{\shp{\*\shpinst{\sp{\sn wzDescription}{\sv alt}}{\shptxt box\par}}}{\pict 00}"
        r"{\upr{a}{\*\ud b}}{\f2\'83A}\par",
        head=r"{\stylesheet{\s1 heading 1;}}{\info{\title T}}",
    )
    return {
        ".xlsx": (
            rows(rents, "Rents"),
            raw_workbook(
                {"S": cells, "T": sheet_data([["a", "b"]])},
                strings=strings,
                styles=styles,
                related=[("drawing", "../drawings/drawing1.xml"), ("comments", "../c.xml")],
                parts=drawn,
            ),
        ),
        ".csv": (
            b'Tenant,City,Rent\nHarbor Mills,Hull,48500\n"Blue\nAnchor",Leith,3200\n',
            "Posten;Betrag\nMiete;1,50\nÄrger;2\n".encode("cp1252"),
            "a,b\n1,2\n".encode("utf-16"),
        ),
        ".tsv": (b"sep=\t\na\tb\n1\t2\n\nx\ty\n",),
        ".pptx": (deck,),
        ".odt": (text,),
        ".rtf": (rich,),
    }


TOKENS: dict[str, tuple[str, ...]] = {
    ".csv": (",", ";", "\t", "|", '"', '""', "\n", "\r\n", "1,5", "2024", "€", "\x00", "sep=;\n"),
    ".rtf": (
        *(
            "{",
            "}",
            "{\\*",
            "\\par ",
            "\\cell ",
            "\\row ",
            "\\trowd ",
            "\\cellx9 ",
            "\\clvmrg ",
            "\\intbl ",
            "\\'e9",
            "\\'",
            "\\u945?",
            "\\u-10179 ",
        ),
        *(
            "\\uc0 ",
            "\\uc9 ",
            "\\v ",
            "\\v0 ",
            "\\deleted ",
            "\\strike ",
            "\\super ",
            "\\plain ",
            "\\pard ",
            "{\\footnote ",
            "{\\header ",
            "{\\field",
        ),
        *(
            "{\\*\\fldinst ",
            "{\\fldrslt ",
            "{\\upr",
            "{\\*\\ud ",
            "{\\pict ",
            "{\\shptxt ",
            "{\\*\\annotation ",
            "\\f1 ",
            "\\bin3 ",
            "\\nestcell ",
            "\\nestrow ",
            "{\\listtext ",
        ),
    ),
}
TOKENS[".tsv"] = TOKENS[".csv"]


_VALUE = re.compile(rb'"[^"<&]*"|>[^<&]+<')
_VALUES = (
    *(
        "0",
        "-1",
        "1",
        "65536",
        "2147483648",
        "99999999999999999999",
        "1e308",
        "1e999",
        "NaN",
        "true",
        "x",
        "",
        " ",
    ),
    *(
        "A1",
        "XFD1048576",
        "A0",
        "ZZZZ9",
        "A1:XFD9",
        "B2:A1",
        "r1",
        "rId99",
        "../x",
        "/x",
        "none",
        "s",
        "b",
        "d",
    ),
    *("inlineStr", "[$-407]d.m.yyyy;@", "0.00E+00", "\u0661\u0662", "\u00b2", "x" * 3_000),
)


def with_strange_values(rng: random.Random, content: bytes) -> bytes:
    """Return well-formed XML with other values and words, or with those of other places."""
    values = list(_VALUE.finditer(content))
    if not values:
        return content
    for place in sorted(
        rng.sample(range(len(values)), min(len(values), rng.choice((1, 2, 8, 40)))), reverse=True
    ):
        start, end = values[place].span()
        value = rng.choice(values)[0][1:-1] if rng.random() < 0.4 else rng.choice(_VALUES).encode()
        content = content[: start + 1] + value + content[end - 1 :]
    return content


def of_tokens(extension: str, inner: str) -> bytes:
    """Return a zip file of a format with this markup in place of its text."""
    if extension == ".xlsx":
        return raw_workbook({"S": f"<sheetData><row><c t='inlineStr'><is>{inner}</is></c></row></sheetData>"})
    return pptx([shape(inner)]) if extension == ".pptx" else odt(inner)
