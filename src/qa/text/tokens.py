"""Split a text into the words of the lexical index and the scores: folded, stemmed, with their offsets."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING

from qa import lang

if TYPE_CHECKING:
    from tantivy import TextAnalyzer

NAME = "words/2"
"""Identifier of this tokenization, stored in the index to detect an index with another one."""

UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
"""Character ranges of scripts written without spaces, cut into pairs of characters as usual for CJK."""
# Python does not count combining marks as letters. Without them, the vowels of Hindi, the points of Arabic
# and Hebrew and the accents of decomposed text would split words.
_MARK = (
    r"\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f"
    r"\u0670\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u0900-\u0903\u093a-\u093c\u093e-\u094f"
    r"\u0951-\u0957\u0962\u0963\u0981-\u0983\u09bc\u09be-\u09cd\u0a01-\u0a03\u0a3c-\u0a4d\u0a81-\u0a83\u0abc"
    r"\u0abe-\u0acd\u0b01-\u0b03\u0b3c\u0b3e-\u0b57\u0b82\u0bbe-\u0bcd\u0c00-\u0c04\u0c3c\u0c3e-\u0c56"
    r"\u0c81-\u0c83\u0cbc\u0cbe-\u0cd6\u0d00-\u0d03\u0d3b-\u0d4d\u200c\u200d"
)
# Characters that are not drawn: soft hyphens, zero-width spaces and joiners, byte order marks. Within a word
# they are not part of it.
_INVISIBLE = "\u00ad\u200b\u2060\ufeff"
_TOKEN = re.compile(
    # A line may end between any two letters of a script without spaces.
    rf"[{UNSPACED}](?:[{_INVISIBLE}]*+(?:[^\S\n]*+\n[^\S\n]*+)?[{_INVISIBLE}]*+[{UNSPACED}])*+"
    rf"|[^\W_{UNSPACED}](?:[^\W_{UNSPACED}]|[{_MARK}]|[{_INVISIBLE}]++(?=[^\W_{UNSPACED}]))*+",
    re.UNICODE,
)
_UNSPACED_RUN = re.compile(rf"[{UNSPACED}]")
_UNSPACED_GAP = re.compile(rf"(?<=[{UNSPACED}])\s++(?=[{UNSPACED}])")
_NOTHING = dict.fromkeys(map(ord, _INVISIBLE))
_NOTHING_IN_TERMS = dict.fromkeys(map(ord, f"{_INVISIBLE}\u200c\u200d"))
# Accents and points that a question may leave out; the vowels of Hindi are not among them.
_MARKS = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u064b-\u0652]")

# Superscripts after a figure (an exponent) or after a whole word (a note mark) are not part of the word; the
# "²" of "m²" is.
_HIGH = re.compile(
    r"(?<=[0-9])[\u00b2\u00b3\u00b9\u2070\u2074-\u2079]+$"
    r"|(?<=[^\W\d_]{3})(?<![\u02b0-\u02b8\u1d2c-\u1d6a\u2070-\u207f])"
    r"[\u00b2\u00b3\u00b9\u02b0-\u02b8\u1d2c-\u1d6a\u2070-\u207f]+$"
)

# A hyphen at a line end, or the character that replaces it there.
_BREAK = re.compile(r"[-\u2010\u00ad][^\S\n]*[\n\r\x0b\x0c\x85\u2028\u2029][^\S\n]*(?=\w)")


def unwrapped(text: str) -> str:
    """Return a text on one line, with split words joined: the form that is embedded, never quoted."""
    joined = _BREAK.sub(_joined, text).translate(_NOTHING)
    if "\n" in joined:
        joined = _UNSPACED_GAP.sub(_closed, joined)
    return " ".join(joined.split())


def _joined(match: re.Match[str]) -> str:
    # "commit-/tee" is one word; "Franco-/German" and "1990-/95" keep their hyphen.
    return "" if match.string[match.end()].islower() else "-"


def _closed(gap: re.Match[str]) -> str:
    # A line end within a script without spaces is not a space.
    return "" if "\n" in gap[0] else gap[0]


def has_split_words(text: str) -> bool:
    """Return whether a word continues on the next line."""
    return bool(_BREAK.search(text))


def unwrapped_places(text: str) -> list[int]:
    """Return the offset in ``text`` of each character of ``unwrapped(text)``."""
    places: list[int] = []
    blank: int | None = None
    before, ended = "", False
    for sign, at in _joined_characters(text):
        if sign in _INVISIBLE:
            continue
        if sign.isspace():
            blank = at if blank is None else blank
            ended = ended or sign == "\n"
            continue
        closed = ended and _UNSPACED_RUN.match(before) and _UNSPACED_RUN.match(sign)
        if blank is not None and places and not closed:
            places.append(blank)
        blank, ended, before = None, False, sign
        places.append(at)
    return places


def _joined_characters(text: str) -> list[tuple[str, int]]:
    """Return the characters of a text with split words joined, each with its offset in the text."""
    characters: list[tuple[str, int]] = []
    position = 0
    for match in _BREAK.finditer(text):
        characters += zip(text[position : match.start()], range(position, match.start()), strict=True)
        characters += ((sign, match.start()) for sign in _joined(match))
        position = match.end()
    characters += zip(text[position:], range(position, len(text)), strict=True)
    return characters


def whole_words(text: str) -> list[tuple[int, int]]:
    """Return the spans of the words of a text in order; each letter belongs to exactly one span.

    A word that a line end splits is one word, as in its embedding. In scripts without spaces, each letter
    with its marks is a word.
    """
    spans: list[tuple[int, int]] = []
    has_unspaced = _UNSPACED_RUN.search(text) is not None
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        is_near = spans and start - spans[-1][1] > 1 and text[start].islower()
        broken = _BREAK.match(text, spans[-1][1]) if is_near else None
        if has_unspaced and _UNSPACED_RUN.match(text, start):
            for at in range(start, end):
                within = not _UNSPACED_RUN.match(text, at)  # a line end or an invisible character
                mark = at > start and (within or unicodedata.category(text[at]).startswith("M"))
                spans[-1 if mark else len(spans) :] = [(spans[-1][0] if mark else at, at + 1)]
        elif broken and broken.end() == start:
            spans[-1] = spans[-1][0], end
        else:
            spans.append((start, end))
    return spans


def tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """Yield the words of a text with their code-point spans, not yet folded or stemmed.

    A word split at a line end yields both parts and the whole word, because "commit-/tee" and "long-/term"
    look alike.
    """
    before: tuple[str, int, int] | None = None
    for match in _TOKEN.finditer(text):
        word, start = match.group(), match.start()
        if before and word[0].islower():
            broken = _BREAK.match(text, before[2])
            if broken and broken.end() == start:
                yield before[0] + word, before[1], match.end()
        before = word, start, match.end()
        if _UNSPACED_RUN.match(word):
            for first, end in _pairs(word):
                yield word[first:end], start + first, start + end
        elif not word.isascii() and (high := _HIGH.search(word)):
            yield word[: high.start()], start, start + high.start()
            yield high.group(), start + high.start(), match.end()
        else:
            yield word, start, match.end()


def _pairs(run: str) -> list[tuple[int, int]]:
    """Return the spans of neighbouring characters in a script without spaces; a single one is a word."""
    letters = [at for at, sign in enumerate(run) if _UNSPACED_RUN.match(sign)]
    if len(letters) == 1:
        letters *= 2
    return [(first, last + 1) for first, last in pairwise(letters)]


def drawn(text: str) -> str:
    """Return the text without soft hyphens, zero-width spaces and similar characters."""
    return text.translate(_NOTHING)


def bare(word: str) -> str:
    """Return the visible letters of a word, without invisible characters and line ends."""
    return "".join(drawn(word).split())


def terms(text: str, language: str = "en") -> list[str]:
    """Return the stemmed terms of a text in order, one per word."""
    return [stem(word, language) for word in _words(text)]


def _words(text: str) -> Iterable[str]:
    """Return the words of `tokens`, without their spans where that is quicker."""
    words: list[str] = _TOKEN.findall(text)
    if "".join(words).isascii() and not _BREAK.search(text):
        return words
    return (word for word, _, _ in tokens(text))


@lru_cache(maxsize=200_000)
def stem(word: str, language: str = "en") -> str:
    """Return the term of a word: lower case, without accents, stemmed if the language has a stemmer."""
    # One ligature may fold to several words (U+FDFA to eighteen letters in four), but a term has no blanks.
    folded = "".join(unicodedata.normalize("NFKC", word).lower().translate(_NOTHING_IN_TERMS).split())
    properties = lang.get(language)
    if not folded.isascii() and not properties.keeps_accents:
        plain = unicodedata.normalize("NFD", folded)
        folded = _MARKS.sub("", plain) or folded
        folded = unicodedata.normalize("NFC", folded)
    if not folded.isalpha():
        return folded
    analyzer = _analyzer(properties.stemmer)
    stems = analyzer.analyze(folded) if analyzer else [folded]
    return stems[0] if stems else folded


@cache
def _analyzer(stemmer: str) -> TextAnalyzer | None:
    if not stemmer:
        return None
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    return TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stemmer(stemmer)).build()
