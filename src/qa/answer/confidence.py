"""Estimate how likely the quotes answer: calibrated over the whole result set, not a bare similarity."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from qa.answer.calibration import AS_FITTED, NEVER, Calibration, log_odds, logistic
from qa.errors import UsageError
from qa.search.fitted import CONFIDENCE
from qa.search.result import SearchResult
from qa.types import Hit

QUOTES = 3
"""Number of first quotes that the confidence is about; as many as are shown by default."""
FIELD = 2 * QUOTES
"""Rank of the hit that the margin is measured to, if there are so many hits."""
WIDEST, USUAL = 10.0, 2.5
"""Maximum margin that counts, and the margin if there are fewer hits."""
ANSWERED_AT = 0.5
"""Default threshold of the confidence: the quotes are more likely right than not."""


def features(result: SearchResult) -> dict[str, float]:
    """Return features of the result set: none depends on the size of the index."""
    hits = result.hits
    first, top = hits[0], hits[:QUOTES]
    return {
        "score": first.score,
        "margin": min(first.score - _runner_up(hits), WIDEST),
        "dense": first.features.dense_sentence,
        "dense_best": max(hit.features.dense_sentence for hit in hits),
        "dense_passage": max(hit.features.dense_passage for hit in top),
        "coverage": max(hit.features.coverage_sentence for hit in top),
        "coverage_window": max(hit.features.coverage_window for hit in top),
        "lexical": first.features.lexical_passage,
        "unknown": result.unknown,
        "reader_passage": _best(hit.features.reader_passage for hit in top),
    }


def _best(logits: Iterable[float | None]) -> float:
    """Return the highest logit of the hits that were read, or 0, the null, if none was."""
    return max((logit for logit in logits if logit is not None), default=0.0)


def _runner_up(hits: tuple[Hit, ...]) -> float:
    """Return the score of the hit that the margin is measured to.

    A short text has no runner-up to stand out from, which must not lower the confidence: a missing one has a
    usual distance.
    """
    if len(hits) >= FIELD:
        return hits[FIELD - 1].score
    return min(hits[-1].score, hits[0].score - USUAL)


def threshold(risk: float | None, calibration: Calibration = AS_FITTED) -> float:
    """Return the minimum confidence of an answer for an accepted share of wrong answers.

    It is that of the highest calibrated rate up to ``risk``, because nothing is proven for rates between two.

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
    return min(
        (limit for rate, limit in calibration.thresholds.items() if float(rate) <= risk), default=NEVER
    )


def confidence(result: SearchResult, calibration: Calibration = AS_FITTED) -> float:
    """Return the calibrated probability, in [0, 1], that the first quotes answer the question.

    It is a logistic regression on the features of what ranked the sentences. If the model does not support
    the question's language, only words count: to such a model all texts of an unknown script are alike.
    """
    probability = logistic(weighted(features(result), CONFIDENCE[result.stage]))
    return calibration.probability(log_odds(probability))


def weighted(values: Mapping[str, float], coefficients: Mapping[str, float]) -> float:
    """Return the weighted sum of features; ``intercept`` is the constant."""
    return sum(weight * values.get(name, 1.0) for name, weight in coefficients.items())
