"""Check every quotation of a draft against the documents of an index."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Collection, Sequence

from qa.answer.citations import cite
from qa.check.drafts import Draft
from qa.check.quotations import Passed, Quoted, find_quotations, of_passages
from qa.check.record import (
    VERDICTS,
    DraftCheck,
    Nearest,
    Part,
    Quotation,
    Reference,
    Skipped,
    counted,
)
from qa.check.references import Pages
from qa.check.sources import Place, Sources
from qa.check.verdicts import Judgement, judge
from qa.errors import UsageError
from qa.index import Snapshot
from qa.record import Citation, Span
from qa.search.scope import resolve
from qa.types import Document, Page

ALSO = 20
"""Places of a quotation that are listed, besides the first."""
_LONGEST_NEAREST = 600
_LONGEST_SKIPPED = 200


def check_draft(
    snapshot: Snapshot,
    draft: Draft,
    names: Sequence[str] = (),
    own: Collection[str] = (),
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> DraftCheck:
    """Return the quotations of a draft with their verdicts.

    Args:
        snapshot: The index.
        draft: The draft.
        names: Ids or globs of the documents to search; empty for all.
        own: Ids of documents that are the draft itself; they are not searched.
        progress: Called with the number of quotations checked so far, and of all.

    Raises:
        UsageError: No document matches a name, or there are no documents.
    """
    keys = snapshot.store.document_keys()
    if not keys:
        raise UsageError("check-no-documents")
    excluded = {name: keys[name] for name in sorted(own) if name in keys}
    sources = Sources(snapshot, _selected(snapshot, names, set(excluded.values())))
    quotations: list[Quotation] = []
    rows, passed = _rows(draft)
    names_of = {passage.id: passage.documents for passage in draft.passages or ()}
    progress(0, len(rows))
    for number, (id, each) in enumerate(rows, start=1):
        documents = None
        if names_of.get(id):
            documents = resolve(snapshot, names_of[id]) - set(excluded.values())
        quotations.append(_checked(sources, draft, id, each, documents))
        progress(number, len(rows))
    return DraftCheck(
        draft=draft.name,
        sha256=draft.document.sha256,
        contract=dict(VERDICTS),
        counts=counted(quotations),
        excluded=tuple(excluded),
        quotations=tuple(quotations),
        skipped=tuple(_skipped(draft, each) for each in passed) + _empty_rows(draft),
    )


def _selected(snapshot: Snapshot, names: Sequence[str], excluded: set[int]) -> set[int] | None:
    """Return the keys of the documents to search; None for all."""
    selected = resolve(snapshot, names) if names else None
    if not excluded:
        return selected
    return (set(snapshot.store.document_keys().values()) if selected is None else selected) - excluded


def _rows(draft: Draft) -> tuple[list[tuple[str, Quoted]], list[Passed]]:
    """Return the quotations of a draft with their ids, and what is not checked."""
    if draft.passages is not None:
        return list(of_passages(draft)), []
    quoted, passed = find_quotations(draft)
    return [(str(number), each) for number, each in enumerate(quoted, start=1)], passed


def _skipped(draft: Draft, passed: Passed) -> Skipped:
    text = draft.document.text[passed.start : min(passed.end, passed.start + _LONGEST_SKIPPED)]
    return Skipped(reason=passed.reason, text=text, start=passed.start, end=passed.end)


def _empty_rows(draft: Draft) -> tuple[Skipped, ...]:
    rows = draft.passages or ()
    return tuple(Skipped(reason="empty", text=row.id, start=0, end=0) for row in rows if not row.text.strip())


def _checked(
    sources: Sources, draft: Draft, id: str, quoted: Quoted, documents: Collection[int] | None
) -> Quotation:
    """Return the record of one quotation."""
    judgement = judge(sources, quoted.text, documents)
    places, agrees = _by_page(sources, judgement, quoted.pages)
    cited = [sources.citation(p.document, p.start, p.end) for p in places[: ALSO + 1]]
    at = None
    if draft.passages is None:
        at = cite(draft.document, Span(quoted.start, max(quoted.end, quoted.start + 1)))
    text = draft.document.text[quoted.start : quoted.end] if draft.passages is None else quoted.text
    return Quotation(
        id=id,
        kind=quoted.kind,
        text=text,
        start=quoted.start,
        end=quoted.end,
        page=at.page if at else None,
        line=at.line if at else None,
        verdict=judgement.verdict,
        citation=cited[0] if cited else None,
        source=_text(sources, places[0]) if places else None,
        also=tuple(cited[1:]),
        places=len(places),
        difference=judgement.difference,
        parts=_parts(sources, judgement, quoted.start),
        reference=_reference(draft.document, quoted.pages, agrees),
        nearest=_nearest(sources, judgement.nearest),
    )


def _text(sources: Sources, place: Place) -> str:
    return sources.document(place.document).text[place.start : place.end]


def _parts(sources: Sources, judgement: Judgement, start: int) -> tuple[Part, ...]:
    if len(judgement.parts) < 2:
        return ()
    return tuple(
        Part(
            start=start + span[0],
            end=start + span[1],
            citation=sources.citation(place.document, place.start, place.end),
        )
        for span, place in judgement.parts
    )


def _by_page(sources: Sources, judgement: Judgement, pages: Pages | None) -> tuple[list[Place], bool | None]:
    """Return the places, those on the page that the draft names first, and whether there is one."""
    places = list(judgement.places)
    if pages is None or not places:
        return places, None
    matches = [_is_on(sources.document(place.document), place, pages) for place in places]
    if not any(match is not None for match in matches):
        return places, None
    exact = places[0].exact
    agreeing = [
        place for place, match in zip(places, matches, strict=True) if match and (place.exact or not exact)
    ]
    rest = [place for place in places if place not in agreeing]
    return [*agreeing, *rest], any(matches)


def _is_on(document: Document, place: Place, pages: Pages) -> bool | None:
    """Return whether a place is on one of some pages, by number or printed label; None without pages."""
    if not document.pages:
        return None
    first, last = _page_at(document, place.start), _page_at(document, place.end - 1)
    named = range(pages.first, pages.last + 1)
    return any(
        page.number in named or (page.label or "").strip() in map(str, named)
        for page in document.pages[first : last + 1]
    )


def _page_at(document: Document, offset: int) -> int:
    starts: tuple[Page, ...] = document.pages
    return max(0, bisect_right(starts, offset, key=lambda page: page.start) - 1)


def _reference(document: Document, pages: Pages | None, agrees: bool | None) -> Reference | None:
    if pages is None:
        return None
    return Reference(
        text=document.text[pages.start : pages.end] or str(pages.first),
        start=pages.start,
        end=pages.end,
        first=pages.first,
        last=pages.last,
        agrees=agrees,
    )


def _nearest(sources: Sources, place: Place | None) -> Nearest | None:
    if place is None:
        return None
    end = min(place.end, place.start + _LONGEST_NEAREST)
    citation: Citation = sources.citation(place.document, place.start, end)
    return Nearest(text=sources.document(place.document).text[place.start : end], citation=citation)
