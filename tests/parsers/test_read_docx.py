from __future__ import annotations

import pytest
from sample_files import archive, docx, paragraph, read_one, shown, table

from qa.errors import ReadError
from qa.parsers.docx import read as read_docx


def _style(style_id: str, name: str, more: str = "") -> str:
    return f'<w:style w:type="paragraph" w:styleId="{style_id}"><w:name w:val="{name}"/>{more}</w:style>'


STYLES = (
    _style("berschrift1", "heading 1")
    + _style("Own", "Own", '<w:basedOn w:val="berschrift1"/>')
    + _style("Deep", "D", '<w:pPr><w:outlineLvl w:val="2"/></w:pPr>')
    + _style("L", "List", "<w:pPr><w:numPr/></w:pPr>")
    + _style("A", "a", '<w:basedOn w:val="B"/>')
    + _style("B", "b", '<w:basedOn w:val="A"/>')
)


def _shown(body: str, **parts: str) -> list[tuple[str, int, str]]:
    return shown(read_one(docx(body, **parts), "a.docx"))


def _styled(text: str, style: str) -> str:
    return paragraph(text, f'<w:pStyle w:val="{style}"/>')


def test_headings_are_recognised_by_style_name_inheritance_and_outline_level() -> None:
    assert _shown(
        _styled("One", "berschrift1")
        + _styled("Two", "Own")
        + _styled("Three", "Deep")
        + _styled("Round", "A"),
        styles=STYLES,
    ) == [("heading", 1, "One"), ("heading", 1, "Two"), ("heading", 3, "Three"), ("paragraph", 0, "Round")]


def test_list_paragraphs_are_items() -> None:
    numbered = '<w:numPr><w:ilvl w:val="0"/><w:numId w:val="3"/></w:numPr>'
    off = '<w:pStyle w:val="L"/><w:numPr><w:numId w:val="0"/></w:numPr>'
    assert _shown(
        paragraph("Own number", numbered) + _styled("By style", "L") + paragraph("Switched off", off),
        styles=STYLES,
    ) == [("item", 0, "Own number"), ("item", 0, "By style"), ("paragraph", 0, "Switched off")]


def test_tables_are_in_their_place_a_row_each() -> None:
    rows = table([[paragraph("a"), paragraph("b") + paragraph("c")], [paragraph(""), paragraph("d")]])
    assert _shown(paragraph("Before") + rows + paragraph("After")) == [
        ("paragraph", 0, "Before"),
        ("row", 0, "a\tb\nc"),
        ("row", 0, "d"),
        ("paragraph", 0, "After"),
    ]


def test_nested_and_ragged_tables_lose_no_cell() -> None:
    inner = table([[paragraph("x"), paragraph("y")]])
    outer = table([[paragraph("a") + inner + paragraph("b"), paragraph("c")], [paragraph("alone")]])
    assert _shown(outer) == [
        ("paragraph", 0, "a"),
        ("row", 0, "x\ty"),
        ("paragraph", 0, "b"),
        ("paragraph", 0, "c"),
        ("paragraph", 0, "alone"),
    ]


def test_a_footnote_follows_its_paragraph_and_not_the_sentence() -> None:
    body = '<w:p><w:r><w:t>It is so</w:t><w:footnoteReference w:id="2"/><w:t>.</w:t></w:r></w:p>'
    notes = (
        f'<w:footnote w:type="separator" w:id="0">{paragraph("line")}</w:footnote>'
        f'<w:footnote w:id="2">{paragraph("The note.")}</w:footnote>'
    )
    assert _shown(body + paragraph("Next."), footnotes=notes) == [
        ("paragraph", 0, "It is so¹."),
        ("paragraph", 0, "The note."),
        ("paragraph", 0, "Next."),
    ]


def test_a_text_box_is_read_once_and_after_its_paragraph() -> None:
    box = f"<w:txbxContent>{paragraph('In the box.')}</w:txbxContent>"
    twin = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f"<mc:Choice>{box}</mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent>"
    )
    assert _shown(f"<w:p><w:r><w:t>Around </w:t>{twin}<w:t>it.</w:t></w:r></w:p>") == [
        ("paragraph", 0, "Around it."),
        ("paragraph", 0, "In the box."),
    ]


def test_links_fields_and_insertions_are_text_and_deletions_are_not() -> None:
    body = (
        "<w:p><w:hyperlink><w:r><w:t>link</w:t></w:r></w:hyperlink><w:r><w:tab/><w:instrText>PAGE</w:instrText></w:r>"
        "<w:ins><w:r><w:t>new</w:t></w:r></w:ins><w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
        "<w:moveFrom><w:r><w:t>moved</w:t></w:r></w:moveFrom><w:r><w:br/><w:t>two</w:t><w:noBreakHyphen/></w:r>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>hidden</w:t></w:r></w:p>"
    )
    assert _shown(body) == [("paragraph", 0, "link\tnew\ntwo\u2011")]


def test_unused_headers_are_omitted_and_the_title_is_read() -> None:
    document = read_one(docx(paragraph("Body."), title="A Contract"), "a.docx")
    assert (document.title, document.text) == ("A Contract", "Body.")


def test_content_controls_are_read() -> None:
    wrapped = f"<w:sdt><w:sdtPr/><w:sdtContent>{paragraph('Inside.')}</w:sdtContent></w:sdt>"
    assert _shown(wrapped) == [("paragraph", 0, "Inside.")]


def test_entities_are_not_expanded() -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]>'
    with pytest.raises(ReadError, match="declares entities"):
        read_one(docx(paragraph("&b;"), prolog=bomb), "a.docx")
    outside = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    with pytest.raises(ReadError, match="declares entities"):
        read_one(docx(paragraph("&a;"), prolog=outside), "a.docx")


def test_tables_nested_thousands_deep_do_not_crash() -> None:
    body = "<w:tbl><w:tr><w:tc>" * 5000 + paragraph("Deep.") + "</w:tc></w:tr></w:tbl>" * 5000
    with pytest.raises(ReadError, match="nested too deep"):
        read_one(docx(body), "a.docx")


def test_a_zip_bomb_is_refused_while_it_is_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    from qa.parsers import archive as module

    monkeypatch.setattr(module, "ARCHIVE_ENTRY_BYTES", 1_000_000)
    with pytest.raises(ReadError, match="it unpacks to more than 1 MB"):
        read_docx(docx("<w:p/>" * 1_000_000))


def test_many_parts_with_a_large_total_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from qa.parsers import archive as module

    monkeypatch.setattr(module, "ARCHIVE_TOTAL_BYTES", 1000)
    with pytest.raises(ReadError, match="it unpacks to more"):
        read_docx(docx(paragraph("x" * 900)))


def test_a_zip_with_too_many_parts_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from qa.parsers import archive as module

    monkeypatch.setattr(module, "ARCHIVE_ENTRIES", 5)
    with pytest.raises(ReadError, match="more than 5 parts"):
        read_docx(docx(paragraph("x")))


def test_damaged_files_are_reported() -> None:
    whole = docx(paragraph("Hello there."))
    with pytest.raises(ReadError, match="zip container is damaged"):
        read_one(whole[: len(whole) // 2], "a.docx")
    with pytest.raises(ReadError, match="damaged XML"):
        read_one(archive({"word/document.xml": "<w:document><w:body>"}), "a.docx")
    with pytest.raises(ReadError, match="contains no Word document"):
        read_one(archive({"../../etc/passwd": "x"}), "a.docx")
