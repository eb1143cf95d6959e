"""The headings of a document, for its table of contents beside the text."""

from __future__ import annotations

from qa.render import single_line
from qa.types import Document

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
