"""What speaks against a sentence that is like a question in all else: an opposite in it, or a "not" it lacks.

A similarity hardly tells "the largest lake" from "the smallest lake", nor what is from what is not, and
both share nearly every word. Pure functions; another language is one more entry of each table.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from types import MappingProxyType

from qa.text.tokens import stem

_NEGATIONS = {
    "en": (
        r"not|never|cannot|no|none|nobody|nothing|nowhere|neither|nor|without"
        r"|(?:ca|could|did|do|does|had|has|have|is|are|must|need|sha|should|was|were|wo|would)n['’]?t"
    ),
    "de": r"nicht|nie|niemals|kein(?:e[mnrs]?)?|niemand|nichts|nirgends|weder|ohne",
    "fr": r"ne|n['’]|pas|jamais|aucune?|personne|rien|sans|ni",
    "es": r"no|nunca|jamás|ningun[oa]?|ningún|nadie|nada|sin|ni|tampoco",
}
# What says so in other words; a question that has one of these asks for it and not for what is not.
_DENIALS = {
    "en": (
        r"lack\w*|fail\w*|unable|refus\w+|except\w*|exclud\w+|prevent\w*|forb[ai]d\w*|deni\w+|deny\w*"
        r"|prohibit\w*|hardly|rarely"
    ),
    "de": r"fehl\w+|verweiger\w+|außer|verbiet\w+|verboten|kaum",
    "fr": r"manqu\w+|refus\w+|sauf|interdi\w+",
    "es": r"falt\w+|rechaz\w+|salvo|excepto|prohib\w+",
}
OPPOSITES = {
    "en": """
        first last, most least, most fewest, more less, more fewer, largest smallest, biggest smallest,
        highest lowest, greatest least, greatest smallest, longest shortest, oldest youngest, oldest newest,
        earliest latest, best worst, high low, higher lower, large small, larger smaller, big small,
        long short, longer shorter, old new, older younger, early late, earlier later, before after,
        prior following, start end, begin end, begin finish, beginning end, birth death, born died,
        founded abolished, founded dissolved, open close, opened closed, increase decrease, increase reduce,
        increase decline, rise fall, rose fell, grow shrink, growth decline, win lose, won lost,
        winner loser, victory defeat, accept reject, allow forbid, allow prohibit, permit prohibit,
        legal illegal, lawful unlawful, agree disagree, agreed refused, support oppose, supporter opponent,
        love hate, like dislike, succeed fail, success failure, successful unsuccessful,
        possible impossible, able unable, common rare, common uncommon, frequently rarely, often rarely,
        often seldom, always never, all none, everyone nobody, inside outside, internal external,
        inner outer, indoor outdoor, north south, northern southern, east west, eastern western,
        northeast southwest, northwest southeast, left right, upper lower, top bottom, above below,
        over under, male female, men women, man woman, boy girl, father mother, son daughter,
        brother sister, king queen, husband wife, public private, rich poor, wealth poverty, hot cold,
        warm cool, heat cool, wet dry, light dark, light heavy, day night, morning evening, summer winter,
        war peace, ally enemy, friend enemy, attack defend, offensive defensive, buy sell, bought sold,
        lend borrow, give take, gave took, send receive, sent received, give receive, import export,
        enter leave, arrive depart, arrive leave, join leave, build destroy, built destroyed,
        construct demolish, create destroy, strong weak, stronger weaker, strengthen weaken, easy difficult,
        simple complex, fast slow, quickly slowly, near far, nearest farthest, wide narrow, thick thin,
        deep shallow, positive negative, good bad, better worse, true false, right wrong, correct incorrect,
        major minor, majority minority, maximum minimum, include exclude, with without, ancient modern,
        old modern, traditional modern, formal informal, direct indirect, directly indirectly,
        voluntary mandatory, optional mandatory, optional required, temporary permanent, safe dangerous,
        safe unsafe, known unknown, same different, similar different, equal unequal, acknowledge deny,
        confirm deny, admit deny, remember forget, employed unemployed, active inactive, natural artificial,
        urban rural, domestic foreign, native foreign, present absent, full empty, raise lower, gain lose,
        advantage disadvantage, benefit harm, encourage discourage, appear disappear, hire dismiss,
        pass fail, push pull, expand contract, odd even, senior junior, superior inferior,
        liberal conservative
    """,
}
"""Pairs of words, parted by commas, of which one says the opposite of the other."""


def negates(text: str, language: str = "en") -> bool:
    """Whether a question asks for what is not: "Who did not sign?"; never in a language that has no entry."""
    pattern = _pattern(language, False)
    return bool(pattern and pattern.search(text))


def denies(text: str, language: str = "en") -> bool:
    """Whether a sentence says of anything that it is not, in whatever words; true where none can tell."""
    pattern = _pattern(language, True)
    return pattern is None or bool(pattern.search(text))


def opposed(asked: Iterable[Collection[str]], here: Collection[str], language: str = "en") -> bool:
    """Whether the opposite of a word that was ``asked`` stands ``here``, and not the word itself.

    Both are stems, each word of the question in one or more forms.
    """
    known = _opposites(language)
    return any(
        not known[form].isdisjoint(here) and not any(other in here for other in word)
        for word in asked
        for form in word
        if form in known
    )


@cache
def _pattern(language: str, widely: bool) -> re.Pattern[str] | None:
    if language not in _NEGATIONS:
        return None
    words = _NEGATIONS[language] + (f"|{_DENIALS[language]}" if widely else "")
    return re.compile(rf"\b(?:{words})\b", re.IGNORECASE)


@cache
def _opposites(language: str) -> Mapping[str, frozenset[str]]:
    """For each stem those of its opposites."""
    found: dict[str, set[str]] = {}
    for pair in OPPOSITES.get(language, "").split(","):
        one, other = (stem(word, language) for word in pair.split()) if pair.strip() else ("", "")
        found.setdefault(one, set()).add(other)
        found.setdefault(other, set()).add(one)
    return MappingProxyType({word: frozenset(others) for word, others in found.items()})
