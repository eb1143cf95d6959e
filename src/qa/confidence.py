"""How likely the quotes are to answer: calibrated over the whole result set, never a bare similarity."""

from __future__ import annotations

from math import log

from qa.fitted import CONFIDENCE
from qa.score import logistic
from qa.search import Found

QUOTES = 3
"""The confidence speaks of the first quotes, as many as are shown unless asked otherwise."""


def features(found: Found) -> dict[str, float]:
    """What the result set says about itself; every value is about 0 to 1, whatever the size of the index."""
    hits = found.hits
    best, first = hits[: QUOTES * 2], hits[0].evidence
    top = hits[:QUOTES]
    dense = max(hits, key=lambda hit: hit.evidence.dense_sentence)
    tail = [hit.score for hit in hits[:50]]
    question = found.question
    # The retrievers agree where the best by meaning is also among the first of all.
    agreement = 1.0 if dense.rank <= QUOTES else 0.0
    return {
        "score": hits[0].score,
        "dense": first.dense_sentence,
        "dense_best": dense.evidence.dense_sentence,
        "dense_passage": max(hit.evidence.dense_passage for hit in top),
        "coverage": max(hit.evidence.coverage_sentence for hit in top),
        "coverage_window": first.coverage_window,
        "coverage_passage": max(hit.evidence.coverage_passage for hit in top),
        "lexical": first.lexical_passage,
        "adjacency": max(hit.evidence.adjacency for hit in top),
        "margin": hits[0].score - (best[-1].score if len(best) > 1 else 0.0),
        "spread": hits[0].score - sum(tail) / len(tail),
        "agreement": agreement,
        "unknown": found.unknown,
        "expected": first.expected if question.kind else 0.0,
        "missing": 1.0 - first.expected if question.kind else 0.0,
        "terms": min(1.0, len(question.terms) / 10),
        "size": log(found.sentences + 1) / 12,
    }


def confidence(found: Found) -> float:
    """The calibrated probability, in [0, 1], that the first quotes answer the question."""
    values = features(found)
    return logistic(sum(weight * values.get(name, 1.0) for name, weight in CONFIDENCE.items()))
