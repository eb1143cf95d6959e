"""Combine features to one score, and convert log-odds to probabilities: pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import exp, log, log1p
from types import MappingProxyType

from qa.search.fitted import WEIGHTS
from qa.search.query import KINDS, Kind
from qa.types import Features

MANY_TERMS, MANY_SENTENCES = 12, 10_000
"""Terms from which a question counts as long, and sentences from which an index counts as large."""


def shape(terms: int, sentences: int) -> tuple[float, float]:
    """Return the length of a question and the size of the index searched, each in [0, 1]."""
    return (
        min(1.0, log(max(1, terms)) / log(MANY_TERMS)),
        min(1.0, log(max(1, sentences)) / log(MANY_SENTENCES)),
    )


@lru_cache(maxsize=4_096)
def weights(kind: Kind | None, terms: int, sentences: int, *, read: bool = True) -> Mapping[str, float]:
    """Return the weight of each measure in the score; the weights add up to 1.

    In a short question the words carry little and their meaning much; in a long one nearly every word occurs
    somewhere, and only the rare ones are informative; in a single document every passage is about the same
    subject. The expected answer is weighted by its kind: a number is far more informative than a capital
    letter.

    Args:
        kind: The kind of answer that the question asks for.
        terms: The number of terms of the question.
        sentences: The number of sentences searched.
        read: Whether the model supports the question's language; otherwise its similarities are noise, and
            only measures of words count.
    """
    long, large = shape(terms, sentences)
    unnormalised = {
        # Softplus keeps every weight positive.
        name: log1p(exp(constant + by_terms * long + by_sentences * large))
        for name, (constant, by_terms, by_sentences) in WEIGHTS.items()
        if (name not in KINDS or name == kind) and (read or not name.startswith("dense"))
    }
    total = sum(unnormalised.values())
    return MappingProxyType({name: weight / total for name, weight in unnormalised.items()})


def parts(features: Features, weights: Mapping[str, float]) -> dict[str, float]:
    """Return what each measure, or the expected kind of answer, adds to the score."""
    return {
        name: weight * (features.expected if name in KINDS else getattr(features, name))
        for name, weight in weights.items()
    }


def score(features: Features, weights: Mapping[str, float]) -> float:
    """Return the weighted mean of the measures, at most 1; higher is better."""
    return float(sum(parts(features, weights).values()))


def logistic(value: float) -> float:
    """Return the probability of log-odds."""
    return 1 / (1 + exp(-value)) if value >= 0 else 1 - 1 / (1 + exp(value))
