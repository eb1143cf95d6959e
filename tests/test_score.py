"""One score out of the evidence: a weighted mean, and a probability out of log-odds."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.fitted import WEIGHTS
from qa.question import KINDS
from qa.score import logistic, score
from qa.types import Evidence

NOTHING = Evidence(*[0] * 12)
ALL = Evidence(*[1] * 12)


@pytest.mark.parametrize("kind", [None, *KINDS])
def test_no_evidence_is_nothing_and_all_evidence_is_one(kind: str | None) -> None:
    assert score(NOTHING, kind) == 0  # type: ignore[arg-type]
    assert score(ALL, kind) == pytest.approx(1)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [name for name in WEIGHTS if name not in KINDS])
def test_each_measure_counts_by_its_weight(name: str) -> None:
    total = sum(weight for key, weight in WEIGHTS.items() if key not in KINDS)
    assert score(replace(NOTHING, **{name: 1}), None) == pytest.approx(WEIGHTS[name] / total)


def test_what_is_asked_for_counts_only_where_something_is_asked_for() -> None:
    total = sum(weight for key, weight in WEIGHTS.items() if key not in KINDS)
    expected = replace(NOTHING, expected=1)
    assert score(expected, None) == 0
    assert score(expected, "number") == pytest.approx(WEIGHTS["number"] / (total + WEIGHTS["number"]))


def test_every_weight_is_of_a_measure_or_of_a_kind() -> None:
    assert WEIGHTS.keys() <= {field.name for field in fields(Evidence)} | set(KINDS)
    assert set(KINDS) <= WEIGHTS.keys()


def test_log_odds_are_probabilities() -> None:
    assert logistic(0) == 0.5
    assert logistic(math.log(3)) == pytest.approx(0.75)
    assert logistic(-math.log(3)) == pytest.approx(0.25)


@given(st.floats(-1e6, 1e6))
def test_any_log_odds_are_a_probability_and_the_opposite_its_rest(value: float) -> None:
    assert 0 <= logistic(value) <= 1
    assert logistic(value) + logistic(-value) == pytest.approx(1)
