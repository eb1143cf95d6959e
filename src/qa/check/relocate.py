"""Find a quote again in a text that has changed, by its W3C selectors: exact words, surroundings, offsets."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from qa.check.difference import difference, is_typographic
from qa.check.folding import find, key
from qa.check.phrases import marked
from qa.check.words import Word, align, words_of
from qa.render import single_line

Outcome = Literal["moved", "changed", "gone"]

_COMMON = 200
"""Places of a word above which it does not select a stretch of the text."""
_STRETCHES = 4
"""Stretches of the text that a quote is aligned with."""
_LONGEST = 400
"""Characters of a difference that are shown."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the words of a quote are now.

    Attributes:
        outcome: "moved" if the same words are there, "changed" if near ones are, "gone" if none are.
        start: The offset of the first character.
        end: The offset after the last character.
    """

    outcome: Outcome
    start: int = 0
    end: int = 0


class Finder:
    """A text in which quotes are found again."""

    def __init__(self, text: str) -> None:
        self.text = text
        self._words: list[Word] | None = None
        self._places: dict[str, list[int]] = {}

    def find(self, quote: str, start: int, prefix: str = "", suffix: str = "") -> Place:
        """Return the place of a quote.

        Args:
            quote: The exact words.
            start: Where they were; of several equal places, the nearest one counts.
            prefix: The characters that were just before; places with more of them come first.
            suffix: The characters that were just after.
        """
        spans = list(_occurrences(self.text, quote))
        if spans:
            return Place("moved", *max(spans, key=lambda span: self._likeness(span, start, prefix, suffix)))
        # The same words with other spaces or marks.
        spans = list(find(self.text, key(quote)))
        if spans:
            span = max(spans, key=lambda span: self._likeness(span, start, prefix, suffix))
            return Place("changed", *span)
        near = self._nearest(words_of(quote))
        return Place("gone") if near is None else Place("changed", *near)

    def _likeness(self, span: tuple[int, int], start: int, prefix: str, suffix: str) -> tuple[int, int]:
        before = self.text[max(0, span[0] - len(prefix)) : span[0]]
        after = self.text[span[1] : span[1] + len(suffix)]
        common = _common(before[::-1], prefix[::-1]) + _common(after, suffix)
        return common, -abs(span[0] - start)

    def _nearest(self, quote: Sequence[Word]) -> tuple[int, int] | None:
        """Return the span of the words nearest to a quote, if they are a changed copy of it."""
        words = self._all_words()
        slack = len(quote) + 8
        best: tuple[float, tuple[int, int]] | None = None
        for origin in self._origins(quote):
            first = max(0, origin - slack)
            near = words[first : origin + len(quote) + slack]
            alignment = align(quote, near)
            if alignment is None or not alignment.is_copy:
                continue
            if best is None or alignment.closeness > best[0]:
                best = alignment.closeness, (near[alignment.start].start, near[alignment.end - 1].end)
        return None if best is None else best[1]

    def _origins(self, quote: Sequence[Word]) -> list[int]:
        """Return where in the text most words of a quote are in its order, as the place of its first word."""
        self._all_words()
        bucket = max(1, len(quote) // 2)
        votes: Counter[int] = Counter()
        for at, word in enumerate(quote):
            places = self._places.get(word.key, ())
            if len(places) <= _COMMON or len(quote) < 3:
                # Each vote counts for both neighbours: a run may be across the edge of two buckets.
                votes.update(side for place in places for side in _sides((place - at) // bucket))
        return [vote * bucket for vote, _ in votes.most_common(_STRETCHES)]

    def _all_words(self) -> list[Word]:
        if self._words is None:
            self._words = words_of(self.text)
            places: defaultdict[str, list[int]] = defaultdict(list)
            for at, word in enumerate(self._words):
                places[word.key].append(at)
            self._places = dict(places)
        return self._words


def shown_difference(old: str, new: str) -> str:
    """Return how a text differs from an older one, word by word, on one line: ``[-old-] {+new+}``.

    The result is empty if only spaces, marks and letter case differ.
    """
    changes = difference(new, old, final=False)
    if is_typographic(changes):
        return ""
    pieces = [
        change.draft if change.kind in ("same", "typographic") else marked(change.draft, change.source)
        for change in changes
    ]
    line = single_line("".join(pieces))
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST].rstrip()} …"


def _sides(vote: int) -> Iterator[int]:
    yield vote
    yield vote + 1


def _occurrences(text: str, quote: str) -> Iterator[tuple[int, int]]:
    at = text.find(quote) if quote else -1
    while at >= 0:
        yield at, at + len(quote)
        at = text.find(quote, at + 1)


def _common(one: str, other: str) -> int:
    """Return the length of the common beginning of two texts."""
    return next(
        (at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
