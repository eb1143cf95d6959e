"""Detect the language of a text, for segmentation, stemming and the choice of a model."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from functools import cache, lru_cache
from threading import Thread
from typing import TYPE_CHECKING

from qa import lang
from qa.lang import LANGUAGES
from qa.lang.base import SCRIPTS, Language
from qa.lang.en import ENGLISH
from qa.lazy import Lazy

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

SAMPLE = 20_000
"""Characters examined: the first pages of a document show its language."""
QUESTION = 300
"""Maximum characters of a question, which may be full of names and has few words."""
LIKELY, CERTAIN = 0.45, 0.95
"""Minimum probability of a language, with and without its common words in the text."""
WORD_WEIGHT, WORDS_WEIGHED = 3, 3
"""Factor by which each common word makes a language likelier, and the number of words that count at most."""
SIGN_WORDS = 2
"""Words that one sign counts for if only one language uses it."""
POSSIBLE = 0.01
"""Probability below which a language is ignored."""

# Labels of the library for texts in no supported language, which would otherwise resemble one.
_LATIN, _NO_LANGUAGE = "la", "zxx"
_DETECTED = frozenset(
    code for code, language in LANGUAGES.items() if language.script == "Latin" and language.stop_words
)
_CANDIDATES = _DETECTED | {_LATIN, _NO_LANGUAGE}

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH_GENITIVE = re.compile(r"['’]s\b")
_ASKED_IN_ENGLISH = re.compile(rf"\W*(?:{ENGLISH.question_opening})\b", re.IGNORECASE)
_PARTICLES = lang.in_any("name_particles")
_MARKS = re.compile(r"[\u0300-\u036f]")
_WITHOUT_MARKS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "ß": "ss"})


def language_of(text: str) -> str:
    """Return the ISO 639-1 code of the main language of a text, "en" if unknown."""
    return recognised(text) or "en"


def recognised(text: str) -> str | None:
    """Return the ISO 639-1 code of the main language of a text, None if unknown.

    A script other than Latin decides by itself; otherwise the library decides. In doubt the language is
    unknown: a wrong foreign language costs answers, and an English question full of foreign names is English.
    """
    return _recognised(text[:SAMPLE])


# Called several times for a document and for a question.
@lru_cache(maxsize=64)
def _recognised(sample: str) -> str | None:
    return _without_library(sample) or _by_words(sample)


def unread(text: str, reads: Collection[str] | None) -> str | None:
    """Return the language of a text if it is known and the model does not support it, else None.

    Args:
        text: Text to check.
        reads: Codes of the languages that the model supports; None means all languages.

    Returns:
        The ISO 639-1 code of the unsupported language, or None.
    """
    language = recognised(text)
    return None if reads is None or language is None or language in reads else language


def _without_library(text: str) -> str | None:
    if len(text) <= QUESTION and _ASKED_IN_ENGLISH.match(text):
        return ENGLISH.code
    return _by_script(text[:SAMPLE])


# -- by script --------------------------------------------------------------------------------------


def _by_script(sample: str) -> str | None:
    """Return the language of a text in a script other than Latin; None for Latin or no letters."""
    counts = {script: len(letters.findall(sample)) for script, letters in SCRIPTS.items()}
    latin = counts.pop("Latin")
    script = max(counts, key=lambda name: counts[name])
    # Even a small share of kana makes a text Japanese, not Chinese.
    if counts["Kana"] > 0 and counts["Han"] < counts["Kana"] * 10:
        script = "Kana"
        counts["Kana"] += counts["Han"]
    # A Chinese page has Latin names and figures, and each of its characters means more than a letter.
    weight = 3 if script in ("Han", "Kana", "Hangul") else 1
    if counts[script] * weight <= latin / 2:
        return None
    return _by_own_letters(sample, script, counts[script])


def _by_own_letters(sample: str, script: str, count: int) -> str:
    """Return the language of a script whose own letters a text has, else the one without own letters.

    Args:
        sample: The text.
        script: The script of its language.
        count: Number of its letters in this script.
    """
    sharing = [language for language in LANGUAGES.values() if language.script == script]
    for language in sharing:
        # One letter in fifty is more than quoted names contribute and less than any text in the language has.
        own_letters = language.own_letters
        if own_letters and len(re.findall(own_letters, sample.lower())) * 50 > count:
            return language.code
    return next(language.code for language in sharing if not language.own_letters)


# -- by words ---------------------------------------------------------------------------------------


def _by_words(sample: str) -> str | None:
    """Return the language of a text in Latin letters; None for Latin itself and for non-languages."""
    by_library = _by_library(sample)
    words = _Words(sample)
    word_counts = {code: words.of(lang.get(code)) for code, share in by_library.items() if share >= POSSIBLE}
    weighed = {
        code: by_library[code] * WORD_WEIGHT ** min(word_counts.get(code, 0), WORDS_WEIGHED)
        for code in _CANDIDATES
    }
    code = max(sorted(weighed), key=lambda candidate: weighed[candidate])
    if len(sample) > QUESTION and code != max(by_library, key=lambda candidate: by_library[candidate]):
        # A long text in Catalan is not Spanish; a short one is ambiguous.
        return None
    common = word_counts.get(code, 0)
    # In doubt the text is English: half of its words are spelled like those of related languages.
    if code not in _DETECTED or common < words.of(ENGLISH):
        return None
    needed = LIKELY if common or code == ENGLISH.code else CERTAIN
    return code if weighed[code] >= needed * sum(weighed.values()) else None


def _by_library(text: str) -> Mapping[str, float]:
    """Return the probabilities of all languages that the library knows, by the program's codes."""
    probabilities: dict[str, float] = {}
    for label, probability in _identifier().rank(text):
        # The library distinguishes two written forms of Norwegian; the likelier one comes first.
        probabilities.setdefault(lang.get(label).code, probability)
    return probabilities


@Lazy
def _identifier() -> LanguageIdentifier:
    # Imported when a text first needs it: loading takes a third of a second.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def prepare(text: str) -> None:
    """Start to load the language model in the background, if the text needs it."""
    if not _identifier.ready and _without_library(text) is None:
        Thread(target=_identifier, daemon=True).start()


class _Words:
    """Words of a text in lower case, without those that are parts of names."""

    def __init__(self, sample: str) -> None:
        self._sample = sample
        words = _WORD.findall(_ENGLISH_GENITIVE.sub("", sample))
        if all(map(str.isupper, words)):
            words = [word.lower() for word in words]
        self._words = [
            word
            for at, word in enumerate(words)
            if at and word.islower() and not (word in _PARTICLES and _is_within_name(words, at))
        ]
        # The first word is always capitalised; before another capital it may be part of a name.
        self._first = words[0].lower() if words else ""
        self._before_capital = len(words) > 1 and words[1][0].isupper()

    def of(self, language: Language) -> int:
        """Return how many words are common words of a language or have a letter that only it uses."""
        common, letters = _typed(language.code), language.own_letters
        words = self._words
        if not self._before_capital or (language.capital_nouns and words):
            words = [self._first, *words]
        signs = len(re.findall(language.own_signs, self._sample)) if language.own_signs else 0
        return SIGN_WORDS * signs + sum(
            _plain(word) in common or bool(letters and re.search(letters, word)) for word in words
        )


def _is_within_name(words: Sequence[str], at: int) -> bool:
    after = next((word for word in words[at + 1 :] if word not in _PARTICLES), "")
    return not words[at - 1].islower() and after[:1].isupper()


@cache
def _typed(code: str) -> frozenset[str]:
    """Return the stop words of a language as they are typed without accents."""
    return frozenset(map(_plain, lang.get(code).stop_words))


@lru_cache(maxsize=20_000)
def _plain(word: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFD", word)).translate(_WITHOUT_MARKS)
