"""The best answer of each sentence."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from qa.rerankers.spans import best_spans


def expected(
    start: np.ndarray, end: np.ndarray, sentences: np.ndarray, most: int
) -> list[tuple[int, int, float]]:
    """Try every span."""
    best: dict[int, tuple[float, int, int]] = {}
    for first in range(len(start)):
        for last in range(first, min(len(start), first + most)):
            if sentences[first] == sentences[last]:
                score = start[first] + end[last]
                if int(sentences[first]) not in best or score > best[int(sentences[first])][0]:
                    best[int(sentences[first])] = (float(score), first, last)
    return [(first, last, score) for score, first, last in best.values()]


logits = st.integers(-9, 9)


@given(
    st.lists(st.lists(st.tuples(logits, logits), min_size=1, max_size=12), max_size=6),
    st.integers(1, 8),
)
def test_the_best_span_is_the_best_of_all(tokens: list[list[tuple[int, int]]], most: int) -> None:
    pairs = np.array([pair for sentence in tokens for pair in sentence], dtype=np.float32).reshape(-1, 2)
    sentences = np.repeat(np.arange(len(tokens)), [len(each) for each in tokens])
    first, last, score = best_spans(pairs[:, 0], pairs[:, 1], sentences, most)
    actual = [*zip(first.tolist(), last.tolist(), score.tolist(), strict=True)]
    assert actual == expected(pairs[:, 0], pairs[:, 1], sentences, most)


def test_an_answer_has_no_more_tokens_than_allowed() -> None:
    start, end = np.zeros(10, dtype=np.float32), np.zeros(10, dtype=np.float32)
    start[1] = end[7] = 5
    sentences = np.zeros(10, dtype=np.int64)
    assert [int(each[0]) for each in best_spans(start, end, sentences, 7)] == [1, 7, 10]
    assert [int(each[0]) for each in best_spans(start, end, sentences, 6)] == [1, 1, 5]
