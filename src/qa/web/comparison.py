"""Two documents side by side, paragraph by paragraph, with the words that differ marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from itertools import islice, zip_longest
from typing import Literal

from qa import DocumentInfo
from qa.check.wording import Piece, word_difference

MOST_PARAGRAPHS = 20_000
"""Maximum paragraphs of a document that are compared; the time grows faster than their number."""
MOST_ROWS = 1_000
"""Maximum number of rows that are shown."""
MOST_PIECE = 2_000
"""Maximum characters of a paragraph without a difference that are shown."""
_CONTEXT = 1
"""Equal paragraphs that are shown before and after a difference."""
_MOST_PAIRS = 40
"""Maximum paragraphs between two equal ones for which the most similar pairs are looked for."""
_ALIKE = 0.5
"""Minimum similarity of two paragraphs of which one is a version of the other."""
_PARAGRAPH = re.compile(r"\S(?:[^\n]|\n(?![^\S\n]*\n))*")

RowKind = Literal["same", "changed", "removed", "added", "skipped"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph with its offset in the document."""

    start: int
    text: str

    @property
    def words(self) -> str:
        """Its words without the line breaks, which differ between versions."""
        return " ".join(self.text.split())


@dataclass(frozen=True, slots=True)
class Row:
    """Two paragraphs side by side; ``count`` is the number of equal ones that are not shown."""

    kind: RowKind
    old: Paragraph | None = None
    new: Paragraph | None = None
    pieces: tuple[Piece, ...] = ()
    count: int = 0


@dataclass(frozen=True, slots=True)
class Comparison:
    """The rows of two documents, the number of all differences, and whether only a part was compared."""

    rows: tuple[Row, ...]
    differences: int
    is_cut: bool


def compare(old: str, new: str) -> Comparison:
    """Return the differences of two texts, with a little of what is equal around each."""
    before, after = (list(islice(_paragraphs(text), MOST_PARAGRAPHS + 1)) for text in (old, new))
    is_cut = max(len(before), len(after)) > MOST_PARAGRAPHS
    rows = list(_rows(before[:MOST_PARAGRAPHS], after[:MOST_PARAGRAPHS]))
    differences = sum(row.kind not in ("same", "skipped") for row in rows)
    return Comparison(tuple(rows[:MOST_ROWS]), differences, is_cut or len(rows) > MOST_ROWS)


def closest(document: str, title: str, others: Sequence[DocumentInfo]) -> str | None:
    """Return the id of the document that is most likely another version of one; None if there is no other."""
    names = {f"{other.title} {other.doc_id}": other.doc_id for other in others if other.doc_id != document}
    near = get_close_matches(f"{title} {document}", names, n=1, cutoff=0)
    return names[near[0]] if near else None


def _paragraphs(text: str) -> Iterator[Paragraph]:
    for match in _PARAGRAPH.finditer(text):
        yield Paragraph(match.start(), match[0])


def _rows(before: Sequence[Paragraph], after: Sequence[Paragraph]) -> Iterator[Row]:
    matcher = SequenceMatcher(None, [each.words for each in before], [each.words for each in after])
    opcodes = matcher.get_opcodes()
    for number, (tag, a, b, c, d) in enumerate(opcodes):
        if tag == "equal":
            first, last = number == 0, number == len(opcodes) - 1
            yield from _equal(before[a:b], after[c:d], first=first, last=last)
        else:
            yield from _differing(before[a:b], after[c:d])


def _equal(old: Sequence[Paragraph], new: Sequence[Paragraph], *, first: bool, last: bool) -> Iterator[Row]:
    head, tail = (0 if first else _CONTEXT), (0 if last else _CONTEXT)
    skipped = len(old) - head - tail
    for at, (one, two) in enumerate(zip(old, new, strict=True)):
        if at < head or at >= len(old) - tail:
            yield Row("same", one, two, (Piece("same", one.text[:MOST_PIECE], two.text[:MOST_PIECE]),))
        elif at == head:
            yield Row("skipped", count=skipped)


def _differing(old: Sequence[Paragraph], new: Sequence[Paragraph]) -> Iterator[Row]:
    """Yield the rows of paragraphs without an equal one: versions of each other share a row."""
    for one, two in _pairs(old, new):
        if one and two:
            yield Row("changed", one, two, word_difference(one.text, two.text))
        elif one:
            yield Row("removed", old=one, pieces=(Piece("removed", one.text, ""),))
        elif two:
            yield Row("added", new=two, pieces=(Piece("added", "", two.text),))


def _pairs(
    old: Sequence[Paragraph], new: Sequence[Paragraph]
) -> Iterator[tuple[Paragraph | None, Paragraph | None]]:
    if max(len(old), len(new)) > _MOST_PAIRS:
        yield from zip_longest(old, new)
        return
    at = 0
    for one in old:
        words = one.words.split()
        twin = next((n for n in range(at, len(new)) if _are_alike(words, new[n].words.split())), None)
        if twin is None:
            yield one, None
            continue
        for paragraph in new[at:twin]:
            yield None, paragraph
        yield one, new[twin]
        at = twin + 1
    for paragraph in new[at:]:
        yield None, paragraph


def _are_alike(old: Sequence[str], new: Sequence[str]) -> bool:
    matcher = SequenceMatcher(None, old[:300], new[:300], autojunk=False)
    return (
        matcher.real_quick_ratio() >= _ALIKE and matcher.quick_ratio() >= _ALIKE and matcher.ratio() >= _ALIKE
    )
