from __future__ import annotations

import copy
import json
import zipfile
from dataclasses import replace
from io import BytesIO

import pytest
from answer_strategies import answers
from hypothesis import given

from qa import parsers
from qa.errors import UsageError
from qa.programs import inputs
from qa.record import Answer, Citation, Context, Match, Quote, to_json_line
from qa.render.reading import reading
from qa.types import Document
from qa.web import exports
from qa.web.exports import UNCHECKED, Entry

TEXT = "The <b>barn</b> is red & old.\nIt *leaks*."
DOCUMENT = Document("a.txt", "Barns", TEXT, "0" * 64, uri="file:///a.txt")
CITATION = Citation(
    doc_id="a.txt", title="Barns", sha256="0" * 64, uri="file:///a.txt", page=None, line=1, start=0,
    end=len(TEXT), prefix="", suffix="",
)  # fmt: skip
QUOTE = Quote(
    rank=1, text=TEXT, score=0.7, matched=(Match(7, 11),), citation=CITATION,
    context=Context(start=0, end=len(TEXT), text=TEXT),
)  # fmt: skip
ANSWER = Answer(
    id="1", question="Is the barn <i>red</i>?", answered=True, confidence=0.9, reason=None, quotes=(QUOTE,)
)
RECORD = ANSWER.model_dump(mode="json")


def exported(
    format: str, document: Document | None = DOCUMENT, note: str = "See <u>p. 3</u>\n& more"
) -> bytes:
    return exports.export("Kept quotes", [Entry(ANSWER, note)], format, lambda _: document)


def test_a_word_file_has_the_quote_with_place_and_note() -> None:
    data = exported("docx")
    assert data == exported("docx")
    (document,) = parsers.read_bytes(data, "kept.docx", "kept.docx")
    assert isinstance(document, Document)
    for part in (
        reading(TEXT),
        "Is the barn <i>red</i>?",
        "Barns, line 1 (a.txt:0-",
        "Note: See <u>p. 3</u>\n& more",
    ):
        assert part in document.text
    xml = zipfile.ZipFile(BytesIO(data)).read("word/document.xml").decode()
    assert '<w:highlight w:val="yellow"/></w:rPr><w:t xml:space="preserve">barn</w:t>' in xml


def test_a_word_file_of_chosen_quotes_has_footnotes_and_no_confidence() -> None:
    data = exports.export("Kept quotes", [Entry(ANSWER, "a note")], "docx", lambda _: DOCUMENT, is_list=True)
    parts = zipfile.ZipFile(BytesIO(data))
    body, notes = (parts.read(f"word/{name}.xml").decode() for name in ("document", "footnotes"))
    assert "footnoteReference" in body
    assert "Barns, line 1" in notes
    assert "Confidence" not in body + notes
    assert "a note" in body


def test_markdown_and_html_escape_quote_question_and_note() -> None:
    page = exported("html").decode()
    assert "<mark>barn</mark>&lt;/b&gt; is red &amp; old." in page
    assert "See &lt;u&gt;p. 3&lt;/u&gt;<br>&amp; more" in page
    assert "<u>" not in page
    text = exported("md").decode()
    assert "> The \\<b\\>barn\\</b\\> is red \\& old." in text
    assert "> See \\<u\\>p. 3\\</u\\>" in text


def test_json_is_the_answer_record_with_the_note_as_a_column() -> None:
    (got,) = json.loads(exported("json"))
    assert got.pop("input") == {"note": "See <u>p. 3</u>\n& more"}
    assert got["quotes"][0]["citation"].pop("uri") is None
    sent = copy.deepcopy(RECORD)
    del sent["quotes"][0]["citation"]["uri"]
    assert got == sent
    assert list(json.loads(exported("json", note=""))[0]) == list(RECORD)


@pytest.mark.parametrize(
    "document", [None, replace(DOCUMENT, sha256="1" * 64), replace(DOCUMENT, text="The <b>barn</b> is gone.")]
)
@pytest.mark.parametrize("format", ["md", "html", "docx", "json"])
def test_a_quote_that_is_no_longer_there_is_marked(format: str, document: Document | None) -> None:
    data = exported(format, document)
    if format == "docx":
        data = zipfile.ZipFile(BytesIO(data)).read("word/document.xml")
    assert UNCHECKED.encode() in data
    assert UNCHECKED.encode() not in exported(format)


def test_an_unknown_format_is_refused() -> None:
    with pytest.raises(UsageError, match="format exe does not exist"):
        exported("exe")


@given(answers())
def test_a_browser_s_record_equals_the_original_answer(answer: Answer) -> None:
    (got,) = inputs.records(json.loads(json.dumps([answer.model_dump()])))
    assert to_json_line(got) == to_json_line(answer)
    for format in ("md", "html", "docx", "json"):
        assert exports.export("All", [Entry(got)], format, lambda _: None)


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
def test_other_data_from_a_browser_is_refused(value: object) -> None:
    with pytest.raises(UsageError, match="unknown format"):
        inputs.records(value)


def test_records_of_earlier_versions_are_accepted_without_columns_and_failures() -> None:
    sent = {key: value for key, value in RECORD.items() if key != "reason_code"}
    assert inputs.records([{**sent, "input": {"a": {}}, "error": "no", "more": 1}]) == [ANSWER]
