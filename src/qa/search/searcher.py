"""Finds the sentences that may answer a question, with the features for each.

Candidates come from both granularities (sentence and passage) and both kinds of features (dense and
lexical); then every candidate gets all its features exactly, whichever list brought it in, and one
score orders them.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np

from qa.encoders import Encoder, Vectors
from qa.index import Index, PassageRow, Snapshot
from qa.index.lexical.bm25 import Lexical
from qa.index.search_indexes import SearchIndexes, passage_terms, sentence_texts
from qa.lang.detect import unread
from qa.search.contrary import denies, negates, opposed
from qa.search.followups import together
from qa.search.phrases import Quoted, locate
from qa.search.query import Question, Term, analyse, holds
from qa.search.reorder import clauses_first, step_back
from qa.search.scope import resolve
from qa.search.score import MANY_TERMS, score, weights
from qa.search.vocabulary import Vocabulary
from qa.text.clauses import asked, terms_of
from qa.text.exact import find
from qa.text.tokens import stem, terms, tokens
from qa.types import Features, Hit, Sentence

CANDIDATES = 80
"""Taken from each of the four lists."""
SCAN = 2_000
"""Passages up to which a limited question looks at every one of them instead of searching."""
CACHED_PASSAGES = 20_000
OWN = 0.5
"""How much of a follow-up's direction is its own words'; the rest is that of the questions read as one."""
QUOTED = 3
"""Hits of the question before whose passages, and those beside them, are candidates of a follow-up."""

K1, B = 1.2, 0.75
"""BM25's usual constants, as tantivy has them."""
Scored = tuple[Sentence, Features, float, PassageRow]
"""A sentence with its features, its score and the passage that it stands in."""


class PassageTerms:
    """The terms of a passage: made once, used by every question that meets it."""

    def __init__(
        self, row: PassageRow, title: str, doc_id: str, language: str, vocabulary: Vocabulary
    ) -> None:
        self.row = row
        self.doc_id = doc_id
        self.name = title
        self.language = language
        texts = list(sentence_texts(row))
        said = [[word for word, _, _ in tokens(text)] for _, text in texts]
        self.sentences = [
            (key, text, [stem(word, language) for word in words])
            for (key, text), words in zip(texts, said, strict=True)
        ]
        self.rows = vocabulary.learn(said)
        self.counts = Counter(passage_terms(row, title, language))
        self.length = self.counts.total()
        self.title = frozenset(terms(" ".join((title, *row.headings)), language))

    @cached_property
    def pairs(self) -> list[frozenset[tuple[str, str]]]:
        """The neighbouring terms of each sentence."""
        return [frozenset(pairwise(found)) for _, _, found in self.sentences]


@dataclass(frozen=True, slots=True)
class PassageCache:
    """What is known of the passages that questions met, in one generation of the index."""

    generation: int
    vocabulary: Vocabulary
    words: dict[int, PassageTerms]


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What a question met: hits in the order of their rank, and what the whole result set tells.

    ``unknown`` is the share of the question's idf weight in terms that stand nowhere in the index;
    ``sentences`` is how many were asked; ``phrases_missing`` says that a phrase in quotation marks is
    nowhere in them, ``quoted`` where each one is; ``unread`` is the language of a question that the model
    does not read; ``query`` is the vector that all similarities are with, ``shares`` are those of the
    question's idf weight that its terms have, and ``vocabulary`` says how near words are to each other.
    """

    question: Question
    hits: tuple[Hit, ...]
    passages: Mapping[Sentence, PassageRow]
    unknown: float
    sentences: int
    phrases_missing: bool = False
    quoted: Quoted = field(default_factory=Quoted)
    unread: str | None = None
    query: Vectors | None = field(default=None, compare=False, repr=False)
    shares: Mapping[Term, float] = field(default_factory=dict)
    vocabulary: Vocabulary | None = field(default=None, compare=False, repr=False)


class Searcher:
    """Searches one index with one encoder; safe to use from several threads."""

    def __init__(self, index: Index, encoder: Encoder) -> None:
        """Raises `ModelError` where the encoder is not the index's."""
        index.check(encoder)
        self._encoder = encoder
        self._reads = index.languages
        self._spoken: tuple[int, tuple[str, ...]] = (-1, ())
        self._met = PassageCache(-1, Vocabulary(encoder), {})

    def search(
        self,
        snapshot: Snapshot,
        text: str,
        documents: Sequence[str] = (),
        after: Sequence[str] = (),
        said: SearchResult | None = None,
    ) -> SearchResult:
        """Every candidate for a question, best first, of all documents or of those that globs name.

        ``after`` are the earlier questions, oldest first, that it is understood together with, and ``said``
        is what was found for the last of them.

        Raises `QuestionError` for no question, `UsageError` where the globs name no document.
        """
        derived = snapshot.indexes
        languages = self._languages(snapshot)
        question = analyse(text, languages)
        allowed = resolve(snapshot, documents) if documents else None
        query = self._encoder.encode([question.text], query=True)[0]
        if after:
            question = together(question, [analyse(one, languages) for one in after])
            joined = self._encoder.encode([" ".join((*after, text))], query=True)[0]
            query = OWN * query + (1 - OWN) * joined
            query /= np.linalg.norm(query)
        idf = _idf(question, derived.sentence_terms)
        keys = _candidates(snapshot, question, query, allowed)
        if said:
            keys |= _beside(snapshot, said)
        quoted = locate(snapshot, question, languages, keys, allowed)
        keys |= quoted.passages
        met = self._met_in(snapshot)
        words = _analysed(snapshot, met, keys)
        asked = len(derived.sentences) if allowed is None else sum(len(w.sentences) for w in words)
        not_read = unread(question.text, self._reads)
        vocabulary = None if not_read else met.vocabulary
        weighed = weights(question.kind, len(question.terms), asked, read=not_read is None)
        scored = [
            (sentence, features, score(features, weighed), row)
            for sentence, features, row in _evidence(question, query, derived, words, idf, vocabulary)
        ]
        missing = False
        if question.phrases or question.excluded:
            wanted, missing = _wanted(question, words, quoted)
            scored = [item for item in scored if item[0] in wanted] or scored
        scored.sort(key=lambda item: (-item[2], item[0].doc_id, item[0].start))
        clauses_first(scored, question)
        if said and scored and scored[0][0] == said.hits[0].sentence:
            step_back(scored, question, languages)
        passages = {sentence: row for sentence, _, _, row in scored}
        hits = tuple(
            Hit(sentence, features, value, rank)
            for rank, (sentence, features, value, _) in enumerate(scored, start=1)
        )
        total = sum(idf.values())
        unknown = sum(idf[t] for t in idf if not any(map(derived.sentence_terms.frequency, t))) / total
        return SearchResult(
            question=question,
            hits=hits,
            passages=passages,
            unknown=unknown,
            sentences=asked,
            phrases_missing=missing,
            quoted=quoted,
            unread=not_read,
            query=query,
            shares={term: weight / total for term, weight in idf.items()},
            vocabulary=vocabulary,
        )

    def _languages(self, snapshot: Snapshot) -> tuple[str, ...]:
        if self._spoken[0] != snapshot.indexes.generation:
            self._spoken = (snapshot.indexes.generation, tuple(snapshot.store.languages()) or ("en",))
        return self._spoken[1]

    def _met_in(self, snapshot: Snapshot) -> PassageCache:
        met = self._met
        if met.generation != snapshot.indexes.generation or len(met.words) > CACHED_PASSAGES:
            # Another, not this one cleared: another thread may be reading it.
            met = self._met = PassageCache(snapshot.indexes.generation, Vocabulary(self._encoder), {})
        return met


def _analysed(snapshot: Snapshot, met: PassageCache, keys: Iterable[int]) -> list[PassageTerms]:
    wanted = sorted(keys)
    missing = snapshot.store.passages(key for key in wanted if key not in met.words)
    titles = snapshot.store.titles({row.document for row in missing})
    for row in missing:
        doc_id, title, language = titles[row.document]
        met.words[row.id] = PassageTerms(row, title, doc_id, language, met.vocabulary)
    return [met.words[key] for key in wanted]


def _candidates(
    snapshot: Snapshot, question: Question, query: Vectors, allowed: Collection[int] | None
) -> set[int]:
    """The passages in which candidates stand."""
    derived = snapshot.indexes
    if allowed is not None:
        keys = snapshot.store.passage_keys(allowed)
        if len(keys) <= SCAN:
            return set(keys)
    elif len(derived.passages) <= CANDIDATES:
        return set(derived.passages.keys.tolist())
    # In an order of their own: that of a set changes from run to run, and with it the last digit of a sum.
    stems = sorted(question.stems)
    sentences = [
        *derived.sentences.search(query, CANDIDATES, allowed),
        *derived.sentence_terms.search(stems, CANDIDATES, allowed),
    ]
    passages = [
        *derived.passages.search(query, CANDIDATES // 2, allowed),
        *derived.passage_terms.search(stems, CANDIDATES // 2, allowed),
        *derived.passage_terms.search(terms_of(asked(question.text)), CANDIDATES // 2, allowed),
    ]
    return snapshot.store.passages_of(key for key, _ in sentences) | {key for key, _ in passages}


def _idf(question: Question, lexical: Lexical) -> dict[Term, float]:
    """Robertson's idf, floored above 0 as Lucene does; a term that stands nowhere weighs most."""
    number = len(lexical)
    weights = {}
    for term in question.terms:
        frequency = min(number, max(map(lexical.frequency, term)))
        idf = math.log(1 + (number - frequency + 0.5) / (frequency + 0.5))
        weights[term] = idf * question.lighter.get(term, 1.0)
    return weights


def _evidence(
    question: Question,
    query: Vectors,
    derived: SearchIndexes,
    passages: Sequence[PassageTerms],
    idf: Mapping[Term, float],
    vocabulary: Vocabulary | None,
) -> Iterable[tuple[Sentence, Features, PassageRow]]:
    """Every sentence of the passages with its features.

    Without a vocabulary a word is near to itself alone.
    """
    if not passages:
        return
    total = sum(idf.values())
    sentence_keys = np.array([key for words in passages for key, _, _ in words.sentences])
    matrix = derived.sentences.matrix[derived.sentences.rows(sentence_keys)]
    dense = iter((matrix @ query).tolist())
    keys = np.array([words.row.id for words in passages])
    near = None
    if vocabulary:
        rows = [each for words in passages for each in words.rows]
        near = vocabulary.nearest([question.words[term] for term in idf], rows)
    shares = np.array(list(idf.values()), dtype=np.float32) / total
    nearest = None if near is None else iter((shares @ near).tolist())
    dense_passages = (derived.passages.matrix[derived.passages.rows(keys)] @ query).tolist()
    passage_idf = _idf(question, derived.passage_terms)
    mean_sentence, mean_passage = derived.sentence_terms.mean_length, derived.passage_terms.mean_length

    weight = _coverage(idf)
    # Where the question has nothing but names, all of what it asks of them is there.
    plain = _coverage({term: value for term, value in idf.items() if term in question.plain})
    # Who describes a subject at length asks for all that bears on it, whatever single word stands there.
    pointed = len(question.terms) < MANY_TERMS
    negative = negates(question.text, question.language)
    for words, dense_passage in zip(passages, dense_passages, strict=True):
        lexical_passage = _bm25(words.counts, words.length, passage_idf, mean_passage)
        coverage_passage = weight(words.counts)
        coverage_title = weight(words.title)
        before: frozenset[str] = frozenset()
        for at, (_, text, found) in enumerate(words.sentences):
            counts = Counter(found)
            here = frozenset(found)
            window = here | before | words.title
            comparable = pointed and words.language == question.language
            features = Features(
                dense_sentence=next(dense),
                dense_passage=dense_passage,
                nearest_words=next(nearest) if nearest else weight(here),
                lexical_sentence=_bm25(counts, len(found), idf, mean_sentence),
                lexical_passage=lexical_passage,
                coverage_sentence=weight(here),
                coverage_passage=coverage_passage,
                coverage_window=weight(window),
                coverage_title=coverage_title,
                coverage_plain=plain(window),
                names=_share(question.names if pointed else (), window),
                numbers=_share(question.numbers, window),
                unopposed=float(not (comparable and opposed(question.terms, window, words.language))),
                negated=float(not (comparable and negative) or denies(text, words.language)),
                bigram_overlap=len(question.pairs & words.pairs[at]) / max(1, len(question.pairs)),
                expected=holds(question.kind, text, question),
                first_in_passage=float(at == 0),
            )
            span = words.row.sentences[at]
            sentence = Sentence(words.doc_id, span.start, span.end)
            yield sentence, features, words.row
            before = here


def _coverage(idf: Mapping[Term, float]) -> Callable[[Collection[str]], float]:
    """The share of the weight of terms that stands among stems; 1 where there is no term."""
    total = sum(idf.values())
    forms = [(form, at) for at, term in enumerate(idf) for form in term]
    values = list(idf.values())

    def covered(of: Collection[str]) -> float:
        # A term of several forms counts once; this is the innermost loop of a question.
        there = {at for form, at in forms if form in of}
        return sum([values[at] for at in sorted(there)]) / total if total else 1.0

    return covered


def _share(asked: Collection[Term], here: Collection[str]) -> float:
    found = sum(any(form in here for form in term) for term in asked)
    return found / len(asked) if asked else 1.0


def _wanted(
    question: Question, passages: Sequence[PassageTerms], quoted: Quoted
) -> tuple[set[Sentence], bool]:
    """The sentences with most of the phrases and no excluded word, and whether what must be there is missing.

    A phrase counts where it is in the sentence, just before it, or in the title or a heading above it.
    """
    having, seen = dict[Sentence, int](), set[str]()
    for words in passages:
        above = " ".join((words.name, *words.row.headings))
        titled = {phrase for phrase in question.phrases if find(above, phrase)}
        places = {phrase: quoted.of(phrase, words.row.document) for phrase in question.phrases}
        seen |= titled | {phrase for phrase, spans in places.items() if spans}
        rows = words.row.sentences
        for at, ((_, _, stems), span) in enumerate(zip(words.sentences, rows, strict=True)):
            if question.excluded & set(stems):
                continue
            # Where nothing else is asked about, the next sentence adds nothing.
            since = rows[at if question.only_phrases else max(0, at - 1)].start
            # What goes on in the next sentence is whole only there.
            until = span.end if at + 1 < len(rows) else math.inf
            having[Sentence(words.doc_id, span.start, span.end)] = sum(
                phrase in titled or any(p.start < span.end and since < p.end <= until for p in places[phrase])
                for phrase in question.phrases
            )
    most = max(having.values(), default=0)
    nowhere = bool(question.phrases) and most == 0
    missing = not having or nowhere or len(seen) < len(question.phrases)
    return {sentence for sentence, number in having.items() if number == most}, missing


def _beside(snapshot: Snapshot, said: SearchResult) -> set[int]:
    """The passages of the first hits of the question before, with their neighbours in the document."""
    rows = [said.passages[hit.sentence] for hit in said.hits[:QUOTED]]
    near = {row.id + step for row in rows for step in (-1, 0, 1)}
    return near & set(snapshot.store.passage_keys({row.document for row in rows}))


def _bm25(counts: Counter[str], length: int, idf: Mapping[Term, float], mean: float) -> float:
    """BM25 as a share of what a text could reach that held every term without end."""
    norm = K1 * (1 - B + B * length / mean)
    gained = 0.0
    for term, value in idf.items():
        if number := max(counts[form] for form in term):
            gained += value * number / (number + norm)
    return gained / sum(idf.values())
