"""A few questions with known answers make the confidence of an index mean what it says."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from word_encoder import WordEncoder

from qa.answer import calibration
from qa.answer.answerer import Answerer
from qa.answer.calibration import (
    AS_FITTED,
    LEAST,
    NEVER,
    Calibration,
    calibrate,
    cross_validated,
    dumps,
    loads,
    log_odds,
    platt,
    thresholds,
)
from qa.answer.confidence import threshold
from qa.errors import UsageError
from qa.evaluate import calibration_error
from qa.index import CALIBRATION, Index
from qa.search.fitted import THRESHOLDS
from qa.search.score import logistic


def drawn(slope: float, intercept: float, n: int, seed: int = 1) -> tuple[list[float], list[bool]]:
    """Log-odds, and outcomes drawn with the probability that the map gives them."""
    chance = np.random.default_rng(seed)
    raw = chance.normal(0, 3, n).tolist()
    return raw, [bool(chance.random() < logistic(slope * z + intercept)) for z in raw]


@pytest.mark.parametrize(("slope", "intercept"), [(1.0, 0.0), (0.4, -1.0), (2.5, 1.5)])
def test_the_map_that_outcomes_were_drawn_with_is_found_again(slope: float, intercept: float) -> None:
    assert platt(*drawn(slope, intercept, 20_000)) == pytest.approx((slope, intercept), rel=0.1, abs=0.1)


def test_outcomes_without_a_doubt_leave_one() -> None:
    slope, intercept = platt([-9.0] * 20 + [9.0] * 20, [False] * 20 + [True] * 20)
    # Platt's target for 20 right answers is 21/22, whatever the log-odds promised.
    assert logistic(slope * 9 + intercept) == pytest.approx(21 / 22, abs=0.01)


def test_the_largest_and_the_emptiest_log_odds_are_borne() -> None:
    for raw in ([-1e3, 1e3] * 20, [0.0] * 40):
        slope, intercept = platt(raw, [False, True] * 20)
        assert np.isfinite([slope, intercept]).all()
    assert logistic(intercept) == pytest.approx(0.5)


def test_a_confidence_that_is_too_sure_is_mended_by_fits_on_other_questions() -> None:
    raw, right = drawn(0.3, -1.0, 600)
    before = calibration_error([logistic(z) for z in raw], right)
    after = calibration_error(cross_validated(raw, right), right)
    assert before > 0.2
    assert after < 0.06


def test_no_outcome_speaks_in_its_own_probability() -> None:
    raw, right = drawn(1.0, 0.0, 200)
    raw[0], right[0] = 30.0, False
    slope, intercept = platt(raw, right)
    found = cross_validated(raw, right)
    # With itself among them, the questions say that such log-odds may be wrong; the others alone do not.
    assert log_odds(found[0]) > 1.5 * (slope * 30 + intercept)
    assert found == cross_validated(raw, right)


def test_a_threshold_reckons_with_more_wrong_answers_than_were_seen() -> None:
    p = [1 - at / 100 for at in range(40)]
    found = thresholds(p, [True] * 25 + [False] * 15)
    # Of 25 right answers 1 may be luck: 1/26 is under 0.05. One wrong of 26 counts as three, and 3/27 is
    # under 0.15; two of 27 count as 4.4, which is over it.
    assert (found["0.01"], found["0.05"], found["0.1"], found["0.15"]) == (NEVER, p[24], p[24], p[25])
    assert found.keys() == THRESHOLDS.keys()


def test_equal_probabilities_are_answered_all_or_none() -> None:
    assert thresholds([0.9] * 40, [True] * 25 + [False] * 15)["0.05"] == NEVER


@pytest.mark.parametrize(
    ("right", "wrong", "why"),
    [
        (14, 15, f"29 questions.*at least {LEAST}"),
        (4, 40, "Only 4 of 44.*right"),
        (40, 4, "Only 4 of 44.*wrong"),
    ],
)
def test_too_few_questions_are_refused_with_what_is_missing(right: int, wrong: int, why: str) -> None:
    outcomes = [True] * right + [False] * wrong
    with pytest.raises(UsageError, match=why):
        calibrate([1.0 if good else -1.0 for good in outcomes], outcomes)


def test_a_confidence_that_is_upside_down_is_refused() -> None:
    raw, right = drawn(-2.0, 0.0, 200)
    with pytest.raises(UsageError, match="no higher confidence"):
        calibrate(raw, right)


def test_log_odds_are_those_of_the_probability() -> None:
    for z in (-20.0, -0.5, 0.0, 3.0, 20.0):
        assert log_odds(logistic(z)) == pytest.approx(z, rel=1e-4)
    assert np.isfinite([log_odds(0.0), log_odds(1.0)]).all()


def test_what_an_index_keeps_is_read_back_only_by_the_numbers_it_was_fitted_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made = Calibration(0.5, -1.0, {"0.05": 0.8}, 77)
    kept = dumps(made)
    assert loads(kept) == made
    assert loads(None) is None
    monkeypatch.setattr(calibration, "CONFIDENCE", {"place": {"intercept": 1.0}})
    assert loads(kept) is None


def test_a_risk_means_what_the_index_says_it_means() -> None:
    made = replace(AS_FITTED, thresholds={"0.01": NEVER, "0.05": 0.8})
    assert threshold(0.05, made) == 0.8
    assert threshold(0.03, made) == pytest.approx(0.9)
    assert threshold(None, made) == 0.5


def test_the_answer_follows_the_calibration_of_its_index_until_it_is_forgotten(
    tmp_path: Path, words: WordEncoder
) -> None:
    (tmp_path / "garden.txt").write_text("The garden holds an apple. A silver kettle stands by the river.")
    index = Index.create(tmp_path / "index", words)
    index.update([str(tmp_path / "garden.txt")], lambda: words)

    def ask(risk: float | None = None, *, calibrated: bool = True) -> tuple[float, bool]:
        answer = Answerer(index, words, risk, calibrated=calibrated).ask("Where is the kettle?")
        return answer.confidence, answer.answered

    plain, answered = ask()
    made = Calibration(0.5, -1.0, {"0.05": 0.001, "0.1": 0.0005}, 40)
    index.keep_calibration(dumps(made))
    assert ask() == (
        pytest.approx(made.probability(log_odds(plain))),
        made.probability(log_odds(plain)) >= 0.5,
    )
    assert ask(0.05) == (ask()[0], True)
    assert ask(calibrated=False) == (plain, answered)
    (tmp_path / "more.txt").write_text("The tower has a lantern.")
    index.update([str(tmp_path / "more.txt")], lambda: words)
    assert loads(index.manifest()[CALIBRATION]) == made
    index.keep_calibration(None)
    assert CALIBRATION not in index.manifest()
    assert ask(calibrated=True) == ask(calibrated=False)
