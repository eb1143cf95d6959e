"""Finds the best answer of each sentence from the logits of its tokens."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from qa.encoders.base import Vectors

Ints = NDArray[np.int64]


def best_spans(start: Vectors, end: Vectors, sentences: Ints, most: int) -> tuple[Ints, Ints, Vectors]:
    """Return the best span of each sentence: first token, last token, and the sum of their logits.

    Args:
        start: The logit of each token that an answer starts with it.
        end: The logit of each token that an answer ends with it.
        sentences: The sentence of each token; the tokens of a sentence are neighbours.
        most: Maximum tokens of a span.

    Returns:
        A row for each sentence in order. The first of several best spans is returned, the shortest if they
        start together.
    """
    best, last = start + end, np.arange(len(start))
    firsts = np.flatnonzero(np.diff(sentences, prepend=-1))
    longest = int(np.diff(firsts, append=len(start)).max(initial=0))
    for distance in range(1, min(most, longest)):
        score = start[:-distance] + end[distance:]
        is_better = (sentences[:-distance] == sentences[distance:]) & (score > best[:-distance])
        at = np.flatnonzero(is_better)
        best[at], last[at] = score[at], at + distance
    if not len(firsts):
        return firsts, firsts, best
    highest = np.maximum.reduceat(best, firsts)
    lengths = np.diff(firsts, append=len(start))
    is_highest = best == np.repeat(highest, lengths)
    token = np.minimum.reduceat(np.where(is_highest, np.arange(len(start)), len(start)), firsts)
    return token, last[token], highest
