"""A few questions with known answers calibrate the confidence of an index."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from word_encoder import WordEncoder

from qa.answer import calibration
from qa.answer.answerer import Answerer
from qa.answer.calibration import (
    AS_FITTED,
    CERTAINTY,
    LEAST,
    NEVER,
    Calibration,
    calibrate,
    cross_validated,
    dumps,
    highest_rate,
    loads,
    log_odds,
    logistic,
    platt,
    thresholds,
)
from qa.answer.confidence import threshold
from qa.errors import UsageError
from qa.evaluate import calibration_error
from qa.index import CALIBRATION, Index
from qa.search.fitted import THRESHOLDS


def sample_outcomes(slope: float, intercept: float, n: int, seed: int = 1) -> tuple[list[float], list[bool]]:
    """Return log-odds, and outcomes drawn with the probabilities that the map assigns to them."""
    chance = np.random.default_rng(seed)
    raw = chance.normal(0, 3, n).tolist()
    return raw, [bool(chance.random() < logistic(slope * z + intercept)) for z in raw]


@pytest.mark.parametrize(("slope", "intercept"), [(1.0, 0.0), (0.4, -1.0), (2.5, 1.5)])
def test_the_fit_recovers_the_map_that_drew_the_outcomes(slope: float, intercept: float) -> None:
    assert platt(*sample_outcomes(slope, intercept, 20_000)) == pytest.approx(
        (slope, intercept), rel=0.1, abs=0.1
    )


def test_perfect_outcomes_are_not_fitted_as_certain() -> None:
    slope, intercept = platt([-9.0] * 20 + [9.0] * 20, [False] * 20 + [True] * 20)
    # Platt's target for 20 right answers is 21/22, even for much higher log-odds.
    assert logistic(slope * 9 + intercept) == pytest.approx(21 / 22, abs=0.01)


def test_extreme_and_zero_log_odds_can_be_fitted() -> None:
    for raw in ([-1e3, 1e3] * 20, [0.0] * 40):
        slope, intercept = platt(raw, [False, True] * 20)
        assert np.isfinite([slope, intercept]).all()
    assert logistic(intercept) == pytest.approx(0.5)


def test_fits_on_other_questions_correct_overconfidence() -> None:
    raw, right = sample_outcomes(0.3, -1.0, 600)
    before = calibration_error([logistic(z) for z in raw], right)
    after = calibration_error(cross_validated(raw, right), right)
    assert before > 0.2
    assert after < 0.06


def test_a_question_does_not_influence_its_own_probability() -> None:
    raw, right = sample_outcomes(1.0, 0.0, 200)
    raw[0], right[0] = 30.0, False
    slope, intercept = platt(raw, right)
    probabilities = cross_validated(raw, right)
    # All questions together show that such log-odds may be wrong; without this one they do not.
    assert log_odds(probabilities[0]) > 1.5 * (slope * 30 + intercept)
    assert probabilities == cross_validated(raw, right)


@given(st.integers(0, 60), st.integers(1, 200))
def test_at_the_highest_rate_so_few_wrong_answers_are_unlikely(wrong: int, answered: int) -> None:
    rate = highest_rate(wrong, answered)
    if wrong >= answered:
        assert rate == 1
        return
    assert wrong / answered < rate < 1
    likelihoods = (math.comb(answered, n) * rate**n * (1 - rate) ** (answered - n) for n in range(wrong + 1))
    assert math.fsum(likelihoods) == pytest.approx(1 - CERTAINTY)


def test_a_threshold_is_the_lowest_probability_with_a_proven_rate() -> None:
    p = [1 - at / 100 for at in range(60)]
    limits = thresholds(p, [True] * 30 + [False] * 30)
    # One wrong of 46 is the first proof of 0.1, but 16 of the first 46 are wrong. For 0.15 it is one of 30:
    # none of 30 and one of 31 are wrong, and two of 32 are too many.
    expected = {"0.05": NEVER, "0.1": NEVER, "0.15": p[30], "0.2": p[31], "0.3": p[34]}
    assert {risk: limits[risk] for risk in expected} == expected
    assert limits.keys() == THRESHOLDS.keys()


@given(st.lists(st.tuples(st.sampled_from([0.9, 0.8, 0.7, 0.6, 0.5]), st.booleans()), max_size=120))
def test_no_threshold_has_a_higher_rate_than_it_says(outcomes: list[tuple[float, bool]]) -> None:
    limits = thresholds([p for p, _ in outcomes], [right for _, right in outcomes])
    for risk, limit in limits.items():
        answered = [right for p, right in outcomes if p >= limit]
        if limit != NEVER:
            assert highest_rate(answered.count(False), len(answered)) <= float(risk)


def test_equal_probabilities_are_answered_all_or_none() -> None:
    limits = thresholds([0.9] * 40, [True] * 39 + [False])
    assert (limits["0.1"], limits["0.15"]) == (NEVER, 0.9)
    limits = thresholds([0.9] * 60 + [0.8] * 60, [True] * 60 + [False] * 60)
    assert (limits["0.05"], limits["0.1"], limits["0.3"]) == (NEVER, 0.9, 0.9)


@pytest.mark.parametrize(
    ("right", "wrong", "reason"),
    [
        (14, 15, f"29 questions.*at least {LEAST}"),
        (4, 40, "Only 4 of 44.*right"),
        (40, 4, "Only 4 of 44.*wrong"),
    ],
)
def test_too_few_questions_are_refused_with_the_missing_number(right: int, wrong: int, reason: str) -> None:
    outcomes = [True] * right + [False] * wrong
    with pytest.raises(UsageError, match=reason):
        calibrate([1.0 if good else -1.0 for good in outcomes], outcomes)


def test_a_reversed_confidence_is_refused() -> None:
    raw, right = sample_outcomes(-2.0, 0.0, 200)
    with pytest.raises(UsageError, match="no higher confidence"):
        calibrate(raw, right)


def test_log_odds_are_probabilities() -> None:
    assert logistic(0) == 0.5
    assert logistic(math.log(3)) == pytest.approx(0.75)
    assert logistic(-math.log(3)) == pytest.approx(0.25)


@given(st.floats(-1e6, 1e6))
def test_any_log_odds_are_a_probability_and_negation_its_complement(value: float) -> None:
    assert 0 <= logistic(value) <= 1
    assert logistic(value) + logistic(-value) == pytest.approx(1)


def test_log_odds_are_those_of_the_probability() -> None:
    for value in (-20.0, -0.5, 0.0, 3.0, 20.0):
        assert log_odds(logistic(value)) == pytest.approx(value, rel=1e-4)
    assert np.isfinite([log_odds(0.0), log_odds(1.0)]).all()


def test_a_stored_calibration_is_used_only_with_the_numbers_it_was_fitted_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    calibrated = Calibration(0.5, -1.0, {"0.05": 0.8}, 77)
    stored = dumps(calibrated)
    assert loads(stored) == calibrated
    assert loads(None) is None
    monkeypatch.setattr(calibration, "CONFIDENCE", {"hybrid": {"intercept": 1.0}})
    assert loads(stored) is None


def test_a_risk_uses_the_thresholds_of_the_index() -> None:
    calibrated = replace(AS_FITTED, thresholds={"0.01": NEVER, "0.05": 0.8})
    assert threshold(0.05, calibrated) == 0.8
    assert threshold(0.03, calibrated) == threshold(0.01, calibrated)
    assert threshold(None, calibrated) == 0.5


def test_answers_follow_the_calibration_of_their_index_until_it_is_reset(
    tmp_path: Path, words: WordEncoder
) -> None:
    (tmp_path / "garden.txt").write_text("The garden holds an apple. A silver kettle stands by the river.")
    index = Index.create(tmp_path / "index", words)
    index.update([str(tmp_path / "garden.txt")], lambda: words)

    def ask(risk: float | None = None, *, calibrated: bool = True) -> tuple[float, bool]:
        answer = Answerer(index, words, risk, calibrated=calibrated).ask("Where is the kettle?")
        return answer.confidence, answer.answered

    plain, answered = ask()
    calibration_of_index = Calibration(0.5, -1.0, {"0.05": 0.001, "0.1": 0.0005}, 40)
    index.keep_calibration(dumps(calibration_of_index))
    assert ask() == (
        pytest.approx(calibration_of_index.probability(log_odds(plain))),
        calibration_of_index.probability(log_odds(plain)) >= 0.5,
    )
    assert ask(0.05) == (ask()[0], True)
    assert ask(calibrated=False) == (plain, answered)
    (tmp_path / "more.txt").write_text("The tower has a lantern.")
    index.update([str(tmp_path / "more.txt")], lambda: words)
    assert loads(index.manifest()[CALIBRATION]) == calibration_of_index
    index.keep_calibration(None)
    assert CALIBRATION not in index.manifest()
    assert ask(calibrated=True) == ask(calibrated=False)


def test_a_calibration_counts_only_with_the_reranker_that_it_was_fitted_with(
    tmp_path: Path, words: WordEncoder
) -> None:
    (tmp_path / "garden.txt").write_text("The garden holds an apple. A silver kettle stands by the river.")
    index = Index.create(tmp_path / "index", words)
    index.update([str(tmp_path / "garden.txt")], lambda: words)
    question = "Where is the kettle?"
    before = Answerer(index, words).ask(question).confidence
    index.keep_calibration(dumps(Calibration(0.5, -1.0, {"0.05": 0.8}, 40, "reader")))
    assert Answerer(index, words).ask(question).confidence == before
    index.keep_calibration(dumps(Calibration(0.5, -1.0, {"0.05": 0.8}, 40, None)))
    assert Answerer(index, words).ask(question).confidence != before
