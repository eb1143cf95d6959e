"""Find the parties of a contract in its opening, as exact slices: "between Acme Corp. and Beta LLC".

Only names that the text itself marks as such count: by the form of a company, by a short name in brackets
("Acme"), or by what they are ("a Delaware corporation").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from qa import lang

OPENING = 6_000
"""Characters at the start of a document in which its parties are looked for."""
_MOST = 3
_FIRST_WITHIN, _NEXT_WITHIN = 200, 900
_FORM = (
    r"(?:Limited\s+Liability\s+Company|Inc|Incorporated|Corp|Corporation|Co|Ltd|Limited|LLC|L\.\s?L\.\s?C|LLP|L\.L\.P|LP|L\.P|PLC|Plc|plc|"
    r"N\.?V|B\.?V|S\.?A|S\.?A\.?R\.?L|S\.?p\.?A|GmbH|AG|AB|A/S|Oy|KG|SE|K\.K|INC|INCORPORATED|CORP|CORPORATION|CO|"
    r"LTD|LIMITED|GMBH)(?![\w])\.?"
)
_NO_WORD = (
    r"(?!(?:AND|BETWEEN|AMONG|HEREINAFTER|WHEREAS|AS|THE|This|THIS|Address|Attention|Parties|PARTIES|Party|PARTY|"
    r"Exhibit|EXHIBIT|Dated|DATED)\b)"
)
_WORD = rf"{_NO_WORD}(?:[^\W\d_a-zß-öø-ÿ][\w&.'’/®-]*|&|[«<]+|[»>]+|\d[\w-]*(?=,?\s+[^\W\d_a-z]))"
_NAME = re.compile(rf"{_WORD}(?:\s+(?:(?:of|de|la|for)\s+)?{_WORD})*(?:,?\s+{_FORM})*")
_HAS_FORM = re.compile(rf"(?<!\w){_FORM}")
# What shows that a name is a party: a short name in brackets, or what kind of person it is.
_SHORT_NAME = (
    r"\s*,?\s*\(\s*(?:(?i:the|hereinafter|hereafter|referred|called|to|as|in|this|agreement|collectively|,)\s+)*"
    r"[\"“”'‘]"
)
_KIND = (
    r"\s*(?:\([^()]{0,80}\))?,?\s+(?i:an?|the)\s+[^.;()]{0,90}?"
    r"(?i:corporation|compan(?:y|ies)|partnership|individual|association|institution|agency|trust|citizen|"
    r"resident|bank)\b"
)
_SEAT = (
    r"\s*,?\s+(?:having|with (?:its|an?|his|her)\b|whose|located|incorporated|organi[sz]ed|registered|"
    r"represented|residing)"
)
_MARKED = re.compile(rf"{_SHORT_NAME}|{_KIND}|{_SEAT}")
_KIND_AFTER = re.compile(_KIND)
_CALLED = re.compile(r"\s*,?\s*\(\s*(?:the\s+)?here(?:in)?after\b", re.IGNORECASE)
_BETWEEN = re.compile(r"\b(?:between|among)\b(?:\s+and\s+(?:among|between)\b)?", re.IGNORECASE)
_NEXT = re.compile(r"(?:(?<=[\s,;)\"”])(?P<and>and|AND|&)|[,;])\s+(?:(?:\(?\d\)|\d\.)\s*)?")
_ENDED = re.compile(
    r"[\"”]\s*\)\s*\.|\b(?:WHEREAS|RECITALS|WITNESSETH|BACKGROUND|TABLE OF CONTENTS|each of)\b"
)
_LABELLED = re.compile(r"\bParty\s+([A-C]|[1-3])\b[^:\n]{0,40}:\s*")
_NUMBERED = re.compile(r"\(([1-3])\)\s*")
_PARTIES = re.compile(r"\b(?:PARTIES|[Pp]arties|between|among|BETWEEN|AMONG)\b")
_KINDS = lang.in_any("document_kinds")
_STOP_WORDS = lang.in_any("stop_words")
_SHORT = 3
_LETTERS = re.compile(r"[^\W\d_]+")


def name_with_parties(title: str, text: str) -> str | None:
    """Return the title of a contract with its parties: "Supply Agreement (Acme Corp. / Beta LLC)".

    Args:
        title: The title, which may name a party itself; then only the others are added.
        text: The text of the document.

    Returns:
        The name; None if the title names no kind of contract, or the text shows no other party.
    """
    if not is_contract(title):
        return None
    names = (" ".join(name.split()) for name in parties(text[:OPENING]))
    others = [name for name in names if not _is_named(name, title)]
    return f"{_without_capitals(title)} ({' / '.join(others)})" if others else None


def is_contract(title: str) -> bool:
    """Return whether a title names a kind of document that has parties."""
    return not _KINDS.isdisjoint(word.casefold() for word in _LETTERS.findall(title))


def _is_named(name: str, title: str) -> bool:
    """Return whether a title has the first words of a name, without their marks and letter case."""
    first = " ".join(_LETTERS.findall(name)[:2]).casefold()
    return first in " ".join(_LETTERS.findall(title)).casefold()


def _without_capitals(title: str) -> str:
    """Return a title in capitals with a capital for each important word; short words may be abbreviations."""
    if not title.isupper():
        return title
    words = [word.lower() if word.lower() in _STOP_WORDS else word for word in title.split()]
    return " ".join(word.title() if word.isupper() and len(word) > _SHORT and word.isalpha() else word
                    for word in words)  # fmt: skip


@lru_cache(maxsize=4_096)
def parties(opening: str) -> tuple[str, ...]:
    """Return the names of the parties, in order, as slices of the opening; empty if the text shows none."""
    for candidates in (_between, _labelled, _numbered, _described):
        names = dict.fromkeys(candidates(opening))
        # A short form of a name is the same party.
        if whole := [name for name in names if not any(name != other and name in other for other in names)]:
            return tuple(whole[:_MOST])
    return ()


def _between(opening: str) -> list[str]:
    for begin in _BETWEEN.finditer(opening):
        names = list(_listed(opening, begin.end()))
        if names:
            return names
    return []


def _listed(opening: str, start: int) -> Iterator[str]:
    """Yield the names of a list that begins at an offset."""
    end = _first(opening, start)
    if end is None:
        return
    first, at = end
    yield first
    ended = _ENDED.search(opening, at)
    limit = min(at + _NEXT_WITHIN, ended.start() if ended else len(opening))
    while at < limit:
        follows = next(_following(opening, at, limit), None)
        if follows is None:
            return
        name, at = follows
        limit = min(max(limit, at), at + _NEXT_WITHIN)
        yield name


def _first(opening: str, start: int) -> tuple[str, int] | None:
    match = _NAME.search(opening, start, min(len(opening), start + _FIRST_WITHIN))
    # A sentence about something else comes first.
    if match is None or "." in opening[start : match.start()]:
        return None
    name = _cut(match[0])
    if not _is_marked(opening, match.start(), name, strict=False):
        return None
    return name, match.start() + len(name)


def _following(opening: str, start: int, limit: int) -> Iterator[tuple[str, int]]:
    for joint in _NEXT.finditer(opening, start, limit):
        match = _NAME.match(opening, joint.end())
        if match is None:
            continue
        name = _cut(match[0])
        # After a comma, it may be a part of an address.
        if _is_marked(opening, match.start(), name, strict=joint["and"] is None):
            yield name, match.start() + len(name)


def _labelled(opening: str) -> Iterator[str]:
    seen: set[str] = set()
    for label in _LABELLED.finditer(opening):
        match = _NAME.match(opening, label.end())
        if match and label[1] not in seen and not opening.startswith(":", match.end()):
            seen.add(label[1])
            yield _cut(match[0])


def _numbered(opening: str) -> Iterator[str]:
    begin = _PARTIES.search(opening)
    expected = 1
    for number in _NUMBERED.finditer(opening, begin.end() if begin else len(opening)):
        match = _NAME.match(opening, number.end())
        # "(1) Name:" is a form to fill in.
        if match is None or int(number[1]) != expected or opening[match.end() :].lstrip().startswith(":"):
            return
        expected += 1
        yield _cut(match[0])


def _described(opening: str) -> Iterator[str]:
    """Yield the names of companies with what they are: "Acme, Inc., a Nevada corporation"."""
    for match in _NAME.finditer(opening):
        name = _cut(match[0])
        after = match.start() + len(name)
        if _HAS_FORM.search(name) and (_KIND_AFTER.match(opening, after) or _CALLED.match(opening, after)):
            yield name


def _is_marked(opening: str, start: int, name: str, *, strict: bool) -> bool:
    if len(name) < 3 or len(name) > 120 or "\n\n" in name:
        return False
    has_form = bool(_HAS_FORM.search(name)) and len(name.split()) > 1
    return has_form or (not strict and bool(_MARKED.match(opening, start + len(name))))


def _cut(name: str) -> str:
    """Return a name up to the form of its company; what follows is another sentence."""
    name = name.split("\n\n", maxsplit=1)[0]
    last = None
    for form in _HAS_FORM.finditer(name):
        last = form
    return name[: last.end()] if last else name.rstrip(".,")
