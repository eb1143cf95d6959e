"""Types of answers, and the values that are slices of the answer words."""

from __future__ import annotations

import datetime

import pytest
from handmade_answers import quote
from hypothesis import given
from hypothesis import strategies as st

from qa.batch import Row
from qa.record import Match, Quote
from qa.table import TYPES, AnswerType
from qa.table.answer_types import recognised, type_of
from qa.table.values import number_in, value_of


@pytest.mark.parametrize(
    ("question", "type"),
    [
        ("When does the lease end?", "date"),
        ("Effective date", "date"),
        ("What is the effective date?", "date"),
        ("How much is the fee?", "amount"),
        ("How many users are included?", "number"),
        ("How long is the notice period?", "number"),
        ("Is it exclusive?", "yes/no"),
        ("Does the fee change when the date does?", "yes/no"),
        ("Who signed it?", "name"),
        ("governing law", "text"),
        ("", "text"),
        ("Wann endet der Vertrag?", "date"),
        ("Wie hoch ist die Strafe?", "amount"),
        ("Ist das Recht exklusiv?", "yes/no"),
        ("¿Cuándo termina?", "date"),
        ("¿Cuánto cuesta?", "amount"),
        ("Combien de salariés ?", "number"),
        ("Qui a signé ?", "name"),
        ("合同何时终止？", "date"),
    ],
)
def test_a_question_shows_the_type_of_its_answer(question: str, type: AnswerType) -> None:
    assert recognised(question) == type


def test_the_column_type_is_used_only_if_it_names_a_type() -> None:
    question = "When does it end?"
    assert type_of(Row("1", question)) == "date"
    assert type_of(Row("1", question, input={"Type": " Text "})) == "text"
    assert type_of(Row("1", question, input={"type": "clause"})) == "date"
    assert type_of(Row("1", question, input={"type": 3})) == "date"


def marked(text: str, *words: str) -> Quote:
    """Return a quote at the offset 100 with answer words."""
    spans = [(100 + text.index(word), 100 + text.index(word) + len(word)) for word in words]
    matched = tuple(Match(start, end, "answer") for start, end in spans)
    return quote(text, start=100).model_copy(update={"matched": matched})


@pytest.mark.parametrize(
    ("type", "text", "value", "normal"),
    [
        ("date", "made as of April 14th, 2020 by", "April 14th, 2020", datetime.date(2020, 4, 14)),
        ("date", "the 3rd day of May, 1999", "3rd day of May, 1999", datetime.date(1999, 5, 3)),
        ("date", "am 1. März 2020", "1. März 2020", datetime.date(2020, 3, 1)),
        ("date", "le 1er janvier 2021", "1er janvier 2021", datetime.date(2021, 1, 1)),
        ("date", "el 3 de mayo de 2020", "3 de mayo de 2020", datetime.date(2020, 5, 3)),
        ("date", "2020年3月4日", "2020年3月4日", datetime.date(2020, 3, 4)),
        ("date", "on 2020-02-03.", "2020-02-03", datetime.date(2020, 2, 3)),
        ("date", "31.12.2019", "31.12.2019", datetime.date(2019, 12, 31)),
        ("date", "12/31/2019", "12/31/2019", datetime.date(2019, 12, 31)),
        ("date", "03/04/2020", "03/04/2020", None),
        ("date", "30 February 2020", "30 February 2020", None),
        ("date", "in March 2020", "March 2020", None),
        ("amount", "of US$ 1,000.50 a year", "US$ 1,000.50", 1000.5),
        ("amount", "$1.5 billion", "$1.5 billion", 1.5e9),
        ("amount", "EUR 1.500,00", "EUR 1.500,00", 1500.0),
        ("amount", "10,000 dollars", "10,000 dollars", 10000.0),
        ("amount", "at least RMB500,000 per person", "RMB500,000", 500000.0),
        ("amount", "5% of sales", "5%", 5.0),
        ("number", "upon thirty (30) days written notice", "thirty (30) days", 30.0),
        ("number", "1,000 units and more", "1,000 units", 1000.0),
        ("number", "5 of them", "5", 5.0),
        ("yes/no", "Yes, they may.", "Yes", None),
        ("yes/no", "Nein.", "Nein", None),
        ("name", "Acme Corp.", "Acme Corp.", None),
    ],
)
def test_a_value_is_a_slice_of_the_answer_words(
    type: AnswerType, text: str, value: str, normal: datetime.date | float | None
) -> None:
    result = value_of(marked(f"Before 7 May 2001, $7: {text}", text), type)
    assert result is not None
    assert (result.text, result.normal) == (value, normal)
    assert (result.start, result.end) == (123 + text.index(value), 123 + text.index(value) + len(value))


@pytest.mark.parametrize(
    ("type", "text"),
    [
        ("date", "upon signature"),
        ("amount", "a fair price"),
        ("number", "thirty days"),
        ("yes/no", "no employee may"),
        ("yes/no", "Notice is given"),
        ("name", "the supplier"),
        ("text", "Acme on 1 May 2020"),
    ],
)
def test_there_is_no_value_where_the_words_have_none(type: AnswerType, text: str) -> None:
    assert value_of(marked(f"On 1 May 2020, Acme got $5. Yes: {text}", text), type) is None


def test_a_value_in_words_that_begin_before_the_quote_is_at_its_place() -> None:
    text = "1 May 2020 or later"
    early = (Match(95, 110, "answer"),)
    value = value_of(quote(text, start=100).model_copy(update={"matched": early}), "date")
    assert value is not None
    assert (value.text, value.start, value.end) == ("1 May 2020", 100, 110)


def test_words_that_only_match_the_question_have_no_value() -> None:
    text = "On 1 May 2020"
    matching = (Match(100, 100 + len(text), "lexical"),)
    assert value_of(quote(text, start=100).model_copy(update={"matched": matching}), "date") is None


@pytest.mark.parametrize(
    ("text", "language", "number"),
    [
        ("1.500", "de", 1500.0),
        ("1.500", "en", None),
        ("1,500", "en", 1500.0),
        ("1,500", "de", None),
        ("0.125", "en", 0.125),
        ("1,5", "de", 1.5),
        ("1.234.567,89", "en", 1234567.89),
        ("2 Mio. Euro", "de", 2e6),
        ("no figure", "en", None),
    ],
)
def test_separators_are_read_as_the_language_writes_them(
    text: str, language: str, number: float | None
) -> None:
    assert number_in(text, language) == number


@given(st.text(max_size=80), st.sampled_from(TYPES))
def test_a_value_is_a_slice_of_any_text(text: str, type: AnswerType) -> None:
    if text:
        value = value_of(marked(text, text), type)
        assert value is None or value.text == text[value.start - 100 : value.end - 100] != ""


@pytest.mark.parametrize("text", ["9" * 5000, "9," * 5000 + "9", "1 May " * 5000, "a (" * 5000, "$" * 5000])
def test_long_words_take_no_time(text: str) -> None:
    for type in TYPES:
        value_of(marked(text, text), type)
