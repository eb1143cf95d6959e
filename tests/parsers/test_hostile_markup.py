"""Pages, books and Markdown that cause quadratic or endless work in a naive parser."""

from __future__ import annotations

import time

import pytest
from sample_files import epub
from soundness import check_sound

from qa import parsers
from qa.errors import ReadError

_MANY, _DEEP = 20_000, 4_000
_BIG = "words " * 50_000
_MIME = 'MIME-Version: 1.0\nContent-Type: multipart/related; boundary="B"\n\n'


def _nested_frames(depth: int) -> str:
    page = "<p>x</p>"
    for _ in range(depth):
        page = '<iframe srcdoc="' + page.replace("&", "&amp;").replace('"', "&quot;") + '"></iframe>'
    return page


PAGES = {
    "quotes that never close": '<a "' * _MANY,
    "quotes of two kinds": "<a '" * _MANY + '<b "' * _MANY,
    "lists that never close": "<select>" * _MANY + "x",
    "lists of many choices that are chosen": "<select multiple>" + "<option selected>a<option>b" * _MANY,
    "frames in frames": _nested_frames(8),
    "many frames": '<iframe srcdoc="&lt;p>x"></iframe>' * 5_000,
    "shadows in shadows": "<a><template shadowrootmode=open><slot></slot>" * 3_000 + "x",
    "many shadows": "<p><template shadowrootmode=open>a<slot></slot></template>b</p>" * 5_000,
    "a deep formula": "<math>" + "<mrow><mi>x</mi>" * 9_000 + "x",
    "a wide formula": "<math>" + "<mi>x</mi><mo>=</mo>" * 50_000,
    "notes of formulas in each other": "<math>" + "<annotation-xml><math>x" * _DEEP,
    "sections that never close": "<![CDATA[" * _MANY,
    "many declared entities": "<!DOCTYPE html [" + '<!ENTITY a "b">' * _MANY + "]>&a;",
    "a long entity": '<!DOCTYPE html [<!ENTITY a "' + "x" * 9_000 + '">]>' + "&a;" * _MANY,
    "entities of entities": '<!DOCTYPE html [<!ENTITY a "'
    + "x" * 2_000
    + '"><!ENTITY b "'
    + "&a;" * 3_000
    + '">]>'
    + "&b;" * _MANY,
    "hidden panels in each other": "<div hidden class=panel>" * 9_000 + _BIG,
    "text for the eye in each other": "<div aria-hidden=true>a b c d" * 9_000 + _BIG,
    "formulas of a program in each other": "<div class=MathJax>" * 9_000 + _BIG,
    "headers in each other": "<header>" * 9_000 + _BIG + "<h1>x",
    "numbers of lines in each other": "<div class=lineno>x" * _DEEP,
    "quotations in each other": "<q>" * 9_000 + "x",
    "quotations deep in the page": "<div>" * 5_000 + "<q>x</q>" * _MANY,
    "raised letters in each other": "<sup>" * 9_000 + "x" * 1_000,
    "questions before comments": "<dl>" + "<dt>a b c?" * 10_000 + "</dl>" + "<!-- -->" * 30_000,
    "terms in terms": "<dl><dt>a<dd>" * _DEEP,
    "cells that reach over all rows": "<table>"
    + ("<tr>" + "<td rowspan=9999>" + "y" * 100 + "</td>") * 3_000,
    "a row of cells that reach over all rows": "<table><tr>"
    + "<td rowspan=9999>ab</td>" * 5_000
    + "<tr><td>x" * 3_000,
    "fields in a large label": f"<label>{_BIG}" + "<input value=a>" * _MANY,
    "tabs with a long name": f"<p role=tab id=b aria-controls=a>{_BIG}</p>"
    + "<div role=tabpanel id=a aria-labelledby=b></div>" * 5_000,
    "tabs in tabs": "<div role=tabpanel id=a aria-labelledby=b><b role=tab id=b>x</b>" * _DEEP,
    "notes in notes": "<aside role=doc-footnote id=n>" * _DEEP + _BIG,
    "pages in one paragraph": "<p>" + "a <span role=doc-pagebreak title=1></span> b " * _MANY,
    "objects in objects": "<object>x " * 9_000,
    "lines of code in elements": "<pre>" + "<div>a</div>" * _MANY,
    "a wall of bars": "<pre>" + "| " * 100_000,
    "summaries in summaries": "<details><summary>a?" * _DEEP,
    "prefixes": "".join(f'<a xmlns:p{n}="http://www.w3.org/1999/xhtml">' for n in range(9_000)),
    "the mark of a place": "<p>\ufdd0a\ufdd0 <span role=doc-pagebreak title=1>\ufdd0</span>\ufdd0 b",
}
TEXTS = {
    "dollars": "$a " * 9_000,
    "dollars on lines": "$$a\n" * 10_000,
    "formulas that never close": "$$ x\n\n" * 10_000,
    "notes": "[^a]: x\n\n    y\n\n" * 5_000,
    "placeholders": "\n\nx <file name> " * 10_000,
    "fields without an end": "---\n" + "a: b\n" * _MANY,
    "one long paragraph": "a\n" * _MANY,
    "rows that are too long": "|a|b|\n|-|-|\n" + "|1|2|3|4|\n" * 5_000,
    "products": "2*3" * 3_000,
    "lines of HTML": "<div>\n" + "<b>x</b>\n" * _MANY,
}
SAVED = {
    "many parts": _MIME + "--B\nContent-Type: text/html\n\n<p>x\n" * 10_000,
    "parts in parts": "MIME-Version: 1.0\n"
    + "".join(f'Content-Type: multipart/related; boundary="B{n}"\n\n--B{n}\n' for n in range(3_000)),
    "many headers": "MIME-Version: 1.0\n" + "A: b\n" * _MANY + "\nx",
    "frames that show themselves": _MIME
    + ("--B\nContent-Type: text/html\nContent-ID: <1>\n\nx" + '<iframe src="cid:1"></iframe>' * 1_000 + "\n")
    * 2,
}
_FILES = [
    *(("a.html", weakness, page) for weakness, page in PAGES.items()),
    *(("a.md", weakness, text) for weakness, text in TEXTS.items()),
    *(("a.mht", weakness, page) for weakness, page in SAVED.items()),
]


@pytest.mark.parametrize(("name", "weakness", "markup"), _FILES, ids=lambda value: str(value)[:40])
def test_hostile_markup_is_read_or_refused_in_linear_time(name: str, weakness: str, markup: str) -> None:
    started = time.process_time()
    reason = "It was read."
    try:
        for item in parsers.read_bytes(markup.encode(), name, "id"):
            check_sound(item)
    except ReadError as error:
        check_sound(error)
        reason = str(error)
    assert "cannot handle" not in reason
    assert time.process_time() - started < 5


def test_a_chapter_of_entities_does_not_expand() -> None:
    chapter = (
        f'<!DOCTYPE html [<!ENTITY a "{"x" * 5_000}">]><html><body><p>{"&a;" * 50_000}</p></body></html>'
    )
    (document,) = parsers.read_bytes(epub({"a.xhtml": chapter}), "a.epub", "id")
    assert len(str(document.text)) < 1_000_000  # type: ignore[union-attr]
