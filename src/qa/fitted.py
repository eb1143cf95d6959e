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
        "intercept": -6.5,
        "score": 2.927,
        "dense": 3.028,
        "dense_best": 2.118,
        "dense_passage": 2,
        "coverage": -1.27,
        "coverage_window": 1.909,
        "coverage_passage": -0.3029,
        "lexical": -1.265,
        "adjacency": -0.008747,
        "margin": 8.002,
        "spread": 2.243,
        "agreement": 0.3897,
        "unknown": -0.4503,
        "lacking": -0.1546,
        "lacking_far": 1.628,
        "terms": -0.2616,
        "size": 0.5622,
    }
)
THRESHOLDS: Mapping[str, float] = MappingProxyType(
    {
        "0.01": 0.9794,
        "0.02": 0.9693,
        "0.03": 0.8904,
        "0.05": 0.6961,
        "0.08": 0.4331,
        "0.1": 0.3164,
        "0.15": 0.1505,
        "0.2": 0.0813,
        "0.3": 0.02166,
    }
)
