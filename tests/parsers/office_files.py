"""Small workbooks, presentations, OpenDocument texts and rich texts whose correct reading is known."""

# ruff: noqa: E501 -- markup reads best unbroken.

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook
from sample_files import archive

_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'
_MAIN = f'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{_RELATIONS}"'
_DRAWN = (
    f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="{_RELATIONS}" '
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" '
    'xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" '
    'xmlns:dgm="http://schemas.openxmlformats.org/drawingml/2006/diagram" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"'
)


def relations(targets: Sequence[tuple[str, str]]) -> str:
    """Return the relations of a part, by kind and target, with the ids r1, r2, …."""
    items = "".join(
        f'<Relationship Id="r{n}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, 1)
    )
    return f"<Relationships {_PACKAGE}>{items}</Relationships>"


# -- workbooks ----------------------------------------------------------------------------------------


def workbook(fill: Callable[[Workbook], Any]) -> bytes:
    """Return a workbook as openpyxl writes it."""
    book = Workbook()
    fill(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def rows(cells: Sequence[Sequence[object]], name: str = "Sheet") -> bytes:
    """Return a workbook of one sheet with these rows."""

    def fill(book: Workbook) -> None:
        assert book.active is not None
        book.active.title = name
        for row in cells:
            book.active.append(row)

    return workbook(fill)


def raw_workbook(
    sheets: Mapping[str, str],
    *,
    strings: str = "",
    styles: str = "",
    state: str = "visible",
    parts: Mapping[str, str | bytes] | None = None,
    related: Sequence[tuple[str, str]] = (),
    prolog: str = "",
) -> bytes:
    """Return a workbook with this SpreadsheetML in its sheets; ``related`` are the relations of the first
    one."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="r{n}" state="{state}"/>'
        for n, name in enumerate(sheets, 1)
    )
    targets = [("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(sheets) + 1)]
    return archive(
        {
            "[Content_Types].xml": _types(len(sheets)),
            "_rels/.rels": relations([("officeDocument", "xl/workbook.xml")]),
            "xl/workbook.xml": f"<workbook {_MAIN}><sheets>{listed}</sheets></workbook>",
            "xl/_rels/workbook.xml.rels": relations(
                [*targets, ("sharedStrings", "sharedStrings.xml"), ("styles", "styles.xml")]
            ),
            "xl/sharedStrings.xml": f"{prolog}<sst {_MAIN}>{strings}</sst>",
            "xl/styles.xml": f"<styleSheet {_MAIN}>{styles}</styleSheet>",
            **{
                f"xl/worksheets/sheet{n}.xml": f"<worksheet {_MAIN}>{sheet}</worksheet>"
                for n, sheet in enumerate(sheets.values(), 1)
            },
            "xl/worksheets/_rels/sheet1.xml.rels": relations(related),
            **(parts or {}),
        }
    )


def _types(sheets: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = {"workbook": "sheet.main", "sharedStrings": "sharedStrings", "styles": "styles"}
    parts |= {f"worksheets/sheet{n}": "worksheet" for n in range(1, sheets + 1)}
    listed = "".join(
        f'<Override PartName="/xl/{name}.xml" ContentType="{kind}.{content_type}+xml"/>'
        for name, content_type in parts.items()
    )
    return (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{listed}</Types>'
    )


def sheet_data(cells: Sequence[Sequence[str]]) -> str:
    """Return rows of inline strings as SpreadsheetML."""
    xml = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in row) + "</row>"
        for row in cells
    )
    return f"<sheetData>{xml}</sheetData>"


def drawing(content: str) -> str:
    """Return a drawing of a sheet, anchored at cell C2."""
    return (
        f"<xdr:wsDr {_DRAWN}><xdr:oneCellAnchor><xdr:from><xdr:col>2</xdr:col><xdr:row>1</xdr:row></xdr:from>"
        f"{content}</xdr:oneCellAnchor></xdr:wsDr>"
    )


def chart_part(title: str, series: Mapping[str, Sequence[str]], categories: Sequence[str]) -> str:
    """Return a chart with its cached values."""

    def points(values: Sequence[str]) -> str:
        return "".join(f'<c:pt idx="{n}"><c:v>{value}</c:v></c:pt>' for n, value in enumerate(values))

    xml = "".join(
        f"<c:ser><c:tx><c:strRef><c:strCache>{points([name])}</c:strCache></c:strRef></c:tx>"
        f"<c:cat><c:strRef><c:strCache>{points(categories)}</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:numCache><c:formatCode>0%</c:formatCode>{points(values)}</c:numCache></c:numRef>"
        "</c:val></c:ser>"
        for name, values in series.items()
    )
    return (
        f"<c:chartSpace {_DRAWN}><c:chart><c:title><c:tx><c:rich>{text_paragraph(title)}</c:rich></c:tx></c:title>"
        f"<c:plotArea><c:barChart>{xml}</c:barChart></c:plotArea></c:chart></c:chartSpace>"
    )


# -- presentations ------------------------------------------------------------------------------------


def text_paragraph(text: str, properties: str = "", run: str = "") -> str:
    """Return a DrawingML paragraph."""
    return f"<a:p><a:pPr>{properties}</a:pPr><a:r><a:rPr {run}/><a:t>{text}</a:t></a:r></a:p>"


def shape(
    paragraphs: str,
    *,
    kind: str | None = None,
    at: tuple[int, int] | None = None,
    index: int = 0,
    name: str = "Shape",
    described: str = "",
) -> str:
    """Return a shape of a slide, a placeholder if it has a ``kind``; ``at`` is its upper left corner."""
    placeholder = f'<p:ph type="{kind}" idx="{index}"/>' if kind is not None else ""
    frame = (
        f'<a:xfrm><a:off x="{at[0]}" y="{at[1]}"/><a:ext cx="100" cy="50"/></a:xfrm>'
        if at is not None
        else ""
    )
    return (
        f'<p:sp><p:nvSpPr><p:cNvPr id="1" name="{name}" descr="{described}"/><p:cNvSpPr/>'
        f"<p:nvPr>{placeholder}</p:nvPr></p:nvSpPr><p:spPr>{frame}</p:spPr>"
        f"<p:txBody>{paragraphs}</p:txBody></p:sp>"
    )


def title(text: str) -> str:
    return shape(text_paragraph(text), kind="title")


def framed(content: str, name: str = "Frame") -> str:
    """Return a table, a chart or a diagram on a slide."""
    return (
        f'<p:graphicFrame><p:nvGraphicFramePr><p:cNvPr id="1" name="{name}"/></p:nvGraphicFramePr>'
        f"<a:graphic><a:graphicData>{content}</a:graphicData></a:graphic></p:graphicFrame>"
    )


def slide_table(cells: Sequence[Sequence[str]]) -> str:
    xml = "".join(
        "<a:tr>"
        + "".join(f"<a:tc><a:txBody>{text_paragraph(cell)}</a:txBody></a:tc>" for cell in row)
        + "</a:tr>"
        for row in cells
    )
    return framed(f"<a:tbl>{xml}</a:tbl>")


def tree(content: str) -> str:
    return f"<p:cSld><p:spTree>{content}</p:spTree></p:cSld>"


def pptx(
    slides: Sequence[str],
    *,
    hidden: Sequence[int] = (),
    related: Mapping[int, Sequence[tuple[str, str]]] | None = None,
    parts: Mapping[str, str | bytes] | None = None,
    layout: str = "",
    first: int = 1,
) -> bytes:
    """Return a presentation with these shapes on its slides; ``related`` are the relations of a slide by
    number.

    The ids of those begin at r2, since r1 is its layout.
    """
    numbers = range(1, len(slides) + 1)
    listed = "".join(f'<p:sldId id="{255 + n}" r:id="r{n}"/>' for n in numbers)
    members: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": relations([("officeDocument", "ppt/presentation.xml")]),
        "ppt/presentation.xml": f'<p:presentation {_DRAWN} firstSlideNum="{first}"><p:sldIdLst>{listed}'
        "</p:sldIdLst></p:presentation>",
        "ppt/_rels/presentation.xml.rels": relations(
            [*(("slide", f"slides/slide{n}.xml") for n in numbers), ("commentAuthors", "commentAuthors.xml")]
        ),
        "ppt/slideLayouts/slideLayout1.xml": f"<p:sldLayout {_DRAWN}>{tree(layout)}</p:sldLayout>",
        "ppt/commentAuthors.xml": f'<p:cmAuthorLst {_DRAWN}><p:cmAuthor id="0" name="B. Jones"/></p:cmAuthorLst>',
    }
    for n, content in zip(numbers, slides, strict=True):
        shown = ' show="0"' if n in hidden else ""
        members[f"ppt/slides/slide{n}.xml"] = f"<p:sld {_DRAWN}{shown}>{tree(content)}</p:sld>"
        members[f"ppt/slides/_rels/slide{n}.xml.rels"] = relations(
            [("slideLayout", "../slideLayouts/slideLayout1.xml"), *(related or {}).get(n, ())]
        )
    return archive(members | dict(parts or {}))


def notes_part(text: str) -> str:
    body = shape(text_paragraph(text), kind="body", index=1)
    number = shape('<a:p><a:fld type="slidenum"><a:t>7</a:t></a:fld></a:p>', kind="sldNum", index=2)
    return f"<p:notes {_DRAWN}>{tree(body + number)}</p:notes>"


def comments_part(text: str) -> str:
    return f'<p:cmLst {_DRAWN}><p:cm authorId="0" dt="2024-02-03T10:00:00"><p:text>{text}</p:text></p:cm></p:cmLst>'


def diagram_part(texts: Sequence[str]) -> str:
    points = "".join(f"<dgm:pt><dgm:t>{text_paragraph(text)}</dgm:t></dgm:pt>" for text in texts)
    return f"<dgm:dataModel {_DRAWN}><dgm:ptLst>{points}</dgm:ptLst></dgm:dataModel>"


# -- OpenDocument -------------------------------------------------------------------------------------

_OASIS = {
    **{prefix: prefix for prefix in ("office", "style", "text", "table", "form")},
    **{"draw": "drawing", "fo": "xsl-fo-compatible", "svg": "svg-compatible"},
}
_OPEN = " ".join(
    (
        *(
            f'xmlns:{prefix}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
            for prefix, name in _OASIS.items()
        ),
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xlink="http://www.w3.org/1999/xlink"',
        'xmlns:math="http://www.w3.org/1998/Math/MathML"',
    )
)


def odt(
    body: str,
    *,
    automatic: str = "",
    styles: str = "",
    master: str = "",
    title: str = "",
    parts: Mapping[str, str | bytes] | None = None,
) -> bytes:
    """Return an OpenDocument text with this body; ``automatic`` are the automatic styles."""
    return archive(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {_OPEN}><office:automatic-styles>{automatic}"
            f"</office:automatic-styles><office:body><office:text>{body}</office:text></office:body>"
            "</office:document-content>",
            "styles.xml": f"<office:document-styles {_OPEN}><office:styles>{styles}</office:styles>"
            f"<office:master-styles>{master}</office:master-styles></office:document-styles>",
            "meta.xml": f"<office:document-meta {_OPEN}><office:meta><dc:title>{title}</dc:title></office:meta>"
            "</office:document-meta>",
            **{
                name: part.replace("@NS", _OPEN) if isinstance(part, str) else part
                for name, part in (parts or {}).items()
            },
        }
    )


def open_paragraph(text: str, style: str = "Standard") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def open_table(cells: Sequence[Sequence[str]]) -> str:
    xml = "".join(
        "<table:table-row>"
        + "".join(f"<table:table-cell>{open_paragraph(cell)}</table:table-cell>" for cell in row)
        + "</table:table-row>"
        for row in cells
    )
    return f"<table:table>{xml}</table:table>"


# -- rich text ----------------------------------------------------------------------------------------


def rtf(body: str | bytes, *, head: str = "") -> bytes:
    """Return a rich text with this body."""
    content = body if isinstance(body, bytes) else body.encode("ascii")
    fonts = (
        r"{\fonttbl{\f0\fswiss\fcharset0 Arial;}{\f1\fnil\fcharset204 Cyr;}{\f2\fnil\fcharset128 Mincho;}}"
    )
    return rf"{{\rtf1\ansi\ansicpg1252\deff0{fonts}{head}".encode("ascii") + b"\n" + content + b"}"
