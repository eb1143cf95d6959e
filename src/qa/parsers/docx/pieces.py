"""The pieces of a paragraph, and how they become one line of text and an account of the rest."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Literal
from xml.etree.ElementTree import Element

from qa.parsers.raised import lowered, raised
from qa.types import BlockKind, OmissionReason, PlaceKind

Source = Literal["", "contents", "page", "note", "code"]
PAGE = "\0"
"""Where a number of a page is in the line of a header."""
Where = tuple[PlaceKind, str]

# Hints for the line breaker. Between letters of scripts without blanks a zero-width space parts words.
_HINTS = re.compile("\u00ad|\u2060|(?<![\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff])\u200b")


@dataclass(slots=True)
class Piece:
    """Text of one look: ``reason`` says why it is left out, ``vertical`` is 1 raised and -1 lowered."""

    text: str
    reason: OmissionReason | None = None
    vertical: int = 0
    source: Source = ""
    bold: bool = False


@dataclass(slots=True)
class Aside:
    """What hangs on a paragraph and is outside of its line: blocks of ``part``, or a ready text."""

    part: str = ""
    element: Element | None = None
    text: str = ""
    kind: BlockKind = "paragraph"
    place: Where | None = None
    reason: OmissionReason | None = None
    mark: str = ""


@dataclass(slots=True)
class Inline:
    """A paragraph as it was read."""

    pieces: list[Piece] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    has_fields: bool = False


@dataclass(slots=True)
class Out:
    """A block of the text to be: ``label`` is its printed number, which ``text`` begins with.

    ``emphatic`` says that its letters are those of a title, ``contents`` that it is a line of a table of
    contents. ``pages`` are the numbers of pages in it, and ``framed`` is its text with `PAGE` for each.
    """

    text: str
    kind: BlockKind = "paragraph"
    level: int = 0
    place: Where | None = None
    is_aside: bool = False
    label: str = ""
    is_bullet: bool = False
    list_id: str = ""
    depth: int = -1
    emphatic: bool = False
    contents: bool = False
    pages: tuple[str, ...] = ()
    framed: str = ""


def assembled(pieces: list[Piece]) -> tuple[str, list[tuple[OmissionReason, str]]]:
    """Return the text of a paragraph and what is left out of it, neighbours of one reason in one."""
    for piece in pieces:
        if piece.reason is not None or piece.vertical:
            break
    else:
        return tidy("".join([piece.text for piece in pieces])), []
    flat = _is_flat(pieces)
    text = ""
    omitted: list[tuple[OmissionReason, str]] = []
    gap = False
    for reason, group in groupby(pieces, lambda piece: piece.reason):
        if reason is not None:
            omitted.append((reason, tidy("".join(piece.text for piece in group))))
            gap = True
            continue
        for part in _set(group, text, flat):
            # Of the blanks on both sides of what is left out, one is enough.
            text += part.lstrip(" ") if gap and text.endswith(" ") else part
            gap = gap and not part.strip()
    return tidy(text), omitted


def tidy(text: str) -> str:
    """Return text without hints for the line breaker."""
    return text if text.isascii() else _HINTS.sub("", text)


def _is_flat(pieces: list[Piece]) -> bool:
    """Say whether the whole paragraph is raised or lowered: then nothing is, beside anything else."""
    kept = [piece for piece in pieces if piece.reason is None and piece.text.strip()]
    return all(piece.vertical and piece.source != "note" for piece in kept)


def _set(pieces: Iterable[Piece], text: str, flat: bool) -> Iterator[str]:
    """Yield the texts with what is raised or lowered in characters that show it."""
    before = text
    noted = False
    for (vertical, source), group in groupby(pieces, lambda piece: (piece.vertical, piece.source == "note")):
        for part in [piece.text for piece in group] if source else ["".join(p.text for p in group)]:
            made = part
            if vertical and not flat:
                made = raised(part, before) if vertical > 0 else lowered(part)
                # Two marks side by side are two numbers.
                made = f" {made}" if source and noted else made
            yield made
            before = made or before
            noted = source
