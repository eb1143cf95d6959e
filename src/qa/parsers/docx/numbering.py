"""Compute the numbers that Word prints before paragraphs but does not store in their text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from qa.parsers.docx.nodes import attribute, by_name, child, children, descendants, name, parse_integer, value
from qa.parsers.docx.number_formats import formatted
from qa.parsers.docx.styles import Numbered, Style, Styles
from qa.parsers.docx.symbols import bullet

_PLACEHOLDER = re.compile("%([1-9])")
_LEVELS = 9
_MAX_CHARACTERS = 100


@dataclass(frozen=True, slots=True)
class Label:
    """A printed number or bullet: ``depth`` is its level from 0, ``list_id`` the id of its list."""

    text: str
    suffix: str
    depth: int
    list_id: str
    is_bullet: bool = False


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    style: str = "decimal"
    text: str = ""
    suffix: str = " "
    legal: bool = False
    restart: int | None = None
    paragraph_style: str = ""
    font: str = ""
    picture: bool = False
    digits: int = 0


@dataclass(slots=True)
class _List:
    """The levels of a list; lists with the same ``counter`` share their numbering."""

    counter: str
    levels: dict[int, _Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """A counter of the paragraphs of every list, in the order of the calls."""

    def __init__(self, root: Element | None, styles: Styles) -> None:
        self._styles = styles
        self._abstract: dict[str, Element] = {}
        self._numbers: dict[str, Element] = {}
        for node in root if root is not None else ():
            match name(node):
                case "abstractNum":
                    self._abstract.setdefault(attribute(node, "abstractNumId") or "", node)
                case "num":
                    self._numbers.setdefault(attribute(node, "numId") or "", node)
        self._lists: dict[str, _List | None] = {}
        self._counts: dict[str, list[int | None]] = {}
        self._started: set[str] = set()

    def label(self, own: Numbered | None, style: Style) -> Label | None:
        """Count one paragraph and return its number, or None if it has no number."""
        list_id = _list_id(own, style)
        numbered_list = None if list_id is None else self._list(list_id)
        if list_id is None or numbered_list is None:
            return None
        at = self._level_in(numbered_list, own, style)
        count = self._count(numbered_list, list_id, at)
        level = numbered_list.levels.get(at)
        if level is None:
            return None
        if level.style == "bullet" or level.picture:
            return Label(_bullet_of(level), " ", at, list_id, is_bullet=True)
        text = _PLACEHOLDER.sub(
            lambda hit: self._number(numbered_list, count, int(hit[1]) - 1, level), level.text
        )
        return Label(text.strip()[:_MAX_CHARACTERS], level.suffix, at, list_id)

    def _level_in(self, numbered_list: _List, own: Numbered | None, style: Style) -> int:
        if own is not None and own.level is not None:
            return own.level
        for key in style.names:
            for at, level in numbered_list.levels.items():
                if level.paragraph_style == key:
                    return at
        return (style.numbered.level if style.numbered is not None else None) or 0

    def _count(self, numbered_list: _List, list_id: str, at: int) -> list[int | None]:
        count = self._counts.setdefault(numbered_list.counter, [None] * _LEVELS)
        if list_id not in self._started:
            self._started.add(list_id)
            for level in numbered_list.starts:
                count[level] = None
        previous = count[at]
        count[at] = self._start(numbered_list, at) if previous is None else previous + 1
        for deeper in range(at + 1, _LEVELS):
            restart = numbered_list.levels[deeper].restart if deeper in numbered_list.levels else None
            # By default, a level restarts after every level above it.
            if restart is None or at < restart:
                count[deeper] = None
        return count

    def _start(self, numbered_list: _List, at: int) -> int:
        if at in numbered_list.starts:
            return numbered_list.starts[at]
        return numbered_list.levels[at].start if at in numbered_list.levels else 1

    def _number(self, numbered_list: _List, count: list[int | None], at: int, asking: _Level) -> str:
        level = numbered_list.levels.get(at, _Level())
        number = count[at]
        number = self._start(numbered_list, at) if number is None else number
        if level.digits:
            return f"{number:0{level.digits}}"
        if asking.legal and level.style not in {"none", "bullet"}:
            return str(number)
        return "" if level.style == "bullet" else formatted(number, level.style, self._styles.language)

    def _list(self, list_id: str) -> _List | None:
        if list_id not in self._lists:
            self._lists[list_id] = self._read(list_id)
        return self._lists[list_id]

    def _read(self, list_id: str) -> _List | None:
        node = self._numbers.get(list_id)
        counter, abstract = self._abstract_of(node)
        if node is None or abstract is None:
            return None
        numbered_list = _List(counter, dict(map(_level, children(abstract, "lvl"))))
        for override in children(node, "lvlOverride"):
            parts = by_name(override)
            at = min(max(parse_integer(attribute(override, "ilvl")) or 0, 0), _LEVELS - 1)
            if "lvl" in parts:
                numbered_list.levels[at] = _level(parts["lvl"])[1]
            start = parse_integer(attribute(parts.get("startOverride"), "val"))
            if start is not None:
                numbered_list.starts[at] = start
        return numbered_list

    def _abstract_of(self, node: Element | None) -> tuple[str, Element | None]:
        """Return the definition of a list, following the numbering style that it may name instead."""
        key = ""
        for _ in range(_LEVELS):
            key = value(node, "abstractNumId") or ""
            abstract = self._abstract.get(key)
            link = value(abstract, "numStyleLink")
            if link is None:
                return key, abstract
            node = self._numbers.get(self._styles.list_of(link) or "")
        return key, None


def _list_id(own: Numbered | None, style: Style) -> str | None:
    """Return the list of a paragraph, or None if it is in no list; the id 0 turns numbering off."""
    numbered = own if own is not None and own.list_id is not None else style.numbered
    return None if numbered is None or numbered.list_id == "0" else numbered.list_id


def _bullet_of(level: _Level) -> str:
    """Return the bullet of a level, or an empty string if it has none."""
    if level.picture:
        return "•"
    return bullet(level.text, level.font) if level.text else ""


def _level(node: Element) -> tuple[int, _Level]:
    """Read a level of a list."""
    parts = by_name(node)
    at = min(max(parse_integer(attribute(node, "ilvl")) or 0, 0), _LEVELS - 1)
    legal = parts.get("isLgl")
    suffix = attribute(parts.get("suff"), "val")
    style, digits = _number_format(next(descendants(node, "numFmt"), None))
    return at, _Level(
        # A level without a start counts from 0.
        parse_integer(attribute(parts.get("start"), "val")) or 0,
        style,
        text=(attribute(parts.get("lvlText"), "val") or "")[:_MAX_CHARACTERS],
        suffix="" if suffix == "nothing" else " ",
        legal=legal is not None and attribute(legal, "val") not in {"0", "false", "off"},
        restart=parse_integer(attribute(parts.get("lvlRestart"), "val")),
        paragraph_style=attribute(parts.get("pStyle"), "val") or "",
        font=attribute(child(parts.get("rPr"), "rFonts"), "ascii") or "",
        picture="lvlPicBulletId" in parts,
        digits=digits,
    )


def _number_format(node: Element | None) -> tuple[str, int]:
    """Return the style of a level's numbers, and their minimum digits (0 if unspecified)."""
    style = attribute(node, "val") or "decimal"
    if style != "custom":
        return style, 0
    # "001, 002, 003, ...": as many digits as the first number has.
    first = (attribute(node, "format") or "").partition(",")[0].strip()
    return style, min(len(first), _LEVELS) if first.isdecimal() else 0
