"""What the styles say: headings, numbering, and which text is hidden, struck, raised or lowered."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from xml.etree.ElementTree import Element

from qa.parsers.docx.nodes import (
    attribute,
    by_name,
    child,
    is_on,
    local_name,
    name,
    value,
    whole,
)
from qa.parsers.docx.symbols import is_symbol_font
from qa.types import OmissionReason

_CONTENTS = re.compile(r"(?:toc|contents) \d|table of figures|table of authorities")
_TELLING = frozenset({"rStyle", "vanish", "strike", "dstrike", "b", "vertAlign", "position", "rFonts"})
_DEEPEST = 50
# Raised by less, letters are aligned and not set as an exponent.
_LEAST_RAISED = 4


@dataclass(frozen=True, slots=True)
class Look:
    """How letters look; None is what is not said."""

    hidden: bool | None = None
    struck: bool | None = None
    struck_twice: bool | None = None
    vertical: int | None = None
    bold: bool | None = None
    font: str | None = None

    def over(self, below: Look) -> Look:
        """Return this look with what it does not say taken from ``below``."""
        return Look(
            below.hidden if self.hidden is None else self.hidden,
            below.struck if self.struck is None else self.struck,
            below.struck_twice if self.struck_twice is None else self.struck_twice,
            below.vertical if self.vertical is None else self.vertical,
            below.bold if self.bold is None else self.bold,
            self.font or below.font,
        )

    def within(self, paragraph: Look) -> Look:
        """Return a character style's look within a paragraph style: what both turn on is off."""
        return replace(
            self.over(paragraph),
            hidden=_toggled(self.hidden, paragraph.hidden),
            struck=_toggled(self.struck, paragraph.struck),
            bold=_toggled(self.bold, paragraph.bold),
        )

    @property
    def reason(self) -> OmissionReason | None:
        """Why nobody may quote such text."""
        if self.hidden:
            return "hidden"
        return "struck" if self.struck or self.struck_twice else None


NO_LOOK = Look()


@dataclass(frozen=True, slots=True)
class Numbered:
    """What a paragraph or style says of its numbering: the list and the level in it."""

    list_id: str | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """A style with what it inherits; ``names`` are its id and those of the styles that it is based on."""

    names: tuple[str, ...] = ()
    level: int | None = None
    numbered: Numbered | None = None
    look: Look = NO_LOOK
    contents: bool = False


class Styles:
    """Looks up styles by id."""

    def __init__(self, root: Element | None) -> None:
        self._elements: dict[tuple[str, str], Element] = {}
        self._known: dict[tuple[str, str], Style] = {}
        self._default = ""
        self.language = "en"
        self.base = NO_LOOK
        for node in root if root is not None else ():
            match name(node):
                case "style":
                    kind, key = attribute(node, "type") or "paragraph", attribute(node, "styleId") or ""
                    self._elements.setdefault((kind, key), node)
                    if kind == "paragraph" and attribute(node, "default") in {"1", "true", "on"}:
                        self._default = key
                case "docDefaults":
                    properties = child(child(node, "rPrDefault"), "rPr")
                    self.base = look_of(properties)
                    self.language = value(properties, "lang") or "en"

    def paragraph(self, key: str | None) -> Style:
        """Return a paragraph style, or that of paragraphs that name none."""
        return self._style("paragraph", key or self._default)

    def character(self, key: str | None) -> Style:
        return self._style("character", key or "")

    def list_of(self, key: str) -> str | None:
        """Return the list that a numbering style names."""
        properties = child(self._elements.get(("numbering", key)), "pPr")
        return value(child(properties, "numPr"), "numId")

    def _style(self, kind: str, key: str) -> Style:
        if (kind, key) not in self._known:
            self._known[kind, key] = self._inherited(kind, key)
        return self._known[kind, key]

    def _inherited(self, kind: str, key: str) -> Style:
        style = Style()
        names: list[str] = []
        # A circle of styles ends at the first one that was there before.
        while (
            len(names) < _DEEPEST
            and key not in names
            and (node := self._elements.get((kind, key))) is not None
        ):
            names.append(key)
            parts = by_name(node)
            own = _own(parts)
            style = Style(
                tuple(names),
                own.level if style.level is None else style.level,
                _joined(style.numbered, own.numbered),
                style.look.over(own.look),
                style.contents or own.contents,
            )
            key = attribute(parts.get("basedOn"), "val") or ""
        return style


def numbered_of(properties: Element | None) -> Numbered | None:
    """Return what a ``numPr`` says."""
    if properties is None:
        return None
    level = whole(value(properties, "ilvl"))
    return Numbered(value(properties, "numId"), None if level is None else min(max(level, 0), 8))


def outline_level(node: Element | None) -> int | None:
    """Return an outline level from 0; 9 is body text."""
    level = whole(attribute(node, "val"))
    return level if level is not None and level >= 0 else None


Said = tuple[bool | None, bool | None, bool | None, int | None, bool | None, str | None, str]


def look_of(properties: Element | None) -> Look:
    """Return what run properties say themselves."""
    return NO_LOOK if properties is None else Look(*said(properties)[:-1])


def said(properties: Element) -> Said:
    """Return what run properties say, in the order of `Look`, and the character style that they name."""
    hidden: bool | None = None
    struck: bool | None = None
    struck_twice: bool | None = None
    bold: bool | None = None
    vertical: int | None = None
    font: str | None = None
    key = ""
    for node in properties:
        kind = local_name(node.tag)
        if kind not in _TELLING:
            continue
        match kind:
            case "rFonts":
                own = attribute(node, "ascii") or attribute(node, "hAnsi") or ""
                font = own if is_symbol_font(own) else font
            case "rStyle":
                key = attribute(node, "val") or ""
            case "vanish":
                hidden = is_on(node)
            case "strike":
                struck = is_on(node)
            case "dstrike":
                struck_twice = is_on(node)
            case "b":
                bold = is_on(node)
            case "vertAlign":
                vertical = {"superscript": 1, "subscript": -1}.get(attribute(node, "val") or "", 0)
            case "position":
                raised = whole(attribute(node, "val")) or 0
                if vertical is None and abs(raised) >= _LEAST_RAISED:
                    vertical = 1 if raised > 0 else -1
    return hidden, struck, struck_twice, vertical, bold, font, key


def _own(parts: dict[str, Element]) -> Style:
    properties = by_name(parts.get("pPr"))
    title = (attribute(parts.get("name"), "val") or "").lower()
    level = outline_level(properties.get("outlineLvl"))
    if level is None and (number := title.removeprefix("heading ")).isdecimal() and number != title:
        level = int(number) - 1
    elif level is None and title == "title":
        level = 0
    return Style(
        (),
        level,
        numbered_of(properties.get("numPr")),
        look_of(parts.get("rPr")),
        _CONTENTS.fullmatch(title) is not None,
    )


def _joined(near: Numbered | None, far: Numbered | None) -> Numbered | None:
    if near is None or far is None:
        return near or far
    return Numbered(
        far.list_id if near.list_id is None else near.list_id,
        far.level if near.level is None else near.level,
    )


def _toggled(character: bool | None, paragraph: bool | None) -> bool | None:
    if character is None or paragraph is None:
        return paragraph if character is None else character
    return character != paragraph
