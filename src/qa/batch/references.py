"""References to cells of a sheet, such as B5 and A1:C9."""

from __future__ import annotations

import re
from dataclasses import dataclass

_REFERENCE = re.compile(r"([A-Z]{0,3})(\d{0,7})(?::([A-Z]{0,3})(\d{0,7}))?")


@dataclass(frozen=True, slots=True)
class Area:
    """A rectangle of cells, with its first and last column and row from 1."""

    left: int
    top: int
    right: int
    bottom: int

    def has_column(self, column: int) -> bool:
        """Return whether it contains a cell of a column."""
        return self.left <= column <= self.right

    def covers(self, row: int, column: int) -> bool:
        """Return whether it contains a cell."""
        return self.left <= column <= self.right and self.top <= row <= self.bottom


def areas_of(references: str) -> list[Area]:
    """Return the areas of references separated by white space, such as "A1:C5 E7"; others are skipped."""
    areas = []
    for reference in references.split():
        match = _REFERENCE.fullmatch(reference.replace("$", "").upper())
        if match is None:
            continue
        left, top, right, bottom = match.groups()
        # A whole column has no rows, and a whole row no columns.
        areas.append(
            Area(
                _number(left) or 1,
                int(top or 1),
                _number(right or left) or 16_384,
                int(bottom or (top if right is None and bottom is None else "") or 1_048_576),
            )
        )
    return areas


def letters(column: int) -> str:
    """Return the letters of a column, given by its number from 1."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def _number(name: str) -> int:
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
