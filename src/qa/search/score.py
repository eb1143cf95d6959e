"""One score out of the features, and probability out of log-odds: pure functions."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from math import exp, log, log1p
from types import MappingProxyType

from qa.search.fitted import WEIGHTS
from qa.search.query import KINDS, Kind
from qa.types import Features

MANY_TERMS, MANY_SENTENCES = 12, 10_000
"""From here on, a question counts as long and what is asked as large."""


def shape(terms: int, sentences: int) -> tuple[float, float]:
    """How long a question is and how large what it is asked of, each from 0 to 1."""
    return (
        min(1.0, log(max(1, terms)) / log(MANY_TERMS)),
        min(1.0, log(max(1, sentences)) / log(MANY_SENTENCES)),
    )


@lru_cache(maxsize=4_096)
def weights(kind: Kind | None, terms: int, sentences: int, *, read: bool = True) -> Mapping[str, float]:
    """The share of each measure in the score of a question of that many terms to that many sentences.

    They add up to 1. In a short question the words say little and their meaning much, in a long one
    nearly every word is found somewhere and it is the rare ones that tell; in a single document every
    passage is on the same matter. What is asked for weighs by its kind: a number says far more than a
    capital letter. Where the model does not ``read`` the question, the measures of words alone count: its
    similarities are noise.
    """
    long, large = shape(terms, sentences)
    made = {
        # Softplus, so that no weight is negative wherever the line leads.
        name: log1p(exp(constant + by_terms * long + by_sentences * large))
        for name, (constant, by_terms, by_sentences) in WEIGHTS.items()
        if (name not in KINDS or name == kind) and (read or not name.startswith("dense"))
    }
    total = sum(made.values())
    return MappingProxyType({name: weight / total for name, weight in made.items()})


def parts(features: Features, weights: Mapping[str, float]) -> dict[str, float]:
    """The score taken apart: what each measure, or the kind that is asked for, adds to it."""
    return {
        name: weight * (features.expected if name in KINDS else getattr(features, name))
        for name, weight in weights.items()
    }


def score(features: Features, weights: Mapping[str, float]) -> float:
    """The weighted mean of the measures, at most 1; higher is better."""
    return float(sum(parts(features, weights).values()))


def logistic(value: float) -> float:
    """The probability that log-odds stand for."""
    return 1 / (1 + exp(-value)) if value >= 0 else 1 - 1 / (1 + exp(value))
