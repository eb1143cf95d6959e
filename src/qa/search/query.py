"""What a question asks for, as far as it shows in its words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Literal, get_args

from qa import lang
from qa.errors import QuestionError
from qa.lang import LANGUAGES
from qa.lang.detect import language_of
from qa.lang.en import ENGLISH
from qa.text.exact import folded_phrase
from qa.text.numbering import without_number
from qa.text.tokens import UNSPACED, drawn, stem, terms, tokens

LONGEST = 8_000
"""Characters of the longest question: beyond, it is a document and not a question."""

PHRASES = 16
"""Phrases in quotation marks that a question may have: each is looked for in all documents."""

Kind = Literal["number", "date", "name", "place"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# The kind of thing that answers, by the question's own words: the coarse classes of Li and Roth,
# "Learning Question Classifiers" (COLING 2002), as far as a surface form gives them away.
_ASKS_FOR = tuple(
    (kind, re.compile(language.asks_for[kind]))
    for language in LANGUAGES.values()
    for kind in KINDS
    if kind in language.asks_for
)

# Marks in pairs, straight or as a language sets them; an inch sign alone opens nothing.
_QUOTED = re.compile(
    r'(?<!\w)"([^"]{2,})"|“([^”]{2,})”|«([^»]{2,})»|»([^«]{2,})«|„([^“”]{2,})[“”]|”([^”]{2,})”|‹([^›]{2,})›'
    rf'|「([^」]+)」|『([^』]+)』|["“„]([{UNSPACED}])["”“]'
)
_MINUS = re.compile(r"(?:(?<=\s)|^)-([^\W\d_][\w'’]*)")

# "didn't" asks with "did", "China's" about China: what the apostrophe adds is no word of its own.
_CONTRACTED = re.compile(ENGLISH.contractions, re.IGNORECASE)

_NUMBER = re.compile(rf"\d|\b(?:{ENGLISH.numbers})\b", re.IGNORECASE)
_DATE = re.compile(rf"\b(?:{ENGLISH.dates})\b")
# Weaker: a time told by what happened then.
_TIME = re.compile(rf"\b(?:{ENGLISH.times})\b", re.IGNORECASE)
# A capital inside the running sentence: the first word of one is capital anyway.
_NAME = re.compile(r"(?<=[^\W\d_,;:] )[A-Z]\w+")


# "Where does the contract mention ...?" asks for the words and for nothing else.
_ASKS_FURTHER = re.compile(rf"\b(?:{'|'.join(sorted(lang.in_any('asks_further')))})\b")
_LOOKED_UP_WITH = lang.in_any("look_up_words")


Term = tuple[str, ...]
"""A word of a question as each language of the index stems it, without repetition."""


@dataclass(frozen=True)
class Question:
    """A question with the terms that it is searched by, in order, their neighbouring pairs, and its kind.

    ``plain`` are the terms that are no names: what is asked of those that are named; ``names`` and
    ``numbers`` are those that a right quote can hardly do without. ``language`` is the question's own;
    ``words`` are the words that the terms were made of. ``phrases`` stood in quotation marks and must be
    in a quote, folded by `qa.text.exact`; with ``only_phrases`` nothing else is asked about, and with
    ``looks_up`` only where they are. ``excluded`` are the stems of words with a minus sign before them, which
    must not. ``lighter`` has, for a question understood together with earlier ones, the weight, from 0 to 1,
    of each term that is only in those.
    """

    text: str
    terms: tuple[Term, ...]
    pairs: frozenset[tuple[str, str]]
    kind: Kind | None
    plain: frozenset[Term] = frozenset()
    names: frozenset[Term] = frozenset()
    numbers: frozenset[Term] = frozenset()
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
class _Read:
    """The text of a question without its number, its phrases and words, and the words with a minus sign."""

    text: str
    phrases: tuple[str, ...]
    words: tuple[str, ...]
    left_out: tuple[str, ...]


def check(text: str) -> None:
    """Checks that a text is a question.

    Raises:
        QuestionError: It has no word, or far too many.
    """
    _read(text)


def _read(text: str) -> _Read:
    text = without_number(" ".join(drawn(text).split()))
    if len(text) > LONGEST:
        raise QuestionError("question-too-long", n=len(text), most=LONGEST)
    phrases = tuple(folded_phrase(next(filter(None, found.groups()))) for found in _QUOTED.finditer(text))
    if len(phrases) > PHRASES:
        raise QuestionError("question-too-many-phrases", n=len(phrases), most=PHRASES)
    left_out = tuple(found[1] for found in _MINUS.finditer(text))
    words = tuple(word for word, _, _ in tokens(_CONTRACTED.sub(" ", _MINUS.sub(" ", text))))
    if not words:
        raise QuestionError("question-empty")
    return _Read(text, phrases, words, left_out)


def analyse(text: str, languages: Sequence[str] = ("en",)) -> Question:
    """The question in a text, for documents in these languages.

    Raises `QuestionError` where there is none, or far too much of it.
    """
    read = _read(text)
    text, words, phrases = read.text, read.words, read.phrases
    language = language_of(text)
    stop = ENGLISH.stop_words | lang.get(language).stop_words
    content = [word for word in words if word.lower() not in stop] or words
    found = {word: tuple(dict.fromkeys(stem(word, each) for each in languages)) for word in content}
    plain = frozenset(term for word, term in found.items() if word.islower())
    numbers = frozenset(term for word, term in found.items() if any(map(str.isdigit, word)))
    # The first word of a question is capital anyway, and in a question all in capitals every word is.
    names = frozenset(found[word] for word in found if word != words[0]) - plain - numbers if plain else plain
    pairs = frozenset(pair for language in languages for pair in pairwise(terms(text, language)))
    excluded = frozenset(stem(word, language) for word in read.left_out for language in languages)
    terms_of = tuple(dict.fromkeys(found.values()))
    rest = _QUOTED.sub(" ", _MINUS.sub(" ", text))
    only_phrases = any(phrases) and not _about(rest, stop)
    return Question(
        text=text,
        terms=terms_of,
        pairs=pairs,
        kind=_kind(text.lower()),
        plain=plain,
        names=names,
        numbers=numbers,
        language=language,
        words={term: word for word, term in reversed(found.items())},
        phrases=tuple(dict.fromkeys(filter(None, phrases))),
        only_phrases=only_phrases,
        looks_up=only_phrases and not _ASKS_FURTHER.search(rest.lower()),
        excluded=excluded,
    )


def _about(rest: str, stop: Collection[str]) -> list[str]:
    """The words of a question beside its phrases that it is about, rather than looks the phrases up with."""
    words = (word.lower() for word, _, _ in tokens(_CONTRACTED.sub(" ", rest)))
    return [word for word in words if word not in stop and word not in _LOOKED_UP_WITH]


def _kind(lowered: str) -> Kind | None:
    """What is asked for by the first of the words that show it: "Who can sue when ..." asks for a name."""
    found = [(match.start(), kind) for kind, pattern in _ASKS_FOR if (match := pattern.search(lowered))]
    return min(found, key=lambda each: each[0])[1] if found else None


def holds(kind: Kind | None, sentence: str, question: Question) -> float:
    """How surely a sentence has in it the kind of thing asked for, beyond what the question names itself.

    1 for surely, 0.5 for perhaps, 0 for not, or where no kind shows in the question.
    """
    if kind == "number":
        return float(bool(_NUMBER.search(sentence)))
    if kind == "date":
        return 1.0 if _DATE.search(sentence) else 0.5 if _TIME.search(sentence) else 0.0
    if kind in ("name", "place"):
        return float(any(stem(name) not in question.stems for name in _NAME.findall(sentence)))
    return 0.0
