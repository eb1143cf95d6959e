"""Finds where the words in quotation marks of a question stand, in all documents that are asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from qa.index import PassageRow, Snapshot
from qa.record import Span
from qa.search.query import Question
from qa.text.exact import find, fold
from qa.text.tokens import stem, tokens

PLACES = 500
"""Passages with the rarest word of a phrase that are looked at."""
AROUND = 400
"""Characters looked at on either side of a passage, beyond the length of the phrase."""
LOOKED_AT = 4_000_000
"""Characters looked at for all phrases of a question: less than a second."""
SMALL = 2_000
"""Passages up to which a phrase that the word index does not know is looked for in the whole text."""

Places = Mapping[int, tuple[Span, ...]]
"""By document, the stretches of its text in which a phrase stands, in order."""


@dataclass(frozen=True, slots=True)
class QuotedPhrases:
    """Where each phrase of a question is, and the passages with it; the next one where it is a heading."""

    places: Mapping[str, Places] = field(default_factory=dict)
    passages: frozenset[int] = frozenset()

    def of(self, phrase: str, document: int) -> tuple[Span, ...]:
        """Returns the places of a phrase in a document."""
        return self.places.get(phrase, {}).get(document, ())


def locate(
    snapshot: Snapshot,
    question: Question,
    languages: Sequence[str],
    candidates: Collection[int],
    allowed: Collection[int] | None,
) -> QuotedPhrases:
    """Returns the places of a question's phrases, of all documents or of those that are ``allowed``.

    Complete for every phrase with a word that is in no more than `PLACES` passages. ``candidates`` are
    passages that are looked at even if the word index does not know the phrase.
    """
    rows: dict[str, list[PassageRow]] = {}
    found: dict[str, dict[int, list[Span]]] = {}
    for phrase in question.phrases:
        rows[phrase] = snapshot.store.passages(_with_words(snapshot, phrase, languages, allowed))
        most = LOOKED_AT // len(question.phrases)
        found[phrase] = _in_documents(snapshot, phrase, rows[phrase], most)
    if missing := [phrase for phrase in question.phrases if not found[phrase]]:
        found |= _without_words(snapshot, missing, candidates, allowed)
    places: dict[str, Places] = {}
    passages: set[int] = set()
    for phrase, by_document in found.items():
        kept: dict[int, tuple[Span, ...]] = {}
        for document, spans in by_document.items():
            near, kept[document] = _passages_of(snapshot, document, spans, rows[phrase])
            passages |= near
        places[phrase] = kept
    return QuotedPhrases(places, frozenset(passages))


def _with_words(
    snapshot: Snapshot, phrase: str, languages: Sequence[str], allowed: Collection[int] | None
) -> list[int]:
    """The passages with the rarest word of a phrase; with more of its words where that is a common one."""
    index = snapshot.indexes.passage_terms
    forms = {tuple(sorted({stem(word, language) for language in languages})) for word, _, _ in tokens(phrase)}
    known = sorted((sum(map(index.frequency, each)), each) for each in forms)
    if not known or known[0][0] == 0:
        return []
    rarest = known[:1] if known[0][0] <= PLACES else known[:4]
    return index.having([each for _, each in rarest], PLACES, allowed)


def _without_words(
    snapshot: Snapshot,
    phrases: Sequence[str],
    candidates: Collection[int],
    allowed: Collection[int] | None,
) -> dict[str, dict[int, list[Span]]]:
    """The places of what the index does not have as words: a part of one, a single sign of Chinese."""
    store = snapshot.store
    if len(snapshot.indexes.passages) > SMALL:
        rows = store.passages(candidates)
        return {
            phrase: _in_documents(snapshot, phrase, rows, LOOKED_AT // len(phrases)) for phrase in phrases
        }
    found: dict[str, dict[int, list[Span]]] = {phrase: {} for phrase in phrases}
    for key in sorted(store.document_keys().values() if allowed is None else allowed):
        text = store.text(key)
        folded = fold(text)
        for phrase in phrases:
            if phrase in folded and (spans := find(text, phrase)):
                found[phrase][key] = [Span(*span) for span in spans]
    return found


def _in_documents(
    snapshot: Snapshot, phrase: str, rows: Iterable[PassageRow], most: int
) -> dict[int, list[Span]]:
    """The places of a phrase in passages and around them: it may go on in the next one, or be a heading.

    No more than about ``most`` characters are looked at.
    """
    windows: dict[int, list[tuple[int, int]]] = defaultdict(list)
    around = AROUND + 3 * len(phrase)
    for row in rows:
        windows[row.document].append((max(0, row.start - around), row.end + around))
    found: dict[int, list[Span]] = {}
    for document, stretches in sorted(windows.items()):
        spans: set[Span] = set()
        for start, end in _merged(stretches):
            if most > 0:
                text = snapshot.store.text(document, start, end)
                most -= len(text)
                spans |= {Span(start + a, start + b) for a, b in find(text, phrase)}
        if spans:
            found[document] = sorted(spans, key=lambda span: span.start)
    return found


def _merged(stretches: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Stretches in order, those that overlap as one, so that none cuts a phrase that another has."""
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
    """Where the sentence of each passage begins that is the nearest to a stretch outside it."""
    sentences = [row.sentences[0 if row.start >= span.end else -1] for row in rows]
    return [Span(sentence.start, sentence.start + 1) for sentence in sentences]


def _passages_of(
    snapshot: Snapshot, document: int, spans: Sequence[Span], rows: Iterable[PassageRow]
) -> tuple[set[int], tuple[Span, ...]]:
    """The passages that overlap places, and the places.

    A place outside every passage is a heading: what can be quoted of it is the next sentence.
    """
    mine = [row for row in rows if row.document == document]
    passages: set[int] = set()
    places: list[Span] = []
    for span in spans:
        within = [row for row in mine if row.start <= span.start and span.end <= row.end]
        within = within or snapshot.store.passages_at(document, span.start, span.end)
        passages.update(row.id for row in within)
        places += [span] if any(_overlaps(row, span) for row in within) else _beside(within, span)
    return passages, tuple(sorted(set(places), key=lambda span: (span.start, span.end)))
