"""Fold texts for comparison: which characters count, and where their words begin and end.

Two texts that differ only typographically have the same letters, digits and punctuation in the same order
(`key`). Whether they say the same (`same`) also depends on what separates them: "not able" is not "notable",
and "5-10" is not "510".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

from qa.text.exact import fold
from qa.text.tokens import UNSPACED

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u2e3a\u2e3b\u301c"
QUOTES = "\"'“”„‟‘’‚‛«»‹›″′〝〞〟「」『』＂＇`´ʼ\u201b"
RAISED = "\u00b2\u00b3\u00b9\u2070\u2074-\u2079"
INVISIBLE = (
    "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff\ufffe"
)
EMPHASIS = "*_"

# The figures of H₂O, which plain text does not lower; raised figures are exponents.
LOWERED = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_IGNORED = re.compile(rf"[\s{re.escape(DASHES)}{QUOTES}{RAISED}{INVISIBLE}{EMPHASIS}]")
_APOSTROPHES = frozenset("'’‘‛ʼ´`＇′")
_UNSPACED = re.compile(f"[{UNSPACED}]")
# A mark of a footnote behind a word or punctuation, but not an exponent.
_NOTE_MARK = re.compile(
    rf"(?:(?<=[^\W\d_]{{3}})|(?<=[.,;:!?)\]{QUOTES}]))(?:[{RAISED}]{{1,4}}|\[\d{{1,3}}\])(?![{RAISED}\w])"
)
# A hyphen at a line end, which may have become a space: "commit- tee".
_HYPHEN = re.compile(r"(?:\s*\u00ad|[-\u2010\u2011])\s*\Z")
_NO_QUOTES = {ord(sign): None for sign in QUOTES}
_DASH = re.compile(f"[{re.escape(DASHES)}]")
_INVISIBLE = re.compile(f"[{INVISIBLE}]")
_EMPHASIS = re.compile(r"(?<!\w)[*_]{1,3}(?=[^\s*_])|(?<=[^\s*_])[*_]{1,3}(?!\w)")


class _Key(dict[int, str]):
    """The folded form of each character, computed on first use; empty for those that do not count."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        self[code] = folded = "" if _IGNORED.match(sign) else fold(sign).translate(LOWERED)
        return folded


_KEY = _Key()
_ASCII_KEY = bytes(ord(_KEY[code] or " ") if code < 128 else code for code in range(256))
_ASCII_IGNORED = bytes(code for code in range(128) if not _KEY[code])
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def key(text: str) -> str:
    """Return the letters, digits and punctuation of a text in the form in which they are compared."""
    if not text.isascii():
        others = set(_NOT_ASCII.findall(text))
        if not all(map(_is_simple, others)):
            return text.translate(_KEY)
        for sign in others:
            text = text.replace(sign, _KEY[ord(sign)])
    # Twenty times as fast as the translation of a text.
    return text.encode("ascii").translate(_ASCII_KEY, _ASCII_IGNORED).decode("ascii")


@cache
def _is_simple(sign: str) -> bool:
    """Return whether the folded form of a character consists of ASCII signs that are their own keys."""
    folded = _KEY[ord(sign)]
    return folded.isascii() and folded == folded.translate(_KEY)


def find(text: str, phrase: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of a text whose key is ``phrase``, in order, overlaps left out.

    Args:
        text: The text.
        phrase: A key; see `key`.
    """
    folded = key(text)
    at = folded.find(phrase) if phrase else -1
    if at < 0:
        return
    lengths = [len(_KEY[ord(sign)]) for sign in text]
    ends = list(accumulate(lengths))
    places = [place for place, length in enumerate(lengths) for _ in range(length)]
    while at >= 0:
        first, last = places[at], places[at + len(phrase) - 1]
        # A match must not begin or end inside a ligature.
        whole = (at == 0 or places[at - 1] != first) and ends[last] == at + len(phrase)
        if whole and not _cuts_word(text, first) and not _cuts_word(text, last + 1):
            yield first, last + 1
            at = folded.find(phrase, at + len(phrase))
        else:
            at = folded.find(phrase, at + 1)


def same(one: str, other: str) -> bool:
    """Return whether two texts differ only in typography.

    Spaces of any kind, line breaks, hyphenation, kinds of dashes, quotation marks, ligatures, letter case,
    emphasis signs and marks of footnotes may differ. A space between two words, a long dash, an apostrophe
    within a word, a sign before a number and all other characters may not.
    """
    first, second = _contents(one), _contents(other)
    if [sign for sign, _ in first] != [sign for sign, _ in second]:
        return False
    signs = ["", *(sign for sign, _ in first)]
    return all(
        _may_differ(signs[at], signs[at + 1], first[at][1], second[at][1])
        for at in range(len(first))
        if first[at][1] != second[at][1]
    )


def without_note_marks(text: str) -> str:
    """Return a text of the same length in which marks of footnotes are blanks."""
    return _NOTE_MARK.sub(lambda match: " " * len(match[0]), text)


def is_unspaced(sign: str) -> bool:
    """Return whether a character belongs to a script without spaces."""
    return _UNSPACED.match(sign) is not None


def _cuts_word(text: str, at: int) -> bool:
    """Return whether an offset is inside a word."""
    before, after = text[at - 1 : at] if at else "", text[at : at + 1]
    if not (before and after and before.isalnum() and after.isalnum()):
        return False
    if after in "¹²³⁰⁴⁵⁶⁷⁸⁹" and not before.isdigit():
        return False
    return not (_UNSPACED.match(before) or _UNSPACED.match(after))


def _contents(text: str) -> list[tuple[str, str]]:
    """Return each character that counts, folded, with the kind of gap before it.

    A gap is "" (nothing), " " (a space), "n" (a line end), "-" (a hyphen), "-n" (a hyphen with a space or a
    line end behind it) or "–" (a dash).
    """
    text = _EMPHASIS.sub("", _INVISIBLE.sub(_joiner, without_note_marks(text)))
    contents: list[tuple[str, str]] = []
    gap = ""
    for at, sign in enumerate(text):
        folded = _counted(text, at, sign)
        if not folded:
            gap += sign
            continue
        kind = _gap(gap)
        for part in folded:
            contents.append((part, kind))
            kind = ""
        gap = ""
    return contents


def _joiner(match: re.Match[str]) -> str:
    # A soft hyphen at a line end splits a word; elsewhere, invisible characters are nothing.
    return match[0] if match[0] == "\u00ad" and match.string[match.end() : match.end() + 1].isspace() else ""


def _counted(text: str, at: int, sign: str) -> str:
    """Return the folded form of a character at an offset; empty if it does not count there."""
    before, after = text[at - 1 : at] if at else "", text[at + 1 : at + 2]
    if sign in _APOSTROPHES:
        return "'" if before.isalnum() and after.isalnum() else ""
    if sign in EMPHASIS or sign in "²³¹⁰⁴⁵⁶⁷⁸⁹":
        return sign
    return _KEY[ord(sign)]


def _gap(gap: str) -> str:
    bare = gap.translate(_NO_QUOTES) if gap else ""
    if not bare:
        return ""
    if _HYPHEN.match(bare):
        return "-n" if bare[-1].isspace() else "-"
    if _DASH.search(bare):
        return "–"
    return "n" if "\n" in bare or "\r" in bare else " "


_ALIKE = [
    # Between two letters: a hyphen may be there or not, and a line may end anywhere.
    {"", "-"}, {"", "-n"}, {"", "n"}, {" ", "-"}, {" ", "-n"}, {" ", "n"}, {"-", "-n"}, {"-", "n"},
    {"-n", "n"}, {"–", "-"}, {"–", "-n"},
]  # fmt: skip
_ALIKE_AT_NUMBERS = [{" ", "n"}, {"-", "-n"}, {"–", "-"}, {"–", "-n"}]


def _may_differ(before: str, after: str, one: str, other: str) -> bool:
    """Return whether two kinds of gap between two characters make no difference."""
    gaps = {one, other}
    if gaps in _ALIKE_AT_NUMBERS:
        return True
    if after.isdigit() and (before.isdigit() or gaps & {"-", "–"}):
        return False
    if not before:
        return True
    if before.isalnum() and after.isalnum():
        spaceless = _UNSPACED.match(before) is not None and _UNSPACED.match(after) is not None
        return gaps in _ALIKE or (spaceless and gaps <= {"", " ", "n"})
    # Spaces beside punctuation differ between countries and fonts; a dash there is punctuation itself.
    return not gaps & {"–", "-"} or gaps <= {"–", "-", "-n"}
