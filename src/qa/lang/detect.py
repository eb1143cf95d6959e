"""Detects the language of a text, as far as segmenting, stemming and the model need to know it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from functools import cache
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
"""Characters looked at: the language of a document shows in its first pages."""
QUESTION = 300
"""Characters up to which a text is a question: it may be full of names, and has few words."""
LIKELY, CERTAIN = 0.45, 0.95
"""Probability that a language must have with common words of its own in the text, and without any."""
WORD_WEIGHT, WORDS_WEIGHED = 3, 3
"""How much likelier each common word of a language makes it, and how many words count at most."""
SIGN_WORDS = 2
"""Words that a sign counts for which only one language writes."""
POSSIBLE = 0.01
"""Probability below which a language is not looked at."""

# Labels of the library for what is none of our languages, and yet would be taken for one of them.
_LATIN, _NO_LANGUAGE = "la", "zxx"
_DETECTED = frozenset(code for code, each in LANGUAGES.items() if each.script == "Latin" and each.stop_words)
_CANDIDATES = _DETECTED | {_LATIN, _NO_LANGUAGE}

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH_GENITIVE = re.compile(r"['’]s\b")
_ASKED_IN_ENGLISH = re.compile(rf"\W*(?:{ENGLISH.question_opening})\b", re.IGNORECASE)
_PARTICLES = lang.in_any("name_particles")
_MARKS = re.compile(r"[\u0300-\u036f]")
_WITHOUT_MARKS = str.maketrans({"ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "ß": "ss"})


def language_of(text: str) -> str:
    """Returns the ISO 639-1 code of the language that most of the text is in, "en" if unknown."""
    return recognised(text) or "en"


def recognised(text: str) -> str | None:
    """Returns the ISO 639-1 code of the language that most of the text is in, None if unknown.

    The script decides if it is not Latin, else the library does. In doubt the language is unknown: a wrong
    foreign language costs answers, and an English question full of foreign names is English.
    """
    return _without_library(text) or _by_words(text[:SAMPLE])


def unread(text: str, reads: Collection[str] | None) -> str | None:
    """Returns the language of a text if it is known and not among those that a model ``reads``.

    None in ``reads`` stands for all languages.
    """
    language = recognised(text)
    return None if reads is None or language is None or language in reads else language


def _without_library(text: str) -> str | None:
    if len(text) <= QUESTION and _ASKED_IN_ENGLISH.match(text):
        return ENGLISH.code
    return _by_script(text[:SAMPLE])


# -- by script --------------------------------------------------------------------------------------


def _by_script(sample: str) -> str | None:
    counts = {script: len(letters.findall(sample)) for script, letters in SCRIPTS.items()}
    latin = counts.pop("Latin")
    script = max(counts, key=lambda each: counts[each])
    # Any fair share of kana makes a text Japanese rather than Chinese.
    if counts["Kana"] > 0 and counts["Han"] < counts["Kana"] * 10:
        script = "Kana"
        counts["Kana"] += counts["Han"]
    # A page of Chinese has Latin names and figures, and each of its characters says more than a letter.
    weight = 3 if script in ("Han", "Kana", "Hangul") else 1
    if counts[script] * weight <= latin / 2:
        return None
    sharing = [language for language in LANGUAGES.values() if language.script == script]
    for language in sharing:
        # One letter in fifty: more than quoted names bring in, less than any text in it has.
        own = language.own_letters
        if own and len(re.findall(own, sample.lower())) * 50 > counts[script]:
            return language.code
    return next(language.code for language in sharing if not language.own_letters)


# -- by words ---------------------------------------------------------------------------------------


def _by_words(sample: str) -> str | None:
    """Returns the language of a text in Latin letters; neither Latin nor a list of codes is any."""
    by_library = _by_library(sample)
    words = _Words(sample)
    own = {code: words.of(lang.get(code)) for code, share in by_library.items() if share >= POSSIBLE}
    weighed = {
        code: by_library[code] * WORD_WEIGHT ** min(own.get(code, 0), WORDS_WEIGHED) for code in _CANDIDATES
    }
    code = max(sorted(weighed), key=lambda each: weighed[each])
    if len(sample) > QUESTION and code != max(by_library, key=lambda each: by_library[each]):
        # A long text in Catalan is not Spanish; in a short one nobody could tell.
        return None
    common = own.get(code, 0)
    # In doubt English: half of its words are spelled as those of its neighbours.
    if code not in _DETECTED or common < words.of(ENGLISH):
        return None
    needed = LIKELY if common or code == ENGLISH.code else CERTAIN
    return code if weighed[code] >= needed * sum(weighed.values()) else None


def _by_library(text: str) -> Mapping[str, float]:
    """Returns the probabilities of all languages that the library knows, by our codes."""
    probabilities: dict[str, float] = {}
    for label, probability in _identifier().rank(text):
        # The library tells two written forms of Norwegian apart; the likelier one comes first.
        probabilities.setdefault(lang.get(label).code, probability)
    return probabilities


@Lazy
def _identifier() -> LanguageIdentifier:
    # Imported and read at the first text that needs it: that takes a third of a second.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def prepare(text: str) -> None:
    """Starts to load in the background what recognising the language of a text needs."""
    if not _identifier.ready and _without_library(text) is None:
        Thread(target=_identifier, daemon=True).start()


class _Words:
    """The words of a text in small letters, without those that are parts of names."""

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
        # The first word is capital anyway; before another capital it may be part of a name.
        self._first = words[0].lower() if words else ""
        self._before_capital = len(words) > 1 and words[1][0].isupper()

    def of(self, language: Language) -> int:
        """Returns how many are common words of a language, or have a letter that it alone has."""
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
    """Returns the stop words of a language as they are typed without accents."""
    return frozenset(map(_plain, lang.get(code).stop_words))


def _plain(word: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFD", word)).translate(_WITHOUT_MARKS)
