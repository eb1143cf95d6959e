"""Rank the sentences of the candidates: by the first stage, and where a reranker read them, by its reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from qa.rerankers import PassageText, Reading, Reranker
from qa.search.features import MEASURES, Measured
from qa.search.fitted import WEIGHTS
from qa.types import Sentence

READ = 16
"""Number of passages that a reranker reads."""

Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Ranked:
    """The scores of all sentences of the candidates.

    Attributes:
        scores: The score of each row of the measures; higher is better.
        readings: The reading of each passage that was read, by its place among the candidates.
        weights: The weight of each feature in the score of a sentence that was read, or of all if none was.
        answers: The answering stretches of each sentence that was read, in code points of its document.
    """

    scores: Scores
    readings: Mapping[int, Reading]
    weights: Mapping[str, float]
    answers: Mapping[Sentence, tuple[tuple[int, int], ...]] = field(default_factory=dict)


def first_stage(measured: Measured, *, words_only: bool) -> Scores:
    """Return the score of each sentence by its measures alone.

    Args:
        measured: The measures.
        words_only: Whether the encoder does not support the question's language; then only words count.
    """
    weights = WEIGHTS["words" if words_only else "hybrid"]
    scores: Scores = measured.values.astype(np.float64) @ np.array([weights.get(name, 0.0) for name in MEASURES])
    return scores


def rank(measured: Measured, first: Scores, question: str, reranker: Reranker | None) -> Ranked:
    """Return the scores of all sentences.

    A reranker reads the passages with the best sentences of the first stage. Sentences of other passages come
    after the worst that was read, in the order of the first stage.

    Args:
        measured: The measures.
        first: The scores of the first stage.
        question: The question.
        reranker: Reads the best passages; None if there is none, or if it does not support the language.
    """
    if reranker is None or not len(first):
        return Ranked(first, {}, WEIGHTS["hybrid"])
    best = np.maximum.reduceat(first, measured.starts)
    places = np.argsort(-best, kind="stable")[:READ].tolist()
    readings = dict(zip(places, reranker.read(question, [_text(measured, at) for at in places]), strict=True))
    weights = WEIGHTS["read"]
    scores = np.full(len(first), -np.inf)
    line = measured.values @ np.array([weights.get(name, 0.0) for name in MEASURES])
    for at, reading in readings.items():
        rows = slice(measured.starts[at], measured.starts[at] + len(reading.sentences))
        scores[rows] = line[rows] + weights["reader"] * reading.sentences
    read = np.isfinite(scores)
    scores[~read] = scores[read].min() - (first.max() - first[~read])
    return Ranked(scores, readings, weights, dict(_answers(measured, readings)))


def _answers(
    measured: Measured, readings: Mapping[int, Reading]
) -> Iterator[tuple[Sentence, tuple[tuple[int, int], ...]]]:
    for at, reading in readings.items():
        passage = measured.passages[at]
        for span, answer in zip(passage.row.sentences, reading.answers, strict=True):
            if answer is not None:
                start = passage.row.start
                sentence = Sentence(passage.document.doc_id, span.start, span.end)
                yield sentence, ((start + answer.start, start + answer.end),)


def _text(measured: Measured, at: int) -> PassageText:
    passage = measured.passages[at]
    row = passage.row
    spans = tuple((span.start - row.start, span.end - row.start) for span in row.sentences)
    return PassageText(row.text, spans, passage.document.title, row.headings)

