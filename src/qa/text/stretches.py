"""Cut blocks into stretches at line breaks that have a meaning, and not at the edge of the paper."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise
from typing import Literal, NamedTuple

from qa.types import Block, BlockKind

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_BULLET = re.compile(r"(?:[-*+•‣◦·–—]|\(?(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})[.)])\s")
# Several figures may follow each other, but not letters: "p. 5." is not a numbering.
NUMBERS = r"(?:(?:\(?\d{1,3}(?:\.\d{1,2}){0,3}+[.)]\s*+)++|\(?(?:[a-zA-Z]|[ivxIVX]{1,4})[.)]\s*)"
"""A pattern for numbers of a list."""
_PAGE_NUMBER = re.compile(r"\s*(?:[-–—]\s?\d{1,4}\s?[-–—]|\d{1,3})\s*")
_CLAUSE = re.compile(r"\d{1,3}(?:\.\d{1,3}){1,4}\.?\s+[\"“«(\[]?[^\W\d_a-z]")
# A word with a number on its own line: "Article 22", "제 24 조".
_COUNTER = re.compile(r"\s*[^\W\d_]{1,12}\.?\s*\d{1,3}(?:\s*[^\W\d_]{1,2})?[.:]?\s*")
_ENDED = re.compile(r"[.;:!?][\"'”’)]*\s*$")
NUMBERINGS = re.compile(rf"\s*{NUMBERS}")

StretchKind = BlockKind | Literal["contents", "lines"]
"""A kind of block; lines that are never quoted, such as those of a table of contents; lines that form one
sentence, such as a signature."""


class Stretch(NamedTuple):
    """A part of a block without a meaningful line break.

    Attributes:
        start: Offset of its first character.
        end: Offset after its last character.
        kind: Its kind.
        level: Depth of a heading or of a numbered item, 0 if unknown.
        begins_block: Whether it is the first stretch of its block.
        ends_block: Whether it is the last one.
    """

    start: int
    end: int
    kind: StretchKind
    level: int = 0
    begins_block: bool = True
    ends_block: bool = True


def stretches(text: str, blocks: Iterable[Block]) -> list[Stretch]:
    """Return the stretches of blocks, without white space around them; empty ones are left out."""
    result = []
    for block in blocks:
        is_whole = block.kind == "heading"
        spans = [(block.start, block.end)] if is_whole else _lines(text, block)
        trimmed = [span for start, end in spans if (span := trim(text, start, end))]
        last = len(trimmed) - 1
        for at, (start, end) in enumerate(trimmed):
            result.append(Stretch(start, end, block.kind, block.level, at == 0, at == last))
    return result


def blank_line_blocks(text: str) -> Iterator[Block]:
    """Yield the stretches between blank lines, without the white space around them."""
    start = 0
    for gap in [*_BLANK_LINE.finditer(text), None]:
        end = gap.start() if gap else len(text)
        block = trim(text, start, end)
        if block:
            yield Block(*block)
        if gap:
            start = gap.end()


def trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    """Return a span without the white space around it; None if nothing is left."""
    piece = text[start:end]
    left = len(piece) - len(piece.lstrip())
    right = len(piece.rstrip())
    return (start + left, start + right) if right > left else None


def _lines(text: str, block: Block) -> Iterator[tuple[int, int]]:
    """Yield the stretches of a block between hard line breaks."""
    breaks = [block.start - 1, *(match.start() for match in re.finditer("\n", text[block.start : block.end]))]
    breaks = [breaks[0], *(block.start + at for at in breaks[1:]), block.end]
    lines = [(a + 1, b) for a, b in pairwise(breaks)]
    widths = sorted(len(text[a:b].rstrip()) for a, b in lines[:-1])
    # The usual width of a full line: one long line among many short ones must not make every break hard.
    width = widths[int(len(widths) * 0.75)] if widths else 0
    if len(lines) == 2:
        width = max(width, len(text[lines[1][0] : lines[1][1]].rstrip()))
    start = lines[0][0]
    for (a, b), (c, d) in pairwise(lines):
        if block.kind == "code" or _hard(text[a:b], text[c:d], width):
            yield start, b
            start = c
    yield start, lines[-1][1]


def _hard(line: str, following: str, width: int) -> bool:
    """Return whether a line break has a meaning, or only marks the edge of the paper."""
    following = following.lstrip()
    if NUMBERINGS.fullmatch(line):
        # The numbered text is on the next line.
        return False
    if _BULLET.match(following) or _is_apart(line, following):
        return True
    if following[:1].islower() or width < 30:
        # Verse and lists have short lines on purpose; a sentence that continues in lower case does not end.
        return not following[:1].islower() and not line.rstrip().endswith((",", "-", "–"))
    # The first word of the next line would have fitted: the break is intentional.
    return len(line.rstrip()) + len(following.split(" ", 1)[0]) + 1 < 0.75 * width


def _is_apart(line: str, following: str) -> bool:
    """Return whether one of two lines is a page number or a counter, or the second one a numbered clause."""
    if _PAGE_NUMBER.fullmatch(line) or _PAGE_NUMBER.fullmatch(following):
        return True
    if _COUNTER.fullmatch(line):
        return not following[:1].islower()
    is_label = _CLAUSE.match(following) or _COUNTER.fullmatch(following)
    return is_label is not None and _ENDED.search(line) is not None
