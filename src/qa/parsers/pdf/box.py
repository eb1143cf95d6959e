"""A rectangle on a page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle on a page in points from the top left corner of the page as shown; pages count from 1."""

    page: int
    left: float
    top: float
    right: float
    bottom: float
