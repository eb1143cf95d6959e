"""Detects the language of a text, as far as segmenting, stemming and the model need to know it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING

from qa import lang
from qa.lang import LANGUAGES
from qa.lang.base import SCRIPTS
from qa.lang.en import ENGLISH

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

SAMPLE = 20_000
"""Characters looked at: the language of a document shows in its first pages."""
QUESTION = 300
"""Characters up to which a text is a question: it may be full of names, and has few words."""
LIKELY, PROBABLE, CERTAIN = 0.35, 0.5, 0.95
"""Probability that a language must have if more common words of the text are its own than are English, if as
many are, and if none of either are."""

# Labels of the library for what is none of our languages, and yet would be taken for one of them.
_LATIN, _NO_LANGUAGE = "la", "zxx"
_READ_BY_WORDS = frozenset(
    code for code, each in LANGUAGES.items() if each.script == "Latin" and each.stop_words
)
_CANDIDATES = _READ_BY_WORDS | {_LATIN, _NO_LANGUAGE}

_WORD = re.compile(r"[^\W\d_]+")
_ENGLISH_GENITIVE = re.compile(r"['’]s\b")
_ASKED_IN_ENGLISH = re.compile(rf"\W*(?:{ENGLISH.question_opening})\b", re.IGNORECASE)
_PARTICLES = lang.in_any("name_particles")
_MARKS = re.compile(r"[\u0300-\u036f]")


def language_of(text: str) -> str:
    """Returns the ISO 639-1 code of the language that most of the text is in, "en" if unknown."""
    return recognised(text) or "en"


def recognised(text: str) -> str | None:
    """Returns the ISO 639-1 code of the language that most of the text is in, None if unknown.

    The script decides if it is not Latin, else the library does. In doubt the language is unknown: a wrong
    foreign language costs answers, and an English question full of foreign names is English.
    """
    sample = text[:SAMPLE]
    if len(text) <= QUESTION and _ASKED_IN_ENGLISH.match(text):
        return ENGLISH.code
    return _by_script(sample) or _by_words(sample)


def unread(text: str, reads: Collection[str] | None) -> str | None:
    """Returns the language of a text if it is known and not among those that a model ``reads``.

    None in ``reads`` stands for all languages.
    """
    language = recognised(text)
    return None if reads is None or language is None or language in reads else language


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
    probabilities = _probabilities(sample)
    likeliest = max(probabilities, key=lambda code: probabilities[code])
    code = max(_CANDIDATES, key=lambda each: (probabilities.get(each, 0.0), each))
    if code not in _READ_BY_WORDS or (len(sample) > QUESTION and likeliest != code):
        # A long text in Catalan is not Spanish; in a short one nobody could tell.
        return None
    probability = probabilities[code] / sum(probabilities.get(each, 0.0) for each in _CANDIDATES)
    said = list(_not_names(sample))
    own, english = _words_of(code, said), _words_of(ENGLISH.code, said)
    if own < english:
        return None
    needed = LIKELY if own > english or code == ENGLISH.code else PROBABLE if own else CERTAIN
    return code if probability >= needed else None


def _probabilities(text: str) -> Mapping[str, float]:
    probabilities: dict[str, float] = {}
    for label, probability in _identifier().rank(text):
        # The library tells two written forms of Norwegian apart; the likelier one comes first.
        probabilities.setdefault(lang.get(label).code, probability)
    return probabilities


def _words_of(code: str, words: Iterable[str]) -> int:
    """Returns how many words are common words of a language, or have a letter that it alone has."""
    common, letters = _folded(code), lang.get(code).own_letters
    return sum(_plain(word) in common or bool(letters and re.search(letters, word)) for word in words)


_LOADING = Lock()


def _identifier() -> LanguageIdentifier:
    with _LOADING:
        return _loaded()


@cache
def _loaded() -> LanguageIdentifier:
    # Imported and read at the first text that needs it: that takes a third of a second.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _not_names(sample: str) -> Iterator[str]:
    """Yields the words of a text that are no part of a name, in small letters."""
    words = _WORD.findall(_ENGLISH_GENITIVE.sub("", sample))
    shouted = all(map(str.isupper, words))
    for at, word in enumerate(words):
        following = words[at + 1] if at + 1 < len(words) else ""
        if shouted:
            yield word.lower()
        elif at == 0:
            # The first word is capital anyway; before another capital it may be part of a name.
            if not following[:1].isupper():
                yield word.lower()
        elif word.islower() and not (word in _PARTICLES and _is_within_name(words, at)):
            yield word


def _is_within_name(words: list[str], at: int) -> bool:
    after = next((word for word in words[at + 1 :] if word not in _PARTICLES), "")
    return at > 0 and not words[at - 1].islower() and after[:1].isupper()


@cache
def _folded(code: str) -> frozenset[str]:
    """Returns the stop words of a language as they are typed without accents."""
    return frozenset(map(_plain, lang.get(code).stop_words))


def _plain(word: str) -> str:
    return _MARKS.sub("", unicodedata.normalize("NFD", word))
