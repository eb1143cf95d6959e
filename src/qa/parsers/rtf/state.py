"""The properties of a group of rich text, and the control words that change them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from qa.types import OmissionReason

_MAX_FALLBACK = 64
_SWITCHES = {
    "v": "is_hidden",
    "deleted": "is_deleted",
    "strike": "is_struck",
    "striked": "is_struck",
    "intbl": "in_table",
}
_SHIFTS = {"super": 1, "nosupersub": 0, "sub": -1}
_RESETS: dict[str, dict[str, Any]] = {
    "plain": {"is_hidden": False, "is_deleted": False, "is_struck": False, "shift": 0},
    "pard": {"in_table": False, "level": 0},
}


@dataclass(frozen=True, slots=True)
class State:
    """The properties of a group: the destination of its words, their encoding and format.

    ``into`` is the destination, ``ends`` the destination that ends with the group, and ``outer`` the
    destination of the words around it.
    """

    into: str = "body"
    ends: str = ""
    outer: str = "body"
    encoding: str = "cp1252"
    fallback: int = 1
    is_hidden: bool = False
    is_deleted: bool = False
    is_struck: bool = False
    shift: int = 0
    is_object: bool = False
    in_table: bool = False
    level: int = 0
    around: OmissionReason | None = None

    @property
    def reason(self) -> OmissionReason | None:
        """Why the words of the group are left out, or None."""
        if self.is_hidden:
            return "hidden"
        if self.is_deleted:
            return "deleted"
        return "struck" if self.is_struck else self.around

    def formatted(self, word: str, number: int | None, levels: Mapping[int, int]) -> State | None:
        """Return the state after a control word for the format of characters or paragraphs.

        Args:
            word: The control word.
            number: Its parameter.
            levels: The heading levels of styles by their numbers.

        Returns:
            The new state, or None if the word does not change the format.
        """
        is_on = number != 0
        if word in _SWITCHES:
            switched: dict[str, Any] = {_SWITCHES[word]: is_on}
            return replace(self, **switched)
        if word in _SHIFTS:
            return replace(self, shift=_SHIFTS[word] if is_on else 0)
        if word in _RESETS:
            return replace(self, **_RESETS[word])
        if word == "uc":
            return replace(self, fallback=min(max(0, number or 0), _MAX_FALLBACK))
        if word in {"s", "outlinelevel"} and self.into == "body":
            level = levels.get(number or 0, 0) if word == "s" else level_of_outline(number)
            return replace(self, level=level)
        return None


def level_of_outline(number: int | None) -> int:
    """Return the heading level of an outline level, or 0 if it is body text."""
    return number + 1 if number is not None and 0 <= number < 9 else 0
