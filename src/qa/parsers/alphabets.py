"""Rate how closely a decoded text in Latin script resembles text by a person.

The Latin code pages share so much that statistics confuse them, especially if non-ASCII letters are rare:
byte 82 is é in one and a low quotation mark in another. A wrong encoding puts signs into words, capitals into
lower case, or letters together that no single language has.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from itertools import islice

_LETTERS = (
    "éèêëàâîïôöûüçñäåæøœ",  # English, in its loan words
    "éèêëàâîïôùûüçœæÿ",  # French
    "äöüßé",  # German
    "áéíóúüñçªº",  # Spanish
    "áâãàçéêíóôõúüªº",  # Portuguese
    "àèéìíîòóùúª",  # Italian
    "åäöéü",  # Swedish, Finnish
    "åæøéèêòóôü",  # Danish, Norwegian
    "áéíóúýþæöð",  # Icelandic
    "áéíóöőúüű",  # Hungarian
    "ąćęłńóśźż",  # Polish
    "áčďéěíňóřšťúůýž",  # Czech
    "áäčďéíĺľňóôŕšťúýž",  # Slovak
    "čćđšž",  # Croatian, Slovene
    "ăâîşţșț",  # Romanian
    "çğıöşüİâîû",  # Turkish
    "ąčęėįšųūž",  # Lithuanian
    "āčēģīķļņšūž",  # Latvian
    "äöõüšž",  # Estonian
    "áàçéèíïóòúü·",  # Catalan
    "éëïóöüáèê",  # Dutch
    "ăâđêôơưáàãéèíìóòõúùýĩũ\u0301\u0300\u0309\u0303\u0323₫",  # Vietnamese
    "ëç",  # Albanian
)
_ALPHABETS = tuple(frozenset(letters + letters.upper()) for letters in _LETTERS)
_ONE_BEYOND = re.compile(r"[^\x00-\x7f]")
_BEYOND = re.compile(r"[^\x00-\x7f]+")
# In order of preference: of two that fit equally well, the more widespread encoding wins.
_ENCODINGS = ("cp1252", "mac_roman", "cp850", "cp437", "cp1250", "iso8859_2", "cp852", "cp1254")
# A text with at least this fit is accepted without trying other encodings.
_ENOUGH = 0.85
_MOST_LETTERS = 2_000


def is_other_script(text: str) -> bool:
    """Return whether words of a text are in another script; such letters inside Latin words are errors."""
    apart = beyond = 0
    for match in islice(_BEYOND.finditer(text), _MOST_LETTERS):
        beyond += 1
        before, after = text[match.start() - 1 : match.start()], text[match.end() : match.end() + 1]
        glued = _is_ascii_letter(before) or _is_ascii_letter(after)
        apart += not glued and any(_is_foreign(char) for char in match[0])
    return 2 * apart > beyond


def is_one_by_one(text: str) -> bool:
    """Return whether a text never has two letters of another script in a row, as real words would."""
    return not any(
        sum(map(_is_foreign, match[0])) > 1 or any(char > "\u2e80" for char in match[0])
        for match in islice(_BEYOND.finditer(text), _MOST_LETTERS)
    )


def likeliest(data: bytes, guess: str) -> str:
    """Return the encoding of a text in Latin script: ``guess``, unless another fits clearly better."""
    best, best_fit = guess, fit(data.decode(guess, "replace"))
    if best_fit < _ENOUGH:
        for encoding in _ENCODINGS:
            candidate_fit = fit(data.decode(encoding, "replace"))
            if candidate_fit > best_fit + 0.05:
                best, best_fit = encoding, candidate_fit
    return best


def fit(text: str) -> float:
    """Return the share, from 0 to 1, of non-ASCII characters that are placed as in a single language."""
    padded = f" {text} "
    beyond = [match.start() for match in islice(_ONE_BEYOND.finditer(padded), _MOST_LETTERS)]
    if not beyond:
        return 1.0
    signs, letters = 0.0, []
    for at in beyond:
        char, before, after = padded[at], padded[at - 1], padded[at + 1]
        if char.isalpha():
            letters.append((char, _case_fits(char, before, after)))
        else:
            signs += sign_fits(char, before, after)
    best = max(sum(fits for char, fits in letters if char in alphabet) for alphabet in _ALPHABETS)
    return (signs + best) / len(beyond)


def _is_ascii_letter(char: str) -> bool:
    return char.isascii() and char.isalpha()


@lru_cache(maxsize=4096)
def _is_foreign(char: str) -> bool:
    return char.isalpha() and not unicodedata.name(char, "").startswith(("LATIN", "MODIFIER"))


@lru_cache(maxsize=4096)
def _case_fits(char: str, before: str, after: str) -> float:
    if char.isupper() and before.islower():
        return 0.0
    if char.isupper() and not before.isalpha() and not after.isalpha():
        return 0.5  # "À" alone is a word; most other letters are not
    if not before.isalpha() and not after.isalpha():
        return 1.0 if char in "àáéèòóôùúyíìªº" else 0.3
    return 1.0


@lru_cache(maxsize=4096)
def sign_fits(char: str, before: str, after: str) -> bool:
    """Return whether a sign occurs between these neighbours in written text."""
    for signs, fits in _SIGNS:
        if char in signs:
            return fits(before, after)
    return unicodedata.combining(char) != 0


def _apostrophe_fits(before: str, after: str) -> bool:
    """Return whether an apostrophe or quotation mark is beside a word."""
    return before.isalnum() or after.isalnum()


def _opening_fits(before: str, after: str) -> bool:
    """Return whether an opening sign is at the start of a word."""
    return not before.isalnum() and not after.isspace()


def _closing_fits(before: str, after: str) -> bool:
    """Return whether a closing sign is at the end of a word."""
    return not before.isspace() and not (before.isalpha() and after.isalpha())


def _money_fits(before: str, after: str) -> bool:
    """Return whether a currency or section sign is beside a figure or begins a word."""
    return (before.isdigit() or after.isdigit() or before.isspace()) and not before.isalpha()


def _loose_fits(before: str, after: str) -> bool:
    """Return whether a sign is not within a word in lower case."""
    return not (before.islower() and after.islower())


# The rule for the neighbours of each sign.
_SIGNS: tuple[tuple[frozenset[str], Callable[[str, str], bool]], ...] = (
    (frozenset("’'"), _apostrophe_fits),
    (frozenset("“‘„«‹¿¡‚"), _opening_fits),
    (frozenset("”’»›…™®©°ªº²³´"), _closing_fits),
    (frozenset("£€¥¢§¶№"), _money_fits),
    (frozenset("–—•·\u00a0\u00ad½¼¾×±µ†‡‰"), _loose_fits),
)
