from __future__ import annotations

import pytest
from sample_files import archive, epub, read_one, shown

from qa.errors import ReadError


def test_chapters_are_in_the_order_of_the_spine() -> None:
    book = epub({"a.xhtml": "<p>Second.</p>", "b.xhtml": "<p>First.</p>"}, spine=["b.xhtml", "a.xhtml"])
    document = read_one(book, "a.epub")
    assert (document.title, document.text) == ("A Book", "First.\n\nSecond.")


def test_a_chapter_without_a_heading_has_the_title_of_the_contents() -> None:
    book = epub(
        {"a.xhtml": "<p>Plain.</p>", "b.xhtml": "<h2>Own title</h2><p>Text.</p>"},
        titles={"a.xhtml#start": "Chapter One", "b.xhtml": "Chapter Two"},
    )
    assert shown(read_one(book, "a.epub")) == [
        ("heading", 1, "Chapter One"),
        ("paragraph", 0, "Plain."),
        ("heading", 2, "Own title"),
        ("paragraph", 0, "Text."),
    ]


def test_printed_page_numbers_are_not_in_sentences() -> None:
    body = '<p>A sentence <span epub:type="pagebreak">12</span>goes <a role="doc-pagebreak">13</a>on.</p>'
    assert read_one(epub({"a.xhtml": body}), "a.epub").text == "A sentence goes on."


def test_a_missing_chapter_is_reported_and_the_rest_is_read() -> None:
    book = archive(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<c><rootfile full-path="b.opf"/></c>',
            "b.opf": '<p><manifest><item id="1" href="../gone.html" media-type="text/html"/>'
            '<item id="2" href="c%20d.html" media-type="text/html"/></manifest>'
            '<spine><itemref idref="1"/><itemref idref="2"/><itemref idref="3"/></spine></p>',
            "c d.html": "<p>Here.</p>",
        }
    )
    document = read_one(book, "a.epub")
    assert document.text == "Here."
    assert tuple(map(str, document.warnings)) == (
        "Missing from the file (../gone.html, 3); save or download it again.",
    )


def test_a_book_with_damaged_contents_is_read() -> None:
    book = epub({"a.xhtml": "<p>Text.</p>"}, titles={"a.xhtml": "A &nbsp; <b>broken title"})
    assert "Text." in read_one(book, "a.epub").text


def test_a_zip_that_is_not_a_book_is_refused() -> None:
    with pytest.raises(ReadError, match="not an EPUB book"):
        read_one(archive({"a.txt": "x"}), "a.epub")


def test_a_protected_book_is_refused() -> None:
    with pytest.raises(ReadError, match="copy-protected"):
        read_one(
            archive(
                {
                    "META-INF/container.xml": "<c/>",
                    "META-INF/encryption.xml": "<e/>",
                    "META-INF/rights.xml": "<r/>",
                }
            ),
            "a.epub",
        )
