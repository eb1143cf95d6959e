"""Find the quotations of a draft: in quotation marks, and block quotes.

A quotation to check has at least `LEAST` words, or a reference behind it: a page, a footnote, or a
parenthesis with a number. Shorter words in quotation marks, and titles, are reported as skipped.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa import lang
from qa.check import references
from qa.check.drafts import Draft
from qa.check.folding import is_unspaced
from qa.check.marks import Marked, Scan, closes, opener_at, scan
from qa.check.record import QuotationKind, SkipReason
from qa.check.references import Pages
from qa.check.words import is_word, words_of
from qa.errors import UsageError
from qa.types import Block, Document

LEAST = 4
"""Words that a quotation has at least; two letters of a script without spaces count as a word."""
MOST = 20_000
"""Quotations of a draft; a larger one is not a text that a person wrote."""
LONGEST_TITLE = 12
"""Words of the longest title."""
_LONGEST_CONTINUED = 50
"""Blocks over which a quotation continues at most."""

_QUOTE_SIGNS = re.compile(r"(?m)^[ \t]{0,3}(?:>[ \t]?)+")
_ATTRIBUTION = re.compile(r"\n[^\S\n]*(?:[—–―]|--?)\s*\S[^\n]{0,200}\Z")
_REFERENCE = re.compile(r"(?<=[.!?…”\"’'»“])\s*[(\[][^()\[\]]{0,120}\d[^()\[\]]{0,60}[)\]]\s*\Z")
_ALERT = re.compile(r"\s*\[!\w+\]")
_SENTENCE_END = re.compile(r"[.!?;:,…]\Z")
_SMALL = frozenset(word for each in lang.LANGUAGES.values() for word in each.stop_words)


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quotation in a draft.

    Attributes:
        kind: How the draft sets it off.
        start: Its first character, behind the opening mark.
        end: The character behind its last.
        text: Its text with blanks in place of what is not part of it (signs of block quotes, page headers);
            of the same length as in the draft.
        pages: The pages that the draft names for it.
    """

    kind: QuotationKind
    start: int
    end: int
    text: str
    pages: Pages | None = None


@dataclass(frozen=True, slots=True)
class Passed:
    """Words in quotation marks that are not checked."""

    reason: SkipReason
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Stretch:
    """A candidate: the text inside and the whole with its marks."""

    kind: QuotationKind
    start: int
    end: int
    outer_start: int
    outer_end: int
    behind: int = 0


def find_quotations(draft: Draft) -> tuple[list[Quoted], list[Passed]]:
    """Return the quotations of a draft in order, and what is in quotation marks but is none.

    Raises:
        UsageError: The draft has more than `MOST` quotations.
    """
    document = draft.document
    stretches, passed = _stretches(draft)
    quotations: list[Quoted] = []
    named = 0
    for number, stretch in enumerate(stretches):
        limits = (
            max(named, stretches[number - 1].outer_end if number else 0),
            stretches[number + 1].outer_start if number + 1 < len(stretches) else len(document.text),
        )
        reason = _reason(document, stretch, limits[1])
        if reason is not None:
            passed.append(Passed(reason, stretch.start, stretch.end))
            continue
        if len(quotations) == MOST:
            raise UsageError("draft-too-many-quotations", name=draft.name, most=MOST)
        quotations.append(_quoted(document, stretch, limits))
        pages = quotations[-1].pages
        # A page behind a quotation does not belong to the next one.
        named = pages.end if pages and pages.end <= limits[1] else named
    return quotations, sorted(passed, key=lambda each: each.start)


def _stretches(draft: Draft) -> tuple[list[_Stretch], list[Passed]]:
    """Return the block quotes and what is between quotation marks, in order, and marks without a partner."""
    document = draft.document
    quotes = [(quote.start, quote.end) for quote in draft.quotes]
    outside = [block for block in document.blocks if not _is_within(block, quotes)]
    marked, unclosed = _in_marks(document, [b for b in outside if b.kind not in ("code", "running")])
    stretches = [*(_of_block(document, start, end) for start, end in quotes), *marked]
    return sorted(stretches, key=lambda stretch: stretch.outer_start), unclosed


def _quoted(document: Document, stretch: _Stretch, limits: tuple[int, int]) -> Quoted:
    before, behind = _block_limits(document, stretch, limits)
    pages = references.pages_beside(document, stretch.outer_start, stretch.outer_end, (before, behind))
    text = _contents(document, stretch.start, stretch.end)
    return Quoted(stretch.kind, stretch.start, stretch.end, text, pages)


def _block_limits(document: Document, stretch: _Stretch, limits: tuple[int, int]) -> tuple[int, int]:
    """Return the stretch around a quotation in which its reference may be: its blocks, for a block quote
    also those before and after."""
    blocks = document.blocks
    at = bisect_left(blocks, stretch.outer_end, key=lambda block: block.end)
    last = blocks[min(at, len(blocks) - 1)].end if blocks else len(document.text)
    first = bisect_left(blocks, stretch.outer_start, key=lambda block: block.end)
    start = blocks[min(first, len(blocks) - 1)].start if blocks else 0
    if stretch.kind == "block":
        start, last = limits[0], max(last, min(limits[1], stretch.outer_end + references.BEHIND))
    return max(start, limits[0]), min(last, limits[1])


def _reason(document: Document, stretch: _Stretch, limit: int) -> SkipReason | None:
    """Return why a stretch is no quotation to check, or None if it is one."""
    text = document.text[stretch.start : stretch.end]
    words = [word for word in words_of(text[:2_000]) if is_word(word)]
    count = sum(0.5 if is_unspaced(word.key[0]) else 1.0 for word in words)
    if not words:
        return "short"
    if count >= LEAST and not _is_title(text, len(words)):
        return None
    if references.has_reference(document, stretch.outer_end, limit):
        return None
    return "short" if count < LEAST else "title"


def _is_title(text: str, count: int) -> bool:
    """Return whether a short text has a capital at the start of every word but the small ones."""
    if count > LONGEST_TITLE or _SENTENCE_END.search(text):
        return False
    words = [word for word in re.findall(r"[^\W\d_][\w'’-]*", text) if word.lower() not in _SMALL]
    return len(words) >= 2 and all(word[0].isupper() for word in words)


def _contents(document: Document, start: int, end: int) -> str:
    """Return a stretch of a draft with blanks for page headers and the signs of block quotes."""
    text = document.text[start:end]
    text = _QUOTE_SIGNS.sub(lambda match: " " * len(match[0]), text) if ">" in text else text
    blocks = document.blocks
    for block in blocks[bisect_left(blocks, start, key=lambda block: block.end) :]:
        if block.start >= end:
            break
        if block.kind == "running":
            first, last = max(block.start, start) - start, min(block.end, end) - start
            text = text[:first] + "\n" * (last - first) + text[last:]
    return text


def _is_within(block: Block, quotes: Sequence[tuple[int, int]]) -> bool:
    at = bisect_left(quotes, block.end, key=lambda quote: quote[1])
    return at < len(quotes) and quotes[at][0] <= block.start and block.end <= quotes[at][1]


def _of_block(document: Document, start: int, end: int) -> _Stretch:
    """Return a block quote without its attribution, its reference and quotation marks around all of it."""
    text = document.text[start:end]
    signs = _QUOTE_SIGNS.match(text)
    first = start + (signs.end() if signs else 0)
    if _ALERT.match(document.text, first):
        return _Stretch("block", first, first, start, end)
    last = end
    for pattern in (_ATTRIBUTION, _REFERENCE):
        if match := pattern.search(_QUOTE_SIGNS.sub(lambda m: " " * len(m[0]), document.text[first:last])):
            last = first + match.start()
    outer_end = last
    first += len(document.text[first:last]) - len(document.text[first:last].lstrip())
    if opener_at(document.text, first) or document.text[first : first + 1] in "”’":
        marked = scan(document.text, first, end).marked
        if marked and marked[0].outer_start == first and _is_most(document.text, marked[0], first, last):
            return _Stretch("block", marked[0].start, marked[0].end, start, marked[0].outer_end)
    last -= len(document.text[first:last]) - len(document.text[first:last].rstrip())
    return _Stretch("block", first, last, start, outer_end)


def _is_most(text: str, marked: Marked, first: int, last: int) -> bool:
    """Return whether a block quote is in marks, and at most a reference or an attribution is behind them."""
    behind = text[marked.outer_end : last].lstrip(" \t\n.,;>")
    return behind.startswith(("—", "–", "-", "(", "[")) or marked.outer_end - first >= 0.9 * (last - first)


def _in_marks(document: Document, blocks: Sequence[Block]) -> tuple[list[_Stretch], list[Passed]]:
    """Return what is between quotation marks, and marks that are not closed."""
    text = document.text
    scans = [scan(text, block.start, block.end) for block in blocks]
    stretches = [
        _Stretch("marks", m.start, m.end, m.outer_start, m.outer_end) for each in scans for m in each.marked
    ]
    unclosed: list[Passed] = []
    continued: list[_Stretch] = []
    covered = -1
    for number, each in enumerate(scans):
        if each.unclosed is None or each.unclosed[1] < covered:
            continue
        sign, at = each.unclosed
        end = _continued(text, blocks, scans, number, sign)
        if end is None:
            last = min(blocks[number].end, at + 400)
            unclosed.append(Passed("unclosed", at + len(sign), last))
            continue
        covered = end[1]
        continued.append(_Stretch("marks", at + len(sign), end[0], at, end[1]))
    starts = [stretch.outer_start for stretch in continued]
    alone = [
        stretch
        for stretch in stretches
        if (number := bisect_right(starts, stretch.outer_start)) == 0
        or continued[number - 1].outer_end <= stretch.outer_start
    ]
    return [*continued, *alone], unclosed


def _continued(
    text: str, blocks: Sequence[Block], scans: Sequence[Scan], number: int, sign: str
) -> tuple[int, int] | None:
    """Return the closing mark of a quotation that goes on in the next block, as start and end.

    The next block begins with the opening mark again, or the closing mark is the first mark in it.
    """
    for at in range(number + 1, min(len(blocks), number + _LONGEST_CONTINUED)):
        block, each = blocks[at], scans[at]
        closing = next(((s, place) for s, place in each.unopened if closes(sign, s)), None)
        if closing is not None:
            return closing[1], closing[1] + len(closing[0])
        if not text.startswith(sign, block.start):
            return None
        first = next(iter(each.marked), None)
        if first is not None and first.outer_start == block.start:
            return first.end, first.outer_end
        if each.unclosed is None or each.unclosed[1] != block.start:
            return None
    return None


def of_passages(draft: Draft) -> Iterator[tuple[str, Quoted]]:
    """Yield the rows of a list of passages that have text, with their ids."""
    for passage in draft.passages or ():
        if passage.text.strip():
            page = passage.page
            pages = None if page is None else Pages(page, page, 0, 0)
            yield passage.id, Quoted("passage", 0, len(passage.text), passage.text, pages)
