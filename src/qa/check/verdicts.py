"""Judge one quotation: verbatim, typographic, stitched, altered or not found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from qa.check.difference import difference, is_typographic, restored
from qa.check.joints import cut, without_brackets
from qa.check.nearest import nearest_place
from qa.check.record import Change, Verdict
from qa.check.sources import Place, Sources
from qa.check.stitching import Stitching, stitch

LONGEST = 200_000
"""Characters of a quotation that is compared word by word; a longer one is only looked up."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """The verdict on a quotation.

    Attributes:
        verdict: The verdict.
        places: The places in the documents, the best first; empty if not found.
        difference: How the text differs from the source at the first place.
        parts: The places of the parts of a stitched quotation, with their spans in the quotation.
        nearest: The nearest place of a quotation that was not found.
    """

    verdict: Verdict
    places: tuple[Place, ...] = ()
    difference: tuple[Change, ...] = ()
    parts: tuple[tuple[tuple[int, int], Place], ...] = ()
    nearest: Place | None = None


def judge(sources: Sources, text: str, documents: Collection[int] | None = None) -> Judgement:
    """Return the verdict on a quotation.

    Args:
        sources: The documents.
        text: The quotation without the marks around it.
        documents: Keys of the documents to search; None for all.
    """
    places = sources.places(text, documents)
    if not places and "[" in text:
        # The words in brackets may be those of the source.
        plain = without_brackets(text)
        places = [Place(p.document, p.start, p.end, False) for p in sources.places(plain, documents)]
        if places:
            return _at(sources, text, plain, places)
    if places:
        return _at(sources, text, text, places)
    pieces = cut(text)
    if pieces.joints and pieces.parts:
        stitching = stitch(sources, pieces, documents)
        if stitching is not None:
            return _stitched(text, stitching)
    return _near(sources, text, documents)


def _at(sources: Sources, text: str, compared: str, places: Sequence[Place]) -> Judgement:
    """Return the verdict on a quotation with known places."""
    ordered = tuple(sorted(places, key=lambda place: not place.exact))
    if ordered[0].exact:
        return Judgement("verbatim", ordered)
    first = ordered[0]
    source = sources.window(first.document, first.start, first.end).text
    if len(text) > LONGEST:
        return Judgement("typographic", ordered, (Change(kind="typographic", draft=text, source=source),))
    return Judgement("typographic", ordered, restored(difference(compared, source), text))


def _stitched(text: str, stitching: Stitching) -> Judgement:
    changes = restored(stitching.difference, text)
    if stitching.is_complete:
        verdict: Verdict = "stitched" if stitching.replaces else "typographic"
        return Judgement(verdict, (stitching.places[0],), changes, stitching.parts)
    return Judgement("altered", (stitching.places[0],), changes, stitching.parts)


def _near(sources: Sources, text: str, documents: Collection[int] | None) -> Judgement:
    """Return the verdict on a quotation without a place: altered, or not found."""
    nearest = nearest_place(sources, text, documents) if len(text) <= LONGEST else None
    if nearest is None:
        return Judgement("not_found")
    if not nearest.is_altered:
        return Judgement("not_found", nearest=nearest.place)
    changes = difference(text, nearest.source)
    return Judgement("typographic" if is_typographic(changes) else "altered", (nearest.place,), changes)
