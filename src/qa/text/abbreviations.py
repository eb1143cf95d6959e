"""Recognise abbreviations whose full stop does not end a sentence, by what normally follows them."""

from __future__ import annotations

import re

from qa.lang import LANGUAGES

_LAST = re.compile(r"([^\s()\[\]{}“”„\"'’‘/–—«»,;:]+)\.([\"'”’»)\]]*)\s*$")
_FIGURE = re.compile(
    r"[(\[]?(?:\d|[§#¶º°ª]"
    # A single letter or a Roman numeral; "A" and "I" before a lower-case letter are words.
    r"|(?:[b-hj-zB-HJ-Z]|[AaIi](?!\s+[^\W\d_A-Z])|[ivxlcIVXLC]{2,7})(?![^\W_]))"
)
_SHORT = re.compile(r"([A-Z][a-z]{0,4})\.")
_MEASURED = re.compile(r"\d\s?$")


def _by_language(field: str) -> dict[str, frozenset[str]]:
    """Return each language's abbreviations plus the English ones; under "", those of all languages."""
    by_code = {code: getattr(language.abbreviations, field) for code, language in LANGUAGES.items()}
    all_abbreviations: frozenset[str] = frozenset().union(*by_code.values())
    return {
        **{code: by_code["en"] | abbreviations for code, abbreviations in by_code.items()},
        "": all_abbreviations,
    }


_BEFORE_FIGURES = _by_language("before_numbers")
_BEFORE_ALL = _by_language("before_words")
_WITHIN = _by_language("in_names")[""]


def goes_on(before: str, after: str, language: str) -> bool:
    """Return whether ``before`` ends with an abbreviation after which the sentence continues.

    Args:
        before: Text before the possible sentence end.
        after: Text after it.
        language: ISO 639-1 code, empty if unknown.

    Returns:
        Whether the full stop belongs to an abbreviation inside the sentence.
    """
    abbreviation = _LAST.search(before)
    if abbreviation is None:
        return False
    word, closed = abbreviation[1].casefold(), abbreviation[2]
    if is_before_figures(word, language) and not closed and _FIGURE.match(after):
        # "5 m. 3" is a measure, not "m. 3".
        return not (len(word) == 1 and _MEASURED.search(before[: abbreviation.start(1)]))
    if word in _BEFORE_ALL.get(language, _BEFORE_ALL["en"]):
        return True
    if closed:
        return False
    if word in _WITHIN:
        return _is_small(after) or _is_short(after)
    return len(word) > 1 and is_before_figures(word, language) and after[:1].islower()


def is_before_figures(word: str, language: str) -> bool:
    """Return whether a lower-case word is an abbreviation that precedes numbers."""
    return word in _BEFORE_FIGURES.get(language, _BEFORE_FIGURES["en"])


def _is_small(after: str) -> bool:
    return after[:1].islower() or after.lstrip("([")[:1].isdigit() or after[:1] == "§"


def _is_short(after: str) -> bool:
    """Return whether the next word is itself an abbreviation, as in "Fed. R. Civ. P."."""
    match = _SHORT.match(after)
    return match is not None and (len(match[1]) == 1 or match[1].casefold() in _WITHIN)
