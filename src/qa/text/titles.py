"""Recognise titles by their words: capitals, no end of a sentence, few words."""

from __future__ import annotations

import re

from qa import lang
from qa.text.labels import read_label

MAX_TITLE_WORDS = 12
"""Maximum words of a title."""
_MAX_RUN_IN, _MAX_RUN_IN_WORDS, _MAX_PLAIN_RUN_IN_WORDS = 150, 9, 6
_DIGIT = re.compile(r"\d")
_WORD = re.compile(r"[^\W\d_](?:[\w'’&/-]*\w)?")
_NOT_TITLE = re.compile(r"[@=|\t]|://|_{2}|\$\s?\d|\d[\d.,]*\s?%|[.!?]\s+[^\W\d_]|\.{4}")
_MIN_CAPITALS = 0.4
"""Minimum share of words with a capital in a title."""
_STOP_WORDS = lang.in_any("stop_words")
_SHORT = 3
"""Maximum letters of a word that a title may have in lower case, besides stop words."""


def is_title_case(text: str) -> bool:
    """Return whether the first and all important words begin with a capital."""
    words = [word for word in map(_without_marks, text.split()) if word]
    if not words or not words[0][0].isupper():
        return False
    small = [word for word in words if word[0].islower()]
    if len(words) > 1 and len(words) - len(small) < max(2, _MIN_CAPITALS * len(words)):
        return False
    return all(len(word) <= _SHORT or word in _STOP_WORDS for word in small)


def _without_marks(word: str) -> str:
    return word.strip("\"'“”‘’«»()[].,:;&/–—-")


def is_capitals(text: str) -> bool:
    """Return whether a text has only capitals, except a few small letters such as a plural's."""
    letters = [c for c in text if c.isalpha()]
    return len(letters) > 2 and sum(c.isupper() for c in letters) >= 0.9 * len(letters)


def has_cases(text: str) -> bool:
    """Return whether the letters of a text have capitals."""
    return any(c.islower() or c.isupper() for c in text)


def may_be_title(text: str) -> bool:
    """Return whether a text is short, has words, and nothing that titles lack."""
    if not 2 <= len(text) <= 120 or len(text.split()) > MAX_TITLE_WORDS:
        return False
    return _NOT_TITLE.search(text) is None and len(_WORD.findall(text)) > 0


def run_in_title(text: str, start: int, end: int, *, begins_stretch: bool) -> int | None:
    """Return the end of a title that leads a sentence: "27. Governing Law." of "27. Governing Law. This …".

    Args:
        text: Text of the document.
        start: Offset of a piece that the sentence library separates.
        end: Its end.
        begins_stretch: Whether a line or paragraph begins with it.

    Returns:
        The end without the mark after the title, None if the piece is no title.
    """
    piece = text[start:end].rstrip()
    if not piece.endswith((".", ":", "—", "–", "-")) or len(piece) > _MAX_RUN_IN:
        return None
    label = read_label(text, start, end)
    words = text[label.end if label else start : start + len(piece) - 1].strip(" .:—–-")
    if label is not None:
        is_title = _is_run_in(words) if words else label.is_named
    else:
        is_title = begins_stretch and _is_plain_run_in(words)
    return start + len(piece) - 1 if is_title else None


def _is_run_in(words: str) -> bool:
    """Return whether the words after a label are a title."""
    if not words or len(words.split()) > _MAX_RUN_IN_WORDS or _NOT_TITLE.search(words):
        return False
    return has_cases(words) and (is_capitals(words) or is_title_case(words))


def _is_plain_run_in(words: str) -> bool:
    """Return whether words without a label are a title: few words without numbers."""
    if not _is_run_in(words) or _DIGIT.search(words) or not words[-1].isalpha():
        return False
    return 1 < len(words.split()) <= _MAX_PLAIN_RUN_IN_WORDS or (" " not in words and len(words) > _SHORT)
