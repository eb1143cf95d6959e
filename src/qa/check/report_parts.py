"""The parts of a report that its readers return: headings, quotes, paragraphs."""

from __future__ import annotations

from typing import Literal, NamedTuple

PartKind = Literal["heading", "quote", "passage", "paragraph", "cut"]

HEADING: PartKind = "heading"
QUOTE: PartKind = "quote"
PASSAGE: PartKind = "passage"
"""The text around a quote."""
PARAGRAPH: PartKind = "paragraph"
CUT: PartKind = "cut"
"""The end of a file that ends too early."""


class Part(NamedTuple):
    """One part of a report, in order; its text is what a person sees."""

    kind: PartKind
    text: str
