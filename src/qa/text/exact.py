"""Find exact words in a text, regardless of its typography, line breaks and case.

Text and words are folded in the same way. Invisible characters are dropped, and white space of any kind
becomes one blank. A line end within a word, or within a script without spaces, disappears. Quotation marks,
dashes, ligatures and letters of other widths become those of a keyboard. Matches are offsets in the original
text.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

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


class _Bare(dict[int, str]):
    """The same without gaps: what remains of a text in any typography."""

    def __missing__(self, code: int) -> str:
        self[code] = bare = _without_gaps(_FOLDED[code])
        return bare


_BARE = _Bare()
_PIECE = 32
"""Characters of a text whose letters are counted together."""


def _without_gaps(text: str) -> str:
    return _GAP.sub("", text)


def fold(text: str) -> str:
    """Return a text in the form in which quoted words are compared with it."""
    return "".join(text[a:b].translate(_FOLDED) if b else gap for a, b, gap in _pieces(text))


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
    bare = _without_gaps(phrase)
    stretches = _stretches(text, bare) if bare else ()
    return [span for start, end in stretches for span in _within(text, start, end, phrase)]


def _stretches(text: str, bare: str) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a text with letters in any typography; those that overlap are one.

    This takes a small part of the time of folding the text, and most texts have none.
    """
    pieces = [text[at : at + _PIECE].translate(_BARE) for at in range(0, len(text), _PIECE)]
    letters = "".join(pieces)
    at = letters.find(bare)
    starts = list(accumulate(map(len, pieces), initial=0)) if at >= 0 else []
    first, last = -1, -1
    while at >= 0:
        start = _character(text, starts, at)
        if start >= last >= 0:
            yield first, last
        if start >= last:
            first = start
        last = _character(text, starts, at + len(bare) - 1) + 1
        at = letters.find(bare, at + 1)
    if last >= 0:
        yield first, last


def _character(text: str, starts: Sequence[int], place: int) -> int:
    """Return the character of a text that folds to the letter at a place; pieces begin at ``starts``."""
    piece = bisect_right(starts, place) - 1
    beyond = starts[piece]
    at = piece * _PIECE
    while (beyond := beyond + len(_BARE[ord(text[at])])) <= place:
        at += 1
    return at


def _within(text: str, first: int, last: int, phrase: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of a phrase in a stretch of a text that begins and ends with a letter."""
    signs: list[str] = []
    places: list[int] = []
    for a, b, gap in _pieces(text[first:last]):
        if not b:
            signs.append(gap)
            places += [first + a] * len(gap)
            continue
        for at in range(first + a, first + b):
            sign = _FOLDED[ord(text[at])]
            signs.append(sign)
            places += [at] * len(sign)
    folded = "".join(signs)
    at = folded.find(phrase)
    while at >= 0:
        beyond = at + len(phrase)
        start, end = places[at], places[beyond - 1] + 1
        # A match must not begin or end inside a ligature, an accented letter or a word.
        cuts = places[at - 1 : at] == [start] or places[beyond : beyond + 1] == [end - 1]
        if not cuts and _is_edge(text, start - 1, start, -1) and _is_edge(text, end, end - 1, 1):
            yield start, end
            at = folded.find(phrase, beyond)
        else:
            at = folded.find(phrase, at + 1)


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
