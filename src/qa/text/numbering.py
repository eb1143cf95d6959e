"""Takes the number off a question that comes from a list: "12.", "Q12:", "(a)", "- "."""

from __future__ import annotations

import re

from qa import lang
from qa.lang.detect import language_of
from qa.lang.ja import JAPANESE
from qa.lang.zh import CHINESE

_DASH = r"[-\u2010-\u2015](?=\s)"
_CJK = CHINESE.question_labels | JAPANESE.question_labels
_QUESTION = "|".join(sorted(lang.in_any("question_labels") - _CJK))
_MONTHS = lang.in_any("months")
_BULLET = re.compile(r"\s*(?:[-*+•‣◦·–—]\s+)?")
# A word that says that a number follows: capitals make no difference.
_NAMED = re.compile(
    rf"(?:(?:{_QUESTION}|q)\s?[.#°]?\s?\d{{1,4}}\s?(?:[.:)\]]|{_DASH})"
    rf"|(?:{_QUESTION})\s?\d{{1,4}}(?=\s[^\s\d])"
    r"|(?:nr|no)\.?\s?\d{1,4}\s?[.:)]"
    rf"|(?:{_QUESTION}|q)\s?:)(?=\s)"
    rf"|(?:{'|'.join(sorted(_CJK))})\s?\d{{0,4}}\s?[:：.、]"
    rf"|第\s?[\d一二三四五六七八九十]{{1,4}}\s?[{CHINESE.question_counters}]\s?[:：.、]?",
    re.IGNORECASE,
)
_BARE = re.compile(
    r"[(\[（](?:\d{1,3}|[a-z]|[ivx]{1,4})[)\]）]"  # "(12)", "[a]"
    r"|(?:\d{1,3}|[a-z]|[ivx]{1,4})[)）]"  # "12)", "a)"
    r"|\d{1,3}(?:\.\d{1,2}){0,3}\.(?=\s|[A-Z])"  # "12.", "2.1."
    rf"|\d{{1,2}}\s?(?:{_DASH}|:(?=\s))"  # "12:", "12 - "
    r"|\d{1,3}[、．]"
    r"|[a-z]\.(?=\s)"  # but no initial
)
_WORD = re.compile(r"[^\W\d_]+")


def without_number(question: str) -> str:
    """Returns the question without its number or bullet; as it is where nothing else would be left."""
    bullet = _BULLET.match(question)
    at = bullet.end() if bullet else 0
    if named := _NAMED.match(question, at):
        at = named.end()
    elif (bare := _BARE.match(question, at)) and not _is_counted(bare[0], question[bare.end() :]):
        at = bare.end()
    rest = question[at:].lstrip()
    return rest if any(map(str.isalpha, rest)) else question


def _is_counted(number: str, rest: str) -> bool:
    """Whether a number goes with what follows: a day with its month, an ordinal with its noun."""
    first = _WORD.search(rest)
    if first is None or not (number[0].isdigit() and number.endswith(".")):
        return False
    word = first[0].lower()
    if word in _MONTHS:
        return True
    language = lang.get(language_of(rest))
    return language.dotted_ordinals and word not in language.stop_words
