"""Abbreviations whose full stop ends no sentence, and what normally follows them."""

from __future__ import annotations

import re

from qa.lang import LANGUAGES

_LAST = re.compile(r"([^\s()\[\]{}“”„\"'’‘/–—«»,;:]+)\.([\"'”’»)\]]*)\s*$")
_FIGURE = re.compile(
    r"[(\[]?(?:\d|[§#¶º°ª]"
    # A letter or a Roman numeral alone; "A" and "I" before a small letter are words.
    r"|(?:[b-hj-zB-HJ-Z]|[AaIi](?!\s+[^\W\d_A-Z])|[ivxlcIVXLC]{2,7})(?![^\W_]))"
)
_SHORT = re.compile(r"([A-Z][a-z]{0,4})\.")
_MEASURED = re.compile(r"\d\s?$")


def _by_language(field: str) -> dict[str, frozenset[str]]:
    """Returns the abbreviations of each language and of English; of all, where the language is not known."""
    own = {code: getattr(language.abbreviations, field) for code, language in LANGUAGES.items()}
    every: frozenset[str] = frozenset().union(*own.values())
    return {**{code: own["en"] | abbreviations for code, abbreviations in own.items()}, "": every}


_BEFORE_FIGURES = _by_language("before_numbers")
_BEFORE_ALL = _by_language("before_words")
_WITHIN = _by_language("in_names")[""]


def goes_on(before: str, after: str, language: str) -> bool:
    """Returns whether ``before`` ends with an abbreviation after which the sentence goes on.

    ``language`` is empty where it is not known.
    """
    found = _LAST.search(before)
    if found is None:
        return False
    word, closed = found[1].casefold(), found[2]
    if is_before_figures(word, language) and not closed and _FIGURE.match(after):
        # "5 m. 3" is a measure, not "m. 3".
        return not (len(word) == 1 and _MEASURED.search(before[: found.start(1)]))
    if word in _BEFORE_ALL.get(language, _BEFORE_ALL["en"]):
        return True
    if closed:
        return False
    if word in _WITHIN:
        return _is_small(after) or _is_short(after)
    return len(word) > 1 and is_before_figures(word, language) and after[:1].islower()


def is_before_figures(word: str, language: str) -> bool:
    """Returns whether a word in small letters is an abbreviation that stands before figures."""
    return word in _BEFORE_FIGURES.get(language, _BEFORE_FIGURES["en"])


def _is_small(after: str) -> bool:
    return after[:1].islower() or after.lstrip("([")[:1].isdigit() or after[:1] == "§"


def _is_short(after: str) -> bool:
    """Whether the next word is an abbreviation itself, as in "Fed. R. Civ. P."."""
    found = _SHORT.match(after)
    return found is not None and (len(found[1]) == 1 or found[1].casefold() in _WITHIN)
