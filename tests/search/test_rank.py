"""The order of sentences: by words, by words and vectors, and by the reading of the best passages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from readings import WordReranker, passage

from qa.errors import ModelError
from qa.rerankers import NOTHING_TO_READ, PassageText, Reading
from qa.search.features import MEASURES, Measured
from qa.search.fitted import CONFIDENCE, THRESHOLDS, WEIGHTS
from qa.search.rank import CHARACTERS, LEAST, MOST, Ranked, best_passages, rank, weighted
from qa.search.terms import PassageTerms
from qa.types import Sentence

QUESTION = "Where is the treasure?"
DENSE = tuple(at for at, name in enumerate(MEASURES) if name.startswith("dense"))


def measured(passages: Sequence[PassageTerms], *rows: float) -> Measured:
    """Return passages with one number for each sentence, which all its features have."""
    counts = np.array([len(each.sentences) for each in passages])
    values = np.repeat(np.array(rows, dtype=np.float32)[:, None], len(MEASURES), axis=1)
    assert len(values) == counts.sum()
    return Measured(passages, values, np.cumsum(counts) - counts)


def order(ranked: Ranked) -> list[int]:
    """Return the rows, best first."""
    return np.argsort(-ranked.scores, kind="stable").tolist()


def many(number: int) -> Measured:
    """Return passages of two sentences, the first passages with the best features."""
    passages = [passage(at, f"Word{at} is here.", f"Other{at} is not.") for at in range(number)]
    return measured(passages, *(1 - row / (2 * number) for row in range(2 * number)))


# Fitted numbers


def test_each_stage_has_positive_weights_of_its_features() -> None:
    assert WEIGHTS.keys() == CONFIDENCE.keys() == {"words", "hybrid", "reader"}
    for stage, weights in WEIGHTS.items():
        assert weights.keys() <= {*MEASURES, *(["reader"] if stage == "reader" else [])}
        assert all(weight > 0 for weight in weights.values())
    assert "reader" in WEIGHTS["reader"]
    assert not any(name.startswith("dense") for name in WEIGHTS["words"])


def test_a_lower_risk_never_has_a_lower_threshold() -> None:
    rates = [float(rate) for rate in THRESHOLDS]
    assert rates == sorted(rates)
    limits = list(THRESHOLDS.values())
    assert limits == sorted(limits, reverse=True)
    assert all(0 <= limit <= 1 for limit in limits)


# Without a reader


@given(st.lists(st.lists(st.floats(-1, 1, width=32), min_size=5, max_size=5), min_size=1, max_size=4))
def test_a_score_is_the_weighted_sum_of_the_features(rows: list[list[float]]) -> None:
    values = np.array(rows, dtype=np.float32)
    for stage, weights in WEIGHTS.items():
        expected = [
            sum(weights.get(name, 0) * value for name, value in zip(MEASURES, row, strict=True))
            for row in values.tolist()
        ]
        assert weighted(values, stage).tolist() == pytest.approx(expected, abs=1e-9)


def test_without_a_reader_words_and_vectors_rank() -> None:
    candidates = measured([passage(1, "One.", "Two."), passage(2, "Three.")], 0.2, 0.9, 0.5)
    ranked = rank(candidates, QUESTION, None, words_only=False)
    assert (ranked.stage, order(ranked)) == ("hybrid", [1, 2, 0])
    assert ranked.scores.tolist() == weighted(candidates.values, "hybrid").tolist()
    assert (ranked.readings, ranked.answers, ranked.shift) == ({}, {}, 0)


def test_in_an_unsupported_language_only_words_rank_and_nothing_is_read() -> None:
    candidates = measured([passage(1, "One."), passage(2, "Two.")], 0.5, 0.6)
    reranker = WordReranker({"One": 9.0})
    ranked = rank(candidates, QUESTION, reranker, words_only=True)
    assert (ranked.stage, order(ranked), reranker.questions) == ("words", [1, 0], [])
    before = ranked.scores.tolist()
    candidates.values[0, DENSE] = 1.0
    assert rank(candidates, QUESTION, reranker, words_only=True).scores.tolist() == before
    assert rank(candidates, QUESTION, None, words_only=False).scores.tolist() != before


def test_without_candidates_nothing_is_read() -> None:
    reranker = WordReranker({})
    ranked = rank(measured([]), QUESTION, reranker, words_only=False)
    assert (ranked.stage, ranked.scores.tolist(), reranker.questions) == ("hybrid", [], [])


# With a reader


def test_the_reading_outweighs_the_other_features() -> None:
    candidates = many(4)
    first = rank(candidates, QUESTION, None, words_only=False)
    assert order(first) == [*range(8)]
    # The second sentence of the third passage, then the first of the last.
    reranker = WordReranker({"Other2": 6000.0, "Word3": 3000.0})
    ranked = rank(candidates, QUESTION, reranker, words_only=False)
    assert ranked.stage == "reader"
    assert order(ranked) == [5, 6, 0, 1, 2, 3, 4, 7]
    assert ranked.scores[[5, 6]].tolist() == pytest.approx(
        weighted(candidates.values, "reader")[[5, 6]] + WEIGHTS["reader"]["reader"] * np.array([6000, 3000])
    )


def test_what_is_read_is_the_text_with_its_title_and_headings() -> None:
    place = passage(1, "The cat.", "It sleeps.", start=50, title="Animals", headings=("Cats", "At night"))
    reranker = WordReranker({})
    rank(measured([place], 1, 2), QUESTION, reranker, words_only=False)
    assert reranker.questions == [QUESTION]
    [text] = reranker.passages
    assert (text.text, text.title, text.headings) == (
        "The cat. It sleeps.", "Animals", ("Cats", "At night"),
    )  # fmt: skip
    assert [text.text[start:end] for start, end in text.sentences] == ["The cat.", "It sleeps."]


def test_only_the_passages_with_the_best_sentences_are_read() -> None:
    candidates = many(MOST + 5)
    # The best sentence of the last passage is better than all others, its other one is worst.
    candidates.values[-1] = 2.0
    reranker = WordReranker({})
    ranked = rank(candidates, QUESTION, reranker, words_only=False)
    read = [MOST + 4, *range(MOST - 1)]
    assert [text.text for text in reranker.passages] == [candidates.passages[at].row.text for at in read]
    assert list(ranked.readings) == read
    assert best_passages(candidates, weighted(candidates.values, "hybrid"), QUESTION) == read


@pytest.mark.parametrize(
    ("characters", "question", "expected"),
    [
        (10, QUESTION, MOST),
        (1_000, QUESTION, CHARACTERS // (2_000 + len(QUESTION))),
        (1_000, "Why? " * 40, CHARACTERS // 2_200),
        (20_000, QUESTION, LEAST),
    ],
)
def test_fewer_passages_are_read_if_they_or_the_question_are_long(
    characters: int, question: str, expected: int
) -> None:
    above = characters // 2
    candidates = measured(
        [passage(at, "w" * characters, title="t" * above, headings=("h" * above,)) for at in range(MOST + 1)],
        *range(MOST + 1, 0, -1),
    )
    reranker = WordReranker({})
    ranked = rank(candidates, question, reranker, words_only=False)
    assert list(ranked.readings) == [*range(expected)]
    assert len(reranker.passages) == expected


@pytest.mark.parametrize("other", [-30.0, 0.0, 30.0])
def test_unread_passages_are_behind_all_that_were_read_in_their_own_order(other: float) -> None:
    candidates = many(MOST + 3)
    reranker = WordReranker({f"Word{MOST - 1}": 5000.0, f"Word{MOST + 1}": 9000.0}, other=other)
    ranked = rank(candidates, QUESTION, reranker, words_only=False)
    rows = order(ranked)
    assert rows[0] == 2 * (MOST - 1)
    # "Word{MOST + 1}" would be best, but was not read.
    assert rows[2 * MOST :] == [*range(2 * MOST, 2 * MOST + 6)]
    assert np.isfinite(ranked.scores).all()
    hybrid = weighted(candidates.values, "hybrid")[2 * MOST :]
    assert (ranked.scores[2 * MOST :] - hybrid).tolist() == pytest.approx([ranked.shift] * 6)
    assert ranked.scores[2 * MOST] < ranked.scores[: 2 * MOST].min()


def test_if_everything_is_read_nothing_is_behind() -> None:
    candidates = many(MOST)
    ranked = rank(candidates, QUESTION, WordReranker({}), words_only=False)
    assert sorted(ranked.readings) == [*range(MOST)]
    partial = weighted(candidates.values, "reader")
    assert ranked.scores.tolist() == pytest.approx((partial - 4.0 * WEIGHTS["reader"]["reader"]).tolist())


def test_answers_have_offsets_of_their_document() -> None:
    one, two = passage(1, "The cat sleeps.", "It is 9 years old.", start=40), passage(2, "No more.", start=5)
    ranked = rank(measured([one, two], 1, 2, 3), QUESTION, WordReranker({"9 years": 3.0}), words_only=False)
    sentence = Sentence("d1", 56, 74)
    assert ranked.answers == {sentence: ((62, 69),)}
    text = " " * 40 + one.row.text
    assert (text[56:74], text[62:69]) == ("It is 9 years old.", "9 years")
    assert list(ranked.readings) == [1, 0]
    assert ranked.readings[1].answers == (None,)


class Speechless(WordReranker):
    """Cannot read a sentence without letters."""

    def read(self, question: str, passages: Sequence[PassageText]) -> list[Reading]:
        readings = super().read(question, passages)
        for reading, text in zip(readings, passages, strict=True):
            for at, (start, end) in enumerate(text.sentences):
                if not any(map(str.isalpha, text.text[start:end])):
                    reading.sentences[at] = NOTHING_TO_READ
        return readings


def test_a_sentence_that_cannot_be_read_is_like_one_that_was_not_read() -> None:
    candidates = measured([passage(1, "The cat sleeps.", "* * *", "It is nine years old.")], 1, 2, 3)
    ranked = rank(candidates, QUESTION, Speechless({"nine": 3.0}), words_only=False)
    assert order(ranked) == [2, 0, 1]
    hybrid = weighted(candidates.values, "hybrid")
    assert ranked.scores[1] == pytest.approx(hybrid[1] + ranked.shift)
    assert ranked.scores.min() > NOTHING_TO_READ / 10


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf])
@pytest.mark.parametrize("where", ["sentence", "passage"])
def test_numbers_that_are_not_finite_are_refused(number: float, where: str) -> None:
    class Broken(WordReranker):
        def read(self, question: str, passages: Sequence[PassageText]) -> list[Reading]:
            readings = super().read(question, passages)
            if where == "passage":
                return [replace(each, passage=number) for each in readings]
            readings[-1].sentences[-1] = number
            return readings

    with pytest.raises(ModelError, match="not finite"):
        rank(many(3), QUESTION, Broken({}), words_only=False)


def test_if_nothing_can_be_read_the_features_decide() -> None:
    candidates = measured([passage(1, "* * *"), passage(2, "1 + 1")], 1, 2)
    ranked = rank(candidates, QUESTION, Speechless({}), words_only=False)
    assert ranked.stage == "hybrid"
    assert ranked.scores.tolist() == pytest.approx(weighted(candidates.values, "hybrid").tolist())
