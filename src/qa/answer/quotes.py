"""Chooses quotes among hits and extends each to a slice that can be understood alone."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from heapq import heapify, heappop, heapreplace
from itertools import chain, repeat

from qa.answer.citations import cite
from qa.index import PassageRow, Snapshot
from qa.lang.en import ENGLISH
from qa.record import Context, Quote, Span
from qa.search.result import SearchResult
from qa.search.score import MANY_TERMS
from qa.text.tokens import stem, tokens
from qa.types import Document, Hit, Sentence

QUOTE_WORDS = 60
"""Maximum words in a quote that grows to its neighbours."""
DIVERSITY_PENALTY, MAX_DIVERSITY_PENALTY = 0.004, 0.075
"""What each quote of a document takes from the score of its next one when quotes are chosen:
least where a name, a number, a date or a place is asked, which is one fact, and where one answer stands out;
most where many answers are alike. A question of `MANY_TERMS` or more asks about a subject, and so for many
documents."""
FIELD = 10
"""Hits among which one may stand out; see `_diversity_penalty`."""
NEAR = 0.55
"""Similarity from which a word of a quote is marked as one that was asked for: bought and purchased, not
largest and smallest."""

# A sentence that opens so speaks of something said just before; alone it would not be understood.
_LEANS_BACK = re.compile(rf"(?:{ENGLISH.leans_back})\b")


@dataclass(frozen=True, slots=True)
class _Choice:
    """A hit that is quoted, with its stretch, and the other places with the same words."""

    hit: Hit
    span: Span
    row: PassageRow
    also: list[tuple[Span, PassageRow]] = field(default_factory=list)


def quotes_of(snapshot: Snapshot, result: SearchResult, k: int) -> Iterator[Quote]:
    """Returns the best ``k`` quotes; the same words elsewhere are another place of one quote."""
    chosen = _chosen(snapshot, result, k)
    places = [(choice.row, choice.also) for choice in chosen]
    headers = snapshot.store.headers(
        {row.document for first, also in places for row in (first, *(other for _, other in also))}
    )

    @cache
    def source(document: int) -> Document:
        whole = snapshot.store.document(headers[document].doc_id)
        assert whole is not None, "a snapshot has the document of each of its passages"
        return whole

    for rank, choice in enumerate(chosen, start=1):
        span, row = choice.span, choice.row
        document = source(row.document)
        yield Quote(
            rank=rank,
            text=document.text[span.start : span.end],
            score=choice.hit.score,
            matched=tuple(matched(document.text, span, result, headers[row.document].language)),
            citation=cite(document, span, row.headings),
            context=_context(document, span, row),
            also=tuple(cite(source(other.document), place, other.headings) for place, other in choice.also),
        )


def _chosen(snapshot: Snapshot, result: SearchResult, k: int) -> list[_Choice]:
    quoted: set[Sentence] = set()
    chosen: dict[str, _Choice] = {}
    ends: set[str] = set()
    number: Counter[str] = Counter()
    for hit in _in_turns(result.hits, number, _diversity_penalty(result)):
        row = result.passages[hit.sentence]
        own = _text(row, hit.sentence.start, hit.sentence.end)
        # Where there are enough, only the same words elsewhere still count.
        if hit.sentence in quoted or (len(chosen) >= k and own not in ends):
            continue
        phrases = [result.quoted.of(phrase, row.document) for phrase in result.question.phrases]
        grown = _grown(hit.sentence, row, phrases, quoted)
        if grown is None:
            continue
        span, covered = grown
        if row.start <= span.start and span.end <= row.end:
            words = _text(row, span.start, span.end)
        else:
            span = _to_sentences(snapshot, row.document, span)
            words = snapshot.store.text(row.document, span.start, span.end)
        if words in chosen:
            chosen[words].also.append((span, row))
        elif len(chosen) < k:
            chosen[words] = _Choice(hit, span, row)
            ends.add(own)
            number[hit.sentence.doc_id] += 1
        else:
            continue
        quoted.update(covered)
    return list(chosen.values())


def _diversity_penalty(result: SearchResult) -> float:
    if len(result.question.terms) >= MANY_TERMS:
        return MAX_DIVERSITY_PENALTY
    if result.question.kind:
        return DIVERSITY_PENALTY
    best = result.hits[:FIELD]
    return max(DIVERSITY_PENALTY, MAX_DIVERSITY_PENALTY - (best[0].score - best[-1].score) / 2)


def _in_turns(hits: Iterable[Hit], quotes: Mapping[str, int], penalty: float) -> Iterator[Hit]:
    """Hits by their score, less ``penalty`` for each of the ``quotes`` of their document so far."""
    waiting: dict[str, deque[Hit]] = {}
    for hit in hits:
        waiting.setdefault(hit.sentence.doc_id, deque()).append(hit)
    # One entry a document is enough: the number of its quotes changes only with its own turn.
    heap = [(-queue[0].score, queue[0].rank, queue) for queue in waiting.values()]
    heapify(heap)
    while heap:
        _, _, queue = heap[0]
        hit = queue.popleft()
        yield hit
        if queue:
            worth = queue[0].score - penalty * quotes[hit.sentence.doc_id]
            heapreplace(heap, (-worth, queue[0].rank, queue))
        else:
            heappop(heap)


def _grown(
    sentence: Sentence,
    row: PassageRow,
    places: Sequence[Sequence[Span]] = (),
    quoted: Collection[Sentence] = (),
) -> tuple[Span, list[Sentence]] | None:
    """A sentence with those before it that it needs: it leans on them, or a phrase is there.

    ``places`` are those of each phrase in the document. Not with a sentence that is quoted already; None
    where a phrase is in such a one alone.
    """
    spans = [Sentence(sentence.doc_id, s.start, s.end) for s in row.sentences]
    last = spans.index(sentence)
    needed = min((_first_needed(spans, last, each) for each in places), default=last)
    first = _first_of(spans, last, needed, row, quoted)
    if first > needed:
        return None
    start, end = spans[first].start, spans[last].end
    for place in chain.from_iterable(places):
        # A phrase may begin in the passage before this one, or end in the next.
        if place.start < spans[last].end and place.end > spans[first].start:
            start = min(start, place.start) if first == 0 else start
            end = max(end, place.end) if last == len(spans) - 1 else end
    return Span(start, end), spans[first : last + 1]


def _first_of(
    spans: Sequence[Sentence], last: int, needed: int, row: PassageRow, quoted: Collection[Sentence]
) -> int:
    """The first sentence of a quote that ends with the last one, after those that are quoted already."""
    first = last
    while first > 0 and spans[first - 1] not in quoted:
        leans = _LEANS_BACK.match(_text(row, spans[first].start, spans[first].end))
        words = len(_text(row, spans[first - 1].start, spans[last].end).split())
        if not (leans and words <= QUOTE_WORDS) and first <= needed:
            break
        first -= 1
    return first


def _first_needed(spans: Sequence[Sentence], last: int, places: Sequence[Span]) -> int:
    """The first sentence that a quote which ends with the last one needs, for a phrase to be whole."""
    here = _overlapping(places, spans[last])
    if any(place.start >= spans[last].start for place in here):
        return last
    near = here or _overlapping(places, spans[max(0, last - 1)])
    if not near:
        return last
    return max((at for at in range(last + 1) if spans[at].start <= near[-1].start), default=0)


def _overlapping(places: Sequence[Span], sentence: Sentence) -> list[Span]:
    return [place for place in places if place.start < sentence.end and place.end > sentence.start]


def _to_sentences(snapshot: Snapshot, document: int, span: Span) -> Span:
    """A stretch that leaves its passage, with the whole of the sentences that it begins or ends in."""
    sentences = [
        sentence
        for row in snapshot.store.passages_at(document, span.start, span.end)
        for sentence in row.sentences
        if sentence.start < span.end and sentence.end > span.start
    ]
    start = min((sentence.start for sentence in sentences), default=span.start)
    return Span(min(start, span.start), max([span.end, *(sentence.end for sentence in sentences)]))


def _context(document: Document, span: Span, row: PassageRow) -> Context:
    start, end = min(row.start, span.start), max(row.end, span.end)
    return Context(start=start, end=end, text=document.text[start:end])


def _text(row: PassageRow, start: int, end: int) -> str:
    return row.text[start - row.start : end - row.start]


def matched(text: str, span: Span, result: SearchResult, language: str) -> Iterator[Span]:
    """Returns the words of a quote that the question asked for, by stem or by a similar meaning."""
    words = list(tokens(text[span.start : span.end]))
    asked = list(result.question.words.values())
    near = result.vocabulary.similar(asked, [word for word, _, _ in words]) if result.vocabulary else None
    nearest = repeat(0.0) if near is None else near.max(axis=0).tolist()
    for (word, start, end), nearness in zip(words, nearest, strict=False):
        # Any two years are near, and none stands for another.
        means = nearness >= NEAR and word.isalpha() and word.lower() not in ENGLISH.stop_words
        if means or stem(word, language) in result.question.stems:
            yield Span(span.start + start, span.start + end)
