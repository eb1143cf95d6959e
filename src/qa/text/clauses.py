"""Clauses by their number: "clause 2.2(b)" in a question, and the sentence that has that number.

A text prints the number of a clause in pieces: "2.2" before one paragraph, "(b)" before another below it. The
path of headings, in which numbered paragraphs are as well, puts them together again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from qa import lang
from qa.lang.zh import CHINESE

Number = tuple[str, ...]
"""The parts of a clause's number: ("2", "2", "b")."""

_WORD = rf"(?:{lang.alternatives('clause_words')})"
_PARTS = r"\d{1,3}[A-Za-z]?(?:\.\d{1,3}[A-Za-z]?)*(?:\.?\s?\([A-Za-z0-9]{1,5}\))*"
_BRACKETS = r"\([A-Za-z0-9]{1,5}\)(?:\s?\([A-Za-z0-9]{1,5}\))*"
_NAMED = re.compile(
    rf"(?<!\w){_WORD}\s*(?P<number>{_PARTS}|{_BRACKETS}|[IVXLC]{{1,6}}(?:\.\d{{1,3}})*)(?!\w)", re.IGNORECASE
)
_CHINESE = re.compile(rf"第\s*(?P<number>\d{{1,3}}(?:\.\d{{1,3}})*)\s*[{CHINESE.clause_counters}]")
# Without such a word a number is a clause's only where nothing else looks so.
_BARE = re.compile(r"(?<![\w.])(?P<number>\d{1,3}(?:\.\d{1,3})*(?:\s?\([A-Za-z0-9]{1,4}\))+)(?!\w)")
_PRINTED = re.compile(
    rf"\s*(?P<word>{_WORD}\s*)?(?:(?P<number>{_PARTS})(?P<stop>[.)]|(?=\s|$))|(?P<brackets>{_BRACKETS})\.?"
    r"|(?P<letter>[A-Za-z]|[ivxlcIVXLC]{1,6})(?P<after>[.)]|(?=\W|$)))(?=\W|$)",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"[^\w]+")


def asked(question: str) -> tuple[Number, ...]:
    """Return the numbers of clauses that a question names."""
    found = [match["number"] for pattern in (_NAMED, _CHINESE, _BARE) for match in pattern.finditer(question)]
    return tuple(dict.fromkeys(filter(None, map(_parts, found))))


def numbers(headings: Sequence[str], text: str) -> tuple[set[Number], set[Number]]:
    """Return the numbers of a sentence, and those of the clauses that it is in.

    Each is there in full and without what is above it: "2.2(b)" and "(b)".
    """
    above = [number for heading in headings if (number := _printed(heading, is_heading=True))]
    own = _printed(text)
    inside = {number for end in range(1, len(above) + 1) for number in _ends(above[:end])}
    return (set(_ends([*above, own])) if own else set()), inside


def terms_of(found: Iterable[Number]) -> list[str]:
    """Return the terms under which the index has clauses, in a form that no word of a text has.

    A number of one part is that of too many.
    """
    return ["§" + ".".join(number) for number in sorted(found) if len(number) > 1]


def _ends(labels: Sequence[Number]) -> Iterator[Number]:
    """Yield what labels below one another make together, from each of them on."""
    chain: list[Number] = []
    for label in labels:
        # "2.2" below "2" has the number above in itself.
        at = next((at for at in range(len(chain)) if _begins(label, _joined(chain[at:]))), len(chain))
        chain = [*chain[:at], label]
    yield from (_joined(chain[at:]) for at in range(len(chain)))


def _begins(label: Number, above: Number) -> bool:
    return len(label) > len(above) and label[: len(above)] == above


def _joined(labels: Sequence[Number]) -> Number:
    return tuple(part for label in labels for part in label)


def _printed(text: str, *, is_heading: bool = False) -> Number | None:
    """Return the number that a text begins with."""
    found = _PRINTED.match(text)
    # "Clause 3.1 is reviewed" speaks of a clause, "Clause 3.1 Fees" is one.
    if not found or (found["word"] and text[found.end() :].lstrip()[:1].islower()):
        return None
    if found["number"]:
        parts = _parts(found["number"])
        # "2 cats" has no number unless it is a heading; "2. Cats", "2.1 Cats" and "Article 2" have.
        return parts if is_heading or found["word"] or found["stop"] or len(parts) > 1 else None
    if found["letter"]:
        return _parts(found["letter"]) if found["word"] or found["after"] else None
    return _parts(found["brackets"])


def _parts(number: str) -> Number:
    return tuple(part.lower() for part in _SPLIT.split(number) if part)
