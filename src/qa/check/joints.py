"""Cut a quotation at the places where its author says that it differs: ellipses, brackets, remarks."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from qa import lang
from qa.check.words import is_word, words_of

JointKind = Literal["ellipsis", "bracket", "remark"]
REPLACED = 12
"""Words of the source that words in brackets may replace; three times their number if that is more."""

_REMARKS = lang.alternatives("quotation_notes")
_JOINT = re.compile(
    r"(?P<ellipsis>[\[(]\s*(?:…|\.(?:\s?\.){1,5})\s*[\])]|…|\.(?:\s?\.){2,5})"
    rf"|(?P<remark>[(\[]\s*(?:{_REMARKS})\s*[)\]])"
    # "contract[s]" is one word; other brackets are words beside it.
    r"|(?P<bracket>(?<!\w)\w{1,40}\[\w{0,5}\]\w{0,40}|\[\w{0,5}\]\w{1,40}|\[[^\[\]]{1,300}\])",
    re.IGNORECASE,
)
_OMITS = re.compile(r"omit|omis|gelassen|entfernt", re.IGNORECASE)
# The first letter of "[T]he", whose case was changed.
_INITIAL = re.compile(r"\[(?=\w{1,2}\]\w)|(?<=\[\w)\](?=\w)|(?<=\[\w\w)\](?=\w)")
_BRACKETS = re.compile(r"[\[\]]")
_INVISIBLE = "\u200b"


@dataclass(frozen=True, slots=True)
class Joint:
    """An announced difference: its kind, its span, and how many words of the source it may replace."""

    kind: JointKind
    start: int
    end: int
    most: int


@dataclass(frozen=True, slots=True)
class Cut:
    """A quotation cut at its joints.

    Attributes:
        text: The quotation, in which the brackets of single initial letters are invisible characters.
        parts: The parts with words, as spans in order.
        joints: The joints in order.
    """

    text: str
    parts: tuple[tuple[int, int], ...]
    joints: tuple[Joint, ...]

    def between(self, part: int) -> list[Joint]:
        """Return the joints between a part and the one before it."""
        return [j for j in self.joints if self.parts[part - 1][1] <= j.start and j.end <= self.parts[part][0]]


def without_brackets(text: str) -> str:
    """Return a text of the same length whose square brackets are invisible characters."""
    return _BRACKETS.sub(_INVISIBLE, text)


def cut(text: str) -> Cut:
    """Return a quotation cut at its joints; without any, it has one part."""
    text = _INITIAL.sub(_INVISIBLE, text)
    joints = [_joint(match) for match in _JOINT.finditer(text)]
    ends = [0, *(joint.end for joint in joints)]
    starts = [*(joint.start for joint in joints), len(text)]
    parts = [_trimmed(text, start, end) for start, end in zip(ends, starts, strict=True)]
    return Cut(text, tuple(part for part in parts if part is not None), tuple(joints))


def _joint(match: re.Match[str]) -> Joint:
    kind: JointKind = "ellipsis" if match["ellipsis"] else "remark" if match["remark"] else "bracket"
    if kind == "remark":
        kind = "ellipsis" if _OMITS.search(match[0]) else "remark"
    words = sum(map(is_word, words_of(match[0])))
    most = {"ellipsis": -1, "remark": 0, "bracket": max(REPLACED, 3 * words)}[kind]
    return Joint(kind, match.start(), match.end(), most)


def _trimmed(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return the span of a part without the white space around it; None if it has no words."""
    part = text[start:end]
    if not any(map(is_word, words_of(part))):
        return None
    return start + len(part) - len(part.lstrip()), end - len(part) + len(part.rstrip())
