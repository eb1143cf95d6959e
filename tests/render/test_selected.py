"""A quote that a person selected has no confidence in any output."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from handmade_answers import quote
from pydantic import ValidationError

from qa.record import Answer, to_json_line
from qa.render import docx, html, markdown, references
from qa.render import text as terminal
from qa.web.exports import Entry, export
from qa.web.own_quotes import marked

OWN = Answer(
    id="own", question="My own quote", answered=True, reason=None, selected=True, quotes=(quote("Words."),)
)


def test_the_record_has_no_confidence_and_is_read_back() -> None:
    record = json.loads(to_json_line(OWN))
    assert "confidence" not in record
    assert record["selected"] is True
    assert to_json_line(Answer.model_validate(record)) == to_json_line(OWN)


def test_an_answer_must_have_a_confidence() -> None:
    record = json.loads(to_json_line(OWN))
    del record["selected"]
    with pytest.raises(ValidationError, match="confidence"):
        Answer.model_validate(record)


@pytest.mark.parametrize("format", ["md", "html", "json", "docx"])
@pytest.mark.parametrize("is_list", [True, False])
def test_exports_say_that_a_person_selected_it(format: str, is_list: bool) -> None:
    content = export("Kept quotes", [Entry(OWN)], format, lambda _: None, is_list=is_list)
    if format == "docx":
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            content = archive.read("word/document.xml")
    text = content.decode()
    assert "onfidence" not in text
    assert ('"selected": true' if format == "json" else "elected by you") in text


def test_text_and_references_say_so_too() -> None:
    assert "Selected by you" in terminal(OWN)
    assert "onfidence" not in terminal(OWN) + markdown.item(OWN) + html.item(OWN) + docx.item(OWN)
    bibtex = references.written(references.cited_texts(OWN), "bibtex")
    assert "note = {T, line 1. Selected by you}" in bibtex


def test_an_own_quote_of_an_earlier_version_loses_its_confidence() -> None:
    stored = Answer(
        id="own", question="My own quote", answered=True, confidence=1.0, reason=None, quotes=OWN.quotes
    )
    assert "confidence" not in marked(stored).model_dump()
    asked = stored.model_copy(update={"id": "1"})
    assert marked(asked) is asked
