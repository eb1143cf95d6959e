"""The headings of a document, for its table of contents beside the text."""

from __future__ import annotations

from qa.render import single_line
from qa.types import Block, Document

MOST_HEADINGS = 2_000
"""Maximum number of headings."""
MOST_TITLE = 200
"""Maximum characters of a heading."""


def outline(document: Document) -> list[dict[str, str | int]]:
    """Return the title, the depth (from 1) and the offset of each heading."""
    headings = [block for block in document.blocks if block.kind == "heading"][:MOST_HEADINGS]
    top = min((block.level for block in headings), default=1)
    return [
        {
            "title": single_line(document.text[block.start : block.end])[:MOST_TITLE],
            "depth": block.level - top + 1,
            "start": block.start,
        }
        for block in headings
    ]


def headings_above(document: Document, at: int) -> tuple[str, ...]:
    """Return the headings that an offset is under, outermost first."""
    path: list[Block] = []
    for block in document.blocks:
        if block.start > at:
            break
        if block.kind == "heading":
            path = [above for above in path if above.level < block.level] + [block]
    return tuple(single_line(document.text[block.start : block.end]) for block in path)
