"""The confidence describes the whole result set and is a probability."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.answer.calibration import NEVER, Calibration, logistic
from qa.answer.confidence import ANSWERED_AT, FIELD, USUAL, WIDEST, confidence, features, threshold
from qa.errors import UsageError
from qa.search.fitted import CONFIDENCE, Stage
from qa.search.query import analyse
from qa.search.result import SearchResult
from qa.types import Features, Hit, Sentence

EVIDENCE = Features(
    dense_sentence=0.5, dense_passage=0.4, lexical_passage=0.2, coverage_sentence=0.6, coverage_window=0.8
)
READ = EVIDENCE._replace(reader=-1.5, reader_passage=-0.5)
STAGES = pytest.mark.parametrize("stage", list(CONFIDENCE))


def result_of(*hits: tuple[float, Features], unknown: float = 0.25, stage: Stage = "hybrid") -> SearchResult:
    ranked = tuple(
        Hit(Sentence("d", at, at + 1), features, value, at + 1) for at, (value, features) in enumerate(hits)
    )
    return SearchResult(analyse("How many apples grow?"), ranked, (), unknown, stage=stage)


def test_features_have_known_values() -> None:
    second = Features(0.9, 0.8, 0.3, 0.65, 0.7, reader=2.5, reader_passage=-1.5)
    expected = {
        "score": 0.75, "margin": USUAL, "dense": 0.5, "dense_best": 0.9, "dense_passage": 0.8,
        "coverage": 0.65, "coverage_window": 0.8, "lexical": 0.2, "unknown": 0.25,
        "reader_passage": -0.5,
    }  # fmt: skip
    assert features(result_of((0.75, READ), (0.5, second))) == pytest.approx(expected)


def test_the_margin_is_measured_to_the_hits_beyond_the_quotes() -> None:
    hits = [(8.0 - at, EVIDENCE) for at in range(FIELD + 3)]
    assert features(result_of(*hits))["margin"] == FIELD - 1
    assert features(result_of((9.0, EVIDENCE), (-1e4, EVIDENCE)))["margin"] == WIDEST
    # A short text has no runner-up.
    assert features(result_of((9.0, EVIDENCE), (8.0, EVIDENCE)))["margin"] == USUAL
    # The best similarity is that of all hits, everything else that of the quotes.
    strong = Features(1, 1, 1, 1, 1, 9, 9)
    later = features(result_of(*hits[:-1], (0.0, strong)))
    assert later == {**features(result_of(*hits)), "dense_best": 1}


def test_a_hit_that_was_not_read_does_not_count_as_read() -> None:
    values = features(result_of((0.9, EVIDENCE), (0.8, READ)))
    assert values["reader_passage"] == -0.5
    values = features(result_of((0.9, EVIDENCE)))
    assert values["reader_passage"] == 0


@STAGES
def test_the_confidence_is_the_logistic_function_of_the_stage(stage: Stage) -> None:
    result = result_of((0.75, READ), (0.5, READ), stage=stage)
    values = {**features(result), "intercept": 1.0}
    assert CONFIDENCE[stage].keys() <= values.keys()
    expected = logistic(sum(weight * values[name] for name, weight in CONFIDENCE[stage].items()))
    assert confidence(result) == pytest.approx(expected)


@STAGES
def test_good_evidence_is_an_answer_and_bad_evidence_none(stage: Stage) -> None:
    good, bad = Features(1, 1, 1, 1, 1, 9, 9), Features(0, 0, 0, 0, 0, -9, -9)
    answer = result_of((9.0, good), *[(0.0, bad)] * FIELD, unknown=0, stage=stage)
    nothing = result_of(*[(0.0, bad)] * (FIELD + 1), unknown=1, stage=stage)
    assert confidence(answer) > ANSWERED_AT > confidence(nothing)


measures = st.lists(st.floats(-1, 1), min_size=5, max_size=5)
logits = st.none() | st.floats(-1e4, 100)


@given(
    st.lists(st.tuples(st.floats(-1e5, 100), measures, logits), min_size=1), st.sampled_from([*CONFIDENCE])
)
def test_every_result_set_has_a_probability(
    hits: Sequence[tuple[float, list[float], float | None]], stage: Stage
) -> None:
    ranked = sorted(
        ((value, Features(*numbers, logit, logit)) for value, numbers, logit in hits), key=lambda hit: -hit[0]
    )
    assert 0 <= confidence(result_of(*ranked, stage=stage)) <= 1


def test_a_risk_has_the_threshold_that_is_proven_for_it() -> None:
    assert threshold(None) == ANSWERED_AT
    calibration = Calibration(thresholds={"0.05": 0.9, "0.1": 0.7})
    assert threshold(0.05, calibration) == 0.9
    assert threshold(0.0999, calibration) == 0.9
    assert threshold(0.1, calibration) == threshold(0.5, calibration) == 0.7
    assert threshold(0.0499, calibration) == NEVER
    assert threshold(0.001) >= threshold(0.05) >= threshold(0.3)
    for nonsense in (0, 1, -0.1, 5):
        with pytest.raises(UsageError, match=r"such as 0\.05"):
            threshold(nonsense)


def test_only_words_count_if_the_model_does_not_support_the_language() -> None:
    near = READ._replace(dense_sentence=0.99, dense_passage=0.99, reader=9.0, reader_passage=9.0)
    with_words = EVIDENCE._replace(coverage_sentence=1.0, coverage_window=1.0)

    def confidences(stage: Stage) -> list[float]:
        return [confidence(result_of((0.75, e), (0.5, e), stage=stage)) for e in (READ, near, with_words)]

    by_words = confidences("words")
    assert by_words[0] == by_words[1] < by_words[2]
    for stage in ("hybrid", "reader"):
        first, second, _ = confidences(stage)
        assert first < second
