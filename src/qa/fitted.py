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
        "intercept": -6.485,
        "score": 2.924,
        "dense": 3.093,
        "dense_best": 2.152,
        "dense_passage": 1.939,
        "coverage": -1.506,
        "coverage_window": 2.096,
        "coverage_passage": -0.3554,
        "lexical": -1.269,
        "adjacency": -0.0353,
        "margin": 7.892,
        "spread": 2.433,
        "agreement": 0.3909,
        "unknown": -0.4728,
        "lacks_number": 0.9273,
        "lacks_date": 0.3625,
        "lacks_name": -0.4556,
        "lacks_place": 2.19,
        "terms": -0.278,
        "size": 0.5617,
    }
)
THRESHOLDS: Mapping[str, float] = MappingProxyType(
    {
        "0.01": 1,
        "0.02": 1,
        "0.03": 1,
        "0.05": 1,
        "0.08": 1,
        "0.1": 0.6875,
        "0.15": 0.2919,
        "0.2": 0.1411,
        "0.3": 0.03427,
    }
)
