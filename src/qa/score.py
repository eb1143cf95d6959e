"""One score out of the evidence: pure functions and the numbers they were fitted to."""

from __future__ import annotations

from collections.abc import Mapping
from math import exp
from types import MappingProxyType

from qa.question import Kind
from qa.types import Evidence

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "dense_sentence": 6.7,
        "dense_passage": 9.7,
        "lexical_sentence": 0.0,
        "lexical_passage": 0.3,
        "coverage_sentence": 0.7,
        "coverage_passage": 4.4,
        "coverage_window": 5.5,
        "coverage_title": 0.9,
        "adjacency": 2.8,
        "opening": 0.6,
    }
)
"""Weight of each measure, fitted by benchmarks/quality/fit.py (see there for what on)."""

EXPECTED: Mapping[Kind, float] = MappingProxyType({"number": 3.4, "date": 1.8, "name": 1.0, "place": 0.7})
"""Weight of holding what is asked for: a number says far more than a capital letter."""


def score(evidence: Evidence, kind: Kind | None) -> float:
    """The weighted mean of the measures, at most 1; higher is better."""
    total = sum(WEIGHTS.values())
    summed = sum(weight * getattr(evidence, name) for name, weight in WEIGHTS.items())
    if kind is not None:
        total += EXPECTED[kind]
        summed += EXPECTED[kind] * evidence.expected
    return float(summed / total)


def logistic(value: float) -> float:
    """The probability that log-odds stand for."""
    return 1 / (1 + exp(-value)) if value >= 0 else 1 - 1 / (1 + exp(value))
