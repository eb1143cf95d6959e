"""How likely the quotes are to answer: calibrated over the whole result set, never a bare similarity."""

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
UNREAD: Factors = {"words": load("qa.answer", "fitted_words.json")}
"""Fitted by ``benchmarks/languages/run.py`` on questions that the model does not read."""
QUOTES = 3
"""The confidence speaks of the first quotes, as many as are shown unless asked otherwise."""

FIELD = 2 * QUOTES
"""Hits from which on the margin is that to the last of so many."""


def features(found: SearchResult) -> dict[str, float]:
    """What the result set says about itself; every value is about 0 to 1, whatever the size of the index."""
    hits = found.hits
    first, top = hits[0].features, hits[:QUOTES]
    # A text of a few sentences has no runners-up to stand out from, which must not speak against it: the
    # missing one counts half the first.
    behind = hits[FIELD - 1].score if len(hits) >= FIELD else min(hits[-1].score, hits[0].score / 2)
    size = log(found.sentences + 1) / 12
    kind = found.question.kind
    # A capital letter is no sure sign of a name, but figures and times are of numbers and dates.
    lacking = kind in ("number", "date") and not any(hit.features.expected for hit in top)
    return {
        "dense": first.dense_sentence,
        "dense_best": max(hit.features.dense_sentence for hit in hits),
        "dense_passage": max(hit.features.dense_passage for hit in top),
        "margin": hits[0].score - behind,
        "size": size,
        "size_squared": size**2,
        # What speaks against a quote that is near in all else.
        "names": first.names,
        "numbers": first.numbers,
        "unopposed": first.unopposed,
        "negated": first.negated,
        "lacking": float(lacking),
        # What words alone say.
        "coverage": max(hit.features.coverage_sentence for hit in top),
        "coverage_window": max(hit.features.coverage_window for hit in top),
        "coverage_passage": max(hit.features.coverage_passage for hit in top),
        "lexical": first.lexical_passage,
        "bigram_overlap": max(hit.features.bigram_overlap for hit in top),
        "unknown": found.unknown,
    }


ANSWERED_AT = 0.5
"""Confidence from which the quotes are called an answer by default: more likely right than not."""


def threshold(risk: float | None, calibration: Calibration = AS_FITTED) -> float:
    """The confidence from which to answer so that about this share of answers is wrong.

    Between the rates that were measured, the line between them; beyond, the nearest. Raises `UsageError`
    for what is no rate.
    """
    if risk is None:
        return ANSWERED_AT
    if not 0 < risk < 1:
        raise UsageError("risk-out-of-range")
    rates = [float(rate) for rate in calibration.thresholds]
    return float(np.interp(risk, rates, list(calibration.thresholds.values())))


def confidence(found: SearchResult, calibration: Calibration = AS_FITTED) -> float:
    """The calibrated probability, in [0, 1], that the first quotes answer the question.

    Where the model does not read the question, the words alone speak: to such a model all texts of a
    script that it does not know are alike.
    """
    factors = UNREAD if found.unread else CONFIDENCE
    return calibration.probability(log_odds(probability(features(found), factors)))


def probability(values: Mapping[str, float], factors: Factors) -> float:
    """The product of the probabilities that each factor's weighted sum stands for.

    An answer is right if the right place was found *and* what stands there is what was asked: in one sum,
    a place that fits very well would outweigh the year that is another one.
    """
    return prod(
        logistic(sum(weight * values.get(name, 1.0) for name, weight in factor.items()))
        for factor in factors.values()
    )
