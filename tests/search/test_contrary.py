"""Opposites and negations are recognised in the languages that have entries for them."""

from __future__ import annotations

import pytest

from qa.lang import LANGUAGES
from qa.search.contrary import denies, negates, opposed
from qa.search.query import analyse
from qa.text.tokens import terms


def is_opposed(question: str, sentence: str) -> bool:
    return opposed(analyse(question).terms, set(terms(sentence)))


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("Which lake is the largest?", "The smallest lake is Grey Tarn.", True),
        ("Which lake is the smallest?", "The largest lake is Long Mere.", True),
        ("Which lake is the largest?", "The largest lake is Long Mere, the smallest Grey Tarn.", False),
        ("Which lake is the largest?", "Long Mere is a lake.", False),
        ("Who increased the tax?", "The council decreased the tax.", True),
        ("When did exports begin?", "Imports began in 1950.", True),
    ],
)
def test_an_opposite_counts_unless_the_word_itself_is_there(
    question: str, sentence: str, expected: bool
) -> None:
    assert is_opposed(question, sentence) is expected


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Who did not sign?", "en", True),
        ("Who didn’t sign?", "en", True),
        ("Which states never signed?", "en", True),
        ("Who cant sign?", "en", True),
        ("Who signed in knots?", "en", False),
        ("What do they want?", "en", False),
        ("Wer hat nicht unterschrieben?", "de", True),
        ("Wer hat unterschrieben?", "de", False),
        ("Qui n’a pas signé ?", "fr", True),
        ("¿Quién nunca firmó?", "es", True),
        ("誰が署名しなかったか", "ja", False),
    ],
)
def test_a_negated_question_is_recognised(text: str, language: str, expected: bool) -> None:
    assert negates(text, language) is expected


def test_a_sentence_can_deny_with_more_words_than_a_question() -> None:
    assert not negates("Who refused to sign?")
    assert denies("Norway refused to sign.")
    assert denies("Norway did not sign.")
    assert not denies("Norway signed.")
    # In a language without an entry, every sentence may deny.
    assert denies("ノルウェーは署名した", "ja")


@pytest.mark.parametrize("language", [code for code, entry in LANGUAGES.items() if entry.opposites])
def test_every_entry_is_a_pair_of_two_stems(language: str) -> None:
    for word, opposite in LANGUAGES[language].opposites:
        assert terms(word, language) != terms(opposite, language), (word, opposite)
