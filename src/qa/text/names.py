"""Recognise text that says nothing by itself: titles, labels, addresses, empty forms, lead-ins of lists."""

from __future__ import annotations

import re

from qa.text.labels import has_bullet, read_label
from qa.text.titles import has_cases, is_capitals, is_title_case

_CELLS = re.compile(r"[\n\t]+")
_MARKS = re.compile(r"[\W_]+")
_LEAD_IN = re.compile(r"[:：]\s*$")
_SENTENCE_END = re.compile(r"[.!?;。！？；۔]['\"”’»)\]]*$")
_MAX_NAME_WORDS, _MAX_STOPPED_WORDS, _MAX_LABEL_WORDS = 12, 4, 5
"""Maximum words of a name; of a line with a full stop, or with a colon."""
_LEADER = re.compile(r"\s*(?:(?:\.\s?){4,}|…{2,}\.*|(?:·\s?){4,}|_{4,}|\t)\s*[\divxlc-]*\W*$", re.IGNORECASE)


def is_lead_in(text: str) -> bool:
    """Return whether a text announces what comes after it: "The supplier shall:"."""
    return _LEAD_IN.search(text) is not None


def has_end(text: str) -> bool:
    """Return whether a text ends as a sentence does, which an item with a semicolon does not."""
    return _SENTENCE_END.search(text.rstrip()) is not None and text.rstrip()[-1] not in ";；"


def is_complete(text: str) -> bool:
    """Return whether an item of a list is a sentence: it begins with a capital and has an end."""
    label = read_label(text, 0, len(text))
    words = text[label.end if label else 0 :].strip()
    if label is None and has_bullet(text, 0, len(text)):
        words = words[1:].lstrip()
    return not words[:1].islower() and has_end(words)


def is_name(text: str) -> bool:
    """Return whether a text states nothing: every line and cell is a title, a name, a label or a figure.

    Examples are "Media Work", "Gentlemen:", the lines of an address, and "Name: ____".
    """
    return all(_is_name(cell.strip()) for cell in _CELLS.split(text))


def _is_name(cell: str) -> bool:
    label = read_label(cell, 0, len(cell))
    words = cell[label.end if label else 0 :].strip()
    letters = _MARKS.sub("", words)
    if not letters or letters.isdigit():
        return True
    # Without capitals, nothing distinguishes a name from a sentence.
    if not has_cases(words):
        return False
    count = len(words.split())
    if is_lead_in(words):
        return count <= _MAX_LABEL_WORDS
    if count > (_MAX_STOPPED_WORDS if _SENTENCE_END.search(words) else _MAX_NAME_WORDS):
        return False
    # A house number and a date are no words in small letters.
    title = " ".join(word for word in words.split() if any(map(str.isalpha, word)))
    return is_title_case(title) or is_capitals(title)


def is_unfinished(text: str) -> bool:
    """Return whether a text is one short line without an end and no item, as a title or a label is."""
    label = read_label(text, 0, len(text))
    words = text[label.end if label else 0 :].split()
    if "\n" in text or len(words) > _MAX_NAME_WORDS or _SENTENCE_END.search(text):
        return False
    return not (words and words[0][0].islower())


def plain_title(text: str) -> str:
    """Return the words of a title without its number, its page in a list of contents, marks and case."""
    text = _LEADER.sub("", text)
    label = read_label(text, 0, len(text))
    words = text[label.end :] if label and label.end < len(text) else text
    return " ".join(_MARKS.sub(" ", words).casefold().split())
