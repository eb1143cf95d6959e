"""Opposites and negations are told apart from what is asked, in the languages that have them."""

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
def test_an_opposite_speaks_against_unless_the_word_itself_is_there(
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
def test_a_question_for_what_is_not_shows(text: str, language: str, expected: bool) -> None:
    assert negates(text, language) is expected


def test_a_sentence_denies_in_more_words_than_a_question() -> None:
    assert not negates("Who refused to sign?")
    assert denies("Norway refused to sign.")
    assert denies("Norway did not sign.")
    assert not denies("Norway signed.")
    # In a language without an entry none can tell.
    assert denies("ノルウェーは署名した", "ja")


@pytest.mark.parametrize("language", [code for code, each in LANGUAGES.items() if each.opposites])
def test_every_entry_is_a_pair_of_two_stems(language: str) -> None:
    for one, other in LANGUAGES[language].opposites:
        assert terms(one, language) != terms(other, language), (one, other)
