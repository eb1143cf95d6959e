"""The confidence describes the whole result set and is a probability."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import log

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answer.confidence import ANSWERED_AT, UNREAD, confidence, features, probability, threshold
from qa.errors import UsageError
from qa.search.fitted import CONFIDENCE, THRESHOLDS
from qa.search.query import analyse
from qa.search.result import SearchResult
from qa.search.score import logistic
from qa.types import Features, Hit, Sentence

EVIDENCE = Features(
    dense_sentence=0.5, dense_passage=0.4, nearest_words=0.55, lexical_sentence=0.3, lexical_passage=0.2,
    coverage_sentence=0.6, coverage_passage=0.7, coverage_window=0.8, coverage_title=0.1, coverage_plain=0.9,
    names=0.5, numbers=1, unopposed=1, negated=1, bigram_overlap=0.25, expected=1, first_in_passage=0,
)  # fmt: skip


def result_of(
    *hits: tuple[float, Features], question: str = "How many apples grow?", unknown: float = 0.25
) -> SearchResult:
    ranked = tuple(
        Hit(Sentence("d", at, at + 1), features, value, at + 1) for at, (value, features) in enumerate(hits)
    )
    return SearchResult(analyse(question), ranked, {}, unknown, 99)


def test_features_have_known_values() -> None:
    second = replace(
        EVIDENCE,
        dense_sentence=0.9,
        dense_passage=0.8,
        coverage_sentence=0.65,
        nearest_words=0.9,
        bigram_overlap=0,
    )
    expected = {
        "dense": 0.5, "dense_best": 0.9, "dense_passage": 0.8, "margin": 0.375, "size": log(100) / 12,
        "size_squared": (log(100) / 12) ** 2,
        "names": 0.5, "numbers": 1, "unopposed": 1, "negated": 1, "lacking": 0, "coverage": 0.65,
        "coverage_window": 0.8, "coverage_passage": 0.7, "lexical": 0.2, "bigram_overlap": 0.25,
        "unknown": 0.25,
    }  # fmt: skip
    assert features(result_of((0.75, EVIDENCE), (0.5, second))) == pytest.approx(expected)


def test_the_confidence_is_the_product_of_the_fitted_logistic_functions() -> None:
    result = result_of((0.75, EVIDENCE), (0.5, EVIDENCE))
    values = {**features(result), "intercept": 1.0}
    expected = 1.0
    for factor in CONFIDENCE.values():
        assert factor.keys() <= values.keys()
        expected *= logistic(sum(weight * values[name] for name, weight in factor.items()))
    assert confidence(result) == pytest.approx(expected)
    assert probability({"a": 2.0}, {"x": {"a": 1.0}, "y": {"intercept": 0.5}}) == pytest.approx(
        logistic(2) * logistic(0.5)
    )


@pytest.mark.parametrize("name", ["names", "numbers", "unopposed", "negated"])
def test_contrary_evidence_lowers_the_confidence_of_a_near_quote(name: str) -> None:
    near = replace(EVIDENCE, dense_sentence=0.95, dense_passage=0.9, nearest_words=1, names=1)
    far_behind = (0.1, replace(EVIDENCE, dense_sentence=0.1))
    for_it, against = (
        result_of((0.9, features_of_first), far_behind)
        for features_of_first in (near, replace(near, **{name: 0}))
    )
    assert confidence(for_it) > 0.9
    assert confidence(against) < confidence(for_it) - 0.03


@given(
    st.lists(st.tuples(st.floats(-1, 1), st.lists(st.floats(-1, 1), min_size=17, max_size=17)), min_size=1)
)
def test_every_result_set_has_a_probability(hits: Sequence[tuple[float, list[float]]]) -> None:
    ranked = sorted(((value, Features(*numbers)) for value, numbers in hits), key=lambda hit: -hit[0])
    assert 0 <= confidence(result_of(*ranked)) <= 1


def test_a_date_is_lacking_if_no_first_quote_contains_a_time() -> None:
    without = replace(EVIDENCE, expected=0)
    assert features(result_of((0.75, without), question="When did it grow?"))["lacking"] == 1
    assert features(result_of((0.75, without), (0.5, EVIDENCE), question="When did it grow?"))["lacking"] == 0
    assert features(result_of((0.75, without), question="Who grew it?"))["lacking"] == 0


def test_a_risk_is_interpolated_between_measured_thresholds() -> None:
    assert threshold(None) == ANSWERED_AT
    low, high = (float(rate) for rate in list(THRESHOLDS)[:2])
    assert threshold(low) == pytest.approx(next(iter(THRESHOLDS.values())))
    middle = sum(list(THRESHOLDS.values())[:2]) / 2
    assert threshold((low + high) / 2) == pytest.approx(middle)
    assert threshold(0.001) >= threshold(0.05) >= threshold(0.3)
    for nonsense in (0, 1, -0.1, 5):
        with pytest.raises(UsageError, match=r"such as 0\.05"):
            threshold(nonsense)


def test_only_words_count_if_the_model_does_not_support_the_language() -> None:
    near = replace(EVIDENCE, dense_sentence=0.99, dense_passage=0.99)
    with_words = replace(EVIDENCE, coverage_window=1.0, coverage_passage=1.0)
    results = [replace(result_of((0.75, e), (0.5, e)), unread="de") for e in (EVIDENCE, near, with_words)]
    by_words = [confidence(result) for result in results]
    assert by_words[0] == by_words[1] < by_words[2]
    assert confidence(result_of((0.75, near))) != confidence(result_of((0.75, EVIDENCE)))
    assert UNREAD["words"].keys() <= {"intercept", *features(result_of((0.75, EVIDENCE)))}
