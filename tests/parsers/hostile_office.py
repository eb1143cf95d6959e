"""Hostile sheets, presentations, OpenDocument and rich texts, and sound ones to damage."""

# ruff: noqa: E501 -- markup reads best unbroken.

from __future__ import annotations

from collections.abc import Iterator

from hostile_sheets import sheets
from office_files import (
    chart_part,
    diagram_part,
    framed,
    odt,
    open_paragraph,
    open_table,
    pptx,
    shape,
    slide_table,
    text_paragraph,
)
from sample_files import archive

EXTENSIONS = (".xlsx", ".csv", ".tsv", ".pptx", ".odt", ".rtf")


ZIPPED = frozenset((".xlsx", ".pptx", ".odt"))


_File = tuple[str, bytes, str]


def files() -> Iterator[_File]:
    """Yield the name and the bytes of each hand-written file, and its weakness."""
    for name, build in (("a.xlsx", sheets), ("a.pptx", _slides), ("a.odt", _open_texts), ("a.rtf", _rich)):
        for data, weakness in build():
            yield name, data, f"{name[2:].upper()}: {weakness}"
    for data, weakness in _tables():
        yield "a.csv", data, f"CSV: {weakness}"
    for name in ("a.xlsx", "a.pptx", "a.odt"):
        yield name, archive({"xl/workbook.xml": " " * 100_000_000}), f"{name[2:].upper()}: a bomb"
    yield "a.tsv", b"a\tb\n" * 100_000, "TSV: many rows"


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
