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
from qa.record import Answer, Citation, Context, Quote, Span, to_json_line
from qa.types import Document
from qa.web import exports, inputs
from qa.web.exports import UNCHECKED, Kept

TEXT = "The <b>barn</b> is red & old.\nIt *leaks*."
DOCUMENT = Document("a.txt", "Barns", TEXT, "0" * 64, uri="file:///a.txt")
CITATION = Citation(
    doc_id="a.txt", title="Barns", sha256="0" * 64, uri="file:///a.txt", page=None, line=1, start=0,
    end=len(TEXT), prefix="", suffix="",
)  # fmt: skip
QUOTE = Quote(
    rank=1, text=TEXT, score=0.7, matched=(Span(7, 11),), citation=CITATION,
    context=Context(start=0, end=len(TEXT), text=TEXT),
)  # fmt: skip
ANSWER = Answer(
    id="1", question="Is the barn <i>red</i>?", answered=True, confidence=0.9, reason=None, quotes=(QUOTE,)
)
RECORD = ANSWER.model_dump(mode="json")


def made(format: str, document: Document | None = DOCUMENT, note: str = "See <u>p. 3</u>\n& more") -> bytes:
    return exports.export("Kept quotes", [Kept(ANSWER, note)], format, lambda _: document)


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
    with pytest.raises(UsageError, match="format exe does not exist"):
        made("exe")


@given(answers())
def test_any_answer_comes_back_from_a_browser_as_it_was(answer: Answer) -> None:
    (got,) = inputs.records(json.loads(json.dumps([answer.model_dump()])))
    assert to_json_line(got) == to_json_line(answer)
    for format in ("md", "html", "docx", "json"):
        assert exports.export("All", [Kept(got)], format, lambda _: None)


@pytest.mark.parametrize(
    "value",
    [None, {}, [None], [{}], [{**RECORD, "confidence": "x"}], [{**RECORD, "confidence": float("nan")}],
     [{**RECORD, "question": 3}], [{**RECORD, "answered": 1}], [{**RECORD, "quotes": {}}],
     [{**RECORD, "quotes": [{**RECORD["quotes"][0], "citation": None}]}],
     [RECORD] * (inputs.MOST_RECORDS + 1), [{**RECORD, "question": "x" * 100_001}],
     [{**RECORD, "understood_with": ["x" * 100_001]}], [{**RECORD, "quotes": RECORD["quotes"] * 51}],
     [{**RECORD, "quotes": [{**RECORD["quotes"][0], "score": 1e6}]}],
     [{**RECORD, "quotes": [{**RECORD["quotes"][0], "matched": [{"start": 7, "end": 11}] * 10_001}]}]],
)  # fmt: skip
def test_anything_else_from_a_browser_is_refused(value: object) -> None:
    with pytest.raises(UsageError, match="unknown format"):
        inputs.records(value)


def test_a_record_of_an_earlier_version_is_taken_and_columns_and_failures_are_not() -> None:
    sent = {key: value for key, value in RECORD.items() if key != "reason_code"}
    assert inputs.records([{**sent, "input": {"a": {}}, "error": "no", "more": 1}]) == [ANSWER]
