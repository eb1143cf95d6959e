"""Match clause numbers: "clause 2.2(b)" in a question with the sentence that has that number.

A text prints the number of a clause in pieces: "2.2" before one paragraph, "(b)" before another below it. The
path of headings, which includes numbered paragraphs, puts the pieces together again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from qa import lang
from qa.lang.zh import CHINESE

Number = tuple[str, ...]
"""Parts of a clause number: ("2", "2", "b")."""

_WORD = rf"(?:{lang.alternatives('clause_words')})"
_PARTS = r"\d{1,3}[A-Za-z]?(?:\.\d{1,3}[A-Za-z]?)*(?:\.?\s?\([A-Za-z0-9]{1,5}\))*"
_BRACKETS = r"\([A-Za-z0-9]{1,5}\)(?:\s?\([A-Za-z0-9]{1,5}\))*"
_NAMED = re.compile(
    rf"(?<!\w){_WORD}\s*(?P<number>{_PARTS}|{_BRACKETS}|[IVXLC]{{1,6}}(?:\.\d{{1,3}})*)(?!\w)", re.IGNORECASE
)
_CHINESE = re.compile(rf"第\s*(?P<number>\d{{1,3}}(?:\.\d{{1,3}})*)\s*[{CHINESE.clause_counters}]")
# Without a word such as "clause", only a number with a part in brackets counts as a clause number.
_BARE = re.compile(r"(?<![\w.])(?P<number>\d{1,3}(?:\.\d{1,3})*(?:\s?\([A-Za-z0-9]{1,4}\))+)(?!\w)")
_PRINTED = re.compile(
    rf"\s*(?P<word>{_WORD}\s*)?(?:(?P<number>{_PARTS})(?P<stop>[.)]|(?=\s|$))|(?P<brackets>{_BRACKETS})\.?"
    r"|(?P<letter>[A-Za-z]|[ivxlcIVXLC]{1,6})(?P<after>[.)]|(?=\W|$)))(?=\W|$)",
    re.IGNORECASE,
)
_SPLIT = re.compile(r"[^\w]+")


def asked(question: str) -> tuple[Number, ...]:
    """Return the clause numbers that a question names."""
    names = [match["number"] for pattern in (_NAMED, _CHINESE, _BARE) for match in pattern.finditer(question)]
    return tuple(dict.fromkeys(filter(None, map(_parts, names))))


def numbers(headings: Sequence[str], text: str) -> tuple[set[Number], set[Number]]:
    """Return the clause numbers of a sentence, and those of the clauses that contain it.

    Each number is included in full and without the numbers above it: "2.2(b)" and "(b)".
    """
    above = [number for heading in headings if (number := _printed(heading, is_heading=True))]
    sentence_number = _printed(text)
    inside = {number for end in range(1, len(above) + 1) for number in _ends(above[:end])}
    return (set(_ends([*above, sentence_number])) if sentence_number else set()), inside


def terms_of(clause_numbers: Iterable[Number]) -> list[str]:
    """Return the index terms of clause numbers, in a form that no word of a text has.

    Numbers with a single part are left out: too many clauses share them.
    """
    return ["§" + ".".join(number) for number in sorted(clause_numbers) if len(number) > 1]


def _ends(labels: Sequence[Number]) -> Iterator[Number]:
    """Yield the combined number of nested labels, starting from each label in turn."""
    chain: list[Number] = []
    for label in labels:
        # "2.2" below "2" already includes the number above it.
        at = next((at for at in range(len(chain)) if _begins(label, _joined(chain[at:]))), len(chain))
        chain = [*chain[:at], label]
    yield from (_joined(chain[at:]) for at in range(len(chain)))


def _begins(label: Number, above: Number) -> bool:
    return len(label) > len(above) and label[: len(above)] == above


def _joined(labels: Sequence[Number]) -> Number:
    return tuple(part for label in labels for part in label)


def _printed(text: str, *, is_heading: bool = False) -> Number | None:
    """Return the number at the start of a text, None if it has none."""
    match = _PRINTED.match(text)
    # "Clause 3.1 is reviewed" mentions a clause; "Clause 3.1 Fees" is one.
    if not match or (match["word"] and text[match.end() :].lstrip()[:1].islower()):
        return None
    if match["number"]:
        parts = _parts(match["number"])
        # "2 cats" has a number only if it is a heading; "2. Cats", "2.1 Cats" and "Article 2" always have.
        return parts if is_heading or match["word"] or match["stop"] or len(parts) > 1 else None
    if match["letter"]:
        return _parts(match["letter"]) if match["word"] or match["after"] else None
    return _parts(match["brackets"])


def _parts(number: str) -> Number:
    return tuple(part.lower() for part in _SPLIT.split(number) if part)
