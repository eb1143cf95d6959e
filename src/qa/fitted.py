"""Numbers fitted by benchmarks/quality/fit.py, which says on what; not to be edited by hand."""

from collections.abc import Mapping
from types import MappingProxyType

WEIGHTS: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    {
        "dense_sentence": (3.6, 1.516, 1.856),
        "dense_passage": (1.602, 2.377, 6.388),
        "nearest_words": (-0.1579, 1.97, 0.9748),
        "coverage_passage": (-6.084, 5.227, 6.989),
        "coverage_window": (0.8851, 3.372, 2.064),
        "coverage_title": (1.734, -0.01559, -1.016),
        "coverage_plain": (-1.049, 4.311, -2.312),
        "adjacency": (4.31, -2.279, -0.7185),
        "opening": (1.329, -2.854, -0.2045),
        "number": (4.019, -2.09, -0.2476),
        "date": (3.544, -1.496, 0.03115),
        "name": (0.2053, -0.5688, 0.9188),
        "place": (0.762, -1.381, 0.566),
    }
)
CONFIDENCE: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "place": MappingProxyType(
            {
                "intercept": -8.061,
                "dense": 3.638,
                "dense_best": 4.479,
                "dense_passage": 2.343,
                "margin": 19.54,
                "size": 1.637,
            }
        ),
        "accord": MappingProxyType(
            {
                "intercept": -5.833,
                "names": 1.005,
                "numbers": 2.267,
                "unopposed": 1.973,
                "negated": 3.966,
                "lacking": -4,
            }
        ),
    }
)
THRESHOLDS: Mapping[str, float] = MappingProxyType(
    {
        "0.01": 0.9695,
        "0.02": 0.949,
        "0.03": 0.9421,
        "0.05": 0.8591,
        "0.08": 0.7474,
        "0.1": 0.6721,
        "0.15": 0.4274,
        "0.2": 0.2667,
        "0.3": 0.04946,
    }
)
