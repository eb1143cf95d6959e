"""Of the quotes of an answered question, those with a score close to the best are the answer."""

from __future__ import annotations

import math
from pathlib import Path

import pytest
from answering import ask, document, index_of_documents
from readings import WordReranker
from word_encoder import WordEncoder

from qa.answer.answerer import Answerer
from qa.search.fitted import SHOWN_WITHIN, WEIGHTS


@pytest.mark.parametrize("expected", [1, 2, 3])
def test_the_quotes_close_to_the_best_are_the_answer(
    expected: int, tmp_path: Path, words: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ("The dragon is silver.", "The dragon is green.", "The dragon is small.")
    index = index_of_documents(
        tmp_path, words, [document(f"{at}.txt", text) for at, text in enumerate(texts)]
    )
    answerer = Answerer(index, words, reranker=WordReranker({"silver": 9.0, "green": 7.0, "small": 5.0}))
    best, *others = (quote.score for quote in answerer.ask("What is the dragon?").quotes)
    distances = [0.0, *(best - score for score in others), math.inf]
    within = min((distances[expected - 1] + distances[expected]) / 2, 99.0)
    monkeypatch.setattr("qa.answer.answerer.SHOWN_WITHIN", dict.fromkeys(WEIGHTS, within))
    answer = answerer.ask("What is the dragon?")
    assert [quote.text for quote in answer.quotes] == list(texts)
    assert [quote.answers for quote in answer.quotes] == [True] * expected + [False] * (3 - expected)
    # Only a quote that answers has words that answer.
    marked = [any(mark.kind == "answer" for mark in quote.matched) for quote in answer.quotes]
    assert marked == [quote.answers for quote in answer.quotes]


def test_no_quote_of_an_unanswered_question_is_an_answer(tmp_path: Path, words: WordEncoder) -> None:
    index = index_of_documents(tmp_path, words, [document("a.txt", "The dragon is green.")])
    answer = Answerer(index, words, reranker=WordReranker({"green": -9.0})).ask("What is the dragon?")
    assert not answer.answered
    [quote] = answer.quotes
    assert not quote.answers
    assert "answer" not in {mark.kind for mark in quote.matched}


def test_each_stage_has_a_distance() -> None:
    assert SHOWN_WITHIN.keys() == WEIGHTS.keys()
    assert all(distance > 0 for distance in SHOWN_WITHIN.values())


def test_only_the_quote_that_answers_is_the_answer(tmp_path: Path, words: WordEncoder) -> None:
    index = index_of_documents(
        tmp_path, words, [document("a.txt", "The dragon is green."), document("b.txt", "A candle burns.")]
    )
    answered = ask(index, words, "Is the dragon green?")
    assert answered.answered
    assert [quote.text for quote in answered.answering] == ["The dragon is green."]
    assert [quote.text for quote in answered.closest] == ["A candle burns."]
    refused = ask(index, words, "Who is the minister of Norway?")
    assert (refused.answered, refused.answering, len(refused.closest)) == (False, (), 2)
    assert not any(quote.answers for quote in refused.quotes)


def test_all_places_of_a_phrase_are_the_answer(
    tmp_path: Path, words: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qa.answer.answerer.SHOWN_WITHIN", dict.fromkeys(WEIGHTS, 0.0))
    texts = ["The dragon sleeps.", "A kettle and a candle, a mirror and a tower: the dragon has all of them."]
    index = index_of_documents(
        tmp_path, words, [document(f"{at}.txt", text) for at, text in enumerate(texts)]
    )
    answer = ask(index, words, 'Where is "the dragon"?')
    assert len(answer.answering) == 2
    first, second = answer.answering
    assert first.score > second.score
    assert len(ask(index, words, "Where is the dragon?").closest) == 1
