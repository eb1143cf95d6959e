"""Where on a page something stands."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page (number from 1) in points from the top left corner, as the page is shown."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
