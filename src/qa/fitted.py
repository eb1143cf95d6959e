"""Numbers fitted by benchmarks/quality/fit.py, which says on what; not to be edited by hand."""

from collections.abc import Mapping
from types import MappingProxyType

WEIGHTS: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    {
        "dense_sentence": (5.083, 0.1503, 2.328),
        "dense_passage": (1.222, 2.138, 6.688),
        "coverage_sentence": (-1.639, 1.327, 0.06465),
        "coverage_passage": (-5.968, 5.176, 7.162),
        "coverage_window": (0.6845, 4.226, 2.085),
        "coverage_title": (1.602, -0.008332, -1.029),
        "coverage_plain": (-0.3869, 3.85, -3.597),
        "adjacency": (5.745, -1.952, -1.234),
        "opening": (0.8131, -1.592, -0.09371),
        "number": (3.13, -0.6347, 0.21),
        "date": (3.571, -1.759, -0.1361),
        "name": (1.156, -1.816, 0.9388),
        "place": (0.5908, -0.9492, 0.6023),
    }
)
CONFIDENCE: Mapping[str, float] = MappingProxyType(
    {
        "intercept": -0.4944,
        "score": -0.5958,
        "dense": -0.08782,
        "dense_best": 1.383,
        "dense_passage": 2.765,
        "coverage": -1.013,
        "coverage_window": -1.193,
        "coverage_passage": 0.1256,
        "adjacency": -0.5946,
        "margin": 7.397,
        "spread": 3.609,
        "agreement": 0.3274,
        "unknown": 0.05362,
        "lacking": -2.5,
        "coverage_plain": -0.4297,
        "far": -9.218,
        "far_plain": 1.15,
        "size": 0.7267,
    }
)
THRESHOLDS: Mapping[str, float] = MappingProxyType(
    {
        "0.01": 0.9937,
        "0.02": 0.9577,
        "0.03": 0.9526,
        "0.05": 0.8759,
        "0.08": 0.6788,
        "0.1": 0.5016,
        "0.15": 0.2401,
        "0.2": 0.1127,
        "0.3": 0.01127,
    }
)
