"""The analysis of a question: its terms, phrases and excluded words."""

from __future__ import annotations

import pytest

from qa.errors import QuestionError
from qa.search.query import LONGEST, analyse


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


def test_each_term_has_its_word() -> None:
    question = analyse("Which Wars and war had houses?")
    assert question.words == {("war",): "Wars", ("hous",): "houses"}
    assert set(question.terms) == question.words.keys()


def test_quoted_phrases_and_excluded_words_are_extracted() -> None:
    question = analyse('What did "The Times" say about tariffs -sports?')
    assert question.phrases == ("the times",)
    assert question.excluded == {"sport"}
    assert "sport" not in question.stems
    assert analyse("a 12-inch well-known disk").excluded == frozenset()
    assert analyse('a 12" disk').phrases == ()


def test_half_a_surrogate_pair_is_replaced() -> None:
    # From a command line that is not UTF-8.
    assert analyse("the caf\udce9 opens").text == "the caf\ufffd opens"
