"""The terms of passages, and their match with those of a question."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from qa.index import PassageRow, Snapshot
from qa.index.lexical.base import LexicalIndex
from qa.index.search_indexes import clause_terms, sentence_texts
from qa.index.stores.rows import DocumentHeader
from qa.search.query import Question, Term
from qa.text.tokens import terms
from qa.types import Sentence

K1, B = 1.2, 0.75
"""BM25's usual constants, the same as in the lexical index."""
ABOVE = -1
"""The place of a term in the title or the headings."""


class PassageTerms:
    """The terms of a passage, computed once for all questions.

    Attributes:
        row: The passage.
        document: The header of its document.
        sentences: Its sentences.
        keys: Their keys.
        terms: For each term its number of occurrences, then the places of the sentences that have it, or
            `ABOVE`.
        length: Number of its terms.
        read_length: Number of characters that a reranker reads.
    """

    def __init__(self, row: PassageRow, document: DocumentHeader) -> None:
        self.row = row
        self.document = document
        language = document.language
        above = terms(" ".join((document.title, *row.headings)), language)
        counts = Counter(chain(above, clause_terms(row)))
        places = {term: [ABOVE] for term in above}
        since = row.start
        # Each word is cut once. Between sentences there is hardly ever one.
        for at, (span, (_, text)) in enumerate(zip(row.sentences, sentence_texts(row), strict=True)):
            own = terms(text, language)
            counts.update(own)
            for term in dict.fromkeys(own):
                places.setdefault(term, []).append(at)
            counts.update(terms(row.text[since - row.start : span.start - row.start], language))
            since = span.end
        counts.update(terms(row.text[since - row.start :], language))
        self.terms = {term: (number, *places.get(term, ())) for term, number in counts.items()}
        self.length = counts.total()
        self.read_length = sum(map(len, (row.text, document.title, *row.headings)))
        self.sentences = tuple(Sentence(document.doc_id, span.start, span.end) for span in row.sentences)
        self.keys = tuple(span.id for span in row.sentences)


@dataclass(frozen=True, slots=True)
class PassageCache:
    """The terms of passages that were candidates, for one generation of the index."""

    generation: int
    terms: dict[int, PassageTerms]

    def of(self, snapshot: Snapshot, keys: Iterable[int]) -> list[PassageTerms]:
        """Return the terms of passages, in the order of their keys."""
        wanted = sorted(keys)
        missing = snapshot.store.passages(key for key in wanted if key not in self.terms)
        headers = snapshot.store.headers({row.document for row in missing})
        for row in missing:
            self.terms[row.id] = PassageTerms(row, headers[row.document])
        return [self.terms[key] for key in wanted]


def term_weights(question: Question, lexical: LexicalIndex) -> dict[Term, float]:
    """Return the idf of each term (Robertson's, above 0 as in Lucene), highest for unknown terms."""
    number = len(lexical)
    lexical.prepare(form for term in question.terms for form in term)
    idf = {}
    for term in question.terms:
        frequency = min(number, max(map(lexical.frequency, term)))
        weight = math.log(1 + (number - frequency + 0.5) / (frequency + 0.5))
        idf[term] = weight * question.lighter.get(term, 1.0)
    return idf


@dataclass(frozen=True, slots=True)
class Occurrences:
    """Where passages have the terms of a question: a row for each term.

    Attributes:
        counts: How often each passage has the term.
        above: Whether the title or the headings of each passage have it.
        sentences: Whether each sentence of the passages has it.
    """

    counts: NDArray[np.float64]
    above: NDArray[np.bool_]
    sentences: NDArray[np.bool_]

    @classmethod
    def of(cls, terms: Sequence[Term], passages: Sequence[PassageTerms]) -> Occurrences:
        """Return where passages have the terms, in any of their forms."""
        rows: dict[str, list[int]] = {}
        for row, term in enumerate(terms):
            for form in term:
                rows.setdefault(form, []).append(row)
        counts = np.zeros((len(terms), len(passages)))
        above = np.zeros(counts.shape, dtype=bool)
        sentences = np.zeros((len(terms), sum(len(each.sentences) for each in passages)), dtype=bool)
        first = 0
        for at, passage in enumerate(passages):
            for form in passage.terms.keys() & rows.keys():
                number, *places = passage.terms[form]
                for row in rows[form]:
                    counts[row, at] = max(counts[row, at], number)
                    for place in places:
                        if place == ABOVE:
                            above[row, at] = True
                        else:
                            sentences[row, first + place] = True
            first += len(passage.sentences)
        return cls(counts, above, sentences)


def bm25(
    counts: NDArray[np.float64], lengths: NDArray[np.int64], idf: Mapping[Term, float], mean: float
) -> NDArray[np.float64]:
    """Return the BM25 score of each text divided by its upper bound for this query.

    Args:
        counts: Number of times that each text has each term, a row for each term.
        lengths: Number of terms of each text.
        idf: Weight of each term of the query.
        mean: Mean length of a text of the index.
    """
    norms = K1 * (1 - B + B * lengths / mean)
    # Term by term, so that equal texts have equal scores.
    total = np.zeros(len(lengths))
    for numbers, value in zip(counts, idf.values(), strict=True):
        total += value * numbers / (numbers + norms)
    scores: NDArray[np.float64] = total / sum(idf.values())
    return scores


def coverage(present: NDArray[np.bool_], idf: Mapping[Term, float]) -> NDArray[np.float64]:
    """Return the share of the terms that each text has, weighted by idf; 1 if there are none.

    Args:
        present: Whether each text has each term, a row for each term.
        idf: Weight of each term.
    """
    weight = np.zeros(present.shape[1])
    for texts, value in zip(present, idf.values(), strict=True):
        weight += texts * value
    return weight / sum(idf.values()) if idf else np.ones(present.shape[1])
