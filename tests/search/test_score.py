"""The score is a weighted mean of the features; log-odds convert to a probability."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.search.fitted import WEIGHTS
from qa.search.query import KINDS, Kind
from qa.search.score import logistic, parts, score, shape, weights
from qa.types import Features

MEASURES = [field.name for field in fields(Features) if field.name != "reader"]
NOTHING = Features(**dict.fromkeys(MEASURES, 0.0))
ALL = Features(**dict.fromkeys(MEASURES, 1.0))
shares = st.floats(0, 1)
evidences = st.builds(
    Features, **{name: st.floats(-1, 1) if name.startswith("dense") else shares for name in MEASURES}
)
kinds = st.sampled_from([None, *KINDS])
sizes = st.integers(0, 100_000)


@given(kinds, sizes, sizes)
def test_zero_features_score_zero_and_full_features_one(
    kind: Kind | None, terms: int, sentences: int
) -> None:
    shares = weights(kind, terms, sentences)
    assert score(NOTHING, shares) == 0
    assert score(ALL, shares) == pytest.approx(1)
    assert all(weight >= 0 for weight in shares.values())


def test_a_weight_is_the_normalised_softplus_of_its_line() -> None:
    long, large = shape(6, 100)
    assert long == pytest.approx(math.log(6) / math.log(12))
    assert large == pytest.approx(0.5)
    lines = {name: math.log(1 + math.exp(a + b * long + c * large)) for name, (a, b, c) in WEIGHTS.items()}
    for kind in (None, *KINDS):
        computed = {name: value for name, value in lines.items() if name not in KINDS or name == kind}
        total = sum(computed.values())
        expected = {name: value / total for name, value in computed.items()}
        assert weights(kind, 6, 100) == pytest.approx(expected)


def test_weights_are_bounded_for_extreme_questions_and_texts() -> None:
    assert shape(0, 0) == shape(1, 1) == (0, 0)
    assert shape(12, 10_000) == shape(500, 10**9) == (1, 1)


def test_words_weigh_more_in_a_long_question_and_meaning_in_a_short_one() -> None:
    def meaning(terms: int) -> float:
        shares = weights(None, terms, 10_000)
        return shares["dense_sentence"] + shares["dense_passage"]

    assert meaning(1) > meaning(4) > meaning(12)


@pytest.mark.parametrize("name", ["dense_sentence", "dense_passage"])
def test_meaning_counts_for_nothing_if_the_language_is_unsupported(name: str) -> None:
    words = weights(None, 5, 100, read=False)
    assert score(replace(NOTHING, **{name: 1}), words) == 0
    assert score(replace(ALL, **{name: 0}), words) == pytest.approx(1)


def test_the_kind_of_answer_counts_only_if_one_is_expected() -> None:
    expected = replace(NOTHING, expected=1)
    assert score(expected, weights(None, 5, 100)) == 0
    asked = weights("number", 5, 100)
    assert score(expected, asked) == asked["number"] > 0


@given(evidences, kinds, sizes, sizes)
def test_the_parts_of_a_score_are_weighted_features_and_add_up_to_it(
    features: Features, kind: Kind | None, terms: int, sentences: int
) -> None:
    asked = weights(kind, terms, sentences)
    score_parts = parts(features, asked)
    assert math.fsum(score_parts.values()) == pytest.approx(score(features, asked), abs=1e-9)
    for name, value in score_parts.items():
        measure = features.expected if name in KINDS else getattr(features, name)
        assert value == pytest.approx(asked[name] * measure)


def test_every_weight_belongs_to_a_feature_or_a_kind() -> None:
    assert WEIGHTS.keys() <= {field.name for field in fields(Features)} | set(KINDS)
    assert set(KINDS) <= WEIGHTS.keys()


def test_log_odds_are_probabilities() -> None:
    assert logistic(0) == 0.5
    assert logistic(math.log(3)) == pytest.approx(0.75)
    assert logistic(-math.log(3)) == pytest.approx(0.25)


@given(st.floats(-1e6, 1e6))
def test_any_log_odds_are_a_probability_and_negation_its_complement(value: float) -> None:
    assert 0 <= logistic(value) <= 1
    assert logistic(value) + logistic(-value) == pytest.approx(1)
