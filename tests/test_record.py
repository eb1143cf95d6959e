"""The model is the record: its bytes, the values it refuses, and what a person sees of it."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from answer_strategies import answers
from hypothesis import given
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from qa.record import (
    REASONS,
    Answer,
    Citation,
    Context,
    FilePlace,
    Match,
    Part,
    Quote,
    Scope,
    WordPart,
    not_asked,
    to_json_line,
)

VALIDATOR = Draft202012Validator(
    json.loads(files("qa").joinpath("answer.schema.json").read_text(encoding="utf-8"))
)
HERE = Citation(
    doc_id="a.pdf", title="A", sha256="0" * 64, uri=None, page=3, page_label="iii", line=None,
    place=FilePlace(kind="comment", label="B. C."), heading=("One", "Two"), start=7, end=10, prefix="x",
    suffix="",
)  # fmt: skip
WORD = WordPart(start=7, end=10, value=-1e-9)
QUOTE = Quote(
    rank=1, text="the", score=1 / 3, answers=False, matched=(Match(7, 8, "answer"), Match(8, 10)),
    citation=HERE, also=(HERE,),
    context=Context(start=0, end=10, text="..."),
    why=(Part(label="p", value=2 / 3, words=(WORD,)), Part(label="q", value=1)),
)  # fmt: skip
ANSWER = Answer(
    id="7", question="a\u2028b\x85c\u2029d\ud800 é", answered=False, confidence=0.12345678,
    reason=REASONS["no_answer"], reason_code="no_answer",
    scope=Scope(documents=("a.pdf", "b"), title="A\u2028"), understood_with=("Why?",),
    input={"n": 1, "m": None},
    quotes=(QUOTE,),
)  # fmt: skip
CITED = (
    '{"doc_id": "a.pdf", "title": "A", "sha256": "' + "0" * 64 + '", "uri": null, "page": 3, '
    '"page_label": "iii", "line": null, "place": {"kind": "comment", "label": "B. C."}, '
    '"heading": ["One", "Two"], "start": 7, "end": 10, "prefix": "x", "suffix": ""}'
)


def test_every_field_has_its_place_and_its_bytes() -> None:
    assert to_json_line(ANSWER) == (
        r'{"id": "7", "question": "a\u2028b\u0085c\u2029d\ud800 é", "answered": false, '
        '"confidence": 0.123457, "reason": "nothing in the documents answers this with enough confidence", '
        '"reason_code": "no_answer", "scope": {"documents": ["a.pdf", "b"], "title": "A\\u2028"}, '
        '"understood_with": ["Why?"], "input": {"n": 1, "m": null}, '
        '"quotes": [{"rank": 1, "text": "the", "score": 0.333333, "answers": false, '
        '"matched": [{"start": 7, "end": 8, "kind": "answer"}, '
        '{"start": 8, "end": 10}], '
        f'"citation": {CITED}, "also": [{CITED}], "context": {{"start": 0, "end": 10, "text": "..."}}, '
        '"why": [{"label": "p", "value": 0.666667, "words": [{"start": 7, "end": 10, "value": 0.0}]}, '
        '{"label": "q", "value": 1.0}]}]}'
    )


def test_missing_values_are_omitted_or_null() -> None:
    bare = Citation(
        doc_id="a", title="", sha256="0" * 64, uri=None, page=None, line=None, start=0, end=1, prefix="",
        suffix="",
    )  # fmt: skip
    quote = Quote(
        rank=1, text="t", score=0, matched=(), citation=bare, context=Context(start=0, end=1, text="t")
    )
    answer = Answer(id="1", question="?", answered=True, confidence=1, reason=None, quotes=(quote,))
    assert to_json_line(answer) == (
        '{"id": "1", "question": "?", "answered": true, "confidence": 1.0, "reason": null, '
        '"reason_code": null, "scope": null, "quotes": [{"rank": 1, "text": "t", "score": 0.0, '
        '"answers": true, "matched": [], '
        '"citation": {"doc_id": "a", "title": "", "sha256": "' + "0" * 64 + '", "uri": null, "page": null, '
        '"line": null, "start": 0, "end": 1, "prefix": "", "suffix": ""}, '
        '"context": {"start": 0, "end": 1, "text": "t"}}]}'
    )
    assert to_json_line(not_asked("2", "", "The question is empty.", {"a": 1})) == (
        '{"id": "2", "question": "", "answered": false, "confidence": 0.0, '
        '"reason": "the question could not be asked", "reason_code": "not_asked", "scope": null, '
        '"input": {"a": 1}, '
        '"error": "The question is empty.", "quotes": []}'
    )


@given(answers())
def test_a_written_record_is_read_unchanged(answer: Answer) -> None:
    line = to_json_line(answer)
    read = Answer.model_validate(json.loads(line))
    assert to_json_line(read) == line
    assert read == Answer.model_validate(answer.model_dump())


def test_columns_can_be_nested_as_deep_as_json_reads_them() -> None:
    deep = json.loads('{"a": ' * 500 + "{}" + "}" * 500)
    line = to_json_line(ANSWER.model_copy(update={"input": deep}))
    assert json.loads(line)["input"] == deep


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("confidence", "1"), ("confidence", 7), ("confidence", True), ("confidence", float("nan")),
        ("answered", "1"), ("answered", 1), ("quotes", "1"), ("quotes", 7), ("quotes", {}), ("id", 7),
        ("id", None), ("reason", 7), ("reason_code", "1"), ("reason_code", 7), ("error", 7), ("input", []),
        ("understood_with", "Why?"),
    ],
)  # fmt: skip
def test_a_value_of_another_type_is_refused(field: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Answer.model_validate({**dict(ANSWER), field: value})


def test_an_answer_is_frozen_and_has_a_useful_repr() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        ANSWER.answered = True  # type: ignore[misc]
    assert repr(QUOTE) == "Quote(rank=1, text='the', score=0.333333, citation='a.pdf:7-10')"
    assert repr(ANSWER).startswith("Answer(question='a")
    assert repr(ANSWER).endswith(f"confidence=0.123457, reason_code='no_answer', quotes=({QUOTE!r},))")
    assert str(ANSWER) == REASONS["no_answer"]
    answering = QUOTE.model_copy(update={"text": "an", "answers": True})
    assert str(ANSWER.model_copy(update={"answered": True, "quotes": (QUOTE, answering)})) == "an"
    assert str(not_asked("1", "", "It is empty.")) == "It is empty."


def without_later_fields(record: dict[str, Any]) -> dict[str, Any]:
    """Return a record as versions before answer words and scopes wrote it."""
    quotes = [
        {
            **{key: value for key, value in quote.items() if key != "answers"},
            "matched": [{"start": span["start"], "end": span["end"]} for span in quote["matched"]],
        }
        for quote in record["quotes"]
    ]
    return {**{key: value for key, value in record.items() if key != "scope"}, "quotes": quotes}


@given(answers())
def test_a_record_of_an_earlier_version_is_read(answer: Answer) -> None:
    earlier = without_later_fields(json.loads(to_json_line(answer)))
    VALIDATOR.validate(earlier)
    read = Answer.model_validate(earlier)
    # All of its quotes were the answer, or none.
    assert (read.answering, read.closest) == ((read.quotes, ()) if answer.answered else ((), read.quotes))
    assert [quote.answers for quote in read.quotes] == [answer.answered] * len(answer.quotes)
    assert read.scope is None
    written = json.loads(to_json_line(read))
    assert without_later_fields(written) == earlier
    assert all("kind" not in span for quote in written["quotes"] for span in quote["matched"])


@given(answers())
def test_every_quote_either_answers_or_is_close(answer: Answer) -> None:
    answering, closest = answer.answering, answer.closest
    assert sorted([*answering, *closest], key=lambda quote: quote.rank) == list(answer.quotes)
    assert all(quote.answers for quote in answering)
    assert answer.answered or not answering
    assert not any(answer.answered and quote.answers for quote in closest)


@pytest.mark.parametrize(
    ("field", "value"),
    [("answers", None), ("answers", 1), ("matched", [{"start": 7, "end": 8, "kind": "word"}]),
     ("matched", [{"start": 7, "end": 8, "kind": 1}])],
)  # fmt: skip
def test_marks_of_another_form_are_refused(field: str, value: object) -> None:
    with pytest.raises(ValidationError):
        Quote.model_validate({**QUOTE.model_dump(), field: value})


@pytest.mark.parametrize(
    "scope", [{}, "a", {"documents": "a", "title": "A"}, {"documents": [1], "title": "A"}]
)
def test_a_scope_of_another_form_is_refused(scope: object) -> None:
    with pytest.raises(ValidationError):
        Answer.model_validate({**ANSWER.model_dump(), "scope": scope})
