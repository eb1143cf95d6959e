"""The terms of passages, and their match with those of a question."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from qa.index import PassageRow, Snapshot
from qa.index.lexical.base import LexicalIndex
from qa.index.search_indexes import passage_terms, sentence_texts
from qa.index.stores.rows import DocumentHeader
from qa.search.query import Question, Term
from qa.text.tokens import terms

K1, B = 1.2, 0.75
"""BM25's usual constants, the same as in the lexical index."""


class PassageTerms:
    """The terms of a passage, computed once for all questions."""

    def __init__(self, row: PassageRow, document: DocumentHeader) -> None:
        self.row = row
        self.document = document
        language = document.language
        self.sentences = [(key, text, frozenset(terms(text, language))) for key, text in sentence_texts(row)]
        self.counts = Counter(passage_terms(row, document.title, language))
        self.length = self.counts.total()
        self.above = frozenset(terms(" ".join((document.title, *row.headings)), language))


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
    idf = {}
    for term in question.terms:
        frequency = min(number, max(map(lexical.frequency, term)))
        weight = math.log(1 + (number - frequency + 0.5) / (frequency + 0.5))
        idf[term] = weight * question.lighter.get(term, 1.0)
    return idf


def bm25(counts: Mapping[str, int], length: int, idf: Mapping[Term, float], mean: float) -> float:
    """Return the BM25 score divided by its upper bound for this query.

    Args:
        counts: Number of times that the text has each term.
        length: Number of terms of the text.
        idf: Weight of each term of the query.
        mean: Mean length of a text of the index.
    """
    norm = K1 * (1 - B + B * length / mean)
    total = 0.0
    for term, value in idf.items():
        if number := max([counts.get(form, 0) for form in term]):
            total += value * number / (number + norm)
    return total / sum(idf.values())


def coverage(idf: Mapping[Term, float], *texts: Collection[str]) -> float:
    """Return the share of the terms' weight that occurs in one of the texts; 1 without terms."""
    total = sum(idf.values())
    present = sum(
        value for term, value in idf.items() if any(form in text for text in texts for form in term)
    )
    return present / total if total else 1.0
