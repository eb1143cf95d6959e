"""Small sound files of every format, to damage."""

# ruff: noqa: E501 -- markup and objects of PDFs read best unbroken.

from __future__ import annotations

import json
import zlib
from functools import cache

import hostile_mails
import hostile_office_seeds
from hostile_pdfs import SHOWN, pdf_of
from hostile_texts import PROSE
from sample_files import Words, docx, epub, lines, paragraph, pdf, table
from word_files import rich


@cache
def seeds() -> dict[str, tuple[bytes, ...]]:
    """Return small sound files of every format."""
    html = (
        "<!DOCTYPE html><html lang=en><head><meta charset=utf-8><title>A Page</title><style>p{}</style></head>"
        "<body><nav><a href=/>Home</a></nav><main><h1>Title</h1><p>One <b>bold</b> <a href='x'>link</a> &amp; "
        f"more.<br>Next line.</p><h2 id=a class='b c'>Part</h2><p>{PROSE}</p><ul><li>one<li>two <ul><li>deep</ul>"
        "</ul><table><caption>T</caption><tr><th>a<th>b<tr><td>1<td>2</table><pre><code>x = 1\n\ny</code></pre>"
        "<pre>Old prose\n\nin lines.</pre><dl><dt>t<dd>d</dl><blockquote><p>Quoted.</blockquote><ruby>漢<rt>k</rt>"
        "</ruby><svg><text>no</text></svg><p hidden>no</p><!-- c --><script>no</script></main><footer>F</footer>"
    )
    latin = f"<meta charset=iso-8859-1><p>Caf\xe9 \x93quoted\x94 {PROSE}".encode("latin-1")
    markdown = (
        f"---\ntitle: T\n---\n# One\n\n{PROSE}\n\n## Two\n\n- a\n- b\n  - c\n\n1. x\n2. y\n\n> Quoted *text*.\n\n"
        "```py\nx = 1\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\nSetext\n======\n\n[a](b 'c') ![i](j) `code` "
        "<b>html</b> &lt; \\* ~~s~~\n\n    indented\n\n[r]: http://a\n"
    )
    cjk = "すべての人間は、生まれながらにして自由であり、かつ、尊厳と権利とについて平等である。" * 8
    texts = (
        PROSE.encode() * 3,
        f"Über {PROSE}\r\n\r\nÄrger.".encode("cp1252"),
        cjk.encode("shift_jis"),
        cjk.encode("utf-16"),
        cjk.encode("iso2022_jp"),
        "Все люди рождаются свободными и равными в своём достоинстве. ".encode("koi8_r") * 8,
        f"CHAPTER I\n\n{PROSE}\n\n  1. One\n  2. Two\n\n{PROSE}".encode(),
    )
    columns = [
        *lines(72, 700, [f"The left column has line {n} of its words" for n in range(8)]),
        *lines(320, 700, [f"The right column has line {n} of words" for n in range(8)]),
        Words(72, 750, "A Title of the Page", 20, bold=True),
    ]
    rows = [Words(x, 500 - 14 * y, f"c{x}{y}") for y in range(5) for x in (72, 220, 400)]
    pages = [
        columns,
        [*rows, *lines(72, 100, ["It goes on to", "the next page and"])],
        lines(72, 700, ["ends."]),
    ]
    compressed = zlib.compress(SHOWN * 5)
    mapped = (
        b"5 0 obj<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[7 0 R]/ToUnicode 8 0 R>>"
        b"endobj\n7 0 obj<</Type/Font/Subtype/CIDFontType2/BaseFont/X/DW 500>>endobj\n"
        b"8 0 obj<</Length 99>>stream\n1 begincodespacerange <0000> <ffff> endcodespacerange "
        b"2 beginbfchar <0001> <0041> <0002> <D83DDE00> endbfchar endstream endobj\n"
    )
    books = {
        "a.xhtml": f"<h1>One</h1><p>{PROSE}</p>",
        "b.xhtml": f"<section epub:type='chapter'><p>{PROSE}</p><table><tr><td>a</td><td>b</td></tr></table></section>",
    }
    styles = (
        '<w:style w:type="paragraph" w:styleId="H1"><w:name w:val="heading 1"/><w:pPr><w:outlineLvl w:val="0"/>'
        '</w:pPr></w:style><w:style w:type="paragraph" w:styleId="L"><w:basedOn w:val="H1"/></w:style>'
    )
    notes = '<w:footnote w:id="1"><w:p><w:r><w:t>A note.</w:t></w:r></w:p></w:footnote>'
    body = (
        paragraph("Heading", '<w:pStyle w:val="H1"/>')
        + paragraph(PROSE)
        + table([[paragraph("a"), paragraph("b")], [paragraph("c"), paragraph("d")]])
        + '<w:p><w:r><w:t>Noted.</w:t><w:footnoteReference w:id="1"/><w:tab/><w:br/></w:r><w:del><w:r><w:t>x</w:t>'
        "</w:r></w:del><w:ins><w:r><w:t>y</w:t></w:r></w:ins></w:p>"
        + paragraph("item", '<w:numPr><w:numId w:val="1"/></w:numPr>')
    )
    records = [{"_id": str(n), "title": f"T{n}", "text": f"{PROSE} {n} \u00e9\U0001f600"} for n in range(4)]
    return {
        ".txt": texts,
        ".md": (markdown.encode(), (markdown * 3).encode("utf-16")),
        ".html": (html.encode(), latin),
        ".pdf": (
            pdf(pages, title="A Title"),
            pdf([lines(72, 700, [PROSE[:60], PROSE[60:120]])], rotate=90),
            pdf_of(SHOWN),
            pdf_of(
                b"",
                page=b"/Contents 9 0 R",
                extra=b"9 0 obj<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj"
                % (len(compressed), compressed),
            ),
            pdf_of(b"BT /F1 10 Tf 72 700 Td <000100020001> Tj [<0001> -500 <0002>] TJ ET", extra=mapped),
        ),
        ".docx": (docx(body, styles=styles, footnotes=notes, title="T"), rich()),
        ".epub": (epub(books, titles={"a.xhtml": "First", "b.xhtml": "Second"}),),
        ".jsonl": ("\n".join(map(json.dumps, records)).encode(),),
        **hostile_mails.seeds(),
        **hostile_office_seeds.seeds(),
    }
