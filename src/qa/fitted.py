"""Numbers fitted by benchmarks/quality/fit.py, which says on what; not to be edited by hand."""

from collections.abc import Mapping
from types import MappingProxyType

WEIGHTS: Mapping[str, float] = MappingProxyType(
    {
        "dense_sentence": 7.299,
        "dense_passage": 9.688,
        "lexical_sentence": 0,
        "lexical_passage": 0,
        "coverage_sentence": 0.2024,
        "coverage_passage": 4.018,
        "coverage_window": 6.194,
        "coverage_title": 0.6165,
        "adjacency": 3.054,
        "opening": 0.584,
        "number": 3.113,
        "date": 2.258,
        "name": 1.202,
        "place": 0.9514,
    }
)
CONFIDENCE: Mapping[str, float] = MappingProxyType(
    {
        "intercept": -0.5396,
        "score": 0.8595,
        "dense": 0.9496,
        "dense_best": 0.5906,
        "dense_passage": 2.212,
        "coverage": -1.48,
        "coverage_window": -0.8713,
        "coverage_passage": -0.3757,
        "lexical": -0.5562,
        "adjacency": 0.3736,
        "margin": 6.949,
        "spread": 2.433,
        "agreement": 0.4187,
        "unknown": -0.1345,
        "lacking": 0.3572,
        "coverage_plain": -0.1801,
        "far": -9.616,
        "far_plain": 1.558,
        "terms": -0.06366,
        "size": 0.7328,
    }
)
THRESHOLDS: Mapping[str, float] = MappingProxyType(
    {
        "0.01": 0.9629,
        "0.02": 0.9587,
        "0.03": 0.8753,
        "0.05": 0.7017,
        "0.08": 0.4776,
        "0.1": 0.3353,
        "0.15": 0.1572,
        "0.2": 0.07465,
        "0.3": 0.01132,
    }
)
