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
        "intercept": -0.516,
        "score": -0.2257,
        "dense": 1.359,
        "dense_best": 0.5492,
        "dense_passage": 2.488,
        "coverage": -1.462,
        "coverage_window": -0.8005,
        "coverage_passage": -0.264,
        "lexical": -0.2532,
        "adjacency": 0.3849,
        "margin": 6.803,
        "spread": 2.646,
        "agreement": 0.4284,
        "unknown": -0.182,
        "lacking": -2.5,
        "coverage_plain": -0.191,
        "far": -9.536,
        "far_plain": 1.511,
        "terms": -0.04198,
        "size": 0.6272,
    }
)
THRESHOLDS: Mapping[str, float] = MappingProxyType(
    {
        "0.01": 0.9644,
        "0.02": 0.96,
        "0.03": 0.8765,
        "0.05": 0.706,
        "0.08": 0.4839,
        "0.1": 0.3389,
        "0.15": 0.1589,
        "0.2": 0.07432,
        "0.3": 0.011,
    }
)
