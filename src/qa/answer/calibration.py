"""Fits the confidence to one index: a map of its log-odds to a probability, and what `--risk` means there.

The coefficients of the confidence were fitted with one model; another model's similarities lie elsewhere,
and so does the probability that they stand for. Two numbers mend that (Platt, "Probabilistic outputs for
support vector machines", 1999): few enough to be fitted on some dozens of questions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log, sqrt
from typing import TYPE_CHECKING, TypeAlias

from qa.errors import UsageError
from qa.search.fitted import CONFIDENCE, THRESHOLDS, WEIGHTS
from qa.search.score import logistic

# Reading what was fitted needs no numpy.
if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

LEAST = 30
"""Questions without which nothing is fitted."""
LEAST_OF_EACH = 5
"""Right answers, and wrong ones, that must be among them."""
FOLDS = 10
NEVER = 1.0
"""A threshold that no confidence reaches: where the questions are too few to tell of so small a risk."""

Floats: TypeAlias = "NDArray[np.float64]"


@dataclass(frozen=True, slots=True)
class Calibration:
    """The map ``logistic(slope * log_odds + intercept)``, and the confidence from which to answer for each
    rate of wrong answers; fitted on so many questions."""

    slope: float = 1.0
    intercept: float = 0.0
    thresholds: Mapping[str, float] = field(default_factory=lambda: THRESHOLDS)
    questions: int = 0

    def probability(self, log_odds: float) -> float:
        """The probability, in [0, 1], that these log-odds stand for."""
        return logistic(self.slope * log_odds + self.intercept)


AS_FITTED = Calibration()
"""Of the default model: its log-odds are calibrated as they are."""


def calibrate(raw: Sequence[float], right: Sequence[bool]) -> Calibration:
    """The calibration that questions with known answers call for.

    ``raw`` are the log-odds of each answer as fitted, ``right`` whether its first quotes held what was asked.
    The thresholds come of probabilities by fits on the other questions. Raises `UsageError` where the
    questions are too few, all right or all wrong, or the log-odds say nothing of which are right.
    """
    n, good = len(right), sum(right)
    if n < LEAST:
        raise UsageError("calibration-few-questions", n=n, least=LEAST)
    if good < LEAST_OF_EACH:
        raise UsageError("calibration-few-right", right=good, n=n, least=LEAST_OF_EACH)
    if n - good < LEAST_OF_EACH:
        raise UsageError("calibration-few-wrong", wrong=n - good, n=n, least=LEAST_OF_EACH)
    slope, intercept = platt(raw, right)
    if slope <= 0:
        raise UsageError("calibration-no-difference")
    return Calibration(slope, intercept, thresholds(cross_validated(raw, right), right), n)


def log_odds(probability: float) -> float:
    """What `logistic` made a probability of, as far as its digits still tell."""
    p = min(max(probability, 1e-15), 1 - 1e-15)
    return log(p / (1 - p))


def platt(raw: Sequence[float], right: Sequence[bool]) -> tuple[float, float]:
    """Slope and intercept of the logistic regression of ``right`` on ``raw``, by Newton's method.

    With Platt's targets, which keep a little doubt of every outcome, and a weak pull of the slope to 1.
    """
    import numpy as np

    z, y = np.asarray(raw, dtype=np.float64), np.asarray(right, dtype=bool)
    good = int(y.sum())
    target = np.where(y, (good + 1) / (good + 2), 1 / (len(y) - good + 2))

    def loss(b: Floats) -> float:
        at = b[0] * z + b[1]
        return float((np.logaddexp(0, at) - target * at).sum() + (b[0] - 1) ** 2 / 2)

    b: Floats = np.array([1.0, 0.0])
    for _ in range(100):
        p = 1 / (1 + np.exp(-np.clip(b[0] * z + b[1], -500, 500)))
        gradient = np.array([((p - target) * z).sum() + b[0] - 1, (p - target).sum()])
        w = p * (1 - p)
        # A trace of the identity: where all is certain already, the curvature vanishes.
        hessian = np.array([[(w * z * z).sum() + 1, (w * z).sum()], [(w * z).sum(), w.sum()]])
        step = np.linalg.solve(hessian + 1e-9 * np.eye(2), gradient)
        size = 1.0
        # The loss is convex: some fraction of the step lowers it until there is nothing left to gain.
        while size > 1e-9 and loss(b - size * step) > loss(b):
            size /= 2
        b = b - size * step
        if np.abs(size * step).max() < 1e-9:
            break
    return float(b[0]), float(b[1])


def cross_validated(raw: Sequence[float], right: Sequence[bool]) -> list[float]:
    """The probability of each answer by a fit on the others: ten parts, each with its share of right ones."""
    import numpy as np

    z, y = np.asarray(raw, dtype=np.float64), np.asarray(right, dtype=bool)
    chance = np.random.default_rng(0)
    order = np.concatenate([chance.permutation(np.flatnonzero(y == side)) for side in (True, False)])
    fold = np.empty(len(y), dtype=int)
    fold[order] = np.arange(len(y)) % FOLDS
    found = np.empty(len(y))
    for part in range(FOLDS):
        inside = fold == part
        slope, intercept = platt(z[~inside].tolist(), y[~inside].tolist())
        found[inside] = [logistic(slope * value + intercept) for value in z[inside].tolist()]
    return [float(p) for p in found]


def thresholds(probabilities: Sequence[float], right: Sequence[bool]) -> dict[str, float]:
    """For each rate of error, the least probability from which answers were wrong no more often.

    More wrong answers are reckoned with than were seen, by one and by the standard deviation of such a count
    (its square root): the least such probability is picked because it did well, and would do worse on others.
    `NEVER` where no number of answers was good enough.
    """
    found = dict.fromkeys(THRESHOLDS, NEVER)
    wrong = 0
    order = sorted(zip(probabilities, right, strict=True), reverse=True)
    for answered, (p, good) in enumerate(order, start=1):
        wrong += not good
        if answered < len(order) and order[answered][0] == p:
            continue
        for risk in found:
            if wrong + sqrt(wrong) + 1 <= float(risk) * (answered + 1):
                found[risk] = p
    return found


def dumps(calibration: Calibration) -> str:
    """A calibration as an index keeps it, with the numbers that it stands on."""
    values = {
        "slope": calibration.slope,
        "intercept": calibration.intercept,
        "thresholds": dict(calibration.thresholds),
        "questions": calibration.questions,
    }
    return json.dumps({**values, "of": _fitted()})


def loads(text: str | None) -> Calibration | None:
    """What `dumps` wrote; None for nothing, and where the program's own numbers are others by now."""
    if not text:
        return None
    values = json.loads(text)
    return Calibration(**values) if values.pop("of") == _fitted() else None


def _fitted() -> str:
    return hashlib.sha256(
        json.dumps([dict(WEIGHTS), {name: dict(factor) for name, factor in CONFIDENCE.items()}]).encode()
    ).hexdigest()[:16]
