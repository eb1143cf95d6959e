"""Read styles: headings, numbering, and which text is hidden, struck, raised or lowered."""

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
    parse_integer,
    value,
)
from qa.parsers.docx.symbols import is_symbol_font
from qa.types import OmissionReason

_CONTENTS = re.compile(r"(?:toc|contents) \d|table of figures|table of authorities")
# Built-in names, which are English in every language of Word, and those of LibreOffice.
_QUOTES = frozenset({"quote", "intense quote", "block text", "quotations"})
_SWITCHES = ("vanish", "strike", "dstrike", "b")
_VERTICAL = {"superscript": 1, "subscript": -1}
_MAX_DEPTH = 50
# Minimum shift of superscripts, in half points; a smaller shift only aligns letters.
_MIN_SHIFT = 4


@dataclass(frozen=True, slots=True)
class Look:
    """The formatting of letters; None means unspecified."""

    hidden: bool | None = None
    struck: bool | None = None
    struck_twice: bool | None = None
    vertical: int | None = None
    bold: bool | None = None
    font: str | None = None

    def over(self, below: Look) -> Look:
        """Return this look with unspecified properties from ``below``."""
        return Look(
            below.hidden if self.hidden is None else self.hidden,
            below.struck if self.struck is None else self.struck,
            below.struck_twice if self.struck_twice is None else self.struck_twice,
            below.vertical if self.vertical is None else self.vertical,
            below.bold if self.bold is None else self.bold,
            self.font or below.font,
        )

    def within(self, paragraph: Look) -> Look:
        """Return a character style's look in a paragraph style: properties that both turn on are off."""
        return replace(
            self.over(paragraph),
            hidden=_toggle(self.hidden, paragraph.hidden),
            struck=_toggle(self.struck, paragraph.struck),
            bold=_toggle(self.bold, paragraph.bold),
        )

    @property
    def reason(self) -> OmissionReason | None:
        """Why such text must not be quoted, or None."""
        if self.hidden:
            return "hidden"
        return "struck" if self.struck or self.struck_twice else None


NO_LOOK = Look()


@dataclass(frozen=True, slots=True)
class Numbered:
    """The numbering of a paragraph or style: the list and the level in it."""

    list_id: str | None = None
    level: int | None = None


@dataclass(frozen=True, slots=True)
class Style:
    """A style with inherited properties; ``names`` are its id and the ids of its base styles."""

    names: tuple[str, ...] = ()
    level: int | None = None
    numbered: Numbered | None = None
    look: Look = NO_LOOK
    contents: bool = False
    quote: bool = False


class Styles:
    """The styles of a document by id."""

    def __init__(self, root: Element | None) -> None:
        self._elements: dict[tuple[str, str], Element] = {}
        self._cached: dict[tuple[str, str], Style] = {}
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
        """Return a paragraph style; the default one if ``key`` is None or empty."""
        return self._style("paragraph", key or self._default)

    def character(self, key: str | None) -> Style:
        """Return a character style; an empty one if ``key`` is None."""
        return self._style("character", key or "")

    def list_of(self, key: str) -> str | None:
        """Return the list id of a numbering style."""
        properties = child(self._elements.get(("numbering", key)), "pPr")
        return value(child(properties, "numPr"), "numId")

    def _style(self, kind: str, key: str) -> Style:
        if (kind, key) not in self._cached:
            self._cached[kind, key] = self._inherited(kind, key)
        return self._cached[kind, key]

    def _inherited(self, kind: str, key: str) -> Style:
        style = Style()
        names: list[str] = []
        # Stop at a circle of styles.
        while (
            len(names) < _MAX_DEPTH
            and key not in names
            and (node := self._elements.get((kind, key))) is not None
        ):
            names.append(key)
            parts = by_name(node)
            own = _own_style(parts)
            style = Style(
                tuple(names),
                own.level if style.level is None else style.level,
                _merge(style.numbered, own.numbered),
                style.look.over(own.look),
                style.contents or own.contents,
                style.quote or own.quote,
            )
            key = attribute(parts.get("basedOn"), "val") or ""
        return style


def numbered_of(properties: Element | None) -> Numbered | None:
    """Return the numbering in a ``numPr``."""
    if properties is None:
        return None
    level = parse_integer(value(properties, "ilvl"))
    return Numbered(value(properties, "numId"), None if level is None else min(max(level, 0), 8))


def outline_level(node: Element | None) -> int | None:
    """Return an outline level from 0; 9 is body text."""
    level = parse_integer(attribute(node, "val"))
    return level if level is not None and level >= 0 else None


RunProperties = tuple[bool | None, bool | None, bool | None, int | None, bool | None, str | None, str]


def look_of(properties: Element | None) -> Look:
    """Return the look of run properties, without inheritance."""
    return NO_LOOK if properties is None else Look(*read_run_properties(properties)[:-1])


def read_run_properties(properties: Element) -> RunProperties:
    """Return run properties in the order of `Look`, and the id of their character style."""
    switches: dict[str, bool] = {}
    vertical: int | None = None
    font: str | None = None
    key = ""
    for node in properties:
        kind = local_name(node.tag)
        if kind in _SWITCHES:
            switches[kind] = is_on(node)
        elif kind == "rFonts":
            font = _symbol_font(node) or font
        elif kind == "rStyle":
            key = attribute(node, "val") or ""
        elif kind == "vertAlign":
            vertical = _VERTICAL.get(attribute(node, "val") or "", 0)
        elif kind == "position" and vertical is None:
            vertical = _vertical_of_shift(node)
    hidden, struck, struck_twice, bold = map(switches.get, _SWITCHES)
    return hidden, struck, struck_twice, vertical, bold, font, key


def _symbol_font(node: Element) -> str | None:
    """Return the font of a run if it is a symbol font."""
    font = attribute(node, "ascii") or attribute(node, "hAnsi") or ""
    return font if is_symbol_font(font) else None


def _vertical_of_shift(node: Element) -> int | None:
    """Return the direction of a shift of letters, or None if it is small."""
    shift = parse_integer(attribute(node, "val")) or 0
    if abs(shift) < _MIN_SHIFT:
        return None
    return 1 if shift > 0 else -1


def _own_style(parts: dict[str, Element]) -> Style:
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
        title in _QUOTES,
    )


def _merge(own: Numbered | None, inherited: Numbered | None) -> Numbered | None:
    if own is None or inherited is None:
        return own or inherited
    return Numbered(
        inherited.list_id if own.list_id is None else own.list_id,
        inherited.level if own.level is None else own.level,
    )


def _toggle(character: bool | None, paragraph: bool | None) -> bool | None:
    if character is None or paragraph is None:
        return paragraph if character is None else character
    return character != paragraph
