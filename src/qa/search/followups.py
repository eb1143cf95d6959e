"""Detect whether a question depends on the previous one, and merge the two: pure functions."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import islice
from math import log
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
BRIEF, SHORT = 2, 3
"""Maximum content words of a question in which a strong sign is trusted, and in which a weak sign counts."""
TRUST, DOUBT = -2.0, 0.25
"""Minimum gain in confidence, in log-odds, of the joint reading: after a strong sign in a brief question (it
may even lose confidence), and otherwise. Chosen on the part ``dev`` of benchmarks/followups."""
LIKELY, COMPLETE = 0.25, 0.5
"""After a weak sign: the minimum confidence of the joint reading, because if neither has an answer, nothing
speaks for joining the questions; and the confidence from which one without a pronoun needs no other."""


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
        if sign(earlier) != "strong":
            break
    return tuple(needed)


def sign(text: str) -> Sign:
    """Return how clearly the wording of a question shows that it depends on the previous one.

    "strong" for an opening such as "and", for a pronoun without an antecedent, and for a bare question word;
    "weak" for a later pronoun, and for a short question without a name; otherwise "none".
    """
    words = [word.lower() for word in _words(text)]
    signs = _signs(words)
    about = content(text)
    if not about or re.match(rf"(?:{signs.opens})\b", " ".join(words)):
        return "strong"
    words = _without_idle(words, signs)
    pronouns = signs.references.split()
    if _opens_with_pronoun(words, pronouns, signs.points.split(), {word.lower() for word in about}):
        return "strong"
    if len(about) > SHORT:
        return "none"
    return "weak" if not _has_name(about) or any(word in pronouns for word in words) else "none"


def _refers(text: str) -> bool:
    """Return whether a question has a pronoun."""
    words = [word.lower() for word in _words(text)]
    signs = _signs(words)
    return not {*_without_idle(words, signs)}.isdisjoint(signs.references.split())


def _without_idle(words: list[str], signs: FollowUpSigns) -> list[str]:
    """Return words without those that look like pronouns but refer to nothing: "is there"."""
    return re.sub(rf"\b(?:{signs.idle})\b", " ", " ".join(words)).split() if signs.idle else words


def _has_name(words: Collection[str]) -> bool:
    """Return whether a word is capitalised or begins with a digit."""
    return any(word[0].isupper() or word[0].isdigit() for word in words)


def _opens_with_pronoun(
    words: Sequence[str], pronouns: Collection[str], demonstratives: Collection[str], about: Collection[str]
) -> bool:
    """Return whether a pronoun comes before the first content word."""
    for word, following in zip(words, (*words[1:], ""), strict=True):
        # "This website" names what it means; "this" alone does not.
        if word in pronouns and not (word in demonstratives and following in about):
            return True
        if word in about:
            return False
    return False


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


def is_better(question: str, alone: float, together: float) -> bool:
    """Return whether to read a question together with the earlier ones.

    A question without content words always is.

    Args:
        question: The question.
        alone: The confidence, in [0, 1], of the question alone.
        together: The confidence, in [0, 1], of both together; the two are only compared.
    """
    own = len(content(question))
    is_strong = sign(question) == "strong"
    if own and not is_strong and (together < LIKELY or (alone >= COMPLETE and not _refers(question))):
        return False
    gain = TRUST if is_strong and own <= BRIEF else DOUBT
    return own == 0 or _log_odds(together) - _log_odds(alone) > gain


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


def _log_odds(probability: float) -> float:
    clipped = min(max(probability, 1e-9), 1 - 1e-9)
    return log(clipped / (1 - clipped))
