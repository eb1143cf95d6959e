"""Finds exact words in a text, whatever its typography, lines and case.

Text and words are folded alike: what is not drawn is dropped, white space of any kind is one blank, a line
end within a word or within a script without spaces is nothing, and quotation marks, dashes, ligatures and
letters of other widths are as a keyboard has them. What is found is told in offsets of the text itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from qa.text.tokens import UNSPACED

# Format characters (category Cf) and what else is drawn as nothing.
_INVISIBLE = (
    "\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff"
    "\U000e0100-\U000e01ef"
)
_DASHES = "\\-\u2010-\u2015\u2212\ufe58\ufe63\uff0d"
# White space, dashes and what is not drawn, as far as they follow each other.
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
    """What stands for each character, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        sign = chr(code).translate(_ALIKE)
        # A raised 9 is no 9: "10⁹" is not 109.
        if not unicodedata.decomposition(sign).startswith(("<super>", "<sub>", "<fraction>")):
            sign = unicodedata.normalize("NFKD", sign)
        self[code] = made = sign.casefold().translate(_ALIKE)
        return made


_FOLDED = _Folded()


def fold(text: str) -> str:
    """Returns the text as words in quotation marks are compared with it."""
    return "".join(text[a:b].translate(_FOLDED) if b else gap for a, b, gap in _pieces(text))


def folded_phrase(text: str) -> str:
    """Returns words from quotation marks to be looked for, without the punctuation around them."""
    return fold(text).strip(_EDGE)


def find(text: str, phrase: str) -> list[tuple[int, int]]:
    """Returns the spans, in order and apart, that have a phrase of `folded_phrase` as whole words."""
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
    found: list[tuple[int, int]] = []
    at = folded.find(phrase)
    while at >= 0:
        beyond = at + len(phrase)
        start, end = places[at], places[beyond - 1] + 1
        # Neither in the middle of a ligature or of an accented letter, nor in the middle of a word.
        cuts = places[at - 1 : at] == [start] or places[beyond : beyond + 1] == [end - 1]
        if not cuts and _is_edge(text, start - 1, start, -1) and _is_edge(text, end, end - 1, 1):
            found.append((start, end))
            at = folded.find(phrase, at + len(phrase))
        else:
            at = folded.find(phrase, at + 1)
    return found


def _pieces(text: str) -> Iterator[tuple[int, int, str]]:
    """Stretches of text ``(start, end, "")`` in turn with what stands for the gaps ``(start, 0, sign)``."""
    done = 0
    for found in _GAP.finditer(text):
        if done < found.start():
            yield done, found.start(), ""
        gap = _gap(text, found)
        if gap:
            yield found.start(), 0, gap
        done = found.end()
    if done < len(text):
        yield done, len(text), ""


def _gap(text: str, found: re.Match[str]) -> str:
    gap, before, after = (
        found[0],
        text[found.start() - 1 : found.start()],
        text[found.end() : found.end() + 1],
    )
    if _DASH.search(gap):
        # Nobody can tell a hyphen that a line end brought in from one that was there before, nor whether a
        # dash was typed with blanks around it.
        return "" if before.isalpha() and after.isalpha() else "-"
    if not _SPACE.search(gap) or not before or not after:
        return ""
    if "\n" in gap and _UNSPACED.match(before) and _UNSPACED.match(after):
        return ""
    # A soft hyphen where the line ends parts a word.
    return "" if "\u00ad" in gap and "\n" in gap and after.isalpha() else " "


def _is_edge(text: str, outside: int, inside: int, step: int) -> bool:
    """Whether a word ends between two neighbouring places of a text."""
    while 0 <= outside < len(text) and not _DRAWN.match(text, outside):
        outside += step
    if not 0 <= outside < len(text) or _UNSPACED.match(text, inside) or _UNSPACED.match(text, outside):
        return True
    return not (_is_of_word(text[outside]) and _is_of_word(text[inside]))


def _is_of_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_" or unicodedata.category(sign).startswith("M")
