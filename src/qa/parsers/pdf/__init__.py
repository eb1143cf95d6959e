"""PDF: text in reading order with the page of every character, read in the sandbox."""

from __future__ import annotations

from qa.parsers import sandbox
from qa.parsers.pdf.box import Box

__all__ = ["Box", "boxes"]


def boxes(data: bytes, start: int, end: int, *, password: str | None = None) -> list[Box]:
    """Return the rectangles, one for each line, in which ``text[start:end]`` of this file is printed."""
    rectangles = sandbox.call("qa.parsers.pdf.reading", "boxes", data, start, end, password=password)
    return [Box(*edges) for edges in rectangles]
