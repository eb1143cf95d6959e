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
from qa.search.terms import Occurrences, PassageTerms, bm25, coverage, term_weights
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
        """Return the sentence of each row, and its passage."""
        return ((sentence, passage.row) for passage in self.passages for sentence in passage.sentences)

    def places(self) -> NDArray[np.int64]:
        """Return the place of each row in the order of documents and of the passages in them."""
        starts = [(passage.document.doc_id, passage.row.start) for passage in self.passages]
        places = np.empty(len(starts), dtype=np.int64)
        places[sorted(range(len(starts)), key=starts.__getitem__)] = np.arange(len(starts))
        return np.repeat(places, np.diff(self.starts, append=len(self.values)))

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
    values[:, 0] = indexes.sentences.similarities(query, [key for each in passages for key in each.keys])
    dense = indexes.passages.similarities(query, [passage.row.id for passage in passages])
    values[:, 1] = np.repeat(dense, counts)
    occurrences = Occurrences.of(question.terms, passages)
    lengths = np.array([passage.length for passage in passages])
    passage_idf = term_weights(question, indexes.passage_terms)
    lexical = bm25(occurrences.counts, lengths, passage_idf, indexes.passage_terms.mean_length)
    values[:, 2] = np.repeat(lexical, counts)
    own = occurrences.sentences
    before = np.roll(own, 1, axis=1)
    before[:, starts] = False
    values[:, 3] = coverage(own, idf)
    values[:, 4] = coverage(own | before | np.repeat(occurrences.above, counts, axis=1), idf)
    return Measured(passages, values, starts)
