"""The terms of passages, and their match with those of a question."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import chain

from qa.index import PassageRow, Snapshot
from qa.index.lexical.base import LexicalIndex
from qa.index.search_indexes import clause_terms, sentence_texts
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
        above = terms(" ".join((document.title, *row.headings)), language)
        self.counts = Counter(chain(above, clause_terms(row)))
        self.sentences = []
        since = row.start
        # Each word is cut once. Between sentences there is hardly ever one.
        for span, (key, text) in zip(row.sentences, sentence_texts(row), strict=True):
            own = terms(text, language)
            self.sentences.append((key, text, frozenset(own)))
            self.counts.update(own)
            self.counts.update(terms(row.text[since - row.start : span.start - row.start], language))
            since = span.end
        self.counts.update(terms(row.text[since - row.start :], language))
        self.length = self.counts.total()
        self.read_length = sum(map(len, (row.text, document.title, *row.headings)))
        self.above = frozenset(above)


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


class Coverage:
    """The shares of a question's terms that texts have, weighted by idf.

    A set of terms is the bits of an integer, because a question has some hundreds of texts.
    """

    def __init__(self, idf: Mapping[Term, float]) -> None:
        self._terms = [(1 << at, term) for at, term in enumerate(idf)]
        self._weights = list(idf.values())
        self._total = sum(self._weights)
        self._shares: dict[int, float] = {}

    def terms_in(self, text: frozenset[str]) -> int:
        """Return the set of terms of which a text has a form."""
        return sum([bit for bit, forms in self._terms if not text.isdisjoint(forms)])

    def share(self, present: int) -> float:
        """Return the share of a set of terms in the weight of all; 1 if there are none."""
        if present not in self._shares:
            weight = sum(value for at, value in enumerate(self._weights) if present >> at & 1)
            self._shares[present] = weight / self._total if self._total else 1.0
        return self._shares[present]
