"""Analyse a question: its terms, its quoted phrases and its excluded words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property

from qa import lang
from qa.errors import QuestionError
from qa.lang.detect import language_of
from qa.lang.en import ENGLISH
from qa.text.exact import folded_phrase
from qa.text.numbering import without_number
from qa.text.tokens import UNSPACED, drawn, stem, tokens

LONGEST = 8_000
"""Maximum characters of a question; a longer text is a document."""

PHRASES = 16
"""Maximum quoted phrases of a question; each is searched in all documents."""

# Quotation marks in pairs, straight or as a language sets them; a single inch sign opens nothing.
_QUOTED = re.compile(
    r'(?<!\w)"([^"]{2,})"|“([^”]{2,})”|«([^»]{2,})»|»([^«]{2,})«|„([^“”]{2,})[“”]|”([^”]{2,})”|‹([^›]{2,})›'
    rf'|「([^」]+)」|『([^』]+)』|["“„]([{UNSPACED}])["”“]'
)
# No tokenizer can read unpaired surrogates; a command line that is not UTF-8 contains them.
_HALVES = re.compile("[\ud800-\udfff]")
_MINUS = re.compile(r"(?:(?<=\s)|^)-([^\W\d_][\w'’]*)")

# "didn't" means "did", "China's" means "China": the part after the apostrophe is not a word.
_CONTRACTED = re.compile(ENGLISH.contractions, re.IGNORECASE)

# "Where does the contract mention ...?" asks for the words and for nothing else.
_ASKS_FURTHER = re.compile(rf"\b(?:{'|'.join(sorted(lang.in_any('asks_further')))})\b")
_LOOKED_UP_WITH = lang.in_any("look_up_words")


Term = tuple[str, ...]
"""A word of a question as its distinct stems in the languages of the index."""


@dataclass(frozen=True)
class Question:
    """A question with its search terms in order.

    Attributes:
        text: The question without its number.
        terms: The search terms.
        language: The language of the question.
        words: The word of each term.
        phrases: The quoted phrases, folded by `qa.text.exact`; a quote must contain them.
        excluded: The stems of words after a minus sign; a quote must not contain them.
        only_phrases: Whether the question asks about nothing but its phrases.
        looks_up: Whether the question only asks where its phrases are.
        lighter: For a follow-up, the weight in [0, 1] of each term that only earlier questions have.
    """

    text: str
    terms: tuple[Term, ...]
    language: str = "en"
    words: Mapping[Term, str] = field(default_factory=dict)
    phrases: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()
    only_phrases: bool = False
    looks_up: bool = False
    lighter: Mapping[Term, float] = field(default_factory=dict)

    @cached_property
    def stems(self) -> frozenset[str]:
        """Every form of every term."""
        return frozenset(form for term in self.terms for form in term)


@dataclass(frozen=True, slots=True)
class _Parsed:
    """The text of a question without its number, its phrases and words, and its excluded words."""

    text: str
    phrases: tuple[str, ...]
    words: tuple[str, ...]
    excluded: tuple[str, ...]


def check(text: str) -> None:
    """Check that a text is a question.

    Raises:
        QuestionError: The text has no word, or far too many.
    """
    _parse(text)


def _parse(text: str) -> _Parsed:
    text = without_number(" ".join(_HALVES.sub("\ufffd", drawn(text)).split()))
    if len(text) > LONGEST:
        raise QuestionError("question-too-long", n=len(text), most=LONGEST)
    phrases = tuple(folded_phrase(next(filter(None, match.groups()))) for match in _QUOTED.finditer(text))
    if len(phrases) > PHRASES:
        raise QuestionError("question-too-many-phrases", n=len(phrases), most=PHRASES)
    excluded = tuple(match[1] for match in _MINUS.finditer(text))
    words = tuple(word for word, _, _ in tokens(_CONTRACTED.sub(" ", _MINUS.sub(" ", text))))
    if not words:
        raise QuestionError("question-empty")
    return _Parsed(text, phrases, words, excluded)


def searchable(text: str) -> str:
    """Return a text of the same length in which quoted phrases and excluded words are blank."""
    return _MINUS.sub(_blank, _QUOTED.sub(_blank, text))


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])


def stop_words_of(text: str) -> frozenset[str]:
    """Return the stop words of English and of the language of a question."""
    return stop_words_in(language_of(text))


@cache
def stop_words_in(language: str) -> frozenset[str]:
    """Return the stop words of English and of a language."""
    return ENGLISH.stop_words | lang.get(language).stop_words


def analyse(text: str, languages: Sequence[str] = ("en",)) -> Question:
    """Return the question in a text, for documents in these languages.

    Raises:
        QuestionError: The text has no word, or far too many.
    """
    parsed = _parse(text)
    text, words, phrases = parsed.text, parsed.words, parsed.phrases
    rest = _QUOTED.sub(" ", _MINUS.sub(" ", text))
    # A phrase is in the language of the documents, which may differ from that of the question.
    language = language_of(rest if any(map(str.isalpha, rest)) else text)
    stop = stop_words_in(language)
    term_of = _terms_of(words, stop, languages)
    only_phrases = any(phrases) and not _about(rest, stop)
    return Question(
        text=text,
        terms=tuple(dict.fromkeys(term_of.values())),
        language=language,
        words={term: word for word, term in reversed(term_of.items())},
        phrases=tuple(dict.fromkeys(filter(None, phrases))),
        only_phrases=only_phrases,
        looks_up=only_phrases and not _ASKS_FURTHER.search(rest.lower()),
        excluded=frozenset(stem(word, each) for word in parsed.excluded for each in languages),
    )


def _terms_of(words: Sequence[str], stop: Collection[str], languages: Sequence[str]) -> dict[str, Term]:
    """Return the term of each word, without stop words unless there are no other words."""
    content = [word for word in words if word.lower() not in stop] or words
    return {word: tuple(dict.fromkeys(stem(word, language) for language in languages)) for word in content}


def _about(rest: str, stop: Collection[str]) -> list[str]:
    """Return the words of a question, outside its phrases, that it is about."""
    words = (word.lower() for word, _, _ in tokens(_CONTRACTED.sub(" ", rest)))
    return [word for word in words if word not in stop and word not in _LOOKED_UP_WITH]
