"""An encoder that draws vectors around real ones, which takes no time."""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from qa.encoders import Vectors

NEAR = 0.9
"""Cosine similarity of a vector with the real one around which it is drawn."""


def real_vectors(cache: Path, index: Path | None = None) -> Vectors:
    """Return the vectors of a cache file, which is written from an index with the default model if missing."""
    if not cache.exists():
        assert index is not None
        with sqlite3.connect(f"file:{index / 'library.db'}?mode=ro", uri=True) as connection:
            rows = [
                np.frombuffer(row[0], dtype=np.float32)
                for row in connection.execute("SELECT data FROM vector")
            ]
        np.save(cache, np.stack(rows))
    vectors: Vectors = np.load(cache, mmap_mode="r")
    return vectors


class DrawnEncoder:
    """Vectors around real ones, the same for the same text in every process."""

    name = fingerprint = "drawn-around-real"
    languages = None
    characters_at_once = 1_000_000

    def __init__(self, real: Vectors) -> None:
        self._real = real
        self.dimension = real.shape[1]
        self._noise = np.random.default_rng(7).normal(size=(4096, self.dimension)).astype(np.float32)

    def encode(self, texts: Sequence[str], *, query: bool = False) -> Vectors:
        """Return unit vectors, one row per text."""
        seeds = [zlib.crc32(text.encode(errors="replace")) for text in texts]
        base = self._real[[seed % len(self._real) for seed in seeds]]
        noise = (
            self._noise[[seed % 4093 for seed in seeds]]
            + self._noise[[seed // 4093 % 4091 for seed in seeds]]
        )
        noise *= np.sqrt(1 / NEAR**2 - 1) / np.linalg.norm(noise, axis=1, keepdims=True)
        drawn = base + noise
        unit: Vectors = drawn / np.linalg.norm(drawn, axis=1, keepdims=True)
        return unit.astype(np.float32)
