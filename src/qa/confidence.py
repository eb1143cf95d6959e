"""How likely the quotes are to answer: calibrated over the whole result set, never a bare similarity."""

from __future__ import annotations

from math import log

import numpy as np

from qa.calibration import AS_FITTED, Calibration
from qa.errors import UsageError
from qa.fitted import CONFIDENCE
from qa.fitted_words import WORDS
from qa.search import Found

QUOTES = 3
"""The confidence speaks of the first quotes, as many as are shown unless asked otherwise."""


FIELD = 12
"""Hits that a margin is measured against at least."""


def features(found: Found) -> dict[str, float]:
    """What the result set says about itself; every value is about 0 to 1, whatever the size of the index."""
    hits = found.hits
    first, top = hits[0].evidence, hits[:QUOTES]
    dense = max(hits, key=lambda hit: hit.evidence.dense_sentence)
    scores = [hit.score for hit in hits[:50]]
    # A text of a few sentences has no runners-up to stand out from, which must not speak against it:
    # those that are missing count half the first.
    missing = FIELD - len(scores)
    scores += [min(scores[-1], scores[0] / 2)] * missing
    kind = found.question.kind
    # A capital letter is no sure sign of a name, but figures and times are of numbers and dates.
    lacking = kind in ("number", "date") and not any(hit.evidence.expected for hit in top)
    return {
        "score": hits[0].score,
        "dense": first.dense_sentence,
        "dense_best": dense.evidence.dense_sentence,
        "dense_passage": max(hit.evidence.dense_passage for hit in top),
        "coverage": max(hit.evidence.coverage_sentence for hit in top),
        "coverage_window": max(hit.evidence.coverage_window for hit in top),
        "coverage_passage": max(hit.evidence.coverage_passage for hit in top),
        "lexical": first.lexical_passage,
        "adjacency": max(hit.evidence.adjacency for hit in top),
        "margin": scores[0] - scores[QUOTES * 2 - 1],
        "spread": scores[0] - sum(scores) / len(scores),
        # Both kinds of evidence agree where the nearest by meaning is among the first of all.
        "agreement": float(dense.rank <= QUOTES),
        "unknown": found.unknown,
        # Nothing among the first quotes is what was asked for.
        "lacking": float(lacking),
        "coverage_plain": max(hit.evidence.coverage_plain for hit in top),
        # Near neither in words nor in meaning: worse than the two together.
        "far": (1 - first.coverage_window) * (1 - first.dense_sentence),
        "far_plain": (1 - first.coverage_plain) * (1 - first.dense_sentence),
        "size": log(found.sentences + 1) / 12,
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
        raise UsageError(
            "The risk is the share of wrong answers that you accept: give a number such as 0.05."
        )
    rates = [float(rate) for rate in calibration.thresholds]
    return float(np.interp(risk, rates, list(calibration.thresholds.values())))


def confidence(found: Found, calibration: Calibration = AS_FITTED) -> float:
    """The calibrated probability, in [0, 1], that the first quotes answer the question.

    Where the model does not read the question, the words alone speak: to such a model all texts of a
    script that it does not know are alike.
    """
    values = features(found)
    weights = WORDS if found.unread else CONFIDENCE
    log_odds = sum(weight * values.get(name, 1.0) for name, weight in weights.items())
    return calibration.probability(log_odds)
