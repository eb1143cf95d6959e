"""Detect whether a question depends on the previous one, and merge the two: pure functions."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import islice
from typing import Literal

from qa.errors import QuestionError
from qa.lang import LANGUAGES
from qa.lang.base import FollowUpSigns
from qa.lang.en import ENGLISH
from qa.search.query import Question, Term, check
from qa.text.tokens import tokens

Sign = Literal["none", "weak", "strong"]

LOOKED_AT = 3
"""Maximum number of earlier questions considered, from the last one back."""
LIGHTER = 0.5
"""Weight of a word of the previous question relative to the follow-up's own; one question further back, its
square."""
SHORT = 3
"""Maximum content words of a question that may depend on another; a longer one says what it is about."""

SIGNS = tuple(language.follow_ups for language in LANGUAGES.values() if language.follow_ups)


def leans_on(question: str, after: Sequence[str]) -> tuple[str, ...]:
    """Return the earlier questions that a question may depend on, oldest first; often none.

    This is the last valid question, and the one before it as long as the later one clearly depends on it.

    Args:
        question: The question.
        after: The earlier questions, oldest first.
    """
    if sign(question) == "none":
        return ()
    needed: list[str] = []
    for earlier in islice(filter(_is_question, reversed(after)), LOOKED_AT):
        needed.insert(0, earlier)
        if sign(earlier) == "none":
            break
    return tuple(needed)


def sign(text: str) -> Sign:
    """Return how clearly the wording of a question shows that it may depend on the previous one.

    "strong" if it has no content word, or is short and begins with a word such as "and" or has a pronoun
    before all content words; "weak" for a later pronoun with no name before it, if there are several content
    words; otherwise "none".
    """
    words = [word.lower() for word in _words(text)]
    signs = _signs(words)
    about = content(text)
    if not about:
        return "strong"
    if len(about) > SHORT:
        return "none"
    if re.match(rf"(?:{signs.opens})\b", " ".join(words)):
        return "strong"
    return _reference(words, signs, about)


def _reference(words: Sequence[str], signs: FollowUpSigns, about: Collection[str]) -> Sign:
    """Return the sign of the first pronoun that no name comes before, "none" without one."""
    if signs.idle:
        words = re.sub(rf"\b(?:{signs.idle})\b", " ", " ".join(words)).split()
    pronouns, demonstratives = signs.references.split(), signs.points.split()
    nouns = {word.lower(): word for word in about}
    reference: Sign = "strong"
    for word, following in zip(words, (*words[1:], ""), strict=True):
        # "This website" names what it means; "this" alone does not.
        if word in pronouns and not (word in demonstratives and following in nouns):
            return reference
        if word in nouns:
            if nouns[word][0].isupper() or nouns[word][0].isdigit():
                break
            # A single content word is no topic: "What grazes there?"
            reference = "weak" if len(nouns) > 1 else "strong"
    return "none"


def content(text: str) -> tuple[str, ...]:
    """Return the words that a question is about, in order, without question words and stop words."""
    words = _words(text)
    signs = _signs([word.lower() for word in words])
    openings = re.split(r"[ |]", signs.opens)
    function_words = {*ENGLISH.stop_words, *openings, *signs.references.split(), *signs.asks.split()}
    measures = signs.measure.split()
    return tuple(
        word
        for previous, word in zip(("", *words), words, strict=False)
        if word.lower() not in function_words and previous.lower() not in measures
    )


def together(question: Question, earlier: Sequence[Question]) -> Question:
    """Return the question with the terms of earlier ones, which count less the older they are.

    Args:
        question: The question.
        earlier: The earlier questions, oldest first.
    """
    own = question.terms if content(question.text) else ()
    lighter = _lighter(earlier, own)
    if not lighter:
        return question
    words = {term: word for asked in (*earlier, question) for term, word in asked.words.items()}
    return replace(question, terms=(*own, *lighter), lighter=lighter, words=words)


def _lighter(earlier: Sequence[Question], own: Collection[Term]) -> dict[Term, float]:
    """Return the weights of the terms that only earlier questions have."""
    return {
        term: LIGHTER**back
        for back, previous in reversed(list(enumerate(reversed(earlier), start=1)))
        if content(previous.text)
        for term in previous.terms
        if term not in own
    }


def _is_question(text: str) -> bool:
    try:
        check(text)
    except QuestionError:
        return False
    return True


def _words(text: str) -> list[str]:
    return [word for word, _, _ in tokens(text)]


def _signs(words: Sequence[str]) -> FollowUpSigns:
    """Return the signs of the language that matches most of the words; of English if none does."""

    def matches(signs: FollowUpSigns) -> int:
        listed = {*signs.references.split(), *signs.asks.split(), *signs.opens.split("|")}
        return sum(word in listed for word in words)

    return max(SIGNS, key=matches)
