"""What the pieces of a text tell: the share of each token in a text's vector, and vectors of single words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from qa.encoders.base import TokenVectors, Vectors

_TINY = 1e-12


@dataclass(frozen=True, slots=True)
class WordTable:
    """The vectors of the pieces of words, with which a model reads its input, and their mean.

    ``weights`` has a row for each piece; ``unknown`` is the piece that replaces what is in no vocabulary.
    """

    weights: Vectors
    mean: Vectors
    unknown: int | None

    def vectors(self, words: Sequence[str], tokenizer: Any) -> Vectors:
        """Returns a vector for each word; see `WordwiseEncoder.words`.

        It is the mean of its pieces in the table, each less the mean of all and brought to length 1: what
        all pieces share says nothing of any.
        """
        vectors = np.zeros((len(words), self.weights.shape[1]), dtype=np.float32)
        if not words:
            return vectors
        encodings = [word.ids for word in tokenizer.encode_batch(list(words), add_special_tokens=False)]
        pieces = np.array([piece for ids in encodings for piece in ids], dtype=np.int64)
        rows = self.weights[pieces] - self.mean
        rows /= np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), _TINY)
        rows[pieces == self.unknown] = 0
        np.add.at(vectors, np.repeat(np.arange(len(words)), [len(ids) for ids in encodings]), rows)
        vectors /= np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), _TINY)
        return vectors


def token_vectors(
    tokens: Vectors,
    pooled: NDArray[np.bool_],
    sentence: Vectors,
    offsets: Sequence[tuple[int, int]],
    prompt: str,
) -> TokenVectors | None:
    """Returns the share of each token in a text's vector; see `TokenEncoder.tokens`.

    Whether a model takes the mean of its tokens is not read off its configuration but tried: where their
    mean has not the direction of the text's vector (first token, last token, a layer on top), it is None.

    Args:
        tokens: A vector for each token, shape ``(len(offsets), dimension)``.
        pooled: Which tokens the mean is of.
        sentence: The vector that the model makes of the text.
        offsets: Start and end of each token in the prompt and the text.
        prompt: What the model reads before the text.
    """
    shares = np.where(pooled[:, None], tokens, 0)
    shares /= np.linalg.norm(shares.sum(axis=0))
    if not np.allclose(shares.sum(axis=0), sentence / np.linalg.norm(sentence), atol=1e-4):
        return None
    before = len(prompt)
    spans = tuple((max(0, start - before), max(0, end - before)) for start, end in offsets)
    return TokenVectors(spans, shares)
