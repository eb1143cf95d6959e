"""Vectors below the level of a text: the share of each token in a text's vector, and vectors of words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.encoders.base import TokenVectors, Vectors

WORDS = 20_000
"""Number of words beyond which the cache of their vectors starts again."""
_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class WordTable:
    """The input embeddings of a model: a vector for each piece of a word in its vocabulary.

    Attributes:
        weights: One row for each piece.
        mean: The mean of the rows.
        unknown: Id of the piece for text that is not in the vocabulary; None if the model has none.
    """

    weights: Vectors
    mean: Vectors
    unknown: int | None
    _known: dict[str, Vectors] = field(default_factory=dict, repr=False, compare=False)

    def vectors(self, words: Sequence[str], tokenizer: Any) -> Vectors:
        """Return a vector for each word; see `WordwiseEncoder.words`.

        A word's vector is the mean of its pieces' vectors. First, the mean of the whole table is subtracted
        from each piece, since what all pieces share describes none of them, and the piece is normalised.

        Args:
            words: The words to embed.
            tokenizer: The model's tokenizer, of the library ``tokenizers``.
        """
        if len(self._known) > WORDS:
            self._known.clear()
        known = [self._known.get(word) for word in words]
        # Cut one by one: a batch would wake threads, which takes longer than to cut some words.
        vectors = [
            self._vector(word, tokenizer) if vector is None else vector
            for word, vector in zip(words, known, strict=True)
        ]
        return np.stack(vectors) if vectors else np.zeros((0, self.weights.shape[1]), dtype=np.float32)

    def _vector(self, word: str, tokenizer: Any) -> Vectors:
        pieces = np.array(tokenizer.encode(word, add_special_tokens=False).ids, dtype=np.int64)
        rows = self.weights[pieces] - self.mean
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), _TINY)
        rows[pieces == self.unknown] = 0
        total = rows.sum(axis=0)
        vector: Vectors = total / np.maximum(np.linalg.norm(total), _TINY)
        self._known[word] = vector
        return vector


def token_vectors(
    tokens: Vectors,
    pooled: NDArray[np.bool_],
    sentence: Vectors,
    offsets: Sequence[tuple[int, int]],
    prompt: str,
) -> TokenVectors | None:
    """Return the share of each token in a text's vector; see `TokenEncoder.tokens`.

    Whether a model uses the mean of its tokens is measured and not read from its configuration. The result is
    None if the mean has another direction than the text's vector (first token, last token, an extra layer).

    Args:
        tokens: A vector for each token, shape ``(len(offsets), dimension)``.
        pooled: Whether each token is part of the mean.
        sentence: The vector of the text.
        offsets: Start and end of each token in the prompt plus the text.
        prompt: The text that the model reads before the text itself.
    """
    shares = np.where(pooled[:, None], tokens, 0)
    shares /= np.linalg.norm(shares.sum(axis=0))
    if not np.allclose(shares.sum(axis=0), sentence / np.linalg.norm(sentence), atol=1e-4):
        return None
    shift = len(prompt)
    spans = tuple((max(0, start - shift), max(0, end - shift)) for start, end in offsets)
    return TokenVectors(spans, shares)
