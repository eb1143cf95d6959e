"""Extend a quote over a list: a lead-in takes the items below it, an incomplete item its lead-in."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from qa.index import PassageRow, Snapshot
from qa.record import Span
from qa.text.labels import Label, has_bullet, read_label
from qa.text.names import has_end, is_complete, is_lead_in, is_name, plain_title
from qa.types import Sentence

ITEM_WORDS = 60
"""Maximum words of an item with its lead-in and the items between them."""
LIST_WORDS = 120
"""Maximum words of a lead-in with its items, the first item excepted."""
NEAR = 1_500
"""Characters of a document that are searched for the items of a lead-in, or for the lead-in of an item."""


class _Place:
    """A sentence of a document with its words and its passage."""

    __slots__ = ("row", "sentence", "text")

    def __init__(self, doc_id: str, row: PassageRow, start: int, end: int) -> None:
        self.row = row
        self.sentence = Sentence(doc_id, start, end)
        self.text = row.text[start - row.start : end - row.start]


def with_items(
    snapshot: Snapshot, lead: Sentence, row: PassageRow, quoted: Collection[Sentence]
) -> list[Sentence] | None:
    """Return a lead-in with the items after it, None if it has none that is not quoted yet.

    Args:
        snapshot: The index.
        lead: A sentence that ends with a colon.
        row: Its passage.
        quoted: Sentences that are already quoted, at which the list ends.
    """
    after = list(_places(snapshot, lead.doc_id, row, lead.start, lead.end + NEAR))
    after = after[[place.sentence for place in after].index(lead) :]
    count = 1
    words = len(after[0].text.split())
    for count, place in enumerate(after[1:], start=1):
        words += len(place.text.split())
        is_too_long = count > 1 and words > LIST_WORDS
        if place.sentence in quoted or is_too_long or not _belongs(snapshot, after, count):
            break
    else:
        count = len(after)
    return [place.sentence for place in after[:count]] if count > 1 else None


def with_lead(
    snapshot: Snapshot, item: Sentence, row: PassageRow, quoted: Collection[Sentence]
) -> list[Sentence] | None:
    """Return the sentences from a lead-in to an incomplete item below it; None if there is no near lead-in.

    Args:
        snapshot: The index.
        item: A sentence.
        row: Its passage.
        quoted: Sentences that are already quoted.
    """
    if is_complete(row.text[item.start - row.start : item.end - row.start]):
        return None
    places = list(_places(snapshot, item.doc_id, row, max(0, item.start - NEAR), item.end))
    last = [place.sentence for place in places].index(item)
    words = len(places[last].text.split())
    for first in range(last - 1, -1, -1):
        words += len(places[first].text.split())
        if words > ITEM_WORDS or places[first].sentence in quoted:
            return None
        if is_lead_in(places[first].text):
            listed = places[first : last + 1]
            is_list = all(_belongs(snapshot, listed, at) for at in range(1, len(listed)))
            return [place.sentence for place in listed] if is_list else None
    return None


def _places(snapshot: Snapshot, doc_id: str, row: PassageRow, start: int, end: int) -> Iterator[_Place]:
    """Yield the sentences of the passages that overlap a range of a document."""
    for each in snapshot.store.passages_at(row.document, start, end):
        for sentence in each.sentences:
            yield _Place(doc_id, each, sentence.start, sentence.end)


def _belongs(snapshot: Snapshot, places: Sequence[_Place], at: int) -> bool:
    """Return whether a sentence belongs to the list of the first one, as those before it do."""
    lead, first, before, place = places[0], places[1], places[at - 1], places[at]
    if _is_below_heading(snapshot, lead, before, place):
        return False
    own, label, leading = _label(place), _label(first), _label(lead)
    if own is None:
        return at == 1 or _continues(first, before, place, has_labels=label is not None)
    if leading is not None and own.rank <= leading.rank:
        return False
    return at == 1 or (label is not None and own.rank >= label.rank)


def _continues(first: _Place, before: _Place, place: _Place, *, has_labels: bool) -> bool:
    """Return whether a sentence without a label is an item, or the rest of one."""
    has_bullets = has_bullet(first.text, 0, len(first.text))
    if has_bullet(place.text, 0, len(place.text)):
        return not has_labels
    if has_labels or has_bullets:
        return place.text[0].islower()
    # Without marks, a list continues until an item has an end, and an address as long as it has lines.
    return not has_end(before.text) and (is_name(place.text) or not is_name(first.text))


def _label(place: _Place) -> Label | None:
    return read_label(place.text, 0, len(place.text))


def _is_below_heading(snapshot: Snapshot, lead: _Place, before: _Place, place: _Place) -> bool:
    """Return whether a heading of a sentence is between it and the sentence before."""
    above = place.row.headings
    if place.row is before.row or above == lead.row.headings:
        return False
    gap = plain_title(snapshot.store.text(place.row.document, before.sentence.end, place.sentence.start))
    return any(plain_title(heading) in gap for heading in above if heading not in lead.row.headings) and bool(
        gap
    )


def span_of(sentences: Sequence[Sentence]) -> Span:
    """Return the stretch from the first to the last of sentences."""
    return Span(sentences[0].start, sentences[-1].end)
