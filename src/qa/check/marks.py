"""Find the text between quotation marks, of any language, nested, mixed or unbalanced.

Pairs come from `qa.lang`; straight marks and pairs that people mix are added here. Whether a mark opens or
closes a quotation follows from the characters beside it, because many are both: “ closes in German and opens
in English, » opens in Danish.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from qa.lang import LANGUAGES

_DEEPEST = 20
"""Marks that are open at the same time; hostile files have more."""
_SINGLE = "'‘’‚‛‹›"


def _pairs() -> Mapping[str, str]:
    closers: dict[str, set[str]] = defaultdict(set)
    for language in LANGUAGES.values():
        marks = language.quotation_marks
        for opener, closer in zip(marks[::2], marks[1::2], strict=True):
            closers[opener].add(closer)
    for opener, more in {
        '"': '"”“',
        "“": '”"',
        "„": '“”"‟',
        "‟": "”",
        "»": "«»",
        "«": "»",
        "〝": "〞〟",
        "'": "'’",
        "‘": "’'",
        "‚": "‘’'",
        "‛": "’",
        "‹": "›",
        "›": "‹›",
        "``": "''”\"",
        ",,": "''“”\"",
    }.items():
        closers[opener].update(["''", *more.replace("''", "")] if "''" in more else more)
    # An apostrophe looks like this mark, so it opens nothing.
    closers.pop("’", None)
    return {opener: "\n".join(sorted(signs)) for opener, signs in closers.items()}


_CLOSERS = {opener: frozenset(signs.split("\n")) for opener, signs in _pairs().items()}
_ALL_CLOSERS = frozenset().union(*_CLOSERS.values())
_DOUBLE = re.compile(
    "|".join(
        sorted(
            (re.escape(sign) for sign in {*_CLOSERS, *_ALL_CLOSERS} if sign not in _SINGLE or sign in "‹›"),
            key=len,
            reverse=True,
        )
    )
)
_SINGLE_MARK = re.compile("['‘’‚‛]")
_OPENS_AFTER = frozenset("([{<—–-/=:*_¿¡\u200e\u200f\u202a\u202b\u2066\u2067")
_ELISION = re.compile(r"['’‘](?:tis|twas|em|n|til|cause|bout|round|\d\d?0?s)\b", re.IGNORECASE)
_CLOSING = frozenset(".,;:!?)]}»”")
_HEBREW = re.compile("[\u0590-\u05ff]")


@dataclass(frozen=True, slots=True)
class Marked:
    """A stretch between quotation marks.

    Attributes:
        start: The first character behind the opening mark.
        end: The closing mark.
        outer_start: The opening mark.
        outer_end: The character behind the closing mark.
    """

    start: int
    end: int
    outer_start: int
    outer_end: int


@dataclass(frozen=True, slots=True)
class Scan:
    """The marks of one block.

    Attributes:
        marked: The outermost stretches between marks, in order.
        unclosed: The outermost opening mark that nothing closes, as its sign and offset.
        unopened: The closing marks before any opening mark, as sign and offset.
    """

    marked: tuple[Marked, ...]
    unclosed: tuple[str, int] | None
    unopened: tuple[tuple[str, int], ...]


def scan(text: str, start: int, end: int) -> Scan:
    """Return the quotation marks of a stretch of a text."""
    doubles, unclosed, unopened = _doubles(text, start, end)
    singles = _singles(text, start, end, doubles)
    marked = _outermost([*doubles, *singles])
    if unclosed is not None and any(m.outer_start <= unclosed[1] < m.outer_end for m in marked):
        unclosed = None
    return Scan(tuple(marked), unclosed, tuple(unopened))


def closes(opener: str, closer: str) -> bool:
    """Return whether a sign closes what another opens."""
    return closer in _CLOSERS.get(opener, ())


def opener_at(text: str, at: int) -> str:
    """Return the opening mark at an offset; empty if there is none."""
    for length in (2, 1):
        if text[at : at + length] in _CLOSERS:
            return text[at : at + length]
    return ""


def _doubles(
    text: str, start: int, end: int
) -> tuple[list[Marked], tuple[str, int] | None, list[tuple[str, int]]]:
    stack: list[tuple[str, int]] = []
    marked: list[Marked] = []
    unopened: list[tuple[str, int]] = []
    for match in _DOUBLE.finditer(text, start, end):
        sign, at = match[0], match.start()
        before, after = _beside(text, start, end, at, len(sign))
        if sign == '"' and _is_no_mark(text, at, end, before, after, stack):
            continue
        level = _level(stack, sign)
        if level is not None and not _only_opens(sign, before, after):
            opener, at_opener = stack[level]
            del stack[level:]
            marked.append(Marked(at_opener + len(opener), at, at_opener, match.end()))
        elif _may_open(sign, before, after):
            if len(stack) < _DEEPEST:
                stack.append((sign, at))
        elif not stack and not marked and sign in _ALL_CLOSERS:
            unopened.append((sign, at))
    return marked, stack[0] if stack else None, unopened


def _level(stack: list[tuple[str, int]], sign: str) -> int | None:
    """Return the innermost open mark that a sign closes."""
    return next((n for n in range(len(stack) - 1, -1, -1) if closes(stack[n][0], sign)), None)


def _beside(text: str, start: int, end: int, at: int, length: int = 1) -> tuple[str, str]:
    """Return the characters before and behind a mark, within a stretch."""
    behind = at + length
    return text[at - 1 : at] if at > start else "", text[behind : behind + 1] if behind < end else ""


def _only_opens(sign: str, before: str, after: str) -> bool:
    return sign in _CLOSERS and _opens(before, after) and not _shuts(before, after)


def _may_open(sign: str, before: str, after: str) -> bool:
    """Return whether a mark that closes nothing opens a quotation."""
    if sign not in _CLOSERS:
        return False
    if _opens(before, after) or sign in "«„“「『〝`":
        return True
    return not (_shuts(before, after) or _within_word(before, after))


def _opens(before: str, after: str) -> bool:
    if not after or after.isspace() or after in _CLOSING:
        return False
    return not before or before.isspace() or before in _OPENS_AFTER or before in _CLOSERS


def _shuts(before: str, after: str) -> bool:
    return bool(before) and not before.isspace() and not after.isalnum() and before not in "([{"


def _within_word(before: str, after: str) -> bool:
    return before.isalnum() and after.isalnum()


def _is_no_mark(text: str, at: int, end: int, before: str, after: str, stack: list[tuple[str, int]]) -> bool:
    """Return whether a straight mark is the sign of an inch, or of a Hebrew abbreviation."""
    if _HEBREW.match(before) and _HEBREW.match(after):
        return True
    if not before.isdigit() or after.isalnum():
        return False
    if not any(closes(sign, '"') for sign, _ in stack):
        return True
    # Inside a quotation, it is an inch if another mark closes the quotation.
    place = text.find('"', at + 1, end)
    if place < 0:
        return False
    beyond = text[place + 1] if place + 1 < end else ""
    return _shuts(text[place - 1], beyond) and not _opens(text[place - 1], beyond)


def _singles(text: str, start: int, end: int, doubles: list[Marked]) -> list[Marked]:
    """Return stretches between single marks, without apostrophes."""
    marked: list[Marked] = []
    doubles = _outermost(doubles)
    signs = [match.start() for match in _SINGLE_MARK.finditer(text, start, end)]
    at = start
    for number, place in enumerate(signs):
        if place < at or not _opens_single(text, start, end, place):
            continue
        closer = _closer(text, end, place, map(signs.__getitem__, range(number + 1, len(signs))))
        if closer is None or _crosses(doubles, place, closer):
            continue
        marked.append(Marked(place + 1, closer, place, closer + 1))
        at = closer + 1
    return marked


def _opens_single(text: str, start: int, end: int, place: int) -> bool:
    """Return whether a single mark may open a quotation, and is no apostrophe."""
    before, after = _beside(text, start, end, place)
    if text[place] not in _CLOSERS or not _opens(before, after) or _ELISION.match(text, place):
        return False
    return not (before and before in "'`,") and not (after and after in "'`")


def _closer(text: str, end: int, opener: int, signs: Iterable[int]) -> int | None:
    """Return the mark that closes a single opening mark: the first that is surely no apostrophe."""
    weak: int | None = None
    for place in signs:
        before, after = _beside(text, 0, end, place)
        if _within_word(before, after):
            continue
        if _opens_single(text, 0, end, place):
            break
        if before.isspace() or not (closes(text[opener], text[place]) and _shuts(before, after)):
            continue
        # Possibly a plural in the genitive: "the tenants' rights".
        if not (before in "sSzZxX" and after.isspace()):
            return place
        weak = weak or place
    return weak


def _crosses(doubles: list[Marked], start: int, end: int) -> bool:
    """Return whether a stretch overlaps one between double marks without containing it."""
    return _is_inside(doubles, start) or _is_inside(doubles, end)


def _is_inside(marked: list[Marked], at: int) -> bool:
    """Return whether an offset is inside of one of some stretches that do not overlap."""
    number = bisect_right(marked, at, key=lambda m: m.outer_start) - 1
    return number >= 0 and at < marked[number].outer_end


def _outermost(marked: list[Marked]) -> list[Marked]:
    ordered = sorted(marked, key=lambda m: (m.outer_start, -m.outer_end))
    outermost: list[Marked] = []
    for each in ordered:
        if not outermost or each.outer_start >= outermost[-1].outer_end:
            outermost.append(each)
    assert all(one.outer_end <= other.outer_start for one, other in pairwise(outermost))
    return outermost
