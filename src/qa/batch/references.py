"""References to cells of a sheet, such as B5 and A1:C9."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

from openpyxl.utils import range_boundaries

MOST_COLUMNS, MOST_ROWS = 16_384, 1_048_576
"""Size of a sheet."""


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
        return self.has_column(column) and self.top <= row <= self.bottom


def areas_of(references: str) -> list[Area]:
    """Return the areas of references separated by white space, such as "A1:C5 E7"; others are skipped."""
    areas = []
    for reference in references.split():
        with suppress(ValueError):
            left, top, right, bottom = range_boundaries(reference)
            # A whole column has no rows, and a whole row no columns.
            areas.append(Area(left or 1, top or 1, right or MOST_COLUMNS, bottom or MOST_ROWS))
    return areas
