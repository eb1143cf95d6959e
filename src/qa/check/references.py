"""Read the page that a draft names beside a quotation, in its text or in a footnote."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from qa import lang
from qa.types import Document

BEHIND = 160
"""Characters behind a quotation in which its page is searched."""
BEFORE = 60
"""Characters before a quotation in which its page is searched if there is none behind it."""

_RAISED = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")
_WORDS = lang.alternatives("page_references")
_PAGES = r"(?P<first>\d{1,5})(?:\s*(?:[-–—]|to|bis|à)\s*(?P<last>\d{1,5})|\s*(?P<following>ff?)\b\.?)?"
_NO_PAGE = r"(?!\s*(?:%|[ap]\.?m\b|o.clock|Uhr|h\b|:\d)|[.,]?\d)"
_PAGE = re.compile(rf"(?<!\w)(?P<word>{_WORDS})\s*{_PAGES}{_NO_PAGE}", re.IGNORECASE)
_AT = re.compile(r"(?:^|[,;(]|\bid\.?|\bibid\.?)\s*$", re.IGNORECASE)
# (Smith 2019: 45), (Smith, 2019, 45-47)
_AUTHOR_DATE = re.compile(rf"\([^()\d]{{1,80}}(?:1[5-9]|20)\d\d[a-z]?\s*[:,]\s*{_PAGES}\s*[);,]")
_CJK = re.compile(r"第\s*(?P<first>\d{1,5})(?:\s*[-–—至]\s*(?P<last>\d{1,5})(?P<following>))?\s*[页頁]")
_NOTE = re.compile(
    r"[.,;:]?\s?(?:(?P<raised>[⁰¹²³⁴⁵⁶⁷⁸⁹]{1,4})|\[\^?(?P<label>[\w*†‡]{1,12})\]|\^\((?P<power>\w{1,4})\))"
)
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{3})[.!?]\s|\n")
_PARENTHESIS = re.compile(r"[.,;:]?\s{0,2}[(\[][^()\[\]]{0,160}\d[^()\[\]]{0,80}[)\]]")


@dataclass(frozen=True, slots=True)
class Pages:
    """The pages that a draft names, with the place where it names them."""

    first: int
    last: int
    start: int
    end: int


def has_reference(document: Document, end: int, limit: int) -> bool:
    """Return whether a page, a footnote or a parenthesis with a number follows a quotation."""
    behind = document.text[end : min(limit, end + BEHIND)]
    if _NOTE.match(behind) or _PARENTHESIS.match(behind):
        return True
    pages = next(_pages_in(behind), None)
    return pages is not None and pages.start <= 40


def pages_beside(document: Document, start: int, end: int, limits: tuple[int, int]) -> Pages | None:
    """Return the pages that a draft names for a quotation; None if it names none.

    Args:
        document: The draft.
        start: The opening quotation mark.
        end: The character behind the closing one.
        limits: The stretch of the draft that belongs to this quotation and no other.
    """
    behind = document.text[end : min(limits[1], end + BEHIND)]
    note = _NOTE.match(behind)
    if pages := next(_pages_in(behind), None):
        return _moved(pages, end)
    if note and (pages := _in_note(document, _label(note))):
        return pages
    first = max(limits[0], start - BEFORE)
    sentence = _SENTENCE_END.split(document.text[first:start])[-1]
    first = start - len(sentence)
    before = list(_pages_in(sentence))
    return _moved(before[-1], first) if before else None


def _moved(pages: Pages, offset: int) -> Pages:
    return Pages(pages.first, pages.last, pages.start + offset, pages.end + offset)


def _label(match: re.Match[str]) -> str:
    return (match["raised"] or match["label"] or match["power"] or "").translate(_RAISED)


def _in_note(document: Document, label: str) -> Pages | None:
    """Return the pages that a footnote names."""
    for place in document.places:
        if place.kind == "note" and place.label.strip("^[]().") == label:
            pages = next(_pages_in(document.text[place.start : place.end]), None)
            if pages is not None:
                return _moved(pages, place.start)
    return None


def _pages_in(text: str) -> Iterator[Pages]:
    """Yield the pages named in a text, in order."""
    matches = [m for m in _PAGE.finditer(text) if m["word"].lower() != "at" or _AT.search(text[: m.start()])]
    matches += _AUTHOR_DATE.finditer(text)
    matches += _CJK.finditer(text)
    for match in sorted(matches, key=lambda match: match.start("first")):
        first = int(match["first"])
        last = _last(first, match["last"], match["following"] or "")
        yield Pages(first, last, match.start(), match.end())


def _last(first: int, last: str | None, following: str) -> int:
    if last:
        # "123-5" means 123 to 125.
        number = int(str(first)[: len(str(first)) - len(last)] + last)
        return max(first, number)
    return first + {"": 0, "f": 1}.get(following.lower(), 4)
