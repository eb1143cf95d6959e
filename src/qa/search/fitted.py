"""Numbers that were fitted to questions with known answers, read once from the JSON files beside the code.

``fitted.json`` is written by ``benchmarks/quality/fit.py``, which says on what; it is not edited by hand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any


def load(package: str, name: str) -> Mapping[str, Any]:
    """Returns the content of a JSON file of a package, unchangeable at every depth.

    Args:
        package: The dotted name of the package that has the file.
        name: The file's name.
    """
    text = files(package).joinpath(name).read_text(encoding="utf-8")
    numbers: Mapping[str, Any] = json.loads(text, object_hook=MappingProxyType)
    return numbers


_NUMBERS = load("qa.search", "fitted.json")
WEIGHTS: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    {name: tuple(values) for name, values in _NUMBERS["weights"].items()}
)
"""Constant, and change with the question's length and the number of sentences, of each feature's weight."""
CONFIDENCE: Mapping[str, Mapping[str, float]] = _NUMBERS["confidence"]
"""The coefficients of each factor of the confidence."""
THRESHOLDS: Mapping[str, float] = _NUMBERS["thresholds"]
"""The confidence from which to answer, for each rate of wrong answers."""
