"""Choose quotes among hits, and extend each to a slice that can be understood alone."""

from __future__ import annotations

import math
import re
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from heapq import heappop, heappush
from itertools import chain

from qa.answer.citations import cite
from qa.answer.lists import span_of, with_items, with_lead
from qa.answer.matches import matches
from qa.index import PassageRow, Snapshot
from qa.lang.en import ENGLISH
from qa.record import Context, Quote, Span
from qa.search.result import SearchResult
from qa.text.clauses import asked
from qa.text.names import is_lead_in
from qa.types import Document, Hit, Sentence

QUOTE_WORDS = 60
"""Maximum words in a quote that is extended by its neighbours."""
DIVERSITY_PENALTY = 0.25
"""Penalty on the score of a document's next quote, for each quote it already has."""

# A sentence with such an opening refers to the sentence before; alone it would not be understood.
_LEANS_BACK = re.compile(rf"(?:{ENGLISH.leans_back})\b")


@dataclass(frozen=True, slots=True)
class _Choice:
    """A hit to quote, with its stretch, and the other places with the same text."""

    hit: Hit
    span: Span
    row: PassageRow
    also: list[tuple[Span, PassageRow]] = field(default_factory=list)


def quotes_of(
    snapshot: Snapshot, result: SearchResult, k: int, *, answered: bool = False, within: float = math.inf
) -> Iterator[Quote]:
    """Yield the best ``k`` quotes; the same text elsewhere is another place of one quote.

    Args:
        snapshot: The index.
        result: The result of the search.
        k: Maximum quotes.
        answered: Whether the question is answered; if not, no quote answers it.
        within: Maximum distance of the score of a quote that answers from that of the first.
    """
    chosen = _chosen(snapshot, result, k)
    places = [(choice.row, choice.also) for choice in chosen]
    headers = snapshot.store.headers(
        {row.document for first, also in places for row in (first, *(other for _, other in also))}
    )

    @cache
    def source(key: int) -> Document:
        document = snapshot.store.document(headers[key].doc_id)
        assert document is not None, "a snapshot has the document of each of its passages"
        return document

    for rank, choice in enumerate(chosen, start=1):
        span, row = choice.span, choice.row
        document = source(row.document)
        answers = answered and choice.hit.score >= chosen[0].hit.score - within
        marked = choice.hit.answers if answers else ()
        yield Quote(
            rank=rank,
            text=document.text[span.start : span.end],
            score=choice.hit.score,
            answers=answers,
            matched=matches(document.text, span, result, headers[row.document].language, marked),
            citation=cite(document, span, row.headings),
            context=_context(document, span, row),
            also=tuple(cite(source(other.document), place, other.headings) for place, other in choice.also),
        )


def _chosen(snapshot: Snapshot, result: SearchResult, k: int) -> list[_Choice]:
    choices = _Choices(snapshot, result, k)
    # A lead-in without its list says nothing: it is quoted only if there is nothing else.
    bare, ranks = [], set()
    for hit in _in_turns(result.hits, choices.quotes_in):
        ranks.add(hit.rank)
        if not choices.add(hit):
            bare.append(hit)
        if choices.are_enough:
            break
    if not choices.chosen:
        for hit in bare:
            choices.add(hit, is_last=True)
    same = [hit for hit in result.hits if hit.rank not in ranks and choices.has_text_of(hit)]
    for hit in _in_turns(same, choices.quotes_in):
        choices.add(hit)
    return list(choices.chosen.values())


class _Choices:
    """The quotes so far, by their texts."""

    def __init__(self, snapshot: Snapshot, result: SearchResult, k: int) -> None:
        self._snapshot, self._result, self._k = snapshot, result, k
        self.chosen: dict[str, _Choice] = {}
        self.quotes_in: Counter[str] = Counter()
        self._quoted: set[Sentence] = set()
        self._last_sentences: set[str] = set()
        self._lengths: set[int] = set()

    @property
    def are_enough(self) -> bool:
        """Whether no other text is quoted."""
        return len(self.chosen) >= self._k

    def has_text_of(self, hit: Hit) -> bool:
        """Return whether the last sentence of a quote has the text of a hit."""
        sentence = hit.sentence
        # Most differ in length already, which is quicker to compare.
        return sentence.end - sentence.start in self._lengths and (
            _text(self._result.passage(hit), sentence.start, sentence.end) in self._last_sentences
        )

    def add(self, hit: Hit, *, is_last: bool = False) -> bool:
        """Quote a hit, or add its place to the quote with the same text, if there is room for it.

        Returns:
            Whether the hit needs no other turn: False if it is a lead-in without its list.
        """
        result = self._result
        if hit.sentence in self._quoted:
            return True
        row = result.passage(hit)
        text = _text(row, hit.sentence.start, hit.sentence.end)
        extended = self._extended(hit, row, text)
        if extended is None:
            return True
        span, sentences = extended
        if is_lead_in(text) and sentences[-1] == hit.sentence and not (is_last or result.question.phrases):
            return False
        quote = self._slice(span, row)
        if quote in self.chosen:
            self.chosen[quote].also.append((span, row))
        elif not self.are_enough:
            self.chosen[quote] = _Choice(hit, span, row)
            self._last_sentences.add(text)
            self._lengths.add(len(text))
            self.quotes_in[hit.sentence.doc_id] += 1
        else:
            return True
        self._quoted.update(sentences)
        return True

    def _extended(self, hit: Hit, row: PassageRow, text: str) -> tuple[Span, Sequence[Sentence]] | None:
        """Return the stretch to quote and its sentences; None if a phrase is only in a quoted sentence."""
        result = self._result
        phrases = [result.quoted.of(phrase, row.document) for phrase in result.question.phrases]
        # A question that names the number of a clause asks for no more than this clause.
        extend = with_items if is_lead_in(text) else None if asked(result.question.text) else with_lead
        if extend and not phrases and (listed := extend(self._snapshot, hit.sentence, row, self._quoted)):
            return span_of(listed), listed
        extended = _extended(hit.sentence, row, phrases, self._quoted)
        if extended is None:
            return None
        span, sentences = extended
        if not (row.start <= span.start and span.end <= row.end):
            span = _to_sentences(self._snapshot, row.document, span)
        return span, sentences

    def _slice(self, span: Span, row: PassageRow) -> str:
        if row.start <= span.start and span.end <= row.end:
            return _text(row, span.start, span.end)
        return self._snapshot.store.text(row.document, span.start, span.end)


def _in_turns(hits: Iterable[Hit], quotes: Mapping[str, int]) -> Iterator[Hit]:
    """Yield hits by score, less a penalty for each of the ``quotes`` that their document already has.

    Args:
        hits: The hits, by score.
        quotes: The number of quotes of each document, which may change after each hit for its own document.
    """
    # Those of documents with a better hit that waits for its turn.
    behind: dict[str, deque[Hit]] = {}
    heap: list[tuple[float, int, Hit]] = []

    def wait(hit: Hit) -> None:
        value = hit.score - DIVERSITY_PENALTY * quotes[hit.sentence.doc_id]
        heappush(heap, (-value, hit.rank, hit))

    later = iter(hits)
    following = next(later, None)
    while heap or following:
        # No other hit has a higher value than the score of the next one.
        while following and (not heap or following.score >= -heap[0][0]):
            doc_id = following.sentence.doc_id
            if doc_id in behind:
                behind[doc_id].append(following)
            else:
                behind[doc_id] = deque()
                wait(following)
            following = next(later, None)
        _, _, hit = heappop(heap)
        yield hit
        if queue := behind[hit.sentence.doc_id]:
            wait(queue.popleft())
        else:
            del behind[hit.sentence.doc_id]


def _extended(
    sentence: Sentence,
    row: PassageRow,
    places: Sequence[Sequence[Span]] = (),
    quoted: Collection[Sentence] = (),
) -> tuple[Span, list[Sentence]] | None:
    """Return a sentence with the preceding ones that it needs, to be understood or for a phrase.

    Args:
        sentence: The sentence of the hit.
        row: Its passage.
        places: The places of each phrase in the document.
        quoted: Sentences that are already quoted, which the result does not include.

    Returns:
        The stretch and its sentences; None if a phrase is only in a sentence that is already quoted.
    """
    spans = [Sentence(sentence.doc_id, s.start, s.end) for s in row.sentences]
    last = spans.index(sentence)
    needed = min((_first_needed(spans, last, occurrences) for occurrences in places), default=last)
    first = _first_of(spans, last, needed, row, quoted)
    if first > needed:
        return None
    start, end = spans[first].start, spans[last].end
    for place in chain.from_iterable(places):
        # A phrase may begin in the previous passage, or end in the next.
        if place.start < spans[last].end and place.end > spans[first].start:
            start = min(start, place.start) if first == 0 else start
            end = max(end, place.end) if last == len(spans) - 1 else end
    return Span(start, end), spans[first : last + 1]


def _first_of(
    spans: Sequence[Sentence], last: int, needed: int, row: PassageRow, quoted: Collection[Sentence]
) -> int:
    """Return the first sentence of a quote that ends with the last one and has no quoted sentence."""
    first = last
    while first > 0 and spans[first - 1] not in quoted:
        leans = _LEANS_BACK.match(_text(row, spans[first].start, spans[first].end))
        words = len(_text(row, spans[first - 1].start, spans[last].end).split())
        if not (leans and words <= QUOTE_WORDS) and first <= needed:
            break
        first -= 1
    return first


def _first_needed(spans: Sequence[Sentence], last: int, places: Sequence[Span]) -> int:
    """Return the first sentence that a quote ending with the last one needs to have a phrase whole."""
    overlapping = _overlapping(places, spans[last])
    if any(place.start >= spans[last].start for place in overlapping):
        return last
    near = overlapping or _overlapping(places, spans[max(0, last - 1)])
    if not near:
        return last
    return max((at for at in range(last + 1) if spans[at].start <= near[-1].start), default=0)


def _overlapping(places: Sequence[Span], sentence: Sentence) -> list[Span]:
    return [place for place in places if place.start < sentence.end and place.end > sentence.start]


def _to_sentences(snapshot: Snapshot, document: int, span: Span) -> Span:
    """Extend a stretch across passages to whole sentences at both ends."""
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
