"""Search and rank the sentences that may answer a question.

Candidates come from both granularities (sentence and passage) and both kinds of index (vector and lexical).
Then every candidate gets all its features exactly, regardless of the index it came from, and one score ranks
them.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from qa.encoders import Encoder, Vectors, WordwiseEncoder
from qa.index import Index, Snapshot
from qa.lang.detect import unread
from qa.record import Span
from qa.rerankers import NOTHING_TO_READ, Reranker
from qa.search.candidates import beside, candidates
from qa.search.features import Measured, measure
from qa.search.followups import together
from qa.search.phrases import QuotedPhrases, locate
from qa.search.query import Question, Term, analyse
from qa.search.rank import Ranked, rank
from qa.search.reorder import clauses_first, names_last, section_first, step_back
from qa.search.result import Scored, SearchResult
from qa.search.scope import resolve
from qa.search.terms import PassageCache, PassageTerms, term_weights
from qa.text.exact import find
from qa.types import Hit, Sentence

CACHED_PASSAGES = 20_000
"""Number of passages beyond which the cache of their terms starts again."""
CACHED_QUESTIONS = 4_096
"""Number of questions whose vectors are kept: a table asks each question of many documents."""
OWN = 0.5
"""Weight of a follow-up's own vector; the rest is that of the joined questions."""


class Searcher:
    """Searches one index with one encoder; safe to use from several threads."""

    def __init__(self, index: Index, encoder: Encoder, reranker: Reranker | None = None) -> None:
        """Create a searcher.

        Args:
            index: The index to search.
            encoder: The encoder that the index was built with.
            reranker: Reads the best passages, see `qa.search.rank`.

        Raises:
            ModelError: The index was built with another encoder.
        """
        index.check(encoder)
        self._encoder = encoder
        self._reranker = reranker
        self._supported = index.languages
        self._languages_of: tuple[int, tuple[str, ...]] = (-1, ())
        self._cache = PassageCache(-1, {})

        @lru_cache(CACHED_QUESTIONS)
        def vector_of(text: str) -> Vectors:
            vector: Vectors = encoder.encode([text], query=True)[0]
            vector.flags.writeable = False  # several questions share it
            return vector

        self._vector_of = vector_of

    def search(
        self,
        snapshot: Snapshot,
        text: str,
        documents: Sequence[str] = (),
        after: Sequence[str] = (),
        previous: SearchResult | None = None,
    ) -> SearchResult:
        """Return every candidate for a question, best first.

        Args:
            snapshot: The snapshot of the index to search.
            text: The question.
            documents: Ids or globs of the documents to search; empty for all.
            after: The earlier questions, oldest first, to read the question together with.
            previous: The result of the last of them. Its passages are candidates too, and its first quote
                ranks lower. A reader needs none of this.

        Raises:
            QuestionError: The text has no word, or far too many.
            UsageError: An id or glob matches no document.
        """
        indexes = snapshot.indexes
        languages = self._languages(snapshot)
        question, query = self._analysed(text, after, languages)
        allowed = resolve(snapshot, documents) if documents else None
        idf = term_weights(question, indexes.sentence_terms)
        keys = candidates(snapshot, question, query, allowed)
        keys |= beside(snapshot, previous) if previous else set()
        quoted = locate(snapshot, question, languages, keys, allowed)
        cache = self._cache_of(snapshot)
        passages = cache.of(snapshot, keys | quoted.passages)
        unread_language = unread(question.text, self._supported)
        measured = measure(question, query, indexes, passages, idf)
        # The question comes first: the reader looks for what comes first.
        spoken = " ".join((question.text, *reversed(after)))
        ranked = rank(measured, spoken, self._reranker_for(question), words_only=unread_language is not None)
        scored, missing = _restricted(_scored(measured, ranked), question, passages, quoted)
        are_all = len(keys) == len(
            indexes.passages if allowed is None else snapshot.store.passage_keys(allowed)
        )
        is_clause = _order(scored, question, languages, previous, are_all=are_all)
        return SearchResult(
            question=question,
            hits=tuple(
                Hit(sentence, features, score, number, ranked.answers.get(sentence, ()))
                for number, (sentence, features, score, _) in enumerate(scored, start=1)
            ),
            passages={sentence: row for sentence, _, _, row in scored},
            unknown=_unknown(idf, snapshot),
            phrases_missing=missing,
            is_clause=is_clause,
            quoted=quoted,
            unread=unread_language,
            query=query,
            wordwise=None
            if unread_language or not isinstance(self._encoder, WordwiseEncoder)
            else self._encoder,
            stage=ranked.stage,
            shift=ranked.shift,
        )

    def _reranker_for(self, question: Question) -> Reranker | None:
        """Return the reranker if it supports the language; None if only quoted words are asked for."""
        reranker = self._reranker
        if reranker is None or question.looks_up or unread(question.text, reranker.languages):
            return None
        return reranker

    def _analysed(
        self, text: str, after: Sequence[str], languages: Sequence[str]
    ) -> tuple[Question, Vectors]:
        question = analyse(text, languages)
        query = self._vector_of(question.text)
        if after:
            question = together(question, [analyse(earlier, languages) for earlier in after])
            joined = self._encoder.encode([" ".join((*after, text))], query=True)[0]
            query = OWN * query + (1 - OWN) * joined
            query = query / np.linalg.norm(query)
        return question, query

    def _languages(self, snapshot: Snapshot) -> tuple[str, ...]:
        if self._languages_of[0] != snapshot.indexes.generation:
            languages = tuple(snapshot.store.languages()) or ("en",)
            self._languages_of = (snapshot.indexes.generation, languages)
        return self._languages_of[1]

    def _cache_of(self, snapshot: Snapshot) -> PassageCache:
        cache = self._cache
        if cache.generation != snapshot.indexes.generation or len(cache.terms) > CACHED_PASSAGES:
            # A new object: another thread may be reading the old one.
            cache = self._cache = PassageCache(snapshot.indexes.generation, {})
        return cache


def _scored(measured: Measured, ranked: Ranked) -> list[Scored]:
    """Return every sentence with its features, its score and its passage."""
    logits = {
        int(measured.starts[at]) + number: (float(logit), reading.passage)
        for at, reading in ranked.readings.items()
        for number, logit in enumerate(reading.sentences)
        if logit > NOTHING_TO_READ
    }
    return [
        (sentence, measured.features(at, *logits.get(at, ())), float(score), row)
        for at, ((sentence, row), score) in enumerate(zip(measured.sentences(), ranked.scores, strict=True))
    ]


def _order(
    scored: list[Scored],
    question: Question,
    languages: Sequence[str],
    previous: SearchResult | None,
    *,
    are_all: bool,
) -> bool:
    """Sort the sentences; return whether the first is the clause or section that the question names."""
    scored.sort(key=lambda item: (-item[2], item[0].doc_id, item[0].start))
    names_last(scored, question, languages)
    is_clause = clauses_first(scored, question, are_all=are_all) or section_first(scored, question)
    if previous and scored and scored[0][0] == previous.hits[0].sentence:
        step_back(scored, question, languages)
    return is_clause


def _unknown(idf: Mapping[Term, float], snapshot: Snapshot) -> float:
    """Return the share of the weight of terms that the index does not have."""
    frequency = snapshot.indexes.sentence_terms.frequency
    return sum(idf[term] for term in idf if not any(map(frequency, term))) / sum(idf.values())


def _restricted(
    scored: list[Scored], question: Question, passages: Sequence[PassageTerms], quoted: QuotedPhrases
) -> tuple[list[Scored], bool]:
    """Return the sentences with most of the phrases and no excluded word.

    Returns:
        The sentences, and whether a required phrase is missing.
    """
    if not (question.phrases or question.excluded):
        return scored, False
    numbers: dict[Sentence, int] = {}
    seen: set[str] = set()
    for passage in passages:
        places = {phrase: quoted.of(phrase, passage.row.document) for phrase in question.phrases}
        titled = _titled(question, passage)
        seen.update(titled, (phrase for phrase, spans in places.items() if spans))
        numbers |= _phrases(question, passage, places, titled)
    most = max(numbers.values(), default=0)
    wanted = len(question.phrases)
    # No sentence at all, a phrase that is nowhere, or no sentence with any of them.
    missing = not numbers or len(seen) < wanted or most < min(1, wanted)
    return [item for item in scored if numbers.get(item[0]) == most] or scored, missing


def _titled(question: Question, passage: PassageTerms) -> set[str]:
    """Return the phrases in the title or a heading of a passage."""
    above = " ".join((passage.document.title, *passage.row.headings))
    return {phrase for phrase in question.phrases if find(above, phrase)}


def _phrases(
    question: Question, passage: PassageTerms, places: Mapping[str, Sequence[Span]], titled: set[str]
) -> dict[Sentence, int]:
    """Return the number of phrases of each sentence without an excluded word.

    A phrase counts if it is in the sentence, just before it, or in the title or a heading above it.
    """
    rows = passage.row.sentences
    numbers = {}
    for at, ((_, _, stems), span) in enumerate(zip(passage.sentences, rows, strict=True)):
        if not question.excluded.isdisjoint(stems):
            continue
        # If the question asks about nothing else, the next sentence adds nothing.
        since = rows[at if question.only_phrases else max(0, at - 1)].start
        # A phrase that continues in the next sentence is complete only there.
        until = span.end if at + 1 < len(rows) else math.inf
        numbers[Sentence(passage.document.doc_id, span.start, span.end)] = sum(
            phrase in titled or _is_in(places[phrase], since, span.end, until) for phrase in question.phrases
        )
    return numbers


def _is_in(places: Sequence[Span], since: int, before: int, until: float) -> bool:
    return any(place.start < before and since < place.end <= until for place in places)
