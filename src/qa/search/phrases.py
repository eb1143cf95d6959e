"""Locate the quoted phrases of a question in the selected documents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qa.index import PassageRow, Snapshot
from qa.record import Span
from qa.search.query import Question
from qa.text.exact import find
from qa.text.tokens import stem, tokens

PLACES = 500
"""Maximum passages with the rarest word of a phrase that are searched."""
AROUND = 400
"""Characters searched on either side of a passage, in addition to the length of the phrase."""
LOOKED_AT = 4_000_000
"""Maximum characters searched for all phrases of a question: less than a second."""
SMALL = 2_000
"""Maximum passages of an index whose whole text is searched for a phrase without indexed words."""

Places = Mapping[int, tuple[Span, ...]]
"""Occurrences of a phrase, in order, by key of the document."""


@dataclass(frozen=True, slots=True)
class QuotedPhrases:
    """The places of each phrase of a question, and the passages with them.

    If a place is a heading, the passage is the one after it.
    """

    places: Mapping[str, Places] = field(default_factory=dict)
    passages: frozenset[int] = frozenset()

    def of(self, phrase: str, document: int) -> tuple[Span, ...]:
        """Return the places of a phrase in a document."""
        return self.places.get(phrase, {}).get(document, ())


def locate(
    snapshot: Snapshot,
    question: Question,
    languages: Sequence[str],
    candidates: Collection[int],
    allowed: Collection[int] | None,
) -> QuotedPhrases:
    """Return the places of a question's phrases.

    The result is complete for every phrase with a word that is in at most `PLACES` passages.

    Args:
        snapshot: The index to search.
        question: The question.
        languages: The languages of the documents.
        candidates: Passages to search even if the word index does not have the phrase.
        allowed: The documents to search; None for all.
    """
    rows: dict[str, list[PassageRow]] = {}
    spans_of: dict[str, dict[int, list[Span]]] = {}
    for phrase in question.phrases:
        rows[phrase] = snapshot.store.passages(_with_words(snapshot, phrase, languages, allowed))
        limit = LOOKED_AT // len(question.phrases)
        spans_of[phrase] = _in_documents(snapshot, phrase, rows[phrase], limit)
    if missing := [phrase for phrase in question.phrases if not spans_of[phrase]]:
        spans_of |= _without_words(snapshot, missing, candidates, allowed)
    places: dict[str, Places] = {}
    passages: set[int] = set()
    for phrase, by_document in spans_of.items():
        places_of: dict[int, tuple[Span, ...]] = {}
        for document, spans in by_document.items():
            overlapping, places_of[document] = _passages_of(snapshot, document, spans, rows[phrase])
            passages |= overlapping
        places[phrase] = places_of
    return QuotedPhrases(places, frozenset(passages))


def _with_words(
    snapshot: Snapshot, phrase: str, languages: Sequence[str], allowed: Collection[int] | None
) -> list[int]:
    """Return the passages with the rarest word of a phrase; with more of its words if it is common."""
    index = snapshot.indexes.passage_terms
    forms = {tuple(sorted({stem(word, language) for language in languages})) for word, _, _ in tokens(phrase)}
    by_frequency = sorted((sum(map(index.frequency, stems)), stems) for stems in forms)
    if not by_frequency or by_frequency[0][0] == 0:
        return []
    rarest = by_frequency[:1] if by_frequency[0][0] <= PLACES else by_frequency[:4]
    return index.having([stems for _, stems in rarest], PLACES, allowed)


def _without_words(
    snapshot: Snapshot,
    phrases: Sequence[str],
    candidates: Collection[int],
    allowed: Collection[int] | None,
) -> dict[str, dict[int, list[Span]]]:
    """Return the places of phrases that the index does not have as words, such as parts of words."""
    store = snapshot.store
    if len(snapshot.indexes.passages) > SMALL:
        rows = store.passages(candidates)
        return {
            phrase: _in_documents(snapshot, phrase, rows, LOOKED_AT // len(phrases)) for phrase in phrases
        }
    places: dict[str, dict[int, list[Span]]] = {phrase: {} for phrase in phrases}
    for key in sorted(store.document_keys().values() if allowed is None else allowed):
        text = store.text(key)
        for phrase in phrases:
            if spans := find(text, phrase):
                places[phrase][key] = [Span(*span) for span in spans]
    return places


def _in_documents(
    snapshot: Snapshot, phrase: str, rows: Iterable[PassageRow], most: int
) -> dict[int, list[Span]]:
    """Return the places of a phrase in passages and around them, in about ``most`` characters of text.

    A phrase may continue in the next passage, or be a heading.
    """
    windows: dict[int, list[tuple[int, int]]] = defaultdict(list)
    around = AROUND + 3 * len(phrase)
    for row in rows:
        windows[row.document].append((max(0, row.start - around), row.end + around))
    places: dict[int, list[Span]] = {}
    for document, stretches in sorted(windows.items()):
        spans: set[Span] = set()
        for start, end in _merged(stretches):
            if most > 0:
                text = snapshot.store.text(document, start, end)
                most -= len(text)
                spans |= {Span(start + first, start + last) for first, last in find(text, phrase)}
        if spans:
            places[document] = sorted(spans, key=lambda span: span.start)
    return places


def _merged(stretches: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield stretches in order, overlapping ones as one: none may cut a phrase that another contains."""
    first, last = -1, -1
    for start, end in sorted(stretches):
        if first >= 0 and start <= last:
            last = max(last, end)
            continue
        if first >= 0:
            yield first, last
        first, last = start, end
    if first >= 0:
        yield first, last


def _overlaps(row: PassageRow, span: Span) -> bool:
    return row.start < span.end and span.start < row.end


def _beside(rows: Iterable[PassageRow], span: Span) -> list[Span]:
    """Return, for each passage, the start of its sentence nearest to a stretch outside it."""
    sentences = [row.sentences[0 if row.start >= span.end else -1] for row in rows]
    return [Span(sentence.start, sentence.start + 1) for sentence in sentences]


def _passages_of(
    snapshot: Snapshot, document: int, spans: Sequence[Span], rows: Iterable[PassageRow]
) -> tuple[set[int], tuple[Span, ...]]:
    """Return the passages that overlap places, and the places.

    A place outside every passage is a heading; the next sentence is quoted for it.
    """
    own = [row for row in rows if row.document == document]
    passages: set[int] = set()
    places: list[Span] = []
    for span in spans:
        containing = [row for row in own if row.start <= span.start and span.end <= row.end]
        containing = containing or snapshot.store.passages_at(document, span.start, span.end)
        passages.update(row.id for row in containing)
        places += [span] if any(_overlaps(row, span) for row in containing) else _beside(containing, span)
    return passages, tuple(sorted(set(places), key=lambda span: (span.start, span.end)))
