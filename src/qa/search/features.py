"""Compute the features of every sentence of the candidate passages, for all candidates alike."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from qa.encoders import Vectors
from qa.index import PassageRow, Snapshot
from qa.index.lexical.base import LexicalIndex
from qa.index.search_indexes import SearchIndexes, passage_terms, sentence_texts
from qa.index.stores.rows import DocumentHeader
from qa.search.contrary import denies, negates, opposed
from qa.search.query import Question, Term, kind_likelihood
from qa.search.score import MANY_TERMS
from qa.search.vocabulary import Vocabulary
from qa.text.tokens import stem, terms, tokens
from qa.types import Features, Sentence

K1, B = 1.2, 0.75
"""BM25's usual constants, the same as in the lexical index."""


class PassageTerms:
    """The terms of a passage, computed once for all questions; ``words`` are rows of the vocabulary."""

    def __init__(self, row: PassageRow, document: DocumentHeader, vocabulary: Vocabulary) -> None:
        self.row = row
        self.document = document
        language = document.language
        texts = list(sentence_texts(row))
        words = [[word for word, _, _ in tokens(text)] for _, text in texts]
        self.sentences = [
            (key, text, [stem(word, language) for word in sentence])
            for (key, text), sentence in zip(texts, words, strict=True)
        ]
        self.words = vocabulary.learn(words)
        self.counts = Counter(passage_terms(row, document.title, language))
        self.length = self.counts.total()
        self.above = frozenset(terms(" ".join((document.title, *row.headings)), language))

    @cached_property
    def pairs(self) -> list[frozenset[tuple[str, str]]]:
        """The neighbouring terms of each sentence."""
        return [frozenset(pairwise(stems)) for _, _, stems in self.sentences]


@dataclass(frozen=True, slots=True)
class PassageCache:
    """The terms of passages that were candidates, for one generation of the index."""

    generation: int
    vocabulary: Vocabulary
    terms: dict[int, PassageTerms]

    def of(self, snapshot: Snapshot, keys: Iterable[int]) -> list[PassageTerms]:
        """Return the terms of passages, in the order of their keys."""
        wanted = sorted(keys)
        missing = snapshot.store.passages(key for key in wanted if key not in self.terms)
        headers = snapshot.store.headers({row.document for row in missing})
        for row in missing:
            self.terms[row.id] = PassageTerms(row, headers[row.document], self.vocabulary)
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


@dataclass(frozen=True, slots=True)
class _Shared:
    """Values of the question that the features of all sentences need."""

    question: Question
    idf: Mapping[Term, float]
    passage_idf: Mapping[Term, float]
    mean_sentence: float
    mean_passage: float
    coverage: Callable[[Collection[str]], float]
    # 1 if the question has only names.
    coverage_plain: Callable[[Collection[str]], float]
    # Long questions name many topics, so no single name is required.
    pointed: bool
    negative: bool


def features_of(
    question: Question,
    query: Vectors,
    indexes: SearchIndexes,
    passages: Sequence[PassageTerms],
    idf: Mapping[Term, float],
    vocabulary: Vocabulary | None,
    reader: Sequence[float] | None = None,
) -> Iterator[tuple[Sentence, Features, PassageRow]]:
    """Yield every sentence of the passages with its features and its passage.

    Args:
        question: The question.
        query: The question's vector.
        indexes: The search indexes that have the passages.
        passages: The candidates.
        idf: The weight of each term of the question.
        vocabulary: Compares words; without it, a word is only similar to itself.
        reader: A reranker's probability that each passage answers, if there is a reranker.
    """
    if not passages:
        return
    keys = [key for passage in passages for key, _, _ in passage.sentences]
    dense = iter(indexes.sentences.similarities(query, keys).tolist())
    nearest = _nearest(question, passages, idf, vocabulary)
    dense_passages = indexes.passages.similarities(query, [passage.row.id for passage in passages]).tolist()
    shared = _Shared(
        question=question,
        idf=idf,
        passage_idf=term_weights(question, indexes.passage_terms),
        mean_sentence=indexes.sentence_terms.mean_length,
        mean_passage=indexes.passage_terms.mean_length,
        coverage=_coverage(idf),
        coverage_plain=_coverage({term: value for term, value in idf.items() if term in question.plain}),
        pointed=len(question.terms) < MANY_TERMS,
        negative=negates(question.text, question.language),
    )
    for at, (passage, dense_passage) in enumerate(zip(passages, dense_passages, strict=True)):
        score = None if reader is None else reader[at]
        yield from _of_passage(shared, passage, dense, dense_passage, nearest, score)


def _of_passage(
    shared: _Shared,
    passage: PassageTerms,
    dense: Iterator[float],
    dense_passage: float,
    nearest: Iterator[float] | None,
    reader: float | None,
) -> Iterator[tuple[Sentence, Features, PassageRow]]:
    question, language, coverage = shared.question, passage.document.language, shared.coverage
    lexical_passage = _bm25(passage.counts, passage.length, shared.passage_idf, shared.mean_passage)
    coverage_passage = coverage(passage.counts)
    coverage_title = coverage(passage.above)
    comparable = shared.pointed and language == question.language
    before: frozenset[str] = frozenset()
    for at, ((_, text, stems), span) in enumerate(zip(passage.sentences, passage.row.sentences, strict=True)):
        own = frozenset(stems)
        window = own | before | passage.above
        features = Features(
            dense_sentence=next(dense),
            dense_passage=dense_passage,
            nearest_words=next(nearest) if nearest else coverage(own),
            lexical_sentence=_bm25(Counter(stems), len(stems), shared.idf, shared.mean_sentence),
            lexical_passage=lexical_passage,
            coverage_sentence=coverage(own),
            coverage_passage=coverage_passage,
            coverage_window=coverage(window),
            coverage_title=coverage_title,
            coverage_plain=shared.coverage_plain(window),
            names=_share(question.names if shared.pointed else (), window),
            numbers=_share(question.numbers, window),
            unopposed=float(not (comparable and opposed(question.terms, window, language))),
            negated=float(not (comparable and shared.negative) or denies(text, language)),
            bigram_overlap=len(question.pairs & passage.pairs[at]) / max(1, len(question.pairs)),
            expected=kind_likelihood(question.kind, text, question),
            first_in_passage=float(at == 0),
            reader=reader,
        )
        yield Sentence(passage.document.doc_id, span.start, span.end), features, passage.row
        before = own


def _nearest(
    question: Question,
    passages: Sequence[PassageTerms],
    idf: Mapping[Term, float],
    vocabulary: Vocabulary | None,
) -> Iterator[float] | None:
    """Return `Features.nearest_words` of each sentence, or None if words are not compared."""
    if vocabulary is None:
        return None
    words = [sentence for passage in passages for sentence in passage.words]
    similarities = vocabulary.nearest([question.words[term] for term in idf], words)
    if similarities is None:
        return None
    shares = np.array(list(idf.values()), dtype=np.float32) / sum(idf.values())
    nearest: list[float] = (shares @ similarities).tolist()
    return iter(nearest)


def _coverage(idf: Mapping[Term, float]) -> Callable[[Collection[str]], float]:
    """Return a function of stems: the share of the terms' weight that they cover; 1 without terms."""
    total = sum(idf.values())
    forms = [(form, at) for at, term in enumerate(idf) for form in term]
    values = list(idf.values())

    def covered(stems: Collection[str]) -> float:
        # A term with several forms counts once; this is the innermost loop of a question.
        present = {at for form, at in forms if form in stems}
        return sum([values[at] for at in sorted(present)]) / total if total else 1.0

    return covered


def _share(asked: Collection[Term], stems: Collection[str]) -> float:
    number = sum(any(form in stems for form in term) for term in asked)
    return number / len(asked) if asked else 1.0


def _bm25(counts: Counter[str], length: int, idf: Mapping[Term, float], mean: float) -> float:
    """Return the BM25 score divided by its upper bound for this query."""
    norm = K1 * (1 - B + B * length / mean)
    total = 0.0
    for term, value in idf.items():
        if number := max(counts[form] for form in term):
            total += value * number / (number + norm)
    return total / sum(idf.values())
