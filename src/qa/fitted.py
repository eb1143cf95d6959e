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
        "intercept": -5,
        "score": 10,
    }
)
