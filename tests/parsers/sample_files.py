"""Small files of every format, written byte by byte so that their correct reading is known."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from qa import parsers
from qa.types import Block, Document

WIDTH, HEIGHT = 612, 792


@dataclass(frozen=True)
class Words:
    """Words on a PDF page; ``x`` and ``y`` are points from the lower left corner."""

    x: float
    y: float
    text: str
    size: float = 10
    bold: bool = False


def lines(x: float, y: float, texts: Iterable[str], *, leading: float = 12, size: float = 10) -> list[Words]:
    """Return the lines of a paragraph, one below the other."""
    return [Words(x, y - place * leading, text, size) for place, text in enumerate(texts)]


def pdf(
    pages: Sequence[Sequence[Words]],
    *,
    title: str = "",
    drawing: Sequence[int] = (),
    box: str = "",
    rotate: int = 0,
) -> bytes:
    """Return a PDF with these words on its pages; pages whose number is in ``drawing`` also show a rectangle.

    ``box`` is the size of all pages, written once for all of them.
    """
    objects: list[bytes] = [b"", b""]
    objects.append(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>")
    objects.append(b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica-Bold/Encoding/WinAnsiEncoding>>")
    kids = []
    for number, words in enumerate(pages, 1):
        content = b"10 10 200 200 re f\n" if number in drawing else b""
        for word in words:
            escaped = word.text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252")
            font = 2 if word.bold else 1
            content += b"BT /F%d %g Tf 1 0 0 1 %g %g Tm (%s) Tj ET\n" % (
                font,
                word.size,
                word.x,
                word.y,
                escaped,
            )
        objects.append(b"<</Length %d>>stream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<</Type/Page/Parent 2 0 R%s/Contents %d 0 R/Rotate %d"
            b"/Resources<</Font<</F1 3 0 R/F2 4 0 R>>>>>>"
            % (b"" if box else b"/MediaBox[0 0 %d %d]" % (WIDTH, HEIGHT), len(objects), rotate)
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[0] = b"<</Type/Catalog/Pages 2 0 R>>"
    objects[1] = b"<</Type/Pages/Count %d/Kids[%s]%s>>" % (
        len(kids),
        b" ".join(kids),
        b"/MediaBox[%s]" % box.encode() if box else b"",
    )
    objects.append(b"<</Title(%s)>>" % title.encode("latin-1"))
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % place for place in places)
    out.write(
        b"trailer<</Size %d/Root 1 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (len(objects) + 1, len(objects), start)
    )
    return out.getvalue()


def archive(members: dict[str, str | bytes]) -> bytes:
    """Return a zip file with these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name, content)
    return out.getvalue()


_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_RELATIONS = 'xmlns="http://schemas.openxmlformats.org/package/2006/relationships"'


def docx(body: str, *, styles: str = "", footnotes: str = "", title: str = "", prolog: str = "") -> bytes:
    """Return a Word file with this WordprocessingML in its body, styles and footnotes."""
    return archive(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": f'<Relationships {_RELATIONS}><Relationship Id="1" '
            f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/>'
            f'<Relationship Id="2" Type="{_OFFICE}/metadata/core-properties" '
            'Target="docProps/core.xml"/></Relationships>',
            "docProps/core.xml": f'<p xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title></p>',
            "word/_rels/document.xml.rels": f'<Relationships {_RELATIONS}><Relationship Id="1" '
            f'Type="{_OFFICE}/styles" Target="styles.xml"/><Relationship Id="2" '
            f'Type="{_OFFICE}/footnotes" Target="/word/footnotes.xml"/></Relationships>',
            "word/document.xml": f"{prolog}<w:document {_WORD}><w:body>{body}</w:body></w:document>",
            "word/styles.xml": f"<w:styles {_WORD}>{styles}</w:styles>",
            "word/footnotes.xml": f"<w:footnotes {_WORD}>{footnotes}</w:footnotes>",
            "word/header1.xml": f"<w:hdr {_WORD}>{paragraph('Running header')}</w:hdr>",
        }
    )


def paragraph(text: str, properties: str = "") -> str:
    """Return a WordprocessingML paragraph."""
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return a WordprocessingML table; cells are WordprocessingML too."""
    cells = ("".join(f"<w:tc>{cell}</w:tc>" for cell in row) for row in rows)
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in cells) + "</w:tbl>"


def epub(
    chapters: dict[str, str], *, spine: Sequence[str] = (), titles: dict[str, str] | None = None
) -> bytes:
    """Return a book of XHTML chapters by file name, in the order of ``spine``."""
    entries = "".join(f'<li><a href="{name}">{title}</a></li>' for name, title in (titles or {}).items())
    items = "".join(
        f'<item id="{name}" href="{name}" media-type="application/xhtml+xml"/>' for name in chapters
    )
    references = "".join(f'<itemref idref="{name}"/>' for name in spine or chapters)
    return archive(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container><rootfiles><rootfile full-path="OPS/book.opf"/>'
            "</rootfiles></container>",
            "OPS/book.opf": '<package xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata>'
            f"<dc:title>A Book</dc:title></metadata><manifest>{items}"
            '<item id="nav" href="nav.xhtml" properties="nav" media-type="application/xhtml+xml"/></manifest>'
            f'<spine><itemref idref="nav"/>{references}</spine></package>',
            "OPS/nav.xhtml": f"<html><body><nav><ol>{entries}</ol></nav></body></html>",
            **{f"OPS/{name}": f"<html><body>{body}</body></html>" for name, body in chapters.items()},
        }
    )


def read_one(data: bytes, name: str, *, password: str | None = None, ocr: bool = False) -> Document:
    """Return the only document of a file."""
    (document,) = parsers.read_bytes(data, name, name, password=password, ocr=ocr)
    assert isinstance(document, Document)
    return document


def shown(document: Document) -> list[tuple[str, int, str]]:
    """Return kind, level and text of every block."""
    return [(block.kind, block.level, text(document, block)) for block in document.blocks]


def text(document: Document, block: Block) -> str:
    return document.text[block.start : block.end]
