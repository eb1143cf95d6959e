"""Show how a quotation differs from its source, word by word."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.check.folding import same
from qa.check.record import Change, ChangeKind
from qa.check.words import Word, matcher_of, words_of

_FINAL = frozenset(".,")
"""Marks that some countries move inside the closing quotation mark."""
_KINDS: dict[str, ChangeKind] = {"insert": "missing", "delete": "added", "replace": "changed"}


def difference(draft: str, source: str, *, final: bool = True) -> tuple[Change, ...]:
    """Return the pieces of a quotation with those of its source; joined, they are the two texts.

    Args:
        draft: The quotation.
        source: The text in the source.
        final: Whether the quotation ends here, where a full stop or comma may be the author's.
    """
    ours, theirs = words_of(draft), words_of(source)
    matcher = matcher_of(ours, theirs)
    pieces: list[tuple[ChangeKind, int, int]] = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            pieces += _equal(draft, source, ours, theirs, i1, j1, i2 - i1)
            continue
        kind = _KINDS[tag]
        is_final = final and i2 == len(ours) and j1 == j2
        if (is_final and _are_final(ours[i1:i2])) or _is_soft(
            draft, source, (ours, i1, i2), (theirs, j1, j2)
        ):
            kind = "typographic"
        pieces.append((kind, i2, j2))
    if not pieces and (draft or source):
        return (Change(kind="same" if draft == source else "typographic", draft=draft, source=source),)
    return tuple(_merged(_changes(draft, source, ours, theirs, pieces)))


def is_typographic(changes: Sequence[Change]) -> bool:
    """Return whether all differences are typographic."""
    return all(change.kind in ("same", "typographic") for change in changes)


def restored(changes: Sequence[Change], text: str) -> tuple[Change, ...]:
    """Return changes of a text that was compared in another form of the same length, in its own form."""
    pieces: list[Change] = []
    at = 0
    for change in changes:
        end = at + len(change.draft)
        pieces.append(Change(kind=change.kind, draft=text[at:end], source=change.source))
        at = end
    return tuple(pieces)


def _are_final(words: Sequence[Word]) -> bool:
    return all(word.key in _FINAL for word in words)


def _is_soft(
    draft: str, source: str, ours: tuple[list[Word], int, int], theirs: tuple[list[Word], int, int]
) -> bool:
    """Return whether a difference is typographic, judged together with the words on both sides."""
    return same(_around(draft, *ours), _around(source, *theirs))


def _around(text: str, words: list[Word], first: int, last: int) -> str:
    start = words[first - 1].start if first else words[0].start if words else 0
    end = words[last].end if last < len(words) else words[-1].end if words else 0
    # The signs of a footnote's mark are behind the word.
    return text[start : words[last].end if last < len(words) else max(end, len(text.rstrip()))]


def _equal(
    draft: str, source: str, ours: list[Word], theirs: list[Word], first: int, other: int, size: int
) -> Iterator[tuple[ChangeKind, int, int]]:
    """Yield an equal run, cut where only the gap between two words differs: "-5" and "5"."""
    end, end_other = first + size, other + size
    if same(
        draft[ours[first].start : ours[end - 1].end], source[theirs[other].start : theirs[end_other - 1].end]
    ):
        yield "same", end, end_other
        return
    for step in range(1, size):
        i, j = first + step, other + step
        one = draft[ours[i - 1].start : ours[i].end]
        two = source[theirs[j - 1].start : theirs[j].end]
        yield ("same" if same(one, two) else "changed"), i + 1, j + 1


def _changes(
    draft: str,
    source: str,
    ours: list[Word],
    theirs: list[Word],
    pieces: Sequence[tuple[ChangeKind, int, int]],
) -> Iterator[Change]:
    at = at_source = 0
    for number, (kind, i, j) in enumerate(pieces, start=1):
        last = number == len(pieces)
        end = len(draft) if last or i == len(ours) else ours[i].start
        end_source = len(source) if last or j == len(theirs) else theirs[j].start
        one, two = draft[at:end], source[at_source:end_source]
        at, at_source = end, end_source
        if kind == "same" and one != two:
            yield from _typographic(one, two)
        else:
            yield Change(kind=kind, draft=one, source=two)


def _typographic(draft: str, source: str) -> Iterator[Change]:
    """Yield an equal run word by word, to show where the typography differs."""
    ours, theirs = words_of(draft), words_of(source)
    if len(ours) != len(theirs):
        yield Change(kind="typographic", draft=draft, source=source)
        return
    ends = [*(word.start for word in ours[1:]), len(draft)]
    ends_source = [*(word.start for word in theirs[1:]), len(source)]
    at = at_source = 0
    for end, end_source in zip(ends, ends_source, strict=True):
        one, two = draft[at:end], source[at_source:end_source]
        yield Change(kind="same" if one == two else "typographic", draft=one, source=two)
        at, at_source = end, end_source


def _merged(changes: Iterator[Change]) -> Iterator[Change]:
    """Yield changes, neighbours of one kind as one."""
    before: Change | None = None
    for change in changes:
        if before is not None and before.kind == change.kind:
            before = Change(
                kind=change.kind, draft=before.draft + change.draft, source=before.source + change.source
            )
            continue
        if before is not None:
            yield before
        before = change
    if before is not None:
        yield before
