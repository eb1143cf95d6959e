"""Of the quotes of an answered question, those with a score close to the best are the answer."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
from answering import ask, document, index_of_documents
from word_encoder import WordEncoder

from qa.answer.shown import with_answering
from qa.record import Context, Quote
from qa.search.fitted import SHOWN_WITHIN, WEIGHTS


def quotes(*scores: float) -> list[Quote]:
    """Return quotes with these scores; some of them were an answer before."""
    context = Context(start=0, end=1, text="a")
    citation: Any = {
        "doc_id": "a", "title": "", "sha256": "0" * 64, "uri": None, "page": None, "line": None, "start": 0,
        "end": 1, "prefix": "", "suffix": "",
    }  # fmt: skip
    return [
        Quote(
            rank=rank,
            text="a",
            score=score,
            matched=(),
            citation=citation,
            context=context,
            answers=bool(rank % 2),
        )
        for rank, score in enumerate(scores, start=1)
    ]


@pytest.mark.parametrize(
    ("within", "expected"),
    [
        (math.inf, [True, True, True, True]),
        (2.0, [True, True, False, True]),
        (1.9, [True, False, False, True]),
        (0.0, [True, False, False, False]),
    ],
)
def test_the_quotes_close_to_the_best_are_the_answer(within: float, expected: list[bool]) -> None:
    # The third quote precedes a better one of a document that was quoted before.
    shown = with_answering(quotes(9.0, 7.0, 6.5, 8.0), answered=True, within=within)
    assert [quote.answers for quote in shown] == expected
    assert [quote.rank for quote in shown] == [1, 2, 3, 4]


def test_the_first_quote_is_always_an_answer() -> None:
    shown = with_answering(quotes(5.0, 9.0, 4.0), answered=True, within=1.0)
    assert [quote.answers for quote in shown] == [True, True, False]


def test_no_quote_of_an_unanswered_question_is_an_answer() -> None:
    shown = with_answering(quotes(9.0, 9.0, 1.0), answered=False)
    assert [quote.answers for quote in shown] == [False, False, False]
    assert with_answering([], answered=True, within=2.0) == ()


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
