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
        "adjacency": (5.114, -2.517, -1.4),
        "opening": (0.8556, -2.006, -0.3169),
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
                "intercept": -8.203,
                "dense": 2.806,
                "dense_best": 5.108,
                "dense_passage": 2.541,
                "margin": 20.18,
                "size": 2.786,
                "size_squared": -1.741,
            }
        ),
        "accord": MappingProxyType(
            {
                "intercept": -5.135,
                "names": 0.9015,
                "numbers": 2.059,
                "unopposed": 1.683,
                "negated": 3.836,
                "lacking": -4,
            }
        ),
    }
)
THRESHOLDS: Mapping[str, float] = MappingProxyType(
    {
        "0.01": 0.9698,
        "0.02": 0.9515,
        "0.03": 0.9464,
        "0.05": 0.9224,
        "0.08": 0.7794,
        "0.1": 0.7043,
        "0.15": 0.5667,
        "0.2": 0.4332,
        "0.3": 0.2095,
    }
)
