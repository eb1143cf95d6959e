"""Words of web pages: lists, formulas, code, tables, pictures, frames and saved pages."""

# ruff: noqa: E501 -- markup reads best unbroken.

from __future__ import annotations

import pytest
from page_reading import left_out_of, lines_of, page_of
from sample_files import read_one


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<ol><li>one<li>two<ol type=a><li>in</ol><li>three</ol>", "1. one|2. two|a. in|3. three"),
        ("<ol start=5><li>five<li value=9>nine<li>ten</ol>", "5. five|9. nine|10. ten"),
        ("<ol reversed><li>c<li>b<li>a</ol>", "3. c|2. b|1. a"),
        ("<ol type=I><li>a<li>b<li>c<li>d</ol>", "I. a|II. b|III. c|IV. d"),
        ("<ol type=A start=27><li>a</ol>", "AA. a"),
        ("<ol style='list-style: lower-roman'><li>a</ol>", "i. a"),
        ("<ol style='list-style-type: none'><li>a</ol>", "a"),
        ("<ol><li><p>one</p><p>more</p><li><p>two</p></ol>", "1. one|more|2. two"),
        ("<ol><li>1. typed<li>(2) typed</ol>", "1. typed|(2) typed"),
        ("<ol><li><ol type=a><li>in</ol></ol>", "1. a. in"),
        ("<ol><li></li><li>two</ol><p>after", "2. two|after"),
        ("<ul><li>none</ul>", "none"),
        ("<ol><li>ul in <ul><li>none</ul><li>two</ol>", "1. ul in|none|2. two"),
    ],
)
def test_list_numbers_precede_their_items(markup: str, text: str) -> None:
    assert lines_of(markup) == text.split("|")


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("10<sup>9</sup> and 10<sup>−3</sup>", "10⁹ and 10⁻³"),
        ("H<sub>2</sub>O and CO<sub>2</sub>", "H₂O and CO₂"),
        (
            "m<sup>2</sup> x<sup>n+1</sup> x<sup>2k</sup> x<sup>k</sup> x<sub>max</sub>",
            "m² xⁿ⁺¹ x^2k x^k x_max",
        ),
        ("5<sup>th</sup>, M<sup>me</sup>, n<sup>o</sup>", "5th, Mme, no"),
        ("Acme<sup>TM</sup> note<sup>a</sup>", "Acme™ note[a]"),
        ("ended.<sup><a href='#fn1'>12</a></sup> It", "ended.[12] It"),
        ("word<sup>3</sup> and <sup class=reference>[4]</sup>", "word[3] and [4]"),
        ("word<a class=footnote-ref href='#fn1'><sup>3</sup></a>", "word[3]"),
        ("word<a role=doc-noteref href='#n'>*</a>", "word*"),
        ("<sub>A note in small print</sub>", "A note in small print"),
    ],
)
def test_superscripts_and_subscripts(markup: str, text: str) -> None:
    assert page_of(f"<p>{markup}</p>").text == text


def _math(markup: str) -> str:
    return page_of(f"<p><math>{markup}</math></p>").text


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<mfrac><mn>1</mn><mn>2</mn></mfrac>", "1/2"),
        ("<mfrac><mrow><mi>a</mi><mo>+</mo><mi>b</mi></mrow><mn>2</mn></mfrac>", "(a + b)/2"),
        ("<msup><mi>x</mi><mn>2</mn></msup><mo>=</mo><mo>−</mo><mn>1</mn>", "x^2 = −1"),
        ("<msqrt><mi>x</mi><mo>+</mo><mn>1</mn></msqrt><msqrt><mn>2</mn></msqrt>", "√(x + 1)√2"),
        ("<mroot><mn>8</mn><mn>3</mn></mroot>", "³√8"),
        ("<msubsup><mi>x</mi><mi>i</mi><mn>2</mn></msubsup>", "x_i^2"),
        ("<mi>f</mi><mo>&#x2061;</mo><mfenced><mi>x</mi><mi>y</mi></mfenced>", "f(x, y)"),
        ("<mover><mi>x</mi><mo>¯</mo></mover>", "x\u0304"),
        ("<mtable><mtr><mtd><mn>1</mn></mtd><mtd><mn>2</mn></mtd></mtr><mtr><mtd><mn>3</mn></mtd></mtr></mtable>", "1, 2; 3"),
        ("<munderover><mo>∑</mo><mi>i</mi><mi>n</mi></munderover><mi>i</mi>", "∑_i^n i"),
        ("<mtext>if any</mtext><mspace/><mphantom><mi>z</mi></mphantom><mi>x</mi>", "if any x"),
    ],
)  # fmt: skip
def test_formulas_are_lines_of_text(markup: str, text: str) -> None:
    assert _math(markup) == text


def test_other_notations_of_a_formula_are_duplicates() -> None:
    document = page_of(
        "<p>a <math><semantics><mi>x</mi><annotation encoding='application/x-tex'>\\xi</annotation></semantics></math>"
        "<span class=katex-html aria-hidden=true>x</span>"
        "<span style='display:none'><math><mi>y</mi></math></span>"
        "<img class=mwe-math-fallback-image-inline aria-hidden=true alt='{\\displaystyle y}'></p>"
    )
    assert document.text == "a xy"
    assert left_out_of(document)["repeated"] == "\\xi"


@pytest.mark.parametrize(
    "markup",
    [
        "<del>4,000</del>",
        "<s>4,000</s>",
        "<strike>4,000</strike>",
        "<span style='text-decoration: line-through'>4,000</span>",
        "<span style='color:red;text-decoration-line:underline line-through'>4,000</span>",
        "<span class=line-through>4,000</span>",
    ],
)
def test_struck_words_are_omitted_with_a_warning(markup: str) -> None:
    document = page_of(f"<p>The fee is {markup} <ins>6,500</ins> crowns.</p>")
    assert document.text == "The fee is 6,500 crowns."
    assert left_out_of(document) == {"struck": "4,000"}
    assert str(document.warnings[0]).startswith("Left out: 2 words struck through")


def test_visible_field_values_are_text_next_to_their_labels() -> None:
    document = page_of(
        "<form><p><label for=n>Name:</label> <input id=n value='Ann Berg' placeholder='Your name'></p>"
        "<p><label>Town: <textarea>Nordvik</textarea></label></p>"
        "<p>Country: <select name=c><option>Norway<option selected>Sweden<option>Iceland</select> only</p>"
        "<p><input type=checkbox checked> Insured</p><input type=hidden value=key><input type=submit value=Send></form>"
    )
    assert document.text.split("\n\n") == [
        "Name: Ann Berg",
        "Town: Nordvik",
        "Country: Sweden only",
        "☑ Insured",
    ]
    assert [(place.kind, place.label) for place in document.places] == [
        ("form", "Name:"),
        ("form", "Town: Nordvik"),
        ("form", "c"),
    ]
    assert left_out_of(document) == {
        "placeholder": "Your name",
        "hidden": "Norway | Iceland",
        "navigation": "Send",
    }


def test_pages_in_frames_are_read_in_place() -> None:
    inner = "&lt;p>Inner.&lt;/p>&lt;iframe srcdoc='&amp;lt;p>Innermost.'>&lt;/iframe>"
    document = page_of(
        f'<p>Before.</p><iframe srcdoc="{inner}">old</iframe><iframe src="data:text/html,Data"></iframe>After.'
    )
    assert document.text == "Before.\n\nInner.\n\nInnermost.\n\nData\n\nAfter."
    assert left_out_of(document) == {"hidden": "old"}
    assert page_of("x<iframe src='https://example.org/ad'></iframe>").warnings == ()


def test_components_are_read_with_their_slots() -> None:
    document = page_of(
        "<my-card><template shadowrootmode=open><style>p{}</style><h2><slot name=head>Nothing</slot></h2>"
        "<div><slot></slot></div><slot name=foot>Usual end.</slot></template>"
        "<b slot=head>The strike</b><p>It ended.</p><i slot=no>Elsewhere</i></my-card><p>After.</p>"
    )
    assert document.text == "The strike\n\nIt ended.\n\nUsual end.\n\nAfter."
    assert left_out_of(document) == {"style": "p{}", "hidden": "Nothing\nElsewhere"}


_CODE = "def f(x):\n    return x\n\nprint(f(2))"


_WRAPPED = "A server that has the whole record keeps it for at least\nforty days, as was agreed."


@pytest.mark.parametrize(
    ("markup", "kinds"),
    [
        (f"<pre>{_CODE}</pre>", ["code"]),
        (f"<pre class='language-x'>{_WRAPPED}</pre>", ["code"]),
        (f"<div class=highlight><pre>{_WRAPPED}</pre></div>", ["code"]),
        (f"<pre class=newpage>\n4.2.  Retention\n\n   {_WRAPPED}</pre>", ["heading", "paragraph"]),
        (f"<pre><span class=grey>{_WRAPPED}</span></pre>", ["paragraph"]),
        (
            f"<pre>{_WRAPPED}\n\n  +---+   +---+\n  | A |   | B |\n  +---+   +---+</pre>",
            ["paragraph", "code"],
        ),
    ],
)
def test_preformatted_prose_is_no_code(markup: str, kinds: list[str]) -> None:
    assert [block.kind for block in page_of(markup).blocks] == kinds


def test_a_sentence_continues_over_the_pages_of_an_rfc() -> None:
    document = page_of(
        "<pre class=newpage>The server keeps the record of each sender for forty days\nunless the sender\n\n"
        "Smith            Standards Track            [Page 3]</pre><pre class=newpage>"
        "RFC 1234         Records         May 1999\n\n   asks for its removal.  Then it goes.</pre>"
    )
    assert document.text.split("\n\n")[0].endswith("unless the sender\nasks for its removal.  Then it goes.")
    assert left_out_of(document) == {"page number": "Smith            Standards Track            [Page 3]"}


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("said <q>no</q> and", "said “no” and"),
        ("<q>so <q>it</q> is</q>", "“so ‘it’ is”"),
        ("<span lang=de>er <q>nein</q></span>", "er „nein“"),
        ("<span lang=fr-CA><q> oui </q></span>", "«oui»"),
        ("<q>“typed”</q>", "“typed”"),
    ],
)
def test_quotations_have_the_marks_that_a_browser_draws(markup: str, text: str) -> None:
    assert page_of(f"<p>{markup}</p>").text == text


def test_cells_over_several_rows_are_in_each_of_them() -> None:
    document = page_of(
        "<table><thead><tr><th rowspan=2>Route<th colspan=2>Fare<tr><th>Adult<th>Child</thead>"
        "<tbody><tr><td rowspan=3>North<td>14<td rowspan=2>6<tr><td>16<tr><td>18<td>9<tr><td>South<td colspan=2>free"
        "</table><table><tr><td rowspan=2>East<td>1<tr><td>2</table>"
    )
    assert document.text.split("\n\n") == [
        *(
            "Route\tFare",
            "Route\tAdult\tChild",
            "North\t14\t6",
            "North\t16\t6",
            "North\t18\t9",
            "South\tfree",
        ),
        *("East\t1", "East\t2"),
    ]


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("<dt>Lighter<dd>A flat boat.", "Lighter: A flat boat."),
        ("<dt>Buoy<dt>Float<dd>A mark.<dd>A sign.", "Buoy, Float: A mark.|Buoy, Float: A sign."),
        ("<dt>Author:<dd>Smith", "Author: Smith"),
        ("<div><dt>Mole<dd><p>One.</p><p>Two.</p></div>", "Mole: One.|Two."),
        ("<dt>Alone<dt>Quay<dd>A wall.", "Alone, Quay: A wall."),
        ("<dt>Last", "Last"),
        ("<dt>Outer<dd><dl><dt>Inner<dd>Text.</dl>", "Outer|Inner: Text."),
    ],
)
def test_a_term_and_its_definition_are_one_block(markup: str, text: str) -> None:
    assert lines_of(f"<dl>{markup}</dl>") == text.split("|")


def test_pictures_are_their_descriptions() -> None:
    document = page_of(
        "<p><img src='a/k.png' alt='The keeper on top of the tower'></p><p><img alt=T>he lamp <img alt='🔦'> burns.</p>"
        "<figure><img alt='A map of the coast'><figcaption>A map of the coast.</figcaption></figure>"
        "<img alt=logo><img alt='IMG_1.jpg'><img alt=''><div><img alt='O'></div><p>nce more.</p>"
    )
    assert document.text.split("\n\n") == [
        "The keeper on top of the tower",
        "The lamp 🔦 burns.",
        "A map of the coast.",
        "Once more.",
    ]
    assert [(place.kind, place.label) for place in document.places] == [("alternative text", "k.png")]
    assert left_out_of(document) == {"repeated": "A map of the coast", "hidden": "logo\nIMG_1.jpg"}


def test_words_of_drawings_and_media_fallbacks() -> None:
    document = page_of(
        "<svg><style>x</style><text>North<tspan x=1>pier</tspan></text><text>The lamp is lit at dusk.</text>"
        "<text>12</text></svg><video>Your browser does not support films.</video>"
        "<object data='map.svg'><p>The wreck is two miles south.</p></object>"
    )
    assert document.text == "The lamp is lit at dusk.\n\nNorth pier\t12\n\nThe wreck is two miles south."
    assert document.places[0].label == "map.svg"
    assert left_out_of(document)["hidden"] == "Your browser does not support films."


def test_signs_within_words_and_pronunciations_are_omitted() -> None:
    document = page_of(
        "<p>ware\u200bhouse\u2060man in&shy;ven<wbr>tory <ruby>漢<rp>(<rt>kan<rp>)</ruby> ខ្ញុំ\u200bទៅ</p>"
    )
    assert document.text == "warehouseman inventory 漢 ខ្ញុំ\u200bទៅ"
    assert "kan" in left_out_of(document)["pronunciation"]


def test_line_numbers_are_no_words() -> None:
    document = page_of("<p>into the garden,<span class=lnum>10</span></p><p class=lineno>Line ten</p>")
    assert document.text == "into the garden,\n\nLine ten"
    assert left_out_of(document) == {"line number": "10"}


_SAVED = (
    "From: <Saved by Blink>\r\nSubject: =?utf-8?Q?Notice_of_=C3=BCbung?=\r\nMIME-Version: 1.0\r\n"
    'Content-Type: multipart/related;\r\n\ttype="text/html"; boundary="B"\r\n\r\n--B\r\nContent-Type: text/html\r\n'
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n<p>The b=C3=BCro.</p><iframe src=3D\"cid:f@x\"></iframe>"
    "<p>After.</p>\r\n--B\r\nContent-Type: text/html; charset=iso-8859-2\r\nContent-ID: <f@x>\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\nPHA+SW4gYSBmcmFtZS48L3A+\r\n--B\r\nContent-Type: image/png\r\n\r\nx\r\n"
    "--B\r\nContent-Type: text/html\r\nContent-Location: http://x/y\r\n\r\n<p>Apart.</p>\r\n--B--\r\n"
)  # fmt: skip


@pytest.mark.parametrize("name", ["a.mht", "a.mhtml", "a.html"])
def test_a_saved_page_is_read_with_the_pages_in_its_frames(name: str) -> None:
    document = read_one(_SAVED.encode(), name)
    assert document.text == "The büro.\n\nIn a frame.\n\nAfter.\n\nApart."
    assert document.title == "Notice of übung"


def test_a_saved_page_of_one_part_or_another_extension() -> None:
    head = b"Subject: x\nMIME-Version: 1.0\nContent-Type: text/html; charset=iso-8859-2\n\n"
    assert read_one(head + "<p>Łódź</p>".encode("iso8859_2"), "a.mht").text == "Łódź"
    assert read_one(b"<p>Plain.</p>", "a.mht").text == "Plain."


def test_cyclic_frames_of_a_saved_page_end() -> None:
    part = (
        "--B\nContent-Type: text/html\nContent-ID: <{}>\n\n<p>Words.</p>"
        + '<iframe src="cid:b"></iframe>' * 50
        + "\n"
    )
    page = f'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="B"\n\n{part.format("a")}{part.format("b")}'
    assert read_one(page.encode(), "a.mht").text == "Words.\n\nWords."


def test_plain_text_parts_of_a_saved_page_are_text() -> None:
    plain = "--B\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nA part about crabs.\r\n"
    copied = "--B\r\nContent-Type: text/plain\r\n\r\nThe page.\r\n"
    head = "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=B\r\n\r\n"
    page = "--B\r\nContent-Type: text/html\r\n\r\n<p>The page.<iframe src=left.html></iframe>\r\n"
    document = read_one((head + page + plain + copied + "--B--").encode(), "a.mht")
    assert document.text == "The page.\n\nA part about crabs."
    assert left_out_of(document)["repeated"] == "The page."
    assert tuple(map(str, document.warnings)) == (
        "Missing from the file (left.html); save or download it again.",
    )


def test_embedded_parts_of_a_saved_page_are_not_reported_missing() -> None:
    assert page_of('<p>Words.</p><iframe src="x"></iframe><iframe src="../y.html"></iframe>').warnings == ()


def test_a_short_sentence_in_a_box_next_to_the_text_is_prose() -> None:
    document = page_of("<p>The text.</p><aside><p>Aside box words matter too.</p><p>More</p></aside>")
    assert document.text == "The text.\n\nAside box words matter too."
    assert left_out_of(document) == {"navigation": "More"}
