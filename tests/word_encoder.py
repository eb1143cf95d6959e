"""An encoder whose vectors can be worked out by hand: one dimension for each word that it knows."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from qa.encoders import Vectors

VOCABULARY = (
    "apple", "bread", "candle", "dragon", "engine", "forest", "garden", "harbour", "island", "jacket",
    "kettle", "lantern", "mirror", "needle", "orchard", "pepper", "quarry", "river", "silver", "tower",
)  # fmt: skip


class WordEncoder:
    """Counts the known words of a text, and whether there are others, and brings that to length 1.

    It keeps what it was given, so that a test can tell what was embedded and how often.
    """

    def __init__(
        self,
        vocabulary: Sequence[str] = VOCABULARY,
        name: str = "words-of-the-tests",
        languages: frozenset[str] | None = None,
    ) -> None:
        self.name = name
        self.languages = languages
        self.vocabulary = tuple(vocabulary)
        self.fingerprint = " ".join(self.vocabulary)
        self.dimension = len(self.vocabulary) + 1
        self.given: list[str] = []

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Unit vectors, one row a text."""
        if not query:
            self.given.extend(texts)
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"[a-z]+", text.lower()):
                at = self.vocabulary.index(word) if word in self.vocabulary else -1
                vectors[row, at] += 1 if at >= 0 else 0
            # Small, so that a known word outweighs any number of unknown ones, and never zero.
            vectors[row, -1] = 0.1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
