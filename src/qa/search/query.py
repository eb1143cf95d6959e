"""What a question asks for, as far as it shows in its words."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Literal, get_args

from qa.errors import QuestionError
from qa.lang.detect import common_words, language_of
from qa.text.exact import folded_phrase
from qa.text.numbering import without_number
from qa.text.tokens import STOP_WORDS, UNSPACED, drawn, stem, terms, tokens

LONGEST = 8_000
"""Characters of the longest question: beyond, it is a document and not a question."""

PHRASES = 16
"""Phrases in quotation marks that a question may have: each is looked for in all documents."""

Kind = Literal["number", "date", "name", "place"]
KINDS: tuple[Kind, ...] = get_args(Kind)

# The kind of thing that answers, by the question's own words: the coarse classes of Li and Roth,
# "Learning Question Classifiers" (COLING 2002), as far as a surface form gives them away.
_ASKS_FOR: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "number",
        re.compile(
            r"\bhow (?:many|much|long|old|far|large|big|tall|high|often|fast|deep|wide|heavy)\b"
            r"|\bwhat (?:percent|percentage|number|amount|proportion|share|price|age|temperature)\b"
        ),
    ),
    (
        "date",
        re.compile(
            r"\bwhen\b|\b(?:what|which) (?:year|date|day|month|century|decade|time|season)\b|\bsince what\b"
        ),
    ),
    ("name", re.compile(r"\bwho(?:m|se)?\b")),
    (
        "place",
        re.compile(r"\bwhere\b|\b(?:what|which) (?:city|country|state|place|location|region|county|town)\b"),
    ),
)

# Marks in pairs, straight or as a language sets them; an inch sign alone opens nothing.
_QUOTED = re.compile(
    r'(?<!\w)"([^"]{2,})"|“([^”]{2,})”|«([^»]{2,})»|»([^«]{2,})«|„([^“”]{2,})[“”]|”([^”]{2,})”|‹([^›]{2,})›'
    rf'|「([^」]+)」|『([^』]+)』|["“„]([{UNSPACED}])["”“]'
)
_MINUS = re.compile(r"(?:(?<=\s)|^)-([^\W\d_][\w'’]*)")

# "didn't" asks with "did", "China's" about China: what the apostrophe adds is no word of its own.
_CONTRACTED = re.compile(r"\b(?:ca|wo|sha)n['’]t\b|(?<=\w)(?:n['’]t|['’](?:s|re|ve|ll|d|m))\b", re.IGNORECASE)

_NUMBER = re.compile(
    r"\d|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty"
    r"|hundreds?|thousands?|millions?|billions?|half|third|quarter|dozens?|percent|twice|once)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"\b(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|[12]\d{3}s?|\d{1,2}(?:st|nd|rd|th)"
    r"|[Cc]entur(?:y|ies)|BC|AD|BCE|CE)\b"
)
# Weaker: a time told by what happened then.
_TIME = re.compile(
    r"\b(?:ago|since|until|till|during|before|after|later|earlier|years?|months?|weeks?|days?|hours?|decades?"
    r"|eras?|spring|summer|autumn|winter|morning|evening|night|today|tomorrow|yesterday|birthday|anniversary"
    r"|dynasty|reign)\b",
    re.IGNORECASE,
)
# A capital inside the running sentence: the first word of one is capital anyway.
_NAME = re.compile(r"(?<=[^\W\d_,;:] )[A-Z]\w+")


_ASKS_FURTHER = re.compile(
    r"\b(?:what|who|whom|whose|when|why|how|was|wer|wem|wen|wann|warum|wie|quoi|qui|quand|pourquoi"
    r"|comment|qué|quién|cuándo|cómo)\b"
)
# "Where does the contract mention ...?" asks for the words and for nothing else.
_LOOKED_UP_WITH = frozenset(
    """
    say says said mention mentions mentioned find found appear appears occur occurs contain contains
    read reads written wrote quote quoted quotes state states stated use uses used exist exists stand stands
    word words phrase phrases term terms expression sentence sentences passage passages clause text document
    documents page pages file files section contract agreement place places exact exactly search look locate
    show list every everywhere there please anywhere does
    steht stehen kommt vor vorkommt erwähnt genannt finde suche zeige wort wörter begriff satz dokument
    dokumente stelle stellen vertrag
    mentionné mentionne trouve trouver dit écrit apparaît mot mots phrase expression document documents texte
    contrat cherche montre où
    menciona mencionado dice aparece escrito palabra palabras frase expresión documento documentos texto
    contrato busca muestra dónde
    """.split()  # noqa: SIM905 - read as a list of words
)


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


def analyse(text: str, languages: Sequence[str] = ("en",)) -> Question:
    """The question in a text, for documents in these languages.

    Raises `QuestionError` where there is none, or far too much of it.
    """
    text = without_number(" ".join(drawn(text).split()))
    if len(text) > LONGEST:
        raise QuestionError("question-too-long", n=len(text), most=LONGEST)
    phrases = tuple(folded_phrase(next(filter(None, found.groups()))) for found in _QUOTED.finditer(text))
    if len(phrases) > PHRASES:
        raise QuestionError("question-too-many-phrases", n=len(phrases), most=PHRASES)
    left_out = [found[1] for found in _MINUS.finditer(text)]
    words = [word for word, _, _ in tokens(_CONTRACTED.sub(" ", _MINUS.sub(" ", text)))]
    if not words:
        raise QuestionError("question-empty")
    language = language_of(text)
    stop = STOP_WORDS | common_words(language)
    content = [word for word in words if word.lower() not in stop] or words
    found = {word: tuple(dict.fromkeys(stem(word, each) for each in languages)) for word in content}
    plain = frozenset(term for word, term in found.items() if word.islower())
    numbers = frozenset(term for word, term in found.items() if any(map(str.isdigit, word)))
    # The first word of a question is capital anyway, and in a question all in capitals every word is.
    names = frozenset(found[word] for word in found if word != words[0]) - plain - numbers if plain else plain
    pairs = frozenset(pair for language in languages for pair in pairwise(terms(text, language)))
    excluded = frozenset(stem(word, language) for word in left_out for language in languages)
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
