"""EPUB books: notes, printed pages, parts of other kinds, and encryption."""

# ruff: noqa: E501 -- markup reads best unbroken.

from __future__ import annotations

import pytest
from sample_files import archive, read_one

from qa.errors import ReadError
from qa.types import Document, Page

_XHTML = "application/xhtml+xml"


def _chapter(body: str) -> str:
    return (
        '<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml" '
        f'xmlns:epub="http://www.idpf.org/2007/ops"><head><title>t</title></head><body>{body}</body></html>'
    )


def _book(
    *parts: tuple[str, str, str], spine: str = "", more: dict[str, str] | None = None, guide: str = ""
) -> bytes:
    """Return a book of parts (name, the rest of its manifest entry, content); ``spine`` are names, else all."""
    items = "".join(
        f'<item id="{name}" href="{name}" {entry or f"media-type={_XHTML!r}"}/>' for name, entry, _ in parts
    )
    names = spine.split() or [name for name, _, _ in parts]
    references = "".join(f'<itemref idref="{name}"/>' for name in names)
    return archive(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<c><rootfile full-path="b.opf"/></c>',
            "b.opf": '<p xmlns:dc="x"><dc:title>A Book</dc:title>'
            f"<manifest>{items}</manifest><spine>{references}</spine>{guide}</p>",
            **{name: content for name, _, content in parts if content},
            **(more or {}),
        }
    )


def _read(*parts: tuple[str, str, str], spine: str = "", more: dict[str, str] | None = None) -> Document:
    return read_one(_book(*parts, spine=spine, more=more), "a.epub")


def _left_out(document: Document) -> list[tuple[str, str | None]]:
    return [(o.reason, o.name or o.text) for o in document.omissions if o.text != "t"]


def test_a_note_opened_by_a_link_is_text() -> None:
    document = _read(
        (
            "a",
            "",
            _chapter(
                '<p>It left.<a epub:type="noteref" href="#n">7</a> They rowed.</p>'
                '<aside epub:type="footnote" id="n" hidden="hidden"><p>At two.</p></aside>'
                '<ol><li id="m" role="doc-endnote"><p>Another.</p></li></ol>'
            ),
        )
    )
    assert document.text == "It left.[7] They rowed.\n\nAt two.\n\n1. Another."
    assert [(place.kind, place.label) for place in document.places] == [("note", "7"), ("note", "1")]


@pytest.mark.parametrize(
    "mark",
    [
        '<span epub:type="pagebreak" title="12"/>',
        '<span role="doc-pagebreak" aria-label="Page 12"/>',
        '<span epub:type="pagebreak">12</span>',
        '<span class="pagenum" title="{12}"><a id="x"></a></span>',
        '<span class="pagenum">[Pg 12]</span>',
        '<a epub:type="pagebreak" id="page12" title="p. 12"></a>',
    ],
)
def test_a_printed_page_can_begin_inside_a_paragraph(mark: str) -> None:
    document = _read(("a", "", _chapter(f"<h1>Storm</h1><p>They left. {mark}Seven came.</p>")))
    assert document.text == "Storm\n\nThey left. Seven came."
    start = document.text.index("Seven")
    assert document.pages == (Page(1, 0, start), Page(2, start, len(document.text), "12"))


def test_pages_are_those_of_the_page_lists() -> None:
    navigation = _chapter(
        '<nav epub:type="toc"><ol><li><a href="a">First</a></li></ol></nav>'
        '<nav epub:type="page-list" hidden=""><ol><li><a href="a#p4">iv</a></li><li><a href="b">5</a></li></ol></nav>'
    )
    ncx = (
        '<ncx><pageList><pageTarget value="6"><content src="c#x"/></pageTarget><pageTarget>'
        '<navLabel><text>7</text></navLabel><content src="c#y"/></pageTarget></pageList></ncx>'
    )
    document = _read(
        ("a", "", _chapter('<p>One <a id="p4"></a>two.</p>')),
        ("b", "", _chapter("<p>Three.</p>")),
        ("c", "", _chapter('<p id="x">Four.</p><p><span id="y">7</span>Five.</p>')),
        ("n", f'properties="nav" media-type="{_XHTML}"', navigation),
        ("x.ncx", 'media-type="application/x-dtbncx+xml"', ncx),
        spine="a b c",
    )
    assert document.text == "First\n\nOne two.\n\nThree.\n\nFour.\n\nFive."
    labels = [(document.text[page.start : page.end].strip(), page.label) for page in document.pages]
    assert labels == [("First\n\nOne", None), ("two.", "iv"), ("Three.", "5"), ("Four.", "6"), ("Five.", "7")]


def test_a_table_of_contents_among_the_chapters_is_omitted() -> None:
    document = _read(
        (
            "n",
            f'properties="nav" media-type="{_XHTML}"',
            _chapter(
                '<h1>Preface</h1><p>Told in 1903.</p><nav epub:type="toc"><ol><li><a href="a">Calm</a></li></ol></nav>'
            ),
        ),
        ("a", "", _chapter("<h1>Calm</h1><p>Flat.</p>")),
    )
    assert document.text == "Preface\n\nTold in 1903.\n\nCalm\n\nFlat."
    assert _left_out(document) == [("contents", "Calm")]
    assert " of a table of contents" in str(document.warnings[0])


def test_drawings_fallbacks_and_unusual_types_are_read_and_others_reported() -> None:
    document = _read(
        ("m.svg", 'media-type="image/svg+xml"', "<svg><text>The wreck is south of here.</text></svg>"),
        ("a.pdf", 'media-type="application/pdf" fallback="b"', "x"),
        ("b", "", _chapter("<p>Instead.</p>")),
        ("c.html", 'media-type="text/xml"', _chapter("<p>Odd.</p>")),
        ("d.pdf", 'media-type="application/pdf" fallback="d.pdf"', "x"),
        ("e.png", 'media-type="image/png"', "x"),
        ("f", "", _chapter('<div><img src="i/p.png" alt=""/></div>')),
        ("cover", "", _chapter('<img src="c.png"/>')),
        ("g", "", ""),
        ("h", "", _chapter("<p>Unlisted.</p>")),
        spine="m.svg a.pdf c.html d.pdf e.png f cover g gone",
    )
    assert document.text == "The wreck is south of here.\n\nInstead.\n\nOdd.\n\nUnlisted."
    assert _left_out(document) == [
        ("attachment", "d.pdf"),
        ("picture", "e.png"),
        ("picture", "p.png"),
        ("missing", "g"),
        ("missing", "gone"),
    ]


def test_sections_entities_and_drop_caps() -> None:
    chapter = '<!DOCTYPE html [<!ENTITY boat "lifeboat">]>' + _chapter(
        '<p>The &boat; <![CDATA[left & "came"]]>.</p><p><img src="t.png" alt="T"/>he end.</p>'
    ).removeprefix('<?xml version="1.0"?>')
    assert _read(("a", "", chapter)).text == 'The lifeboat left & "came".\n\nThe end.'


def _lock(algorithm: str) -> str:
    return f'<e><EncryptedData><EncryptionMethod Algorithm="{algorithm}"/></EncryptedData></e>'


@pytest.mark.parametrize(
    ("files", "system"),
    [
        ({"META-INF/license.lcpl": "{}", "META-INF/encryption.xml": "<e/>"}, "LCP"),
        ({"META-INF/sinf.xml": "<s/>"}, "FairPlay"),
        ({"META-INF/encryption.xml": _lock("http://www.w3.org/2001/04/xmlenc#aes128-cbc")}, "DRM"),
        ({"META-INF/encryption.xml": "<e/>", "META-INF/rights.xml": "<r/>"}, "DRM"),
    ],
)
def test_an_encrypted_book_is_refused_with_the_name_of_the_system(files: dict[str, str], system: str) -> None:
    with pytest.raises(ReadError, match=rf"copy-protected \({system}\)"):
        read_one(_book(("a", "", "\x00\x01"), more=files), "a.epub")


@pytest.mark.parametrize(
    "algorithm", ["http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC"]
)
def test_a_book_with_obfuscated_fonts_is_read(algorithm: str) -> None:
    assert (
        _read(("a", "", _chapter("Text.")), more={"META-INF/encryption.xml": _lock(algorithm)}).text
        == "Text."
    )
