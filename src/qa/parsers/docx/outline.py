"""Finish a document's blocks: omit tables of contents, turn clause titles into headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from qa.parsers.build import TextBuilder
from qa.parsers.docx.pieces import DraftBlock

_PAGE = re.compile(r"[\s.…·_]*(?:(?<=[\s.…·_])[ivxlcdm]+|\d+(?:[-–.]\d+)*)\s*$", re.IGNORECASE)
_END_CHARACTERS = 200
_MAX_TITLE_WORDS = 12
_NOT_TITLE_ENDS = (".", ";", ":", ",", "?", "!", "。", "；", "：", "，")


def build(blocks: list[DraftBlock], builder: TextBuilder) -> None:
    """Append the blocks to a builder, and report omissions there."""
    shown = list(_without_contents(blocks, builder))
    above = 0
    quote: tuple[int, int] | None = None
    for block, following in zip(shown, _following(shown), strict=True):
        kind, level = block.kind, block.level
        if kind == "heading":
            above = level
        elif kind == "item" and block.label and not block.is_bullet:
            level = block.depth + 1
            if _is_title(block, following):
                kind, level = "heading", min(above + level, 9)
        if quote is not None and not (block.quote or block.is_aside):
            builder.quote(*quote)
            quote = None
        if block.quote and not block.is_aside:
            quote = (quote[0] if quote else builder.count, builder.count)
        builder.add(block.text, kind, level, place=block.place)
    if quote is not None:
        builder.quote(*quote)


def _following(blocks: list[DraftBlock]) -> list[DraftBlock | None]:
    """Return the next block in the main text for each block."""
    following: list[DraftBlock | None] = []
    after: DraftBlock | None = None
    for block in reversed(blocks):
        following.append(after)
        after = after if block.is_aside else block
    return following[::-1]


def _is_title(block: DraftBlock, following: DraftBlock | None) -> bool:
    """Check whether a numbered paragraph is only the title of the text below it."""
    text = block.text.removeprefix(block.label).strip()
    if (
        following is None
        or block.is_aside
        or len(text.split()) > _MAX_TITLE_WORDS
        or text.endswith(_NOT_TITLE_ENDS)
    ):
        return False
    # Titles may also begin with letters that have no capitals.
    if not text[:1].isalnum() or text[:1] != text[:1].upper():
        return False
    if following.list_id == block.list_id and following.depth > block.depth:
        return True
    return block.emphatic and following.kind in {"paragraph", "row"} and not following.label


def _without_contents(blocks: list[DraftBlock], builder: TextBuilder) -> Iterator[DraftBlock]:
    """Yield the blocks without those tables of contents whose lines also occur in the text."""
    keys: set[str] = set()
    if any(block.contents for block in blocks):
        keys = {key for block in blocks if not block.contents for key in _keys(block)}
    for contents, group in groupby(blocks, lambda block: block.contents):
        if not contents:
            yield from group
            continue
        lines = list(group)
        if 2 * sum(map(keys.__contains__, map(_entry, lines))) >= len(lines):
            builder.omit("contents", "\n".join(line.text for line in lines))
        else:
            yield from lines


def _keys(block: DraftBlock) -> Iterable[str]:
    return _plain(block.text), _plain(block.text.removeprefix(block.label))


def _entry(line: DraftBlock) -> str:
    start, end = line.text[:-_END_CHARACTERS], line.text[-_END_CHARACTERS:]
    return _plain(start + _PAGE.sub("", end, count=1))


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
