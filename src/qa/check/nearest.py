"""Find the passage nearest to a quotation, and decide whether the quotation is a changed copy of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from qa.check.folding import find, key
from qa.check.sources import Place, Sources, Window
from qa.check.words import Alignment, align, most_closeness, words_of

_LIKELY = 6
"""Windows that a quotation is aligned with: those with most of its shingles."""
_SHINGLE, _SHINGLES = 8, 100
"""Characters of a shingle, and how many of them represent a quotation."""


@dataclass(frozen=True, slots=True)
class Nearest:
    """The place nearest to a quotation.

    Attributes:
        place: The place.
        source: Its text, without page headers.
        alignment: How the quotation and the place agree.
    """

    place: Place
    source: str
    alignment: Alignment

    @property
    def is_altered(self) -> bool:
        """Whether the quotation is a changed copy of this place, and not another text."""
        return self.alignment.is_copy


def nearest_place(sources: Sources, text: str, documents: Collection[int] | None = None) -> Nearest | None:
    """Return the place nearest to a text, or None if the documents have none of its words.

    Args:
        sources: The documents.
        text: The text.
        documents: Keys of the documents to search; None for all.
    """
    words = words_of(text)
    best: Nearest | None = None
    phrase = key(text)
    for window, folded in _likely(phrase, sources.similar(text, documents)):
        if best and phrase not in folded and most_closeness(words, folded) <= best.alignment.closeness:
            continue
        # "Notable" has the letters of "not able".
        for start, end in find(window.text, phrase):
            place = Place(window.document, window.offset(start), window.offset(end - 1) + 1, exact=False)
            return Nearest(place, window.text[start:end], Alignment(0, 0, 1.0, 1.0, len(words), 1.0))
        others = words_of(window.text)
        alignment = align(words, others)
        if alignment is None or (best and alignment.closeness <= best.alignment.closeness):
            continue
        start, end = others[alignment.start].start, others[alignment.end - 1].end
        place = Place(window.document, window.offset(start), window.offset(end - 1) + 1, exact=False)
        best = Nearest(place, window.text[start:end], alignment)
    return best


def _likely(phrase: str, windows: Sequence[Window]) -> list[tuple[Window, str]]:
    """Return the windows that share most with a quotation, with their keys: faster than an alignment."""
    step = max(1, len(phrase) // _SHINGLES)
    shingles = [phrase[at : at + _SHINGLE] for at in range(0, max(1, len(phrase) - _SHINGLE + 1), step)]

    keys = [(window, key(window.text)) for window in windows]
    shared = [sum(shingle in folded for shingle in shingles) for _, folded in keys]
    order = sorted(range(len(keys)), key=shared.__getitem__, reverse=True)
    return [keys[at] for at in order[:_LIKELY]]
