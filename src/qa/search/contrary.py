"""What speaks against a sentence that is like a question in all else: an opposite in it, or a "not" it lacks.

A similarity hardly tells "the largest lake" from "the smallest lake", nor what is from what is not, and
both share nearly every word. Pure functions.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from types import MappingProxyType

from qa import lang
from qa.text.tokens import stem


def negates(text: str, language: str = "en") -> bool:
    """Whether a question asks for what is not: "Who did not sign?"; never in a language that has no entry."""
    pattern = _pattern(language, False)
    return bool(pattern and pattern.search(text))


def denies(text: str, language: str = "en") -> bool:
    """Whether a sentence says of anything that it is not, in whatever words; true where none can tell."""
    pattern = _pattern(language, True)
    return pattern is None or bool(pattern.search(text))


def opposed(asked: Iterable[Collection[str]], here: Collection[str], language: str = "en") -> bool:
    """Whether the opposite of a word that was ``asked`` stands ``here``, and not the word itself.

    Both are stems, each word of the question in one or more forms.
    """
    known = _opposites(language)
    return any(
        not known[form].isdisjoint(here) and not any(other in here for other in word)
        for word in asked
        for form in word
        if form in known
    )


@cache
def _pattern(language: str, widely: bool) -> re.Pattern[str] | None:
    known = lang.get(language)
    if not known.negations:
        return None
    words = f"{known.negations}|{known.denials}" if widely else known.negations
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


@cache
def _opposites(language: str) -> Mapping[str, frozenset[str]]:
    """For each stem those of its opposites."""
    found: dict[str, set[str]] = {}
    for pair in lang.get(language).opposites:
        one, other = (stem(word, language) for word in pair)
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return MappingProxyType({word: frozenset(others) for word, others in found.items()})
