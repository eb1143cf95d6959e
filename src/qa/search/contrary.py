"""Detect contradictions between a question and a similar sentence: an opposite, or a missing "not".

Similarities hardly separate "the largest lake" from "the smallest lake", or a statement from its negation,
because both share nearly every word. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from types import MappingProxyType

from qa import lang
from qa.text.tokens import stem


def negates(text: str, language: str = "en") -> bool:
    """Return whether a question is negative: "Who did not sign?"; false in a language without an entry."""
    pattern = _pattern(language, False)
    return bool(pattern and pattern.search(text))


def denies(text: str, language: str = "en") -> bool:
    """Return whether a sentence has any negation; true in a language without an entry."""
    pattern = _pattern(language, True)
    return pattern is None or bool(pattern.search(text))


def opposed(asked: Iterable[Collection[str]], stems: Collection[str], language: str = "en") -> bool:
    """Return whether a text has the opposite of a word of the question, and not the word itself.

    Args:
        asked: The words of the question, each as its stems in one or more languages.
        stems: The stems of the text.
        language: The language of both.
    """
    opposites = _opposites(language)
    return any(
        not opposites[form].isdisjoint(stems) and not any(variant in stems for variant in word)
        for word in asked
        for form in word
        if form in opposites
    )


@cache
def _pattern(language: str, with_denials: bool) -> re.Pattern[str] | None:
    entry = lang.get(language)
    if not entry.negations:
        return None
    words = f"{entry.negations}|{entry.denials}" if with_denials else entry.negations
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


@cache
def _opposites(language: str) -> Mapping[str, frozenset[str]]:
    """Return the stems of the opposites of each stem."""
    opposites: dict[str, set[str]] = {}
    for pair in lang.get(language).opposites:
        first, second = (stem(word, language) for word in pair)
        opposites.setdefault(first, set()).add(second)
        opposites.setdefault(second, set()).add(first)
    return MappingProxyType({word: frozenset(others) for word, others in opposites.items()})
