from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from answer_strategies import answers
from hypothesis import given

from qa import parsers
from qa.errors import UsageError
from qa.render import record, to_json_line
from qa.types import Answer, Citation, Context, Document, Quote, Span
from qa.web import exports, received
from qa.web.exports import UNCHECKED, Kept

TEXT = "The <b>barn</b> is red & old.\nIt *leaks*."
DOCUMENT = Document("a.txt", "Barns", TEXT, "0" * 64, uri="file:///a.txt")
CITATION = Citation("a.txt", "Barns", "0" * 64, "file:///a.txt", None, 1, 0, len(TEXT), "", "")
QUOTE = Quote(1, TEXT, 0.7, (Span(7, 11),), CITATION, Context(0, len(TEXT), TEXT))
RECORD = record(Answer("Is the barn <i>red</i>?", True, 0.9, None, (QUOTE,)), "1")


def made(format: str, document: Document | None = DOCUMENT, note: str = "See <u>p. 3</u>\n& more") -> bytes:
    return exports.export("Kept quotes", [Kept(RECORD, note)], format, lambda _: document)  # type: ignore[arg-type]


def test_a_word_file_holds_the_quote_as_it_stands_with_place_and_note() -> None:
    data = made("docx")
    assert data == made("docx")
    (document,) = parsers.read_bytes(data, "kept.docx", "kept.docx")
    assert isinstance(document, Document)
    for part in (TEXT, "Is the barn <i>red</i>?", "Barns, line 1 (a.txt:0-", "Note: See <u>p. 3</u>\n& more"):
        assert part in document.text
    xml = zipfile.ZipFile(BytesIO(data)).read("word/document.xml").decode()
    assert '<w:highlight w:val="yellow"/></w:rPr><w:t xml:space="preserve">barn</w:t>' in xml


def test_markdown_and_html_escape_quote_question_and_note() -> None:
    page = made("html").decode()
    assert "<mark>barn</mark>&lt;/b&gt; is red &amp; old." in page
    assert "See &lt;u&gt;p. 3&lt;/u&gt;<br>&amp; more" in page
    assert "<u>" not in page
    text = made("md").decode()
    assert "> The \\<b\\>barn\\</b\\> is red \\& old." in text
    assert "> See \\<u\\>p. 3\\</u\\>" in text


def test_json_is_the_answer_record_with_the_note_as_a_column() -> None:
    (got,) = json.loads(made("json"))
    assert got.pop("input") == {"note": "See <u>p. 3</u>\n& more"}
    assert got == RECORD
    assert list(json.loads(made("json", note=""))[0]) == list(RECORD)


@pytest.mark.parametrize(
    "document", [None, replace(DOCUMENT, sha256="1" * 64), replace(DOCUMENT, text="The <b>barn</b> is gone.")]
)
@pytest.mark.parametrize("format", ["md", "html", "docx", "json"])
def test_what_does_not_stand_there_any_more_is_marked(format: str, document: Document | None) -> None:
    data = made(format, document)
    if format == "docx":
        data = zipfile.ZipFile(BytesIO(data)).read("word/document.xml")
    assert UNCHECKED.encode() in data
    assert UNCHECKED.encode() not in made(format)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UsageError, match="no format exe"):
        made("exe")


@given(answers())
def test_any_answer_comes_back_from_a_browser_as_it_was(answer: Answer) -> None:
    sent = record(answer, "1")
    (got,) = received.records(json.loads(json.dumps([sent])))
    assert to_json_line(got) == to_json_line(sent)
    for format in ("md", "html", "docx", "json"):
        assert exports.export("All", [Kept(got)], format, lambda _: None)


@pytest.mark.parametrize(
    "value",
    [None, {}, [None], [{}], [{**RECORD, "confidence": "x"}], [{**RECORD, "confidence": float("nan")}],
     [{**RECORD, "question": 3}], [{**RECORD, "answered": 1}], [{**RECORD, "quotes": {}}],
     [{**RECORD, "quotes": [{**RECORD["quotes"][0], "citation": None}]}],
     [RECORD] * (received.MOST_RECORDS + 1), [{**RECORD, "question": "x" * 100_001}]],
)  # fmt: skip
def test_anything_else_from_a_browser_is_refused(value: object) -> None:
    with pytest.raises(UsageError, match="another form"):
        received.records(value)
