"""The words of a text as the lexical index and the scores know them: folded, stemmed, with their places."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tantivy import TextAnalyzer

NAME = "words/1"
"""Names this way of finding words in the index, so that an index made otherwise is told apart."""

_STEMMERS = {
    "ar": "arabic", "da": "danish", "nl": "dutch", "en": "english", "fi": "finnish", "fr": "french",
    "de": "german", "el": "greek", "hu": "hungarian", "it": "italian", "no": "norwegian",
    "pt": "portuguese", "ro": "romanian", "ru": "russian", "es": "spanish", "sv": "swedish",
    "ta": "tamil", "tr": "turkish",
}  # fmt: skip

# Scripts written without spaces are cut into pairs of characters, as is usual for CJK retrieval.
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}]+", re.UNICODE)
_UNSPACED_RUN = re.compile(rf"[{_UNSPACED}]")
# Combining marks count as letters here: Hindi and Thai vowels would part words otherwise.
_MARKS = re.compile(r"[\u0300-\u036f\u0591-\u05c7\u064b-\u0652\u0900-\u0903\u093a-\u094f]")

# Words that a question is asked with rather than about. Rare in running text, so that their weight
# in a collection would be high if they were not left out.
STOP_WORDS = frozenset(
    """
    a about all am an and any are as at be been being but by can could did do does doing done for from
    had has have having he her here hers him his how i if in into is it its itself just me more most my
    no nor not of off on once only or other our out over own said same she should so some such than that
    the their theirs them then there these they this those to too under until up us very was we were
    what when where which while who whom whose why will with would you your yours according
    """.split()  # noqa: SIM905 - a list of a hundred quoted words is not read by anyone
)


def tokens(text: str) -> Iterator[tuple[str, int, int]]:
    """The words of a text with their code-point spans, folded to lower case but not yet stemmed."""
    for found in _TOKEN.finditer(text):
        word, start = found.group(), found.start()
        if _UNSPACED_RUN.match(word):
            # A pair for each two neighbours; a character alone stands for itself.
            for at in range(max(1, len(word) - 1)):
                pair = word[at : at + 2]
                yield pair, start + at, start + at + len(pair)
        else:
            yield word, start, found.end()


def terms(text: str, language: str = "en") -> list[str]:
    """The stemmed terms of a text in order, one a word."""
    return [stem(word, language) for word, _, _ in tokens(text)]


@lru_cache(maxsize=200_000)
def stem(word: str, language: str = "en") -> str:
    """A word's term: lower case, without accents, stemmed where the language has a stemmer."""
    folded = unicodedata.normalize("NFKC", word).lower()
    if folded.isascii() is False and language not in {"ar", "el", "ru", "ta", "he"}:
        plain = unicodedata.normalize("NFD", folded)
        folded = _MARKS.sub("", plain) or folded
        folded = unicodedata.normalize("NFC", folded)
    if not folded.isalpha():
        return folded
    analyzer = _analyzer(_STEMMERS.get(language))
    found = analyzer.analyze(folded) if analyzer else [folded]
    return found[0] if found else folded


@cache
def _analyzer(stemmer: str | None) -> TextAnalyzer | None:
    if stemmer is None:
        return None
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    return TextAnalyzerBuilder(Tokenizer.raw()).filter(Filter.stemmer(stemmer)).build()
