"""Numbers fitted by benchmarks/quality/fit.py, which says on what; not to be edited by hand."""

from collections.abc import Mapping
from types import MappingProxyType

WEIGHTS: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    {
        "dense_sentence": (3.187, 0.5779, 2.775),
        "dense_passage": (-3.014, 2.733, 10.08),
        "nearest_words": (0.4825, 2.257, 0.3248),
        "coverage_passage": (-7.778, 4.57, 9.254),
        "coverage_window": (-3.965, 5.896, 5.815),
        "coverage_title": (2.825, -0.05945, -1.819),
        "coverage_plain": (2.529, 3.293, -9.496),
        "bigram_overlap": (5.114, -2.517, -1.4),
        "first_in_passage": (0.8556, -2.006, -0.3169),
        "number": (3.339, -1.516, -0.05643),
        "date": (3.12, -1.235, 0.2138),
        "name": (-0.7912, -0.008386, 1.465),
        "place": (0.6511, -1.301, 0.5173),
    }
)
CONFIDENCE: Mapping[str, Mapping[str, float]] = MappingProxyType(
    {
        "place": MappingProxyType(
            {
                "intercept": -8.338,
                "dense": 2.82,
                "dense_best": 5.167,
                "dense_passage": 2.436,
                "margin": 20.52,
                "size": 3.356,
                "size_squared": -2.261,
            }
        ),
        "accord": MappingProxyType(
            {
                "intercept": -4.647,
                "names": 0.7485,
                "numbers": 2.018,
                "unopposed": 1.587,
                "negated": 3.716,
                "lacking": -4,
            }
        ),
    }
)
THRESHOLDS: Mapping[str, float] = MappingProxyType(
    {
        "0.01": 0.9737,
        "0.02": 0.9552,
        "0.03": 0.9444,
        "0.05": 0.8945,
        "0.08": 0.7575,
        "0.1": 0.6949,
        "0.15": 0.4963,
        "0.2": 0.3321,
        "0.3": 0.07075,
    }
)
