"""The blocks of a document in their last form: tables of contents out, titles of clauses as headings."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from qa.parsers.build import TextBuilder
from qa.parsers.docx.pieces import Out

_PAGE = re.compile(r"[\s.…·_]*(?:(?<=[\s.…·_])[ivxlcdm]+|\d+(?:[-–.]\d+)*)\s*$", re.IGNORECASE)
_LAST = 200
_TITLE_WORDS = 12
_NO_TITLE = (".", ";", ":", ",", "?", "!", "。", "；", "：", "，")


def build(blocks: list[Out], builder: TextBuilder) -> None:
    """Append the blocks to a builder, and account there for what is left out."""
    kept = list(_without_contents(blocks, builder))
    above = 0
    for block, following in zip(kept, _following(kept), strict=True):
        kind, level = block.kind, block.level
        if kind == "heading":
            above = level
        elif kind == "item" and block.label and not block.is_bullet:
            level = block.depth + 1
            if _is_title(block, following):
                kind, level = "heading", min(above + level, 9)
        builder.add(block.text, kind, level, place=block.place)


def _following(blocks: list[Out]) -> list[Out | None]:
    """Return, for each block, the next one that does not hang on another."""
    found: list[Out | None] = []
    after: Out | None = None
    for block in reversed(blocks):
        found.append(after)
        after = after if block.is_aside else block
    return found[::-1]


def _is_title(block: Out, following: Out | None) -> bool:
    """Say whether a numbered paragraph is only the title of what is below it."""
    text = block.text.removeprefix(block.label).strip()
    if following is None or block.is_aside or len(text.split()) > _TITLE_WORDS or text.endswith(_NO_TITLE):
        return False
    # Letters without capitals begin titles as well.
    if not text[:1].isalnum() or text[:1] != text[:1].upper():
        return False
    if following.list_id == block.list_id and following.depth > block.depth:
        return True
    return block.emphatic and following.kind in {"paragraph", "row"} and not following.label


def _without_contents(blocks: list[Out], builder: TextBuilder) -> Iterator[Out]:
    """Yield the blocks but for tables of contents whose lines are in the text as well."""
    known: set[str] = set()
    if any(block.contents for block in blocks):
        known = {key for block in blocks if not block.contents for key in _keys(block)}
    for contents, group in groupby(blocks, lambda block: block.contents):
        if not contents:
            yield from group
            continue
        lines = list(group)
        if 2 * sum(map(known.__contains__, map(_entry, lines))) >= len(lines):
            builder.omit("contents", "\n".join(line.text for line in lines))
        else:
            yield from lines


def _keys(block: Out) -> Iterable[str]:
    return _plain(block.text), _plain(block.text.removeprefix(block.label))


def _entry(line: Out) -> str:
    start, end = line.text[:-_LAST], line.text[-_LAST:]
    return _plain(start + _PAGE.sub("", end, count=1))


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
