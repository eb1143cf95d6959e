"""Rank the sentences of the candidates: by their features, and those of the best passages by a reading."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from qa.errors import ModelError
from qa.index import PassageRow
from qa.rerankers import NOTHING_TO_READ, PassageText, Reading, Reranker, read_many
from qa.search.features import MEASURES, Measured
from qa.search.fitted import WEIGHTS, Stage
from qa.types import Sentence

CHARACTERS = 13_000
"""Maximum characters that a reranker reads for a question, with the question before each passage. This limits
the time. More passages are read if they are short, as in contracts and mail."""
LEAST, MOST = 4, 32
"""Minimum and maximum passages that are read."""

Scores = NDArray[np.float64]
Answers = Mapping[Sentence, tuple[tuple[int, int], ...]]


@dataclass(frozen=True, slots=True)
class Ranked:
    """The scores of all sentences of the candidates.

    Attributes:
        stage: What the scores are from.
        scores: The score of each row of the measures; higher is better.
        readings: The reading of each passage that was read, by its place among the candidates.
        answers: The stretches that answer, of each sentence that was read, in code points of its document.
        shift: What the scores of passages that were not read have in addition, which puts them last.
    """

    stage: Stage
    scores: Scores
    readings: Mapping[int, Reading] = field(default_factory=dict)
    answers: Answers = field(default_factory=dict)
    shift: float = 0.0


@dataclass(frozen=True, slots=True)
class Task:
    """The sentences of one question to rank.

    Attributes:
        measured: Their features.
        question: The question.
        reranker: Reads the best passages; None if there is none, or if it does not support the language.
        words_only: Whether the encoder does not support the question's language; then only words count, and
            nothing is read.
    """

    measured: Measured
    question: str
    reranker: Reranker | None
    words_only: bool


def rank(measured: Measured, question: str, reranker: Reranker | None, *, words_only: bool) -> Ranked:
    """Return the scores of all sentences.

    A reranker reads the passages with the best sentences. The sentences of other passages come after the
    worst that was read, in the order of the other features.

    Args are the attributes of `Task`.

    Raises:
        ModelError: The reranker returns numbers that are not finite.
    """
    return rank_many([Task(measured, question, reranker, words_only)])[0]


def rank_many(tasks: Sequence[Task]) -> list[Ranked]:
    """Return the scores of the sentences of several questions; see `rank`. Their passages are read together.

    Raises:
        ModelError: As in `rank`.
    """
    ranked = [Ranked("words" if task.words_only else "hybrid", _unread(task)) for task in tasks]
    places: dict[int, list[int]] = {}
    for at, task in enumerate(tasks):
        if task.reranker is not None and not task.words_only and len(ranked[at].scores):
            places[at] = best_passages(task.measured, ranked[at].scores, task.question)
    if not places:
        return ranked
    # Those that read have the same reranker, that of the searcher.
    reranker = next(reranker for at in places if (reranker := tasks[at].reranker) is not None)
    requests = []
    for at, chosen in places.items():
        passages = [tasks[at].measured.passages[place] for place in chosen]
        texts = [passage_text(passage.row, passage.document.title) for passage in passages]
        requests.append((tasks[at].question, texts))
    for (at, chosen), readings in zip(places.items(), read_many(reranker, requests), strict=True):
        read = dict(zip(chosen, readings, strict=True))
        ranked[at] = _with_readings(tasks[at], ranked[at].scores, read, reranker)
    return ranked


def _unread(task: Task) -> Scores:
    return weighted(task.measured.values, "words" if task.words_only else "hybrid")


def _with_readings(task: Task, unread: Scores, readings: Mapping[int, Reading], reranker: Reranker) -> Ranked:
    """Return the scores of the sentences of a question whose best passages were read."""
    measured = task.measured
    if not all(np.isfinite([each.passage, *each.sentences]).all() for each in readings.values()):
        raise ModelError("reranker-not-finite", model=reranker.name)
    scores = np.full(len(unread), -np.inf)
    partial = weighted(measured.values, "reader")
    for at, reading in readings.items():
        rows = measured.starts[at] + np.flatnonzero(reading.sentences > NOTHING_TO_READ)
        logits = reading.sentences[reading.sentences > NOTHING_TO_READ]
        # In double precision, in which the parts of a score add up to it.
        scores[rows] = partial[rows] + WEIGHTS["reader"]["reader"] * logits.astype(np.float64)
    is_read = np.isfinite(scores)
    if not is_read.any():
        return Ranked("hybrid", unread)
    shift = float(scores[is_read].min() - unread.max())
    scores[~is_read] = unread[~is_read] + shift
    return Ranked("reader", scores, readings, dict(_answers(measured, readings)), shift)


def weighted(values: NDArray[np.float32], stage: Stage) -> Scores:
    """Return the weighted sum of the features that need no reranker, for each row."""
    weights = WEIGHTS[stage]
    scores: Scores = values.astype(np.float64) @ np.array([weights.get(name, 0.0) for name in MEASURES])
    return scores


def best_passages(measured: Measured, scores: Scores, question: str) -> list[int]:
    """Return the places of the passages to read: those with the best sentences, best first."""
    best = np.maximum.reduceat(scores, measured.starts)
    places = [int(place) for place in np.argsort(-best, kind="stable")[:MOST]]
    lengths = [len(question) + measured.passages[place].read_length for place in places]
    number = sum(total <= CHARACTERS for total in accumulate(lengths))
    return places[: max(LEAST, number)]


def passage_text(row: PassageRow, title: str) -> PassageText:
    """Return a passage as a reranker reads it, with the title of its document."""
    spans = tuple((span.start - row.start, span.end - row.start) for span in row.sentences)
    return PassageText(row.text, spans, title, row.headings)


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
