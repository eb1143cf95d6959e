"""Compare single words of sentences with those of a question.

The vector of a sentence blurs its words, and equal stems do not cover synonyms. Between the two is the
nearest word to each word of the question, as in word-level matching of questions and answers (Kusner et al.,
"From Word Embeddings To Document Distances", ICML 2015, where it is the relaxed word mover's distance).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from qa.encoders import Encoder, Vectors, WordwiseEncoder
from qa.text.tokens import bare

Rows = NDArray[np.int32]
_FIRST = 4_096


class Vocabulary:
    """The vectors of all words seen so far; safe to use from several threads."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder if isinstance(encoder, WordwiseEncoder) else None
        # Row 0 means no word; its vector is zero.
        self._rows: dict[str, int] = {"": 0}
        self._vectors: Vectors = np.zeros((0, 0), dtype=np.float32)
        self._lock = Lock()

    def learn(self, sentences: Sequence[Sequence[str]]) -> list[Rows]:
        """Return the row of each word of each sentence; a sentence without words has row 0."""
        words = [[bare(word).lower() for word in sentence] or [""] for sentence in sentences]
        if self._encoder:
            with self._lock:
                self._add(dict.fromkeys(word for sentence in words for word in sentence))
        return [
            np.array([self._rows.get(word, 0) for word in sentence], dtype=np.int32) for sentence in words
        ]

    def similar(self, asked: Sequence[str], words: Sequence[str]) -> Vectors | None:
        """Return the cosine similarity of each word with each word of the question.

        Returns:
            Values in [-1, 1] of shape ``(len(asked), len(words))``; None if the encoder has no word vectors.
        """
        asked_rows, word_rows = self.learn([asked, words])
        vectors = self._vectors
        if not len(vectors):
            return None
        similarities: Vectors = vectors[asked_rows] @ vectors[word_rows].T
        return similarities

    def nearest(self, asked: Sequence[str], sentences: Sequence[Rows]) -> Vectors | None:
        """Return the similarity of the nearest word of each sentence to each word of the question.

        Returns:
            Values of shape ``(len(asked), len(sentences))``; None if the encoder has no word vectors.
        """
        [rows] = self.learn([asked])
        vectors = self._vectors
        if not len(vectors) or not sentences:
            return None
        distinct, places = np.unique(np.concatenate(sentences), return_inverse=True)
        similarities = vectors[rows] @ vectors[distinct].T
        starts = np.cumsum([0, *map(len, sentences[:-1])])
        nearest: Vectors = np.maximum.reduceat(similarities[:, places], starts, axis=1)
        return nearest

    def _add(self, words: Iterable[str]) -> None:
        new = [word for word in words if word not in self._rows]
        vectors = self._encoder.words(new) if self._encoder and new else None
        if vectors is None:
            return
        count, needed = len(self._rows), len(self._rows) + len(new)
        if needed > len(self._vectors):
            grown = np.zeros((max(_FIRST, 2 * needed), vectors.shape[1]), dtype=np.float32)
            if len(self._vectors):
                grown[:count] = self._vectors[:count]
            self._vectors = grown
        # Vectors before names: another thread reads only rows of known words.
        self._vectors[count:needed] = vectors
        self._rows.update(zip(new, range(count, needed), strict=True))
