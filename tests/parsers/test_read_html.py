from __future__ import annotations

import time

import pytest
from sample_files import read_one, shown

from qa.errors import ReadError


def _shown(body: str, name: str = "a.html") -> list[tuple[str, int, str]]:
    return shown(read_one(f"<!DOCTYPE html><html><body>{body}</body></html>".encode(), name))


def test_blocks_have_the_kinds_of_their_elements() -> None:
    assert _shown(
        "<h1>Title</h1><p>One  <b>bold</b>\n word.</p><ul><li>First<ul><li>Inner</li></ul></li></ul>"
        "<pre><code>x = 1\n\n  y</code></pre><table><tr><th>Name</th><td>Value</td></tr></table>"
        "<h3>Sub</h3>Loose."
    ) == [
        ("heading", 1, "Title"),
        ("paragraph", 0, "One bold word."),
        ("item", 0, "First"),
        ("item", 0, "Inner"),
        ("code", 0, "x = 1\n\n  y"),
        ("row", 0, "Name\tValue"),
        ("heading", 3, "Sub"),
        ("paragraph", 0, "Loose."),
    ]


def test_invisible_content_is_no_text() -> None:
    assert _shown(
        "<script>var a</script><style>p{}</style><nav>Menu</nav><p hidden>a</p><p style='display: none'>b</p>"
        "<p aria-hidden=true>c</p><div role=navigation>d</div><!-- e --><template><p>f</p></template>"
        "<noscript>g</noscript><footer>h</footer><header>i</header><p>Seen.</p>"
    ) == [("paragraph", 0, "Seen.")]


def test_a_header_with_the_heading_is_content() -> None:
    assert _shown("<header><h1>Title</h1></header><p>Text.</p>")[0] == ("heading", 1, "Title")


def test_the_main_element_is_the_content() -> None:
    words = "Words of the article. " * 30
    assert _shown(f"<div>Subscribe now!</div><main><p>{words}</p><footer>Author</footer></main>") == [
        ("paragraph", 0, words.strip()),
        ("paragraph", 0, "Author"),
    ]


def test_a_layout_table_is_no_row() -> None:
    long = "A long paragraph of the essay. " * 40
    assert _shown(f"<table><tr><td>Menu</td><td>{long}<br><br>Next.</td></tr></table>") == [
        ("paragraph", 0, "Menu"),
        ("paragraph", 0, long.strip()),
        ("paragraph", 0, "Next."),
    ]


def test_a_nested_table_keeps_its_rows() -> None:
    inner = "<table><tr><td>a</td><td>b</td></tr></table>"
    assert _shown(f"<table><tr><td>{inner}</td><td>Beside</td></tr></table>") == [
        ("row", 0, "a\tb"),
        ("paragraph", 0, "Beside"),
    ]


def test_line_breaks_are_kept_and_two_separate_paragraphs() -> None:
    assert _shown("<p>One <br> two<br/><br/>three</p>") == [
        ("paragraph", 0, "One\ntwo"),
        ("paragraph", 0, "three"),
    ]


def test_entities_and_soft_hyphens_are_read_as_letters() -> None:
    assert _shown("<p>Fish &amp; chips &lt;5&nbsp;&euro; beau&shy;ti&shy;ful &#x41;</p>") == [
        ("paragraph", 0, "Fish & chips <5\u00a0€ beautiful A")
    ]


def test_words_of_adjacent_elements_are_separate() -> None:
    assert [block[2] for block in _shown("<div>One</div><div>two</div><p>three<div>four</div>")] == [
        "One",
        "two",
        "three",
        "four",
    ]


def test_preformatted_prose_is_split_at_blank_lines() -> None:
    assert _shown("<pre>First line\nsecond line\n\n  Next.</pre>") == [
        ("paragraph", 0, "First line\nsecond line"),
        ("paragraph", 0, "Next."),
    ]


def test_the_pronunciation_in_ruby_is_omitted() -> None:
    assert _shown("<p><ruby>漢<rp>(</rp><rt>kan</rt><rp>)</rp></ruby>字</p>") == [("paragraph", 0, "漢字")]


def test_a_self_closed_xhtml_element_does_not_swallow_the_page() -> None:
    document = read_one(
        b"<html><head><title/><script src='a'/></head><body><p>Text.</p></body></html>", "a.xhtml"
    )
    assert document.text == "Text."


@pytest.mark.parametrize(
    "declaration",
    [
        "<meta charset=iso-8859-2>",
        "<meta http-equiv='Content-Type' content='text/html; charset=iso-8859-2'>",
        "<?xml version='1.0' encoding='iso-8859-2'?>",
    ],
)
def test_the_declared_encoding_is_used(declaration: str) -> None:
    page = f"{declaration}<html><body><p>Łódź, ślimak</p></body></html>"
    assert read_one(page.encode("iso8859_2"), "a.html").text == "Łódź, ślimak"


def test_latin_1_is_decoded_as_windows_1252() -> None:
    page = "<meta charset=iso-8859-1><p>\u201cQuoted\u201d \u2013 caf\xe9</p>"
    assert read_one(page.encode("cp1252"), "a.html").text == "\u201cQuoted\u201d \u2013 caf\xe9"


def test_a_wrong_declaration_of_utf16_is_ignored() -> None:
    page = "<meta charset=utf-16><p>caf\xe9 und Stra\xdfe, sch\xf6ne Gr\xfc\xdfe</p>"
    assert read_one(page.encode("cp1252"), "a.html").text == "caf\xe9 und Stra\xdfe, sch\xf6ne Gr\xfc\xdfe"


def test_valid_utf8_overrides_the_declared_encoding() -> None:
    page = "<meta charset=iso-8859-1><p>Łódź, ślimak</p>"
    assert read_one(page.encode(), "a.html").text == "Łódź, ślimak"


def test_the_title_is_that_of_the_page_or_the_first_heading() -> None:
    assert read_one(b"<title> The\n Title </title><h1>H</h1>", "a.html").title == "The Title"
    assert read_one(b"<p>Before</p><h2>Heading</h2>", "a.html").title == "Heading"


def test_elements_nested_a_hundred_thousand_deep_are_refused_at_once() -> None:
    with pytest.raises(ReadError, match="nested more than"):
        read_one(b"<div>" * 100_000 + b"x", "a.html")


def test_elements_nested_thousands_deep_are_read() -> None:
    assert read_one(b"<div>" * 9_000 + b"Deep." + b"</div>" * 9_000, "a.html").text == "Deep."


def test_thousands_of_unclosed_paragraphs_are_not_deep() -> None:
    assert len(read_one(b"<p>Line." * 30_000, "a.html").blocks) == 30_000


def test_markdown_is_read_without_its_markup() -> None:
    source = (
        "---\ntitle: 'The Title'\ntags: x\n---\n# Head *ing*\n\nSome **bold** [link](http://a) and `code`\n"
        "on two lines &amp; more.\n\n- item one\n- item two\n\n```py\nx = '**no**'\n\ny\n```\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n\nSetext\n------\n\n> Quoted.\n\n<div hidden>no</div>\n"
    )
    document = read_one(source.encode(), "a.md")
    assert document.title == "The Title"
    assert shown(document) == [
        ("heading", 1, "Head ing"),
        ("paragraph", 0, "Some bold link and code on two lines & more."),
        ("item", 0, "item one"),
        ("item", 0, "item two"),
        ("code", 0, "x = '**no**'\n\ny"),
        ("row", 0, "a\tb"),
        ("row", 0, "1\t2"),
        ("heading", 2, "Setext"),
        ("paragraph", 0, "Quoted."),
    ]


def test_markdown_quoted_thousands_deep_does_not_crash() -> None:
    assert "Deep." in read_one(b"Top.\n\n" + b"> " * 50 + b"Deep.", "a.md").text
    assert read_one(b"Top.\n\n" + b">" * 5000 + b" Deep.", "a.md").text.startswith("Top.")


@pytest.mark.parametrize(
    ("source", "kind"),
    [("- item of a list\n" * 6_000, "item"), ("| a | b |\n|---|---|\n" + "| c | d |\n" * 6_000, "row")],
)
def test_a_long_markdown_list_or_table_without_blank_lines_keeps_its_parts(source: str, kind: str) -> None:
    assert [block.kind for block in read_one(source.encode(), "a.md").blocks[-6_000:]] == [kind] * 6_000


def test_markdown_of_ten_thousand_brackets_is_unchanged_and_quick() -> None:
    source = "Top.\n\n" + "![" * 20_000
    started = time.process_time()
    assert read_one(source.encode(), "a.md").text == source
    assert time.process_time() - started < 2


def test_millions_of_elements_are_refused_before_they_fill_the_memory() -> None:
    with pytest.raises(ReadError, match="more than 2,000,000 elements; split it"):
        read_one(b"<p>" * 2_000_001 + b"x", "a.html")
