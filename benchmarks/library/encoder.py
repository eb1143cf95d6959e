"""A tiny deterministic encoder, for measurements of the store rather than of a model."""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence

import numpy as np

from qa.encoders import Vectors

_WORD = re.compile(r"\w+")


class TinyEncoder:
    """Hashes words to the components of a small unit vector."""

    name = "tiny-words"
    fingerprint = "tiny-words/1"
    languages = None
    characters_at_once = 1_000_000

    def __init__(self, dimension: int = 32) -> None:
        self.dimension = dimension
        self.texts = 0

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Return unit vectors, one row per text; the same text has the same vector in every process."""
        self.texts += len(texts)
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for word in _WORD.findall(text.lower()):
                vectors[row, zlib.crc32(word.encode()) % self.dimension] += 1
        vectors[:, 0] += 0.01
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors
