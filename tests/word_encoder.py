"""An encoder whose vectors can be computed by hand: one dimension for each word of its vocabulary."""

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
    """Counts the known words of a text, and whether there are others, and normalises the vector to length 1.

    ``embedded`` lists every embedded text, for tests of what is embedded and how often.
    """

    characters_at_once = 8_000

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
        self.embedded: list[str] = []

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Return unit vectors, one row per text."""
        if not query:
            self.embedded.extend(texts)
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in re.findall(r"[a-z]+", text.lower()):
                column = self.vocabulary.index(word) if word in self.vocabulary else -1
                vectors[row, column] += 1 if column >= 0 else 0
            # Small, so that a known word outweighs any number of unknown ones, and never zero.
            vectors[row, -1] = 0.1
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
