"""The chapters of a plain text: lines that name a part of a book are its headings."""

from __future__ import annotations

import re
from collections.abc import Iterator

from qa.lang.en import ENGLISH
from qa.types import Block

_BLOCK = re.compile(r"\S.*(?:\n[^\S\n]*\S.*)*")
_PARTS = ENGLISH.book_parts
_NUMBER = rf"(?:[IVXLCDM]+|\d{{1,3}}|(?i:{'|'.join(sorted(_PARTS.counted))}))"
_PART = re.compile(
    rf"(?i:the )?(?P<name>(?i:{'|'.join(_PARTS.levels)})) +(?i:the )?{_NUMBER}(?![\w,])(?:[.:]?[ —–-]*\S.*)?"
    rf"|(?i:{'|'.join(sorted(_PARTS.matter))})(?: [A-Z\d]{{1,3}})?\.?"
)
_LONGEST = 100
_FEWEST = 2
"""One such line alone may be anything: a reference, say."""


def chapters(text: str) -> tuple[Block, ...]:
    """The blocks of a text with its chapter lines as headings; none where it has no chapters.

    A chapter line stands alone between blank lines, or with its title in the line below, and ends in no
    comma or semicolon, as a sentence that breaks off there would.
    """
    blocks = tuple(_blocks(text))
    return blocks if sum(block.kind == "heading" for block in blocks) >= _FEWEST else ()


def _blocks(text: str) -> Iterator[Block]:
    for found in _BLOCK.finditer(text):
        start, end = found.span()
        end = start + len(text[start:end].rstrip())
        level = part_level(text[start:end])
        yield Block(start, end, "heading", level) if level else Block(start, end)


def part_level(block: str) -> int:
    """The depth of a heading that names a part of a book, 0 where the block is no such heading."""
    lines = block.split("\n")
    if len(block) > _LONGEST or len(lines) > 2 or block.endswith((",", ";")):
        return 0
    part = _PART.fullmatch(lines[0].strip())
    if part is None:
        return 0
    # A front or end matter stands beside the largest parts.
    return _PARTS.levels.index(part["name"].lower()) + 1 if part["name"] else 1
