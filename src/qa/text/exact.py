"""Find exact words in a text, regardless of its typography, line breaks and case.

Text and words are folded in the same way. Invisible characters are dropped, and white space of any kind
becomes one blank. A line end within a word, or within a script without spaces, disappears. Quotation marks,
dashes, ligatures and letters of other widths become those of a keyboard. Matches are offsets in the original
text.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from qa.text.tokens import UNSPACED

# Format characters (category Cf) and other characters that are not drawn.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0100-\U000e01ef"
)
_DASHES = "\\-\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
# A run of white space, dashes and invisible characters.
_GAP = re.compile(rf"[\s{_INVISIBLE}{_DASHES}]+")
_DASH = re.compile(rf"[{_DASHES}]")
_SPACE = re.compile(r"\s")
_UNSPACED = re.compile(rf"[{UNSPACED}\u3000-\u303f\uff00-\uff0f\uff1a-\uff1f]")
_DRAWN = re.compile(rf"[^{_INVISIBLE}]")
_MINUS = re.compile(r"(?:^|(?<=\s))[-\u2212](?=\d)")
_SIGNS = "%‰&@#§"
_EDGE = " .,;:!?-。，、；：！？…"

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("’‘‚‛ʼ`´′", "'"),
        **dict.fromkeys("“”„‟«»″〝〞〟", '"'),
        **dict.fromkeys("‹›", "'"),
    }
)


class _Folded(dict[int, str]):
    """Replacements of characters, computed on first use and cached."""

    def __missing__(self, code: int) -> str:
        sign = chr(code).translate(_ALIKE)
        # A superscript 9 is not a 9: "10⁹" is not 109.
        if not unicodedata.decomposition(sign).startswith(("<super>", "<sub>", "<fraction>")):
            sign = unicodedata.normalize("NFKD", sign)
        self[code] = folded = sign.casefold().translate(_ALIKE)
        return folded


_FOLDED = _Folded()


class _WithoutMarks(dict[int, str]):
    """A blank for each mark, itself for each other character, computed on first use and cached."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        is_mark = unicodedata.category(sign)[0] in "PZC" and sign not in _SIGNS
        self[code] = plain = " " if is_mark else sign
        return plain


_WITHOUT_MARKS = _WithoutMarks()


def fold(text: str) -> str:
    """Return a text in the form in which quoted words are compared with it."""
    return "".join(text[a:b].translate(_FOLDED) if b else gap for a, b, gap in _pieces(text))


def same_words(text: str) -> str:
    """Return a text without marks and white space between its words, and without case.

    Signs that have a meaning are no marks: "%", "$", "+", and the minus of a number.
    """
    folded = fold(_MINUS.sub("minus ", text))
    return " ".join(folded.translate(_WITHOUT_MARKS).split())


def folded_phrase(text: str) -> str:
    """Return quoted words in the form to search for, without the punctuation around them."""
    return fold(text).strip(_EDGE)


def find(text: str, phrase: str) -> list[tuple[int, int]]:
    """Return the spans of a phrase in a text as whole words, in order and without overlap.

    Args:
        text: Text to search.
        phrase: A phrase as `folded_phrase` returns it.

    Returns:
        Pairs of start and end offsets in ``text``, in code points.
    """
    if not phrase or phrase not in fold(text):
        return []
    signs: list[str] = []
    places: list[int] = []
    for a, b, gap in _pieces(text):
        if not b:
            signs.append(gap)
            places += [a] * len(gap)
            continue
        for at in range(a, b):
            sign = _FOLDED[ord(text[at])]
            signs.append(sign)
            places += [at] * len(sign)
    folded = "".join(signs)
    spans: list[tuple[int, int]] = []
    at = folded.find(phrase)
    while at >= 0:
        beyond = at + len(phrase)
        start, end = places[at], places[beyond - 1] + 1
        # A match must not begin or end inside a ligature, an accented letter or a word.
        cuts = places[at - 1 : at] == [start] or places[beyond : beyond + 1] == [end - 1]
        if not cuts and _is_edge(text, start - 1, start, -1) and _is_edge(text, end, end - 1, 1):
            spans.append((start, end))
            at = folded.find(phrase, at + len(phrase))
        else:
            at = folded.find(phrase, at + 1)
    return spans


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield stretches of text ``(start, end, "")`` and replacements of gaps, ``(start, 0, sign)``."""
    position = 0
    for match in _GAP.finditer(text):
        if position < match.start():
            yield position, match.start(), ""
        gap = _gap(text, match)
        if gap:
            yield match.start(), 0, gap
        position = match.end()
    if position < len(text):
        yield position, len(text), ""


def _gap(text: str, match: re.Match[str]) -> str:
    """Return the sign that replaces a run of white space, dashes and invisible characters."""
    gap = match[0]
    before = text[match.start() - 1 : match.start()]
    after = text[match.end() : match.end() + 1]
    if _DASH.search(gap):
        # It is unknown whether a hyphen at a line end was there before the line was broken, and whether a
        # dash was typed with blanks around it.
        return "" if before.isalpha() and after.isalpha() else "-"
    return " " if _separates(gap, before, after) else ""


def _separates(gap: str, before: str, after: str) -> bool:
    """Return whether a gap without dashes separates two words."""
    if not before or not after or not _SPACE.search(gap):
        return False
    if "\n" not in gap:
        return True
    if _UNSPACED.match(before) and _UNSPACED.match(after):
        return False
    # A soft hyphen at a line end splits a word.
    return not ("\u00ad" in gap and after.isalpha())


def _is_edge(text: str, outside: int, inside: int, step: int) -> bool:
    """Return whether a word ends between two neighbouring positions of a text."""
    while 0 <= outside < len(text) and not _DRAWN.match(text, outside):
        outside += step
    if not 0 <= outside < len(text) or _UNSPACED.match(text, inside) or _UNSPACED.match(text, outside):
        return True
    return not (_is_of_word(text[outside]) and _is_of_word(text[inside]))


def _is_of_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_" or unicodedata.category(sign).startswith("M")
