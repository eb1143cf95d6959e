"""Whether a question leans on the one before it, and what the two ask together: pure functions."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice
from math import log
from typing import Literal

from qa.errors import QuestionError
from qa.lang import LANGUAGES
from qa.lang.base import FollowUpSigns
from qa.lang.en import ENGLISH
from qa.search.query import Question, check
from qa.text.tokens import tokens

Sign = Literal["none", "weak", "strong"]

LOOKED_AT = 3
"""Earlier questions that are looked at, from the last one back."""
LIGHTER = 0.5
"""What a word of the question before counts beside the follow-up's own; one further back, its square."""
BRIEF, SHORT = 2, 3
"""Content words up to which a clear sign is trusted, and a faint one heard at all."""
TRUST, DOUBT = -2.0, 0.25
"""How much more confidence, in log-odds, the reading together must have: after a clear sign in a brief
question, where it may have less, and otherwise. Looked up on the part ``dev`` of benchmarks/followups."""
LIKELY = 0.25
"""Confidence that the reading together must have after a faint sign: where neither reading has an answer,
nothing speaks for joining them."""


SIGNS = tuple(language.follow_ups for language in LANGUAGES.values() if language.follow_ups)


def leans_on(question: str, after: Sequence[str]) -> tuple[str, ...]:
    """The earlier questions that a question may have to be understood with, oldest first; often none.

    The last one that is a question, and as long as that one clearly leans on the one before it, that too.
    """
    if sign(question) == "none":
        return ()
    found: list[str] = []
    for one in islice(filter(_is_question, reversed(after)), LOOKED_AT):
        found.insert(0, one)
        if sign(one) != "strong":
            break
    return tuple(found)


def sign(text: str) -> Sign:
    """How clearly the surface of a question says that it leans on the one before.

    "strong" for an opening such as "and", for a word that stands for something where nothing before it
    is there to stand for, and for a bare question word; "weak" for such a word later, and for a short
    question without a name; else "none".
    """
    words = [word.lower() for word in _words(text)]
    signs = _signs(words)
    about = content(text)
    spoken = " ".join(words)
    if not about or re.match(rf"(?:{signs.opens})\b", spoken):
        return "strong"
    if signs.idle:
        words = re.sub(rf"\b(?:{signs.idle})\b", " ", spoken).split()
    stand_for = signs.stands_for.split()
    first = {word.lower() for word in about}
    for word, following in zip(words, (*words[1:], ""), strict=True):
        # "This website" names what it means; "this" alone does not.
        if word in stand_for and not (word in signs.points.split() and following in first):
            return "strong"
        if word in first:
            break
    if len(about) > SHORT:
        return "none"
    named = any(word[0].isupper() or word[0].isdigit() for word in about)
    return "weak" if not named or any(word in stand_for for word in words) else "none"


def content(text: str) -> tuple[str, ...]:
    """The words that say what a question is about, in order: not those that it is asked with."""
    words = _words(text)
    signs = _signs([word.lower() for word in words])
    opens = re.split(r"[ |]", signs.opens)
    empty = {*ENGLISH.stop_words, *opens, *signs.stands_for.split(), *signs.asks.split()}
    measure = signs.measure.split()
    return tuple(
        word
        for before, word in zip(("", *words), words, strict=False)
        if word.lower() not in empty and before.lower() not in measure
    )


def is_better(question: str, alone: float, together: float) -> bool:
    """Whether a question is to be read together with those before it, by the confidence of both readings.

    A question that names nothing itself always is. The two confidences, in [0, 1], are only compared.
    """
    own = len(content(question))
    clear = sign(question) == "strong"
    if own and not clear and together < LIKELY:
        return False
    asked = TRUST if clear and own <= BRIEF else DOUBT
    return own == 0 or _log_odds(together) - _log_odds(alone) > asked


def together(question: Question, earlier: Sequence[Question]) -> Question:
    """The question with the terms of earlier ones, oldest first, which count the less the older they are.

    What it asks for stays its own, unless it has no question word ("And in 2005?").
    """
    own = question.terms if content(question.text) else ()
    lighter = {
        term: LIGHTER**back
        for back, one in reversed(list(enumerate(reversed(earlier), start=1)))
        if content(one.text)
        for term in one.terms
        if term not in own
    }
    if not lighter:
        return question
    words = [word.lower() for word in _words(question.text)]
    signs = _signs(words)
    anew = signs.anew and re.match(rf"(?:{signs.anew})\b", " ".join(words))
    kind = earlier[-1].kind if anew or not {*words} & {*signs.asks.split()} else question.kind
    plain = question.plain.union(*(one.plain for one in earlier))
    found = (*own, *lighter)
    spoken = {term: word for one in (*earlier, question) for term, word in one.words.items()}
    return replace(
        question, terms=found, plain=plain.intersection(found), kind=kind, lighter=lighter, words=spoken
    )


def _is_question(text: str) -> bool:
    try:
        check(text)
    except QuestionError:
        return False
    return True


def _words(text: str) -> list[str]:
    return [word for word, _, _ in tokens(text)]


def _signs(words: Sequence[str]) -> FollowUpSigns:
    """Those of the language that most of the words speak for; of English where none does."""

    def speaking(signs: FollowUpSigns) -> int:
        known = {*signs.stands_for.split(), *signs.asks.split(), *signs.opens.split("|")}
        return sum(word in known for word in words)

    return max(SIGNS, key=speaking)


def _log_odds(probability: float) -> float:
    kept = min(max(probability, 1e-9), 1 - 1e-9)
    return log(kept / (1 - kept))
