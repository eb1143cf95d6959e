"""Estimate how likely the quotes answer: calibrated over the whole result set, not a bare similarity."""

from __future__ import annotations

from collections.abc import Mapping
from math import log, prod

import numpy as np

from qa.answer.calibration import AS_FITTED, Calibration, log_odds
from qa.errors import UsageError
from qa.search.fitted import CONFIDENCE, load
from qa.search.result import SearchResult
from qa.search.score import logistic

Factors = Mapping[str, Mapping[str, float]]
"""Weight of each feature, by factor."""
UNREAD: Factors = {"words": load("qa.answer", "fitted_words.json")}
"""Coefficients for questions in unsupported languages, fitted by ``benchmarks/languages/run.py``."""
QUOTES = 3
"""Number of first quotes that the confidence is about; as many as are shown by default."""

FIELD = 2 * QUOTES
"""Rank of the hit that the margin is measured to, if there are so many hits."""


def features(result: SearchResult) -> dict[str, float]:
    """Return features of the result set, each roughly in [0, 1] for an index of any size."""
    hits = result.hits
    first, top = hits[0].features, hits[:QUOTES]
    # A short text has no runner-up to stand out from, which must not lower the confidence: a missing one
    # counts as half the first.
    runner_up = hits[FIELD - 1].score if len(hits) >= FIELD else min(hits[-1].score, hits[0].score / 2)
    size = log(result.sentences + 1) / 12
    kind = result.question.kind
    # A capital letter is weak evidence of a name; figures and times are strong evidence of numbers and dates.
    is_lacking = kind in ("number", "date") and not any(hit.features.expected for hit in top)
    return {
        "dense": first.dense_sentence,
        "dense_best": max(hit.features.dense_sentence for hit in hits),
        "dense_passage": max(hit.features.dense_passage for hit in top),
        "margin": hits[0].score - runner_up,
        "size": size,
        "size_squared": size**2,
        # Evidence against a quote that is close in all other respects.
        "names": first.names,
        "numbers": first.numbers,
        "unopposed": first.unopposed,
        "negated": first.negated,
        "lacking": float(is_lacking),
        # Evidence from words alone.
        "coverage": max(hit.features.coverage_sentence for hit in top),
        "coverage_window": max(hit.features.coverage_window for hit in top),
        "coverage_passage": max(hit.features.coverage_passage for hit in top),
        "lexical": first.lexical_passage,
        "bigram_overlap": max(hit.features.bigram_overlap for hit in top),
        "unknown": result.unknown,
    }


ANSWERED_AT = 0.5
"""Default threshold of the confidence: the quotes are more likely right than not."""


def threshold(risk: float | None, calibration: Calibration = AS_FITTED) -> float:
    """Return the minimum confidence of an answer for an accepted share of wrong answers.

    Rates between the calibrated ones are interpolated linearly; rates beyond them use the nearest.

    Args:
        risk: The accepted share of wrong answers; None for the default threshold.
        calibration: The calibration with the thresholds.

    Raises:
        UsageError: ``risk`` is not between 0 and 1.
    """
    if risk is None:
        return ANSWERED_AT
    if not 0 < risk < 1:
        raise UsageError("risk-out-of-range")
    rates = [float(rate) for rate in calibration.thresholds]
    return float(np.interp(risk, rates, list(calibration.thresholds.values())))


def confidence(result: SearchResult, calibration: Calibration = AS_FITTED) -> float:
    """Return the calibrated probability, in [0, 1], that the first quotes answer the question.

    If the model does not support the question's language, only words count: to such a model all texts of an
    unknown script are alike.
    """
    factors = UNREAD if result.unread else CONFIDENCE
    return calibration.probability(log_odds(probability(features(result), factors)))


def probability(values: Mapping[str, float], factors: Factors) -> float:
    """Return the product of the probabilities of the factors, each from its weighted sum.

    An answer is right if the place is right *and* it has what was asked: in one sum, a place that fits very
    well would outweigh a wrong year.
    """
    return prod(
        logistic(sum(weight * values.get(name, 1.0) for name, weight in factor.items()))
        for factor in factors.values()
    )
