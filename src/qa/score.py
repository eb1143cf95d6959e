"""One score out of the evidence, and probability out of log-odds: pure functions."""

from __future__ import annotations

from math import exp

from qa.fitted import WEIGHTS
from qa.question import KINDS, Kind
from qa.types import Evidence

_MEASURES = tuple((name, weight) for name, weight in WEIGHTS.items() if name not in KINDS)
_TOTAL = sum(weight for _, weight in _MEASURES)


def score(evidence: Evidence, kind: Kind | None) -> float:
    """The weighted mean of the measures, at most 1; higher is better.

    What the question asks for weighs by its kind: a number says far more than a capital letter.
    """
    total = _TOTAL
    summed = sum(weight * getattr(evidence, name) for name, weight in _MEASURES)
    if kind is not None:
        total += WEIGHTS[kind]
        summed += WEIGHTS[kind] * evidence.expected
    return float(summed / total)


def logistic(value: float) -> float:
    """The probability that log-odds stand for."""
    return 1 / (1 + exp(-value)) if value >= 0 else 1 - 1 / (1 + exp(value))
