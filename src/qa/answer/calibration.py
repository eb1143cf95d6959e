"""Calibrate the confidence for one index: map log-odds to probabilities, and set thresholds.

The coefficients of the confidence were fitted with one model; the similarities of another model have another
distribution, and so another probability. Two numbers correct this (Platt, "Probabilistic outputs for support
vector machines", 1999), few enough to be fitted on some dozens of questions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from math import exp, log
from typing import TYPE_CHECKING, TypeAlias

from qa.errors import UsageError
from qa.search.fitted import CONFIDENCE, THRESHOLDS, WEIGHTS

# Reading a calibration needs no numpy.
if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST = 30
"""Minimum questions to calibrate with."""
LEAST_OF_EACH = 5
"""Minimum right answers, and minimum wrong answers, among them."""
FOLDS = 10
"""Parts of the cross-validation."""
CERTAINTY = 0.95
"""Probability that the rate of error of a threshold is no higher than it says."""
STEP = 1.05
"""Growth of the number of answers from one test of a threshold to the next."""
NEVER = 1.0
"""A threshold that no confidence reaches, for a risk too small for the number of questions."""

Floats: TypeAlias = "NDArray[np.float64]"


@dataclass(frozen=True, slots=True)
class Calibration:
    """The map ``logistic(slope * log_odds + intercept)`` with its thresholds.

    Attributes:
        slope: The factor of the log-odds.
        intercept: The constant term.
        thresholds: The minimum confidence of an answer, by accepted rate of wrong answers.
        questions: The number of questions it was fitted on.
        reranker: The name of the reranker it was fitted with; None for none.
    """

    slope: float = 1.0
    intercept: float = 0.0
    thresholds: Mapping[str, float] = field(default_factory=lambda: THRESHOLDS)
    questions: int = 0
    reranker: str | None = None

    def probability(self, log_odds: float) -> float:
        """Return the probability, in [0, 1], of log-odds."""
        return logistic(self.slope * log_odds + self.intercept)


AS_FITTED = Calibration()
"""The calibration of the default model, whose log-odds need no correction."""


def calibrate(raw: Sequence[float], right: Sequence[bool], reranker: str | None = None) -> Calibration:
    """Return the calibration fitted on questions with known answers.

    The thresholds come from probabilities by fits on the other questions.

    Args:
        raw: The log-odds of each answer, without calibration.
        right: Whether the first quotes of each answer have what was asked.
        reranker: The name of the reranker that read the questions.

    Raises:
        UsageError: The questions are too few, all right or all wrong, or the log-odds do not separate right
            from wrong.
    """
    count, correct = len(right), sum(right)
    if count < LEAST:
        raise UsageError("calibration-few-questions", n=count, least=LEAST)
    if correct < LEAST_OF_EACH:
        raise UsageError("calibration-few-right", right=correct, n=count, least=LEAST_OF_EACH)
    if count - correct < LEAST_OF_EACH:
        raise UsageError("calibration-few-wrong", wrong=count - correct, n=count, least=LEAST_OF_EACH)
    slope, intercept = platt(raw, right)
    if slope <= 0:
        raise UsageError("calibration-no-difference")
    limits = thresholds(cross_validated(raw, right), right)
    return Calibration(slope, intercept, limits, count, reranker)


def logistic(value: float) -> float:
    """Return the probability of log-odds."""
    return 1 / (1 + exp(-value)) if value >= 0 else 1 - 1 / (1 + exp(value))


def log_odds(probability: float) -> float:
    """Return the log-odds of a probability, as far as its digits allow."""
    clipped = min(max(probability, 1e-15), 1 - 1e-15)
    return log(clipped / (1 - clipped))


def platt(raw: Sequence[float], right: Sequence[bool]) -> tuple[float, float]:
    """Return slope and intercept of the logistic regression of ``right`` on ``raw``, by Newton's method.

    Uses Platt's targets, which keep a little doubt about every outcome, and a weak prior of 1 on the slope.
    """
    import numpy as np

    odds, is_right = np.asarray(raw, dtype=np.float64), np.asarray(right, dtype=bool)
    positives = int(is_right.sum())
    target = np.where(is_right, (positives + 1) / (positives + 2), 1 / (len(is_right) - positives + 2))

    def loss(parameters: Floats) -> float:
        logits = parameters[0] * odds + parameters[1]
        return float((np.logaddexp(0, logits) - target * logits).sum() + (parameters[0] - 1) ** 2 / 2)

    parameters: Floats = np.array([1.0, 0.0])
    for _ in range(100):
        fitted = 1 / (1 + np.exp(-np.clip(parameters[0] * odds + parameters[1], -500, 500)))
        gradient = np.array([((fitted - target) * odds).sum() + parameters[0] - 1, (fitted - target).sum()])
        variance = fitted * (1 - fitted)
        # A small multiple of the identity: if all outcomes are certain, the curvature vanishes.
        hessian = np.array(
            [
                [(variance * odds * odds).sum() + 1, (variance * odds).sum()],
                [(variance * odds).sum(), variance.sum()],
            ]
        )
        step = np.linalg.solve(hessian + 1e-9 * np.eye(2), gradient)
        size = 1.0
        # The loss is convex: some fraction of the step lowers it until it is minimal.
        while size > 1e-9 and loss(parameters - size * step) > loss(parameters):
            size /= 2
        parameters = parameters - size * step
        if np.abs(size * step).max() < 1e-9:
            break
    return float(parameters[0]), float(parameters[1])


def cross_validated(raw: Sequence[float], right: Sequence[bool]) -> list[float]:
    """Return the probability of each answer by a fit on the others.

    The answers are in `FOLDS` parts, each with its share of right ones.
    """
    import numpy as np

    odds, is_right = np.asarray(raw, dtype=np.float64), np.asarray(right, dtype=bool)
    generator = np.random.default_rng(0)
    order = np.concatenate(
        [generator.permutation(np.flatnonzero(is_right == side)) for side in (True, False)]
    )
    fold = np.empty(len(is_right), dtype=int)
    fold[order] = np.arange(len(is_right)) % FOLDS
    probabilities = np.empty(len(is_right))
    for part in range(FOLDS):
        inside = fold == part
        slope, intercept = platt(odds[~inside].tolist(), is_right[~inside].tolist())
        probabilities[inside] = [logistic(slope * value + intercept) for value in odds[inside].tolist()]
    return [float(value) for value in probabilities]


def thresholds(probabilities: Sequence[float], right: Sequence[bool]) -> dict[str, float]:
    """Return, for each rate of error, the lowest probability with a rate that is proven to be no higher.

    The proof is the upper bound of Clopper and Pearson (1934) with `CERTAINTY`. Probabilities are tested from
    the highest down until one fails, so all tests together have this certainty (fixed-sequence testing, as in
    Angelopoulos et al., "Learn then Test", 2021). The first test has as many answers as allow one wrong one.
    The value is `NEVER` if no number of answers is enough.
    """
    order = sorted(zip(probabilities, right, strict=True), reverse=True)
    lowest = (_lowest(order, float(risk)) for risk in THRESHOLDS)
    # What is proven for a rate is proven for every higher rate.
    return dict(zip(THRESHOLDS, accumulate(lowest, min), strict=True))


def _lowest(order: Sequence[tuple[float, bool]], risk: float) -> float:
    """Return the lowest proven probability; the answers are ordered from the highest down."""
    lowest = NEVER
    wrong = answered = 0
    tested = next((n for n in range(1, len(order) + 1) if highest_rate(1, n) <= risk), len(order) + 1)
    while tested <= len(order):
        probability = order[tested - 1][0]
        # All answers with the same probability are given together.
        while answered < len(order) and order[answered][0] >= probability:
            wrong += not order[answered][1]
            answered += 1
        if highest_rate(wrong, answered) > risk:
            break
        lowest = probability
        tested = max(answered + 1, int(tested * STEP))
    return lowest


def highest_rate(wrong: int, answered: int) -> float:
    """Return the upper bound of Clopper and Pearson on the rate of wrong answers, with `CERTAINTY`."""
    from scipy.stats import beta

    return 1.0 if wrong >= answered else float(beta.ppf(CERTAINTY, wrong + 1, answered - wrong))


def dumps(calibration: Calibration) -> str:
    """Return a calibration as JSON for the index, with a hash of the coefficients that it depends on."""
    values = {
        "slope": calibration.slope,
        "intercept": calibration.intercept,
        "thresholds": dict(calibration.thresholds),
        "questions": calibration.questions,
        "reranker": calibration.reranker,
    }
    return json.dumps({**values, "of": _fitted()})


def loads(text: str | None) -> Calibration | None:
    """Return the calibration that `dumps` wrote; None for no text, or for other coefficients than today's."""
    if not text:
        return None
    values = json.loads(text)
    return Calibration(**values) if values.pop("of") == _fitted() else None


def _fitted() -> str:
    fitted = [{stage: dict(numbers) for stage, numbers in each.items()} for each in (WEIGHTS, CONFIDENCE)]
    return hashlib.sha256(json.dumps(fitted).encode()).hexdigest()[:16]
