"""Turns answered questions into ones that their passage seems to answer but does not.

The kinds are those that people wrote for SQuAD 2.0 (Rajpurkar et al., "Know What You Don't Know", 2018): another
number, another name of the passage, an opposite, a negation.
"""

from __future__ import annotations

import random
import re

_NUMBER = re.compile(r"\b\d[\d,.]*\b")
_WORD = r"[A-ZÀ-Þ][a-zà-ÿ]+(?:-[A-ZÀ-Þ][a-zà-ÿ]+)*"
_NAME = re.compile(
    rf"(?<=[^\W\d_,;:] )(?!(?:January|February|March|April|May|June|July|August|September|October|November|December)\b){_WORD}(?: {_WORD})*(?!\w)"
)
_SUBJECT = re.compile(rf"(?:(?:the|a|an|its|his|her|their) [\w’'-]+|{_WORD}(?: {_WORD})*)(?= )")
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|do|does|did|can|could|will|would|shall|should|may|must|has|have|had)\b",
    re.IGNORECASE,
)
_PAIRS = """
first last, most least, most fewest, more less, more fewer, largest smallest, biggest
smallest, highest lowest, greatest least, greatest smallest, longest shortest, oldest
youngest, oldest newest, earliest latest, best worst, high low, higher lower, large small,
larger smaller, big small, long short, longer shorter, old new, older younger, early late,
earlier later, before after, prior following, start end, begin end, begin finish, beginning
end, birth death, born died, founded abolished, founded dissolved, open close, opened
closed, increase decrease, increase reduce, increase decline, rise fall, rose fell, grow
shrink, growth decline, win lose, won lost, winner loser, victory defeat, accept reject,
allow forbid, allow prohibit, permit prohibit, legal illegal, lawful unlawful, agree
disagree, agreed refused, support oppose, supporter opponent, love hate, like dislike,
succeed fail, success failure, successful unsuccessful, possible impossible, able unable,
common rare, common uncommon, frequently rarely, often rarely, often seldom, always never,
all none, everyone nobody, inside outside, internal external, inner outer, indoor outdoor,
north south, northern southern, east west, eastern western, northeast southwest, northwest
southeast, left right, upper lower, top bottom, above below, over under, male female, men
women, man woman, boy girl, father mother, son daughter, brother sister, king queen, husband
wife, public private, rich poor, wealth poverty, hot cold, warm cool, heat cool, wet dry,
light dark, light heavy, day night, morning evening, summer winter, war peace, ally enemy,
friend enemy, attack defend, offensive defensive, buy sell, bought sold, lend borrow, give
take, gave took, send receive, sent received, give receive, import export, enter leave,
arrive depart, arrive leave, join leave, build destroy, built destroyed, construct demolish,
create destroy, strong weak, stronger weaker, strengthen weaken, easy difficult, simple
complex, fast slow, quickly slowly, near far, nearest farthest, wide narrow, thick thin,
deep shallow, positive negative, good bad, better worse, true false, right wrong, correct
incorrect, major minor, majority minority, maximum minimum, include exclude, with without,
ancient modern, old modern, traditional modern, formal informal, direct indirect, directly
indirectly, voluntary mandatory, optional mandatory, optional required, temporary permanent,
safe dangerous, safe unsafe, known unknown, same different, similar different, equal
unequal, acknowledge deny, confirm deny, admit deny, remember forget, employed unemployed,
active inactive, natural artificial, urban rural, domestic foreign, native foreign, present
absent, full empty, raise lower, gain lose, advantage disadvantage, benefit harm, encourage
discourage, appear disappear, hire dismiss, pass fail, push pull, expand contract, odd even,
senior junior, superior inferior, liberal conservative
"""


def _opposites() -> dict[str, list[str]]:
    result: dict[str, list[str]] = {}
    for first, second in (pair.split() for pair in " ".join(_PAIRS.split()).split(", ")):
        result.setdefault(first, []).append(second)
        result.setdefault(second, []).append(first)
    return result


OPPOSITES = _opposites()
_OPPOSED = re.compile(rf"\b(?:{'|'.join(sorted(OPPOSITES, key=len, reverse=True))})\b")


def misleading(question: str, passage: str, order: random.Random) -> str | None:
    """Return the question with one thing changed so that the passage does not answer it, or None.

    Args:
        question: A question that the passage answers.
        passage: The passage.
        order: Chooses the change.
    """
    changes = [_other_number, _other_name, _opposite, _negated]
    order.shuffle(changes)
    for change in changes:
        changed = change(question, passage, order)
        if changed is not None and changed != question:
            return changed
    return None


def _other_number(question: str, passage: str, order: random.Random) -> str | None:
    """Replace a number of the question by another one of the passage."""
    asked = list(_NUMBER.finditer(question))
    others = sorted({match[0].rstrip(".,") for match in _NUMBER.finditer(passage)})
    if not asked:
        return None
    match = order.choice(asked)
    digits = len(re.sub(r"\D", "", match[0]))
    alike = [each for each in others if each not in question and len(re.sub(r"\D", "", each)) == digits]
    return _replaced(question, match, order.choice(alike)) if alike else None


def _other_name(question: str, passage: str, order: random.Random) -> str | None:
    """Replace a name of the question by another one of the passage."""
    asked = [match for match in _NAME.finditer(question) if match[0] in passage]
    others = sorted({match[0] for match in _NAME.finditer(passage) if match[0] not in question})
    return _replaced(question, order.choice(asked), order.choice(others)) if asked and others else None


def _opposite(question: str, passage: str, order: random.Random) -> str | None:
    """Replace a word of the question that the passage has by its opposite."""
    asked = [match for match in _OPPOSED.finditer(question) if match[0] in passage.lower()]
    if not asked:
        return None
    match = order.choice(asked)
    return _replaced(question, match, order.choice(OPPOSITES[match[0]]))


def _negated(question: str, passage: str, order: random.Random) -> str | None:
    """Negate the question, which is rare: people seldom ask that way."""
    match = _AUXILIARY.search(question)
    words = question[match.end() :].split() if match else []
    if match is None or len(words) < 3 or " not " in question or order.random() > 0.3:
        return None
    # "What did the court decide" becomes "What did the court not decide".
    at = len(question) - len(question[match.end() :].lstrip())
    subject = _SUBJECT.match(question, at)
    return f"{question[: subject.end()]} not{question[subject.end() :]}" if subject else None


def _replaced(text: str, match: re.Match[str], by: str) -> str:
    return text[: match.start()] + by + text[match.end() :]
