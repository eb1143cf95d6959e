"""Compute the features of every sentence of the candidate passages, for all candidates alike."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.encoders import Vectors
from qa.index.search_indexes import SearchIndexes
from qa.index.stores.rows import PassageRow
from qa.search.query import Question, Term
from qa.search.terms import Coverage, PassageTerms, bm25, term_weights
from qa.types import Features, Sentence

MEASURES = ("dense_sentence", "dense_passage", "lexical_passage", "coverage_sentence", "coverage_window")
"""The features of the first stage, in the order of the columns of `Measured.values`."""


@dataclass(frozen=True, slots=True)
class Measured:
    """The features of the first stage of all sentences of the candidates.

    Attributes:
        passages: The candidates.
        values: One row for each sentence, one column for each of `MEASURES`.
        starts: The first row of each passage.
    """

    passages: Sequence[PassageTerms]
    values: NDArray[np.float32]
    starts: NDArray[np.int64]

    def sentences(self) -> Iterator[tuple[Sentence, PassageRow]]:
        """Yield the sentence of each row, and its passage."""
        for passage in self.passages:
            for span in passage.row.sentences:
                yield Sentence(passage.document.doc_id, span.start, span.end), passage.row

    def features(self, logits: Mapping[int, tuple[float, float]]) -> list[Features]:
        """Return the features of each row, with a reranker's logits of sentence and passage by row."""
        rows: list[list[float]] = self.values.tolist()
        return [Features(*values, *logits.get(at, ())) for at, values in enumerate(rows)]


def measure(
    question: Question,
    query: Vectors,
    indexes: SearchIndexes,
    passages: Sequence[PassageTerms],
    idf: Mapping[Term, float],
) -> Measured:
    """Compute the features of the first stage.

    Args:
        question: The question.
        query: The question's vector.
        indexes: The search indexes that have the passages.
        passages: The candidates.
        idf: The weight of each term of the question.
    """
    counts = np.array([len(passage.sentences) for passage in passages], dtype=np.int64)
    starts = np.cumsum(counts) - counts
    values = np.empty((int(counts.sum()), len(MEASURES)), dtype=np.float32)
    if not passages:
        return Measured(passages, values, starts)
    keys = [key for passage in passages for key, _, _ in passage.sentences]
    values[:, 0] = indexes.sentences.similarities(query, keys)
    dense = indexes.passages.similarities(query, [passage.row.id for passage in passages])
    values[:, 1] = np.repeat(dense, counts)
    values[:, 2:] = np.array(list(_lexical(question, indexes, passages, idf)), dtype=np.float32)
    return Measured(passages, values, starts)


def _lexical(
    question: Question, indexes: SearchIndexes, passages: Sequence[PassageTerms], idf: Mapping[Term, float]
) -> Iterator[tuple[float, float, float]]:
    """Yield the lexical features of each sentence."""
    passage_idf = term_weights(question, indexes.passage_terms)
    mean = indexes.passage_terms.mean_length
    coverage = Coverage(idf)
    for passage in passages:
        of_passage = bm25(passage.counts, passage.length, passage_idf, mean)
        above, before = coverage.terms_in(passage.above), 0
        for _, _, text in passage.sentences:
            own = coverage.terms_in(text)
            yield of_passage, coverage.share(own), coverage.share(own | before | above)
            before = own
