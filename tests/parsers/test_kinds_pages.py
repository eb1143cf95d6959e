"""Web pages: what is shown, hidden, or navigation, in any markup."""

# ruff: noqa: E501 -- markup reads best unbroken.

from __future__ import annotations

import pytest
from page_reading import left_out_of, lines_of, page_of
from sample_files import read_one

from qa.errors import ReadError


@pytest.mark.parametrize(
    "body",
    [
        "<button aria-controls=a>More</button><p>x</p><div id=a hidden>Kept.</div>",
        "<h2><button aria-expanded=false>More?</button></h2><div style='display:none'>Kept.</div>",
        "<button class=accordion>More</button><div class=panel style='display: none'>Kept.</div>",
        "<a href='#a'>One</a><p>x</p><section id=a hidden>Kept.</section>",
        "<a data-bs-target='#a'>One</a><p>x</p><section id=a aria-hidden=true>Kept.</section>",
        "<a onclick=\"show('a')\">One</a><p>x</p><section id=a hidden>Kept.</section>",
        "<p><a href='#'>Read more</a></p><div style='visibility:hidden'>Kept.</div>",
        "<div hidden=until-found>Kept.</div>",
        "<div class='tab-pane' style='display:none'>Kept.</div>",
        "<details><summary>More</summary>Kept.</details>",
        "<h3>More</h3><div style='display:none'>Kept.</div><script>accordion()</script>",
        "<button id=b>More</button><p>x<p>y<div id=a hidden>Kept.</div>"
        "<script>document.getElementById('a').hidden = false</script>",
        "<button commandfor=a>More</button><p>x</p><dialog id=a>Kept.</dialog>",
        "<dialog open>Kept.</dialog>",
        "<div aria-hidden=true>Kept. Screen readers alone skip this.</div>",
    ],
)
def test_content_that_a_control_shows_is_text(body: str) -> None:
    assert "Kept." in page_of(body).text


@pytest.mark.parametrize(
    "body",
    [
        "<h1>Title</h1><p hidden>Out.</p>",
        "<div style='display:none'>Out.</div>",
        "<p>Seen words.</p><div hidden>Out.</div>",
        "<span class=sr-only>Out.</span>",
        "<template>Out.</template>",
        "<dialog>Out.</dialog>",
        "<svg><title>Out.</title></svg>",
        "<i aria-hidden=true>Out.</i>",
    ],
)
def test_content_that_nothing_shows_is_omitted_as_hidden(body: str) -> None:
    document = page_of(f"{body}<p>Seen.</p>")
    assert "Out." not in document.text
    assert left_out_of(document)["hidden"] == "Out."
    assert document.warnings == ()


def test_a_tab_is_the_heading_of_its_panel() -> None:
    document = page_of(
        "<div role=tablist><button role=tab aria-controls=p>Fees</button><a role=tab id=t href='#q'>Hours</a></div>"
        "<div role=tabpanel id=p>Forty crowns.</div><div role=tabpanel aria-labelledby=t id=q hidden>Till four.</div>"
    )
    assert document.text == "Fees\n\nForty crowns.\n\nHours\n\nTill four."
    assert [block.kind for block in document.blocks] == ["heading", "paragraph"] * 2


def test_a_question_is_the_heading_of_its_answer_unless_other_text_follows() -> None:
    question = "<details><summary>How much is it?</summary>Forty.</details>"
    assert page_of(f"{question}{question}").blocks[0].kind == "heading"
    assert page_of(f"{question}<p>And another thing.</p>").blocks[0].kind == "paragraph"


def test_buttons_with_an_action_are_navigation() -> None:
    document = page_of("<p>Text.</p><button>Copy</button><p>Press <button>Save</button> to end.</p>")
    assert document.text == "Text.\n\nPress Save to end."
    assert left_out_of(document) == {"navigation": "Copy"}
    assert tuple(map(str, document.warnings)) == (
        "Left out: 1 word of navigation; see: qa show DOC --left-out.",
    )


def test_a_page_that_needs_scripts_is_text_if_there_is_little_else() -> None:
    assert lines_of("<h1>Map</h1><noscript><p>Quay Street 14.</p></noscript>") == ["Map", "Quay Street 14."]
    long = "Words of the page. " * 40
    document = page_of(f"<p>{long}</p><noscript>Quay Street 14.</noscript>")
    assert document.text == long.strip()
    assert left_out_of(document) == {"hidden": "Quay Street 14."}
    assert lines_of(f"<p>{long}</p><noscript><p>{'Others in full. ' * 60}</p></noscript>")[1].startswith(
        "Others"
    )
    with pytest.raises(ReadError, match="contains no text"):
        page_of("<div id=app></div><noscript>Please enable JavaScript.</noscript>")


def test_frame_pages_show_their_fallback_content() -> None:
    page = b"<frameset><frame src=a.html><noframes><body><p>Quay Street 14.</p></body></noframes></frameset>"
    document = read_one(page, "a.html")
    assert document.text == "Quay Street 14."
    assert tuple(map(str, document.warnings)) == (
        "Missing from the file (a.html); save or download it again.",
    )


_PROSE = "The harbour was built when the herring came to the coast of the country. " * 8


@pytest.mark.parametrize(
    "body",
    [
        f"<article><h2>First</h2><p>Short.</p></article><div><h2>Second</h2><p>{_PROSE}</p></div>",
        f"<main><h1>First</h1></main><div><h2>Second</h2><p>{_PROSE}</p><p>Tag</p></div>",
        f"<article><h2>First</h2><p>Short.</p></article><article><h2>Second</h2><p>{_PROSE}</p></article>",
    ],
)
def test_the_whole_page_is_text_if_the_article_is_only_a_part(body: str) -> None:
    text = page_of(body).text
    assert "First" in text
    assert "Second" in text
    assert _PROSE.strip() in text


def test_prose_around_the_content_is_text_and_the_rest_is_navigation() -> None:
    document = page_of(
        "<header><a href=/>Home</a> <a href=/b>About the harbour and all of its many boats</a></header>"
        f"<div>Subscribe!</div><main><p>{_PROSE}</p></main><div>The office is shut on Sundays.</div>"
        "<footer><h3>Links</h3><ul><li><a href=/>Home</a></ul><h3>Contact</h3>"
        "<p>The office at Quay Street opens at eight.</p><p>© 2020</p></footer>"
    )
    assert document.text.split("\n\n")[1:] == [
        "The office is shut on Sundays.",
        "Contact",
        "The office at Quay Street opens at eight.",
    ]
    left = left_out_of(document)["navigation"].split("\n")
    assert left == [
        "Home About the harbour and all of its many boats",
        "Subscribe!",
        "Home",
        "Links",
        "© 2020",
    ]


def test_an_unclosed_frame_tag_does_not_swallow_the_page() -> None:
    assert "Short." in page_of(f"<nav><a href=/>Home</a><main><p>Short.</p><p>{_PROSE}</p></main>").text
    assert _PROSE.strip() in page_of(f"<nav><a href=/>Home</a><p>{_PROSE}</p>").text


@pytest.mark.parametrize(
    "element",
    [
        *("audio", "canvas", "iframe", "object", "svg", "math", "video", "textarea", "select", "button", "a"),
        *("div", "p", "em", "i", "ul", "title", "script", "style"),
    ],
)
@pytest.mark.parametrize("name", ["a.html", "a.xhtml"])
def test_a_self_closed_element_swallows_nothing(element: str, name: str) -> None:
    page = "<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'><body><p>One.</p>"
    page += f"<div><{element} class='a>b'/><p>Two.</p></div><p>Three.</p></body></html>"
    assert read_one(page.encode(), name).text == "One.\n\nTwo.\n\nThree."


def test_an_address_that_ends_in_a_slash_closes_nothing() -> None:
    assert left_out_of(page_of("<nav><a href=http://a.b/>Home of it all and more words</a></nav><p>x")) == {
        "navigation": "Home of it all and more words"
    }


def test_many_self_closed_elements_are_not_deep() -> None:
    assert read_one(b"<svg>" + b"<path d='1'/>" * 20_000 + b"</svg><p>x", "a.html").text == "x"


def test_sections_entities_and_prefixes_of_xhtml() -> None:
    page = (
        '<!DOCTYPE html [<!ENTITY boat "life<!---->boat"><!ENTITY two "&boat;s"><!ENTITY f SYSTEM "file:///x">]>'
        '<h:html xmlns:h="http://www.w3.org/1999/xhtml" xmlns:m="http://www.w3.org/1998/Math/MathML"><h:body>'
        "<h:p>The &two; &eacute; &f; <![CDATA[<a> & b]]> <m:math><m:mfrac><m:mn>1</m:mn><m:mn>2</m:mn></m:mfrac>"
        "</m:math></h:p></h:body></h:html>"
    )
    assert read_one(page.encode(), "a.xhtml").text == "The lifeboats é &f; <a> & b 1/2"


def test_entities_expand_only_up_to_a_limit() -> None:
    declared = "".join(
        f'<!ENTITY {name} "{f"&{before};" * 50}">' for before, name in zip("abcde", "bcdef", strict=True)
    )
    page = f'<!DOCTYPE html [<!ENTITY a "{"x" * 100}">{declared}]><p>&f;&e;' + "&a;" * 10_000
    assert len(read_one(page.encode(), "a.html").text) < 3 * len(page)
