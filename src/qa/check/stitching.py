"""Look up the parts of a quotation with ellipses or brackets: in one document, in order."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from qa.check.difference import difference
from qa.check.folding import same
from qa.check.joints import Cut, without_brackets
from qa.check.nearest import nearest_place
from qa.check.record import Change
from qa.check.sources import Place, Sources
from qa.check.words import is_word, words_of

REACH = (5_000, 50_000, 300_000)
"""Characters between two parts in which the next one is searched, step by step."""
_SEEDS = 30
"""Places of the longest part from which the others are searched."""
_SHARE = 0.5
"""Share of a quotation's letters that are in its parts with a place at least; with fewer, it is not found."""


@dataclass(frozen=True, slots=True)
class Stitching:
    """The parts of a quotation in a document.

    Attributes:
        parts: The parts with a place, as spans of the quotation with their places.
        difference: The pieces of the quotation and of the source.
        is_complete: Whether every part has its place, in order, with no difference but typography.
        replaces: Whether words of the source are left out, or replaced by words in brackets.
    """

    parts: tuple[tuple[tuple[int, int], Place], ...]
    difference: tuple[Change, ...]
    is_complete: bool
    replaces: bool

    @property
    def places(self) -> list[Place]:
        """The places of the parts, in order."""
        return [place for _, place in self.parts]


def stitch(sources: Sources, pieces: Cut, documents: Collection[int] | None) -> Stitching | None:
    """Return the places of the parts of a quotation; None if too little of it is in one document."""
    texts = [pieces.text[start:end] for start, end in pieces.parts]
    order = sorted(range(len(texts)), key=lambda part: -len(texts[part]))
    best: list[Place | None] = []
    for seed in order[:3]:
        places = sources.places(texts[seed], documents)[:_SEEDS]
        for place in places:
            arranged = _arranged(sources, pieces, texts, seed, place)
            if not best or _rank(texts, arranged) > _rank(texts, best):
                best = arranged
        if places:
            break
    if best and all(best):
        return _complete(sources, pieces, texts, [place for place in best if place])
    return _incomplete(sources, pieces, texts, best, documents)


def _rank(texts: Sequence[str], places: Sequence[Place | None]) -> tuple[int, int]:
    """Return how good an arrangement is: the letters with a place, then the shortness of the whole."""
    placed = [place for place in places if place]
    length = sum(len(text) for text, place in zip(texts, places, strict=True) if place)
    return length, -(placed[-1].end - placed[0].start) if placed else 0


def _arranged(
    sources: Sources, pieces: Cut, texts: Sequence[str], seed: int, place: Place
) -> list[Place | None]:
    """Return a place for each part, starting from one part and its place; None for those without."""
    places: list[Place | None] = [None] * len(texts)
    places[seed] = place
    at = place.end
    for part in range(seed + 1, len(texts)):
        if (behind := _next(sources, pieces, texts[part], part, place.document, at)) is not None:
            places[part] = behind
            at = behind.end
    at = place.start
    for part in range(seed - 1, -1, -1):
        if (before := _previous(sources, pieces, texts[part], part + 1, place.document, at)) is not None:
            places[part] = before
            at = before.start
    return places


def _next(sources: Sources, pieces: Cut, text: str, part: int, document: int, at: int) -> Place | None:
    most = _most(pieces, part)
    for reach in REACH if most < 0 else REACH[:1]:
        places = sources.places_in(text, [sources.window(document, at, at + reach + len(text))])
        if places:
            return places[0] if _is_near(sources, document, at, places[0].start, most) else None
    return None


def _previous(sources: Sources, pieces: Cut, text: str, part: int, document: int, at: int) -> Place | None:
    most = _most(pieces, part)
    for reach in REACH if most < 0 else REACH[:1]:
        places = sources.places_in(text, [sources.window(document, at - reach - len(text), at)])
        if places:
            return places[-1] if _is_near(sources, document, places[-1].end, at, most) else None
    return None


def _most(pieces: Cut, part: int) -> int:
    """Return how many words may be between a part and the one before it; -1 for any number."""
    limits = [joint.most for joint in pieces.between(part)]
    return -1 if -1 in limits else sum(limits)


def _is_near(sources: Sources, document: int, start: int, end: int, most: int) -> bool:
    if most < 0:
        return True
    return sum(map(is_word, words_of(sources.window(document, start, end).text))) <= most


def _complete(sources: Sources, pieces: Cut, texts: Sequence[str], places: list[Place]) -> Stitching:
    changes: list[Change] = []
    replaces = False
    for part, place in enumerate(places):
        before = places[part - 1] if part else None
        joint = _joint(sources, pieces, part, before, place)
        changes += joint
        replaces |= part > 0 and any(j.kind == "omitted" or _has_words(j.source) for j in joint)
        source = sources.window(place.document, place.start, place.end).text
        changes += difference(texts[part], source)
    changes += _end(pieces)
    parts = tuple(zip(pieces.parts, places, strict=True))
    return Stitching(parts, tuple(changes), is_complete=True, replaces=replaces)


def _has_words(text: str) -> bool:
    return any(map(is_word, words_of(text)))


def _joint(
    sources: Sources, pieces: Cut, part: int, before: Place | None, place: Place | None
) -> list[Change]:
    """Return the piece between a part and the one before it; empty if there is nothing."""
    start, end = (pieces.parts[part - 1][1] if part else 0), pieces.parts[part][0]
    draft = pieces.text[start:end]
    if not draft:
        return []
    if any(j.kind == "ellipsis" for j in pieces.joints if start <= j.start and j.end <= end):
        return [Change(kind="omitted", draft=draft, source="")]
    source = ""
    if before is not None and place is not None:
        source = sources.window(place.document, before.end, place.start).text
    if same(without_brackets(draft).strip(), source.strip()):
        # The brackets have the words of the source: nothing is replaced.
        source = ""
    return [Change(kind="announced", draft=draft, source=source)]


def _end(pieces: Cut) -> list[Change]:
    """Return the piece behind the last part; empty if there is nothing."""
    at = pieces.parts[-1][1]
    if at == len(pieces.text):
        return []
    omits = any(joint.kind == "ellipsis" for joint in pieces.joints if joint.start >= at)
    return [Change(kind="omitted" if omits else "announced", draft=pieces.text[at:], source="")]


def _incomplete(
    sources: Sources,
    pieces: Cut,
    texts: Sequence[str],
    places: list[Place | None],
    documents: Collection[int] | None,
) -> Stitching | None:
    """Return the parts with exact and changed places; None if they are too small a part of the quotation."""
    exact = next((place for place in places if place), None)
    allowed = documents if exact is None else [exact.document]
    changes: list[Change] = []
    parts: list[tuple[tuple[int, int], Place]] = []
    shared = 0.0
    for part, text in enumerate(texts):
        place, share = places[part] if places else None, 1.0
        if place is None:
            place, share = _changed_place(sources, text, allowed)
        changes += _joint(sources, pieces, part, None, None)
        shared += share * len(text)
        if place is None:
            changes.append(Change(kind="added", draft=text, source=""))
        elif parts and place.start < parts[-1][1].end:
            # In the source this part comes earlier.
            changes.append(Change(kind="changed", draft=text, source=""))
        else:
            allowed = [place.document]
            parts.append((pieces.parts[part], place))
            changes += difference(text, sources.window(place.document, place.start, place.end).text)
    changes += _end(pieces)
    if not parts or shared < _SHARE * sum(map(len, texts)):
        return None
    return Stitching(tuple(parts), tuple(changes), is_complete=False, replaces=True)


def _changed_place(
    sources: Sources, text: str, documents: Collection[int] | None
) -> tuple[Place | None, float]:
    """Return the place of a changed part, and the share of it that is there."""
    nearest = nearest_place(sources, text, documents)
    if nearest is None or not nearest.is_altered:
        return None, 0.0
    return nearest.place, nearest.alignment.coverage
