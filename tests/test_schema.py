"""Every record satisfies ``answer.schema.json``."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

import pytest
from answer_strategies import answers, names
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError

from qa.record import Answer, not_asked, schema, to_json_line

FILE = files("qa").joinpath("answer.schema.json").read_text(encoding="utf-8")
SCHEMA = json.loads(FILE)
VALIDATOR = Draft202012Validator(SCHEMA)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def test_the_file_is_generated_from_the_model() -> None:
    assert schema() == FILE, "run: python -m qa.record > src/qa/answer.schema.json"


def test_the_schema_is_valid_and_refuses_other_objects() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    with pytest.raises(ValidationError):
        VALIDATOR.validate({"id": 1})


@given(answers(), st.text(), st.none() | st.dictionaries(st.text(), json_values, max_size=3))
def test_every_answer_is_a_valid_record(answer: Answer, id: str, input: dict[str, Any] | None) -> None:
    record = json.loads(to_json_line(answer.model_copy(update={"id": id, "input": input})))
    VALIDATOR.validate(record)
    # The record may have no field that the schema does not define.
    assert set(record) <= set(SCHEMA["properties"])
    for quote in record["quotes"]:
        assert set(quote) <= set(SCHEMA["$defs"]["Quote"]["properties"])
        for cited in [quote["citation"], *quote.get("also", [])]:
            assert set(cited) <= set(SCHEMA["$defs"]["Citation"]["properties"])


@given(names, names, names)
def test_every_failure_is_a_valid_record(id: str, question: str, message: str) -> None:
    record = json.loads(to_json_line(not_asked(id, question, message, {"topic": 1})))
    VALIDATOR.validate(record)
    assert (record["error"], record["answered"], record["confidence"], record["quotes"]) == (
        message,
        False,
        0,
        [],
    )
