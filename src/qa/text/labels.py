"""Read the label at the start of a stretch, such as "2.1", "(b)", "Article IV", and its outline depth."""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa import lang
from qa.lang.zh import CHINESE

LETTER_ITEM, ROMAN_ITEM = 70, 80
"""Ranks of "(a)" and "(i)"."""

_NAMES = rf"{lang.alternatives('division_words')}|{lang.alternatives('clause_words')}"
_LABEL = re.compile(
    rf"(?P<name>{_NAMES})(?:\s+|(?<=[§.])\s*)"
    r"(?P<number>\d{1,3}(?:\.\d{1,3}){0,3}|(?-i:[IVXLC]{1,7}|[A-Z](?:-?\d{1,2})?))"
    r"(?:[.:)](?=\s|$|(?-i:[A-Z]))|(?![\w.,;'’(]))(?:\s*[–—-](?=\s))?"
    r"|(?P<parts>\(?\d{1,3}(?:\.\d{1,3}){1,4}[.)]?(?:\([a-zA-Z0-9]{1,4}\))*)(?=\s|$|(?-i:[A-Z][a-z]))"
    r"|(?P<figure>\d{1,3})(?:\.(?!\d)|\)(?!\w))"
    r"|\((?P<bracket>[\dA-Za-z]{1,2}|[ivxlcIVXLC]{1,6})\)"
    r"|(?P<letter>[A-Za-z]|[ivxlc]{1,6}|[IVXLC]{1,6}|(?-i:(?P<twice>[A-Z])(?P=twice)))[.)](?=\s|$)"
    rf"|第[\d一二三四五六七八九十百\s]+[{CHINESE.clause_counters}編编部]",
    re.IGNORECASE,
)
# A faster test, which most stretches fail.
_MAY_BE_LABEL = re.compile(r"[\d(§第]|[^\W\d_]{1,6}[.)]|[^\W\d_][\w-]*\.?\s+(?:\d|[A-Z](?![a-z]))")
_DIVISION = re.compile(rf"(?:{lang.alternatives('division_words')})$", re.IGNORECASE)
_ROMAN = re.compile(r"[ivxlc]+$")
_DIGITS = re.compile(r"\d+")
_BULLET = re.compile(r"[-*+•●▪■◦‣⁃➢–—·§](?=\s)\s*")
_ALPHANUMERIC = re.compile(r"[^\W_]")


@dataclass(frozen=True, slots=True)
class Label:
    """The label of a stretch.

    Attributes:
        end: Offset of the text after the label and white space.
        rank: Depth in an outline: a larger rank is below a smaller one.
        is_named: Whether a word names it: "Article IV".
        value: The value of a number, 0 for a letter.
        is_enclosed: Whether it is an item label such as "(a)" or "b)".
    """

    end: int
    rank: int
    is_named: bool = False
    value: int = 0
    is_enclosed: bool = False


def read_label(text: str, start: int, end: int) -> Label | None:
    """Return the label at ``start`` of the stretch that ends at ``end``, None if it has none."""
    match = _LABEL.match(text, start, end) if _MAY_BE_LABEL.match(text, start, end) else None
    if match is None:
        return None
    after = match.end()
    while after < end and text[after].isspace():
        after += 1
    number = _DIGITS.findall(match[0])
    value = int(number[-1]) if number else 0
    if match["name"]:
        return Label(after, _named_rank(match["name"], match["number"]), is_named=True, value=value)
    if match["parts"]:
        return Label(after, 44 + 2 * len(_DIGITS.findall(match["parts"])), value=value)
    if match["figure"]:
        return Label(after, 40, value=value, is_enclosed=match[0].endswith(")"))
    if mark := match["bracket"] or match["letter"]:
        is_enclosed = match[0].endswith(")")
        return Label(after, _letter_rank(mark, is_bare=not is_enclosed), value=value, is_enclosed=is_enclosed)
    return Label(after, 10, is_named=True, value=value)


def is_only_label(text: str, start: int, end: int) -> bool:
    """Return whether a stretch is a label or a bullet without text: "14.", "(iv)"."""
    if bullet := _BULLET.match(text, start, end):
        start = bullet.end()
    label = read_label(text, start, end)
    if label is None:
        return not _ALPHANUMERIC.search(text, start, end)
    return not label.is_named and not _ALPHANUMERIC.search(text, label.end, end)


def has_bullet(text: str, start: int, end: int) -> bool:
    """Return whether a stretch begins with a bullet."""
    return _BULLET.match(text, start, end) is not None


def _named_rank(name: str, number: str) -> int:
    """Return the rank of a named label: a large part, an article, a section with its depth."""
    if _DIVISION.match(name):
        return 10
    if "." in number:
        return 44 + 2 * len(number.split("."))
    return 20 if name.isupper() or number.isupper() else 40


def _letter_rank(mark: str, *, is_bare: bool) -> int:
    if mark.isdigit():
        return 95
    is_roman = len(mark) > 1 or mark in "iIvVxX"
    if mark[0].isupper():
        # Large letters and numerals without brackets are above numbers, in brackets below.
        return (32 if is_roman else 36) if is_bare else 90
    return ROMAN_ITEM if is_roman and _ROMAN.match(mark) else LETTER_ITEM
