"""Small sound office files to damage, and values to put into them."""

# ruff: noqa: E501 -- markup and objects of PDFs read best unbroken.

from __future__ import annotations

import random
import re
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

PROSE = "All human beings are born free and equal in dignity and rights. "


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
        [slide, shape(text_paragraph(PROSE), at=(1, 1)), title("Hidden")],
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
            PROSE + '<text:s text:c="3"/><text:span text:style-name="H">x</text:span><text:tab/>'
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
