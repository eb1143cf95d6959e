"""Numbers fitted to questions with known answers, read once from the JSON files beside the code.

``benchmarks/quality/fit.py`` writes ``fitted.json`` and documents its data; do not edit the file by hand.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Literal

Stage = Literal["words", "hybrid", "reader"]
"""What ranks the sentences: only words, if the encoder does not support the question's language; words and
vectors; or a reranker."""


def load(package: str, name: str) -> Mapping[str, Any]:
    """Return the content of a JSON file of a package, immutable at every depth.

    Args:
        package: The dotted name of the package that contains the file.
        name: The file's name.
    """
    text = files(package).joinpath(name).read_text(encoding="utf-8")
    numbers: Mapping[str, Any] = json.loads(text, object_hook=MappingProxyType)
    return numbers


_NUMBERS = load("qa.search", "fitted.json")
WEIGHTS: Mapping[Stage, Mapping[str, float]] = _NUMBERS["weights"]
"""Weight of each feature in the score."""
CONFIDENCE: Mapping[Stage, Mapping[str, float]] = _NUMBERS["confidence"]
"""Coefficient of each feature in the log-odds of the confidence."""
SHOWN_WITHIN: Mapping[Stage, float] = _NUMBERS["shown_within"]
"""Maximum distance of the score of a quote that answers from the best score."""
THRESHOLDS: Mapping[str, float] = _NUMBERS["thresholds"]
"""Minimum confidence of an answer, by accepted rate of wrong answers."""
