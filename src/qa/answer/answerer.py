"""Turns what was found into an answer: quotes that are slices, their citations, and a confidence.

Nothing is written here but slices of documents and the fixed phrases of its reasons.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from heapq import heapify, heappop, heapreplace
from itertools import repeat
from typing import TypeVar

from qa.answer.calibration import AS_FITTED, Calibration, loads
from qa.answer.confidence import ANSWERED_AT, confidence, threshold
from qa.encoders import Encoder
from qa.errors import UsageError
from qa.index import CALIBRATION, Index, PassageRow, Snapshot
from qa.lang.detect import NAMES, unread
from qa.messages import Message
from qa.record import Answer, Citation, Context, FilePlace, Part, Quote, ReasonCode, Span
from qa.search.explain import explain, hit_in
from qa.search.followups import is_better, leans_on
from qa.search.score import MANY_TERMS
from qa.search.searcher import Searcher, SearchResult
from qa.text.lines import line_number
from qa.text.numbering import without_number
from qa.text.tokens import STOP_WORDS, stem, tokens
from qa.types import QUOTES, Document, Hit, Line, Page, Place, Sentence

PLACES = 100
"""Quotes of an answer to words in quotation marks that are looked up, unless fewer are asked for."""

MISQUOTED = 0.5
"""What is left of the confidence where a phrase is not in the documents: it may be misquoted, or another."""
QUOTE_WORDS = 60
"""A quote grows to its neighbours no further than this."""
DIVERSITY_PENALTY, MAX_DIVERSITY_PENALTY = 0.004, 0.075
"""What each quote that a document has given takes from its next one's score when quotes are chosen: least
where a name, a number, a date or a place is asked, which is one fact, and where one answer stands out, so
that it still has all of its document; most where many answer alike. A question of `MANY_TERMS` and more asks
about a subject, and so for many documents."""
FIELD = 10
"""Hits among which one may stand out; see `_diversity_penalty`."""
NEAR = 0.55
"""Similarity from which a word of a quote is marked as one that was asked for: bought and purchased, not
largest and smallest."""
AFFIX = 32
"""Characters of prefix and suffix in a citation: enough to tell a place from its like."""

# A sentence that opens so speaks of something said just before; alone it would not be understood.
_LEANS_BACK = re.compile(
    r"(?:He|She|It|They|This|These|Those|That|His|Her|Its|Their|Such|Both|Another|However|But|Also|Thus"
    r"|Therefore|Instead|Otherwise|Moreover|Furthermore|Similarly|Likewise|Then|Later|Afterwards)\b"
)


class Answerer:
    """Answers questions from one index; safe to use from several threads."""

    def __init__(
        self, index: Index, encoder: Encoder, risk: float | None = None, *, calibrated: bool = True
    ) -> None:
        """``risk`` is the share of wrong answers that is accepted, see `qa.answer.confidence.threshold`.

        Without ``calibrated`` the index's own calibration is left aside. Raises `ModelError` where the
        encoder is not the index's.
        """
        threshold(risk)  # refused now, not at the first question
        self._risk = risk
        self._calibrated = calibrated
        self._index = index
        self._encoder = encoder
        self._searcher = Searcher(index, encoder)

    def ask(
        self,
        question: str,
        *,
        k: int | None = None,
        documents: Sequence[str] = (),
        after: Sequence[str] = (),
        why: bool = False,
    ) -> Answer:
        """The answer in at most ``k`` quotes, of all documents or of those that ids or globs name.

        Without ``k`` these are `QUOTES`; of words in quotation marks that are looked up, every place.

        ``after`` are the earlier questions of a conversation, oldest first: a question that leans on them
        is understood together with them, which `Answer.understood_with` then says. With ``why``, each quote
        says what its score is made of, see `qa.search.explain.explain`.

        Raises `QuestionError` for an empty or endless question, `UsageError` for unknown documents.
        """
        with self._index.snapshot() as snapshot:
            found, earlier = self._understood(snapshot, question, documents, after)
            if not found.hits:
                return _answer(question, 0.0, _nothing(snapshot))
            # What was fitted to the index speaks of questions that its model reads.
            kept = (
                None if found.unread or not self._calibrated else snapshot.store.manifest().get(CALIBRATION)
            )
            calibration = loads(kept) or AS_FITTED
            value = _confidence(found, calibration)
            exact = found.question.looks_up and not found.phrases_missing
            answered = exact or (value >= threshold(self._risk, calibration) and not found.phrases_missing)
            most = k if k is not None else PLACES if exact else QUOTES
            quotes = tuple(quotes_of(snapshot, found, most))
            if why:
                quotes = tuple(
                    quote.model_copy(update={"why": self._why(found, quote.citation)}) for quote in quotes
                )
        code = None if answered else _why_not(found)
        return _answer(question, value, code, quotes, earlier, language=found.unread)

    def why(
        self,
        question: str,
        place: Sentence,
        *,
        documents: Sequence[str] = (),
        after: Sequence[str] = (),
    ) -> tuple[Part, ...]:
        """What the score of a question's quote in this place is made of, see `qa.search.explain.explain`.

        Raises what `ask` does, and `UsageError` where nothing in this place was found for the question.
        """
        with self._index.snapshot() as snapshot:
            found, _ = self._understood(snapshot, question, documents, after)
            return self._why(found, place)

    @property
    def model(self) -> str:
        """The name of the index's model."""
        return self._index.model

    def unread(self, question: str) -> str | None:
        """The ISO 639-1 code of a question's language where the index's model does not read it."""
        return unread(question, self._index.languages)

    def _understood(
        self, snapshot: Snapshot, question: str, documents: Sequence[str], after: Sequence[str]
    ) -> tuple[SearchResult, tuple[str, ...]]:
        """What was found for a question, and the earlier ones that it was understood together with."""
        question = without_number(question)
        after = [without_number(one) for one in after]
        alone = self._searcher.search(snapshot, question, documents)
        earlier = leans_on(question, after)
        exact = alone.question.looks_up and not alone.phrases_missing
        if not earlier or not alone.hits or exact:
            return alone, ()
        said = self._searcher.search(snapshot, earlier[-1], documents, earlier[:-1])
        joint = self._searcher.search(snapshot, question, documents, earlier, said)
        if is_better(question, confidence(alone), confidence(joint)):
            return joint, earlier
        return alone, ()

    def _why(self, found: SearchResult, place: Sentence | Citation) -> tuple[Part, ...]:
        hit = hit_in(found, place)
        if hit is None:
            raise UsageError("quote-not-among-results")
        return explain(found, hit, self._encoder)


def _answer(
    question: str,
    value: float,
    code: ReasonCode | None,
    quotes: tuple[Quote, ...] = (),
    earlier: tuple[str, ...] = (),
    *,
    language: str | None = None,
) -> Answer:
    """An answer where there is no reason against it, else the nearest quotes with the reason."""
    return Answer(
        id="1",
        question=question,
        answered=code is None,
        confidence=value,
        reason=None if code is None else str(Message.of(code, language=NAMES.get(language or "", ""))),
        reason_code=code,
        understood_with=earlier,
        quotes=quotes,
    )


def _nothing(snapshot: Snapshot) -> ReasonCode:
    return "no_sentences" if snapshot.store.count("document") else "no_documents"


def _why_not(found: SearchResult) -> ReasonCode:
    if found.phrases_missing:
        return "phrase_not_found"
    return "language_not_supported" if found.unread else "no_answer"


def _confidence(found: SearchResult, calibration: Calibration) -> float:
    """The probability that the quotes answer: certain where words that were looked up are there."""
    if found.phrases_missing:
        return MISQUOTED * confidence(found, calibration)
    if found.question.looks_up:
        return 1.0
    value = confidence(found, calibration)
    # The words are there, and nothing else was asked about.
    return max(value, ANSWERED_AT) if found.question.only_phrases else value


def quotes_of(snapshot: Snapshot, found: SearchResult, k: int) -> Iterable[Quote]:
    """The best ``k`` quotes; the same words elsewhere are another place of one quote, not another quote."""
    taken: set[Sentence] = set()
    chosen: list[tuple[Hit, Span, PassageRow, list[tuple[Span, PassageRow]]]] = []
    by_words: dict[str, list[tuple[Span, PassageRow]]] = {}
    ends: set[str] = set()
    given: Counter[str] = Counter()
    for hit in _in_turns(found.hits, given, _diversity_penalty(found)):
        row = found.passages[hit.sentence]
        # Where there are enough, only the same words elsewhere still count.
        if hit.sentence in taken or (len(chosen) >= k and _said(hit.sentence, row) not in ends):
            continue
        places = [found.quoted.of(phrase, row.document) for phrase in found.question.phrases]
        grown = _grown(hit.sentence, row, places, taken)
        if grown is None:
            continue
        span, covered = grown
        if row.start <= span.start and span.end <= row.end:
            words = _text(row, span.start, span.end)
        else:
            span = _to_sentences(snapshot, row.document, span)
            words = snapshot.store.text(row.document, span.start, span.end)
        if words in by_words:
            by_words[words].append((span, row))
        elif len(chosen) < k:
            by_words[words] = []
            ends.add(_said(hit.sentence, row))
            chosen.append((hit, span, row, by_words[words]))
            given[hit.sentence.doc_id] += 1
        else:
            continue
        taken.update(covered)
    titles = snapshot.store.titles({row.document for _, _, row, _ in chosen})
    languages = {key: language for key, (_, _, language) in titles.items()}
    documents: dict[int, Document] = {}

    def document(row: PassageRow) -> Document:
        if row.document not in documents:
            documents[row.document] = snapshot.store.document_by_key(row.document)
        return documents[row.document]

    for rank, (hit, span, row, others) in enumerate(chosen, start=1):
        source = document(row)
        yield Quote(
            rank=rank,
            text=source.text[span.start : span.end],
            score=hit.score,
            matched=tuple(matched(source.text, span, found, languages[row.document])),
            citation=cite(source, span, row.headings),
            context=_context(source, span, row),
            also=tuple(cite(document(other), place, other.headings) for place, other in others),
        )


def _diversity_penalty(found: SearchResult) -> float:
    if len(found.question.terms) >= MANY_TERMS:
        return MAX_DIVERSITY_PENALTY
    if found.question.kind:
        return DIVERSITY_PENALTY
    field = found.hits[:FIELD]
    return max(DIVERSITY_PENALTY, MAX_DIVERSITY_PENALTY - (field[0].score - field[-1].score) / 2)


def _in_turns(hits: Iterable[Hit], given: Mapping[str, int], penalty: float) -> Iterator[Hit]:
    """Hits by their score, less ``penalty`` for each quote ``given`` by their document so far."""
    waiting: dict[str, deque[Hit]] = {}
    for hit in hits:
        waiting.setdefault(hit.sentence.doc_id, deque()).append(hit)
    # One entry a document is enough: what it has given changes only with its own turn.
    heap = [(-queue[0].score, queue[0].rank, queue) for queue in waiting.values()]
    heapify(heap)
    while heap:
        _, _, queue = heap[0]
        hit = queue.popleft()
        yield hit
        if queue:
            worth = queue[0].score - penalty * given[hit.sentence.doc_id]
            heapreplace(heap, (-worth, queue[0].rank, queue))
        else:
            heappop(heap)


def _grown(
    sentence: Sentence,
    row: PassageRow,
    places: Sequence[Sequence[Span]] = (),
    taken: Collection[Sentence] = (),
) -> tuple[Span, list[Sentence]] | None:
    """A sentence with those before it that it needs: it leans on them, or a phrase is there.

    ``places`` are those of each phrase in the document. Not with a sentence that is quoted already; None
    where a phrase is in such a one alone.
    """
    spans = [Sentence(sentence.doc_id, s.start, s.end) for s in row.sentences]
    first = last = spans.index(sentence)
    needed = min((_first_needed(spans, last, each) for each in places), default=first)
    while first > 0:
        if spans[first - 1] in taken:
            if first > needed:
                return None
            break
        leans = _LEANS_BACK.match(_text(row, spans[first].start, spans[first].end))
        words = len(_text(row, spans[first - 1].start, spans[last].end).split())
        if not (leans and words <= QUOTE_WORDS) and first <= needed:
            break
        first -= 1
    start, end = spans[first].start, spans[last].end
    for each in places:
        for place in each:
            # A phrase may begin in the passage before this one, or end in the next.
            if place.start < spans[last].end and place.end > spans[first].start:
                start = min(start, place.start) if first == 0 else start
                end = max(end, place.end) if last == len(spans) - 1 else end
    return Span(start, end), spans[first : last + 1]


def _first_needed(spans: Sequence[Sentence], last: int, places: Sequence[Span]) -> int:
    """The first sentence that a quote which ends with the last one needs, for a phrase to be whole."""
    here = [place for place in places if place.start < spans[last].end and place.end > spans[last].start]
    if any(place.start >= spans[last].start for place in here):
        return last
    before = spans[max(0, last - 1)]
    near = here or [p for p in places if p.start < before.end and p.end > before.start]
    if not near:
        return last
    return max((at for at in range(last + 1) if spans[at].start <= near[-1].start), default=0)


def _to_sentences(snapshot: Snapshot, document: int, span: Span) -> Span:
    """A stretch that leaves its passage, with the whole of the sentences that it begins or ends in."""
    keys = snapshot.store.passages_at(document, span.start, span.end)
    sentences = [
        sentence
        for row in snapshot.store.passages(keys)
        for sentence in row.sentences
        if sentence.start < span.end and sentence.end > span.start
    ]
    start = min((sentence.start for sentence in sentences), default=span.start)
    return Span(min(start, span.start), max([span.end, *(sentence.end for sentence in sentences)]))


def _context(document: Document, span: Span, row: PassageRow) -> Context:
    start, end = min(row.start, span.start), max(row.end, span.end)
    return Context(start=start, end=end, text=document.text[start:end])


def _said(sentence: Sentence, row: PassageRow) -> str:
    return _text(row, sentence.start, sentence.end)


def _text(row: PassageRow, start: int, end: int) -> str:
    return row.text[start - row.start : end - row.start]


def matched(text: str, span: Span, found: SearchResult, language: str) -> Iterable[Span]:
    """The words of a quote that the question asked for, by their stems or by a meaning that is near."""
    words = list(tokens(text[span.start : span.end]))
    asked = list(found.question.words.values())
    near = found.vocabulary.similar(asked, [word for word, _, _ in words]) if found.vocabulary else None
    nearest = repeat(0.0) if near is None else near.max(axis=0).tolist()
    for (word, start, end), nearness in zip(words, nearest, strict=False):
        # Any two years are near, and none stands for another.
        means = nearness >= NEAR and word.isalpha() and word.lower() not in STOP_WORDS
        if means or stem(word, language) in found.question.stems:
            yield Span(span.start + start, span.start + end)


def cite(document: Document, span: Span, heading: tuple[str, ...] = ()) -> Citation:
    """Where a stretch of a document stands."""
    text, start, end = document.text, span.start, span.end
    page = _last_at(document.pages, start)
    return Citation(
        doc_id=document.doc_id,
        title=document.title,
        sha256=document.sha256,
        uri=document.uri,
        page=page.number if page else None,
        line=_line_of(document, start),
        start=start,
        end=end,
        prefix=text[max(0, start - AFFIX) : start],
        suffix=text[end : end + AFFIX],
        heading=heading,
        page_label=page.label if page else None,
        place=_place_of(document, start),
    )


_Started = TypeVar("_Started", Page, Place, Line)


def _last_at(spans: Sequence[_Started], offset: int) -> _Started | None:
    """Return the last of ordered spans that begins at or before an offset."""
    at = bisect_right(spans, offset, key=lambda span: span.start)
    return spans[at - 1] if at else None


def _line_of(document: Document, offset: int) -> int:
    """Return the line of an offset, from 1: the file's own where the document has those, else the text's."""
    anchor = _last_at(document.lines, offset) or Line(0, 1)
    return anchor.number + line_number(document.text, offset) - line_number(document.text, anchor.start)


def _place_of(document: Document, offset: int) -> FilePlace | None:
    place = _last_at(document.places, offset)
    if place is None or offset >= place.end:
        return None
    return FilePlace(kind=place.kind, label=place.label)
