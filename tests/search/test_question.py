"""The analysis of a question: its terms, kind and phrases."""

from __future__ import annotations

import pytest

from qa.errors import QuestionError
from qa.search.query import LONGEST, Kind, analyse, kind_likelihood


def stems(text: str) -> list[str]:
    return [term[0] for term in analyse(text).terms]


@pytest.mark.parametrize("text", ["", "   \n\t", "???", "—", "-"])
def test_a_question_without_a_word_is_refused_with_advice(text: str) -> None:
    with pytest.raises(QuestionError, match="The question is empty; enter one"):
        analyse(text)


def test_a_whole_document_is_no_question() -> None:
    with pytest.raises(QuestionError, match="has 10,000 characters, more than 8,000; ask it in a sentence"):
        analyse("x" * 10_000)
    assert analyse("x" * LONGEST).text == "x" * LONGEST
    assert analyse(f"why {' ' * 10_000}").text == "why"


def test_a_question_is_searched_by_its_content_words() -> None:
    assert stems("What should happen to the Cold War mentality?") == ["happen", "cold", "war", "mental"]
    assert stems("Wars and war") == ["war"]


def test_a_question_of_common_words_is_searched_by_them() -> None:
    assert stems("Who is it?") == ["who", "is", "it"]


def test_terms_are_stemmed_for_each_language_of_the_index() -> None:
    [term] = analyse("Häuser", ("de", "en")).terms
    assert term == ("haus", "hauser")
    assert analyse("Häuser", ("de", "en")).stems == {"haus", "hauser"}


def test_neighbouring_words_are_pairs() -> None:
    assert analyse("direct talks began").pairs == {("direct", "talk"), ("talk", "began")}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("How many rounds were there?", "number"),
        ("What percentage of people agreed?", "number"),
        ("When was he born?", "date"),
        ("In which century did it begin?", "date"),
        ("Who spoke on the phone?", "name"),
        ("Whose house is it?", "name"),
        ("Where is the harbour?", "place"),
        ("What country is it in?", "place"),
        ("Why did he leave?", None),
        ("Whenever it rains, what happens?", None),
    ],
)
def test_the_kind_of_answer_follows_from_the_question(text: str, kind: Kind | None) -> None:
    assert analyse(text).kind == kind


@pytest.mark.parametrize(
    ("kind", "sentence", "expected"),
    [
        ("number", "There were five rounds.", 1),
        ("number", "It had 12 rooms.", 1),
        ("number", "There were several rounds.", 0),
        ("date", "He was born in 1942.", 1),
        ("date", "It happened 3 years ago.", 0.5),
        ("date", "It happened during the war.", 0.5),
        ("date", "It fought unlawful wars.", 0),
        ("date", "It happened at last.", 0),
        ("name", "It was signed by Truss.", 1),
        ("name", "The minister signed it.", 0),
        ("name", "It was signed by Borrell.", 0),
        (None, "It was signed by Truss in 1942.", 0),
    ],
)
def test_the_probability_that_a_sentence_contains_the_kind_of_answer(
    kind: Kind | None, sentence: str, expected: float
) -> None:
    # A name from the question is no answer to it.
    assert kind_likelihood(kind, sentence, analyse("What did Borrell sign?")) == expected


def test_quoted_phrases_and_excluded_words_are_extracted() -> None:
    question = analyse('What did "The Times" say about tariffs -sports?')
    assert question.phrases == ("the times",)
    assert question.excluded == {"sport"}
    assert "sport" not in question.stems
    assert analyse("a 12-inch well-known disk").excluded == frozenset()
    assert analyse('a 12" disk').phrases == ()


def test_plain_terms_are_those_that_are_not_names() -> None:
    assert analyse("When was the Chinese Foreign Minister born?").plain == {("born",)}


def test_half_a_surrogate_pair_is_replaced() -> None:
    # From a command line that is not UTF-8.
    assert analyse("the caf\udce9 opens").text == "the caf\ufffd opens"
