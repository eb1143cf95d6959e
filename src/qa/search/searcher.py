"""Search and rank the sentences that may answer a question.

Candidates come from both granularities (sentence and passage) and both kinds of index (vector and lexical).
Then every candidate gets all its features exactly, regardless of the index it came from, and one score ranks
them.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

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
from qa.search.rank import Ranked, Task, rank_many
from qa.search.reorder import clauses_first, names_last, section_first, step_back
from qa.search.result import Scored, Search, SearchResult
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


@dataclass(frozen=True, slots=True)
class _Candidates:
    """The candidates of a search, before they are read.

    Attributes:
        search: The search.
        question: Its question as analysed.
        query: The question's vector.
        measured: The candidates with their features.
        quoted: The places of quoted phrases.
        unknown: As in `SearchResult`.
        are_all: Whether they are all passages that the question is about.
    """

    search: Search
    question: Question
    query: Vectors
    measured: Measured
    quoted: QuotedPhrases
    unknown: float
    are_all: bool


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
        self._vectors: dict[str, Vectors] = {}

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
            documents: As in `Search`.
            after: As in `Search`.
            previous: As in `Search`.

        Raises:
            QuestionError: The text has no word, or far too many.
            UsageError: An id or glob matches no document.
        """
        return self.search_many(snapshot, [Search(text, tuple(documents), tuple(after), previous)])[0]

    def search_many(self, snapshot: Snapshot, searches: Sequence[Search]) -> list[SearchResult]:
        """Return the result of each search, the same as that of `search`.

        The questions are embedded together, and read together.

        Args:
            snapshot: The snapshot of the index to search.
            searches: The searches.

        Raises:
            QuestionError or UsageError: As in `search`, for any of them.
        """
        languages = self._languages(snapshot)
        questions = self._analysed(searches, languages)
        candidates = self._candidates(snapshot, searches, questions, languages)
        ranked = rank_many([self._task(each) for each in candidates])
        return [
            self._result(snapshot, each, ranks, languages)
            for each, ranks in zip(candidates, ranked, strict=True)
        ]

    def _candidates(
        self,
        snapshot: Snapshot,
        searches: Sequence[Search],
        questions: Sequence[tuple[Question, Vectors]],
        languages: Sequence[str],
    ) -> list[_Candidates]:
        """Return the candidates of each search with their features."""
        scopes = [resolve(snapshot, search.documents) if search.documents else None for search in searches]
        return [
            self._measured(snapshot, search, *question, allowed, languages)
            for search, question, allowed in zip(searches, questions, scopes, strict=True)
        ]

    def _measured(
        self,
        snapshot: Snapshot,
        search: Search,
        question: Question,
        query: Vectors,
        allowed: Collection[int] | None,
        languages: Sequence[str],
    ) -> _Candidates:
        """Return the candidates of a search with their features."""
        indexes = snapshot.indexes
        idf = term_weights(question, indexes.sentence_terms)
        keys = candidates(snapshot, question, query, allowed)
        keys |= beside(snapshot, search.previous) if search.previous else set()
        quoted = locate(snapshot, question, languages, keys, allowed)
        passages = self._cache_of(snapshot).of(snapshot, keys | quoted.passages)
        measured = measure(question, query, indexes, passages, idf)
        number = len(indexes.passages if allowed is None else snapshot.store.passage_keys(allowed))
        are_all = len(keys) == number
        return _Candidates(search, question, query, measured, quoted, _unknown(idf, snapshot), are_all)

    def _task(self, candidates: _Candidates) -> Task:
        """Return what is to be ranked."""
        question = candidates.question
        words_only = unread(question.text, self._supported) is not None
        # The question comes first: the reader looks for what comes first.
        spoken = " ".join((question.text, *reversed(candidates.search.after)))
        return Task(candidates.measured, spoken, self._reranker_for(question), words_only)

    def _result(
        self, snapshot: Snapshot, candidates: _Candidates, ranked: Ranked, languages: Sequence[str]
    ) -> SearchResult:
        """Return the result of a search from the scores of its sentences."""
        question, measured = candidates.question, candidates.measured
        unread_language = unread(question.text, self._supported)
        scored, missing = _restricted(
            _scored(measured, ranked), question, measured.passages, candidates.quoted
        )
        is_clause = _order(
            scored, question, languages, candidates.search.previous, are_all=candidates.are_all
        )
        return SearchResult(
            question=question,
            hits=tuple(
                Hit(sentence, features, score, number, ranked.answers.get(sentence, ()))
                for number, (sentence, features, score, _) in enumerate(scored, start=1)
            ),
            rows=[row for *_, row in scored],
            unknown=candidates.unknown,
            phrases_missing=missing,
            is_clause=is_clause,
            quoted=candidates.quoted,
            unread=unread_language,
            query=candidates.query,
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
        self, searches: Sequence[Search], languages: Sequence[str]
    ) -> list[tuple[Question, Vectors]]:
        """Return the question of each search with its vector."""
        questions = [analyse(search.text, languages) for search in searches]
        vectors = self._vectors_of([question.text for question in questions])
        return [
            self._joined(search, question, vector, languages) if search.after else (question, vector)
            for search, question, vector in zip(searches, questions, vectors, strict=True)
        ]

    def _vectors_of(self, texts: Sequence[str]) -> list[Vectors]:
        """Return the vectors of questions, which are embedded once."""
        if len(self._vectors) > CACHED_QUESTIONS:
            self._vectors = {}
        # Another thread may replace the cache, and none removes from it.
        vectors = self._vectors
        missing = [text for text in dict.fromkeys(texts) if text not in vectors]
        if missing:
            vectors.update(zip(missing, self._encoder.encode(missing, query=True), strict=True))
        return [vectors[text] for text in texts]

    def _joined(
        self, search: Search, question: Question, own: Vectors, languages: Sequence[str]
    ) -> tuple[Question, Vectors]:
        """Return a question read together with the earlier ones, and its vector."""
        question = together(question, [analyse(earlier, languages) for earlier in search.after])
        joined = self._encoder.encode([" ".join((*search.after, search.text))], query=True)[0]
        query = OWN * own + (1 - OWN) * joined
        query /= np.linalg.norm(query)
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
    """Return every sentence with its features, its score and its passage, best first."""
    logits = {
        int(measured.starts[at]) + number: (float(logit), reading.passage)
        for at, reading in ranked.readings.items()
        for number, logit in enumerate(reading.sentences)
        if logit > NOTHING_TO_READ
    }
    scored = [
        (sentence, features, score, row)
        for (sentence, row), features, score in zip(
            measured.sentences(), measured.features(logits), ranked.scores.tolist(), strict=True
        )
    ]
    return [scored[at] for at in np.lexsort((measured.places(), -ranked.scores)).tolist()]


def _order(
    scored: list[Scored],
    question: Question,
    languages: Sequence[str],
    previous: SearchResult | None,
    *,
    are_all: bool,
) -> bool:
    """Reorder the sentences; return whether the first is the clause or section that the question names."""
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
    rows = passage.sentences
    excluded = {at for stem in question.excluded for at in passage.terms.get(stem, ())[1:]}
    numbers = {}
    for at, span in enumerate(rows):
        if at in excluded:
            continue
        # If the question asks about nothing else, the next sentence adds nothing.
        since = rows[at if question.only_phrases else max(0, at - 1)].start
        # A phrase that continues in the next sentence is complete only there.
        until = span.end if at + 1 < len(rows) else math.inf
        numbers[span] = sum(
            phrase in titled or _is_in(places[phrase], since, span.end, until) for phrase in question.phrases
        )
    return numbers


def _is_in(places: Sequence[Span], since: int, before: int, until: float) -> bool:
    return any(place.start < before and since < place.end <= until for place in places)
