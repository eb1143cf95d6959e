"""The pieces of a paragraph, and their conversion to a line of text and a list of omissions."""

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
"""Placeholder for a page number in a header's line."""
PlaceLabel = tuple[PlaceKind, str]

# Line-breaking hints. In scripts without spaces, a zero-width space between letters separates words.
_HINTS = re.compile("\u00ad|\u2060|(?<![\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff])\u200b")


@dataclass(slots=True)
class Piece:
    """Text of one format: ``reason`` says why it is left out, ``vertical`` is 1 if raised, -1 if lowered."""

    text: str
    reason: OmissionReason | None = None
    vertical: int = 0
    source: Source = ""
    bold: bool = False


@dataclass(slots=True)
class Aside:
    """Content attached to a paragraph but outside its line: blocks of ``part``, or a finished text."""

    part: str = ""
    element: Element | None = None
    text: str = ""
    kind: BlockKind = "paragraph"
    place: PlaceLabel | None = None
    reason: OmissionReason | None = None
    mark: str = ""


@dataclass(slots=True)
class Inline:
    """The content of a paragraph."""

    pieces: list[Piece] = field(default_factory=list)
    asides: list[Aside] = field(default_factory=list)
    has_fields: bool = False


@dataclass(slots=True)
class DraftBlock:
    """A block of the future text: ``label`` is its printed number, with which ``text`` begins.

    ``emphatic`` is true if its letters look like a title's, ``contents`` if it is a line of a table of
    contents, ``quote`` if its style is that of a block quote. ``pages`` are the page numbers in it;
    ``framed`` is its text with `PAGE` in place of each number.
    """

    text: str
    kind: BlockKind = "paragraph"
    level: int = 0
    place: PlaceLabel | None = None
    is_aside: bool = False
    label: str = ""
    is_bullet: bool = False
    list_id: str = ""
    depth: int = -1
    emphatic: bool = False
    contents: bool = False
    quote: bool = False
    pages: tuple[str, ...] = ()
    framed: str = ""


def assemble(pieces: list[Piece]) -> tuple[str, list[tuple[OmissionReason, str]]]:
    """Return the text of a paragraph and its omissions, with adjacent omissions of one reason joined."""
    if _are_plain(pieces):
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
        for part in _set_scripts(group, text, flat):
            # Of the spaces on both sides of omitted text, keep one.
            text += part.lstrip(" ") if gap and text.endswith(" ") else part
            gap = gap and not part.strip()
    return tidy(text), omitted


def _are_plain(pieces: Iterable[Piece]) -> bool:
    """Check whether all pieces are text on the line."""
    return not any(piece.reason is not None or piece.vertical for piece in pieces)


def tidy(text: str) -> str:
    """Return text without line-breaking hints."""
    return text if text.isascii() else _HINTS.sub("", text)


def _is_flat(pieces: list[Piece]) -> bool:
    """Check whether the whole paragraph is raised or lowered, in which case this has no meaning."""
    shown = [piece for piece in pieces if piece.reason is None and piece.text.strip()]
    return all(piece.vertical and piece.source != "note" for piece in shown)


def _set_scripts(pieces: Iterable[Piece], text: str, flat: bool) -> Iterator[str]:
    """Yield the texts, with raised and lowered parts as superscript and subscript characters."""
    preceding = text
    after_note = False
    for (vertical, source), group in groupby(pieces, lambda piece: (piece.vertical, piece.source == "note")):
        for part in [piece.text for piece in group] if source else ["".join(p.text for p in group)]:
            shown = part
            if vertical and not flat:
                shown = raised(part, preceding) if vertical > 0 else lowered(part)
                # Two adjacent note marks are two numbers.
                shown = f" {shown}" if source and after_note else shown
            yield shown
            preceding = shown or preceding
            after_note = source
