"""Finds the sentences that may answer a question, and puts them in order.

Candidates come from both granularities (sentence and passage) and both kinds of index (vector and lexical);
then every candidate gets all its features exactly, whichever list brought it in, and one score orders them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from qa.encoders import Encoder, Vectors
from qa.index import Index, Snapshot
from qa.lang.detect import unread
from qa.rerankers import Reranker
from qa.search.candidates import beside, candidates
from qa.search.features import PassageCache, PassageTerms, features_of, term_weights
from qa.search.followups import together
from qa.search.phrases import QuotedPhrases, locate
from qa.search.query import Question, Term, analyse
from qa.search.reorder import clauses_first, step_back
from qa.search.result import Scored, SearchResult
from qa.search.scope import resolve
from qa.search.score import score, weights
from qa.search.vocabulary import Vocabulary
from qa.text.exact import find
from qa.types import Hit, Sentence

CACHED_PASSAGES = 20_000
OWN = 0.5
"""How much of a follow-up's direction is its own words'; the rest is that of the questions read as one."""


class Searcher:
    """Searches one index with one encoder; safe to use from several threads."""

    def __init__(self, index: Index, encoder: Encoder, reranker: Reranker | None = None) -> None:
        """Makes a searcher.

        Args:
            index: What to search.
            encoder: The encoder that the index was made with.
            reranker: Reads every candidate passage; its score is `Features.reader`.

        Raises:
            ModelError: The index was made with another encoder.
        """
        index.check(encoder)
        self._encoder = encoder
        self._reranker = reranker
        self._reads = index.languages
        self._languages_of: tuple[int, tuple[str, ...]] = (-1, ())
        self._cache = PassageCache(-1, Vocabulary(encoder), {})

    def search(
        self,
        snapshot: Snapshot,
        text: str,
        documents: Sequence[str] = (),
        after: Sequence[str] = (),
        previous: SearchResult | None = None,
    ) -> SearchResult:
        """Returns every candidate for a question, best first.

        Args:
            snapshot: What is searched.
            text: The question.
            documents: Only documents that these ids or globs name; all where there is none.
            after: The earlier questions, oldest first, that it is understood together with.
            previous: The result for the last of them.

        Raises:
            QuestionError: There is no question.
            UsageError: The ids or globs name no document.
        """
        indexes = snapshot.indexes
        languages = self._languages(snapshot)
        question, query = self._analysed(text, after, languages)
        allowed = resolve(snapshot, documents) if documents else None
        idf = term_weights(question, indexes.sentence_terms)
        keys = candidates(snapshot, question, query, allowed)
        if previous:
            keys |= beside(snapshot, previous)
        quoted = locate(snapshot, question, languages, keys, allowed)
        keys |= quoted.passages
        cache = self._cache_of(snapshot)
        passages = cache.of(snapshot, keys)
        number = len(indexes.sentences) if allowed is None else sum(len(p.sentences) for p in passages)
        not_read = unread(question.text, self._reads)
        vocabulary = None if not_read else cache.vocabulary
        reader = self._read(question, passages)
        weighed = weights(question.kind, len(question.terms), number, read=not_read is None)
        scored = [
            (sentence, features, score(features, weighed), row)
            for sentence, features, row in features_of(
                question, query, indexes, passages, idf, vocabulary, reader
            )
        ]
        missing = False
        if question.phrases or question.excluded:
            wanted, missing = _wanted(question, passages, quoted)
            scored = [item for item in scored if item[0] in wanted] or scored
        _order(scored, question, languages, previous)
        return SearchResult(
            question=question,
            hits=tuple(
                Hit(sentence, features, value, rank)
                for rank, (sentence, features, value, _) in enumerate(scored, start=1)
            ),
            passages={sentence: row for sentence, _, _, row in scored},
            unknown=_unknown(idf, snapshot),
            sentences=number,
            phrases_missing=missing,
            quoted=quoted,
            unread=not_read,
            query=query,
            shares={term: weight / sum(idf.values()) for term, weight in idf.items()},
            vocabulary=vocabulary,
        )

    def _analysed(
        self, text: str, after: Sequence[str], languages: Sequence[str]
    ) -> tuple[Question, Vectors]:
        question = analyse(text, languages)
        query = self._encoder.encode([question.text], query=True)[0]
        if after:
            question = together(question, [analyse(one, languages) for one in after])
            joined = self._encoder.encode([" ".join((*after, text))], query=True)[0]
            query = OWN * query + (1 - OWN) * joined
            query /= np.linalg.norm(query)
        return question, query

    def _read(self, question: Question, passages: Sequence[PassageTerms]) -> Sequence[float] | None:
        if self._reranker is None:
            return None
        return self._reranker.score(question.text, [passage.row.text for passage in passages])

    def _languages(self, snapshot: Snapshot) -> tuple[str, ...]:
        if self._languages_of[0] != snapshot.indexes.generation:
            languages = tuple(snapshot.store.languages()) or ("en",)
            self._languages_of = (snapshot.indexes.generation, languages)
        return self._languages_of[1]

    def _cache_of(self, snapshot: Snapshot) -> PassageCache:
        cache = self._cache
        if cache.generation != snapshot.indexes.generation or len(cache.terms) > CACHED_PASSAGES:
            # A new one: another thread may be reading the old one.
            cache = self._cache = PassageCache(snapshot.indexes.generation, Vocabulary(self._encoder), {})
        return cache


def _order(
    scored: list[Scored], question: Question, languages: Sequence[str], previous: SearchResult | None
) -> None:
    scored.sort(key=lambda item: (-item[2], item[0].doc_id, item[0].start))
    clauses_first(scored, question)
    if previous and scored and scored[0][0] == previous.hits[0].sentence:
        step_back(scored, question, languages)


def _unknown(idf: Mapping[Term, float], snapshot: Snapshot) -> float:
    """The share of the weight of terms that are nowhere in the index."""
    frequency = snapshot.indexes.sentence_terms.frequency
    return sum(idf[term] for term in idf if not any(map(frequency, term))) / sum(idf.values())


def _wanted(
    question: Question, passages: Sequence[PassageTerms], quoted: QuotedPhrases
) -> tuple[set[Sentence], bool]:
    """The sentences with most of the phrases and no excluded word, and whether what must be there is missing.

    A phrase counts where it is in the sentence, just before it, or in the title or a heading above it.
    """
    having, seen = dict[Sentence, int](), set[str]()
    for passage in passages:
        document, rows = passage.document, passage.row.sentences
        above = " ".join((document.title, *passage.row.headings))
        titled = {phrase for phrase in question.phrases if find(above, phrase)}
        places = {phrase: quoted.of(phrase, passage.row.document) for phrase in question.phrases}
        seen |= titled | {phrase for phrase, spans in places.items() if spans}
        for at, ((_, _, stems), span) in enumerate(zip(passage.sentences, rows, strict=True)):
            if question.excluded & set(stems):
                continue
            # Where nothing else is asked about, the next sentence adds nothing.
            since = rows[at if question.only_phrases else max(0, at - 1)].start
            # What goes on in the next sentence is whole only there.
            until = span.end if at + 1 < len(rows) else math.inf
            having[Sentence(document.doc_id, span.start, span.end)] = sum(
                phrase in titled or any(p.start < span.end and since < p.end <= until for p in places[phrase])
                for phrase in question.phrases
            )
    most = max(having.values(), default=0)
    nowhere = bool(question.phrases) and most == 0
    missing = not having or nowhere or len(seen) < len(question.phrases)
    return {sentence for sentence, number in having.items() if number == most}, missing
