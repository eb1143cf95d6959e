"""The numbers that Word prints before paragraphs and keeps out of their text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from qa.parsers.docx.nodes import attribute, by_name, child, children, descendants, name, value, whole
from qa.parsers.docx.number_formats import formatted
from qa.parsers.docx.styles import Numbered, Style, Styles
from qa.parsers.docx.symbols import bullet

_PLACEHOLDER = re.compile("%([1-9])")
_LEVELS = 9
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Label:
    """A printed number or bullet: ``depth`` is its level from 0, ``list_id`` that of the list."""

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
    """A list's levels; lists of one ``counter`` count on together."""

    counter: str
    levels: dict[int, _Level] = field(default_factory=dict)
    starts: dict[int, int] = field(default_factory=dict)


class Numbering:
    """Counts the paragraphs of every list, in the order in which they are asked for."""

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
        self._begun: set[str] = set()

    def label(self, own: Numbered | None, style: Style) -> Label | None:
        """Count one paragraph and return its number; None where it has none."""
        given = own if own is not None and own.list_id is not None else style.numbered
        list_id = None if given is None else given.list_id
        if list_id is None or list_id == "0":
            return None
        found = self._list(list_id)
        if found is None:
            return None
        at = self._level_in(found, own, style)
        count = self._count(found, list_id, at)
        level = found.levels.get(at)
        if level is None:
            return None
        if level.style == "bullet" or level.picture:
            sign = "•" if level.picture else bullet(level.text, level.font)
            return Label(sign if level.text or level.picture else "", " ", at, list_id, is_bullet=True)
        text = _PLACEHOLDER.sub(lambda hit: self._number(found, count, int(hit[1]) - 1, level), level.text)
        return Label(text.strip()[:_LONGEST], level.suffix, at, list_id)

    def _level_in(self, found: _List, own: Numbered | None, style: Style) -> int:
        if own is not None and own.level is not None:
            return own.level
        for key in style.names:
            for at, level in found.levels.items():
                if level.paragraph_style == key:
                    return at
        return (style.numbered.level if style.numbered is not None else None) or 0

    def _count(self, found: _List, list_id: str, at: int) -> list[int | None]:
        count = self._counts.setdefault(found.counter, [None] * _LEVELS)
        if list_id not in self._begun:
            self._begun.add(list_id)
            for level in found.starts:
                count[level] = None
        before = count[at]
        count[at] = self._start(found, at) if before is None else before + 1
        for deeper in range(at + 1, _LEVELS):
            restart = found.levels[deeper].restart if deeper in found.levels else None
            # Unless told otherwise, a level begins again after every level above it.
            if restart is None or at < restart:
                count[deeper] = None
        return count

    def _start(self, found: _List, at: int) -> int:
        if at in found.starts:
            return found.starts[at]
        return found.levels[at].start if at in found.levels else 1

    def _number(self, found: _List, count: list[int | None], at: int, asking: _Level) -> str:
        level = found.levels.get(at, _Level())
        number = count[at]
        number = self._start(found, at) if number is None else number
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
        found = _List(counter, dict(map(_level, children(abstract, "lvl"))))
        for override in children(node, "lvlOverride"):
            parts = by_name(override)
            at = min(max(whole(attribute(override, "ilvl")) or 0, 0), _LEVELS - 1)
            if "lvl" in parts:
                found.levels[at] = _level(parts["lvl"])[1]
            start = whole(attribute(parts.get("startOverride"), "val"))
            if start is not None:
                found.starts[at] = start
        return found

    def _abstract_of(self, node: Element | None) -> tuple[str, Element | None]:
        """Return the definition of a list, through the numbering style that it may name instead."""
        key = ""
        for _ in range(_LEVELS):
            key = value(node, "abstractNumId") or ""
            abstract = self._abstract.get(key)
            link = value(abstract, "numStyleLink")
            if link is None:
                return key, abstract
            node = self._numbers.get(self._styles.list_of(link) or "")
        return key, None


def _level(node: Element) -> tuple[int, _Level]:
    parts = by_name(node)
    at = min(max(whole(attribute(node, "ilvl")) or 0, 0), _LEVELS - 1)
    start = whole(attribute(parts.get("start"), "val"))
    legal = parts.get("isLgl")
    suffix = attribute(parts.get("suff"), "val")
    level = _Level(
        # Without a start a level counts from 0.
        0 if start is None else start,
        text=(attribute(parts.get("lvlText"), "val") or "")[:_LONGEST],
        suffix="" if suffix == "nothing" else " ",
        legal=legal is not None and attribute(legal, "val") not in {"0", "false", "off"},
        restart=whole(attribute(parts.get("lvlRestart"), "val")),
        paragraph_style=attribute(parts.get("pStyle"), "val") or "",
        font=attribute(child(parts.get("rPr"), "rFonts"), "ascii") or "",
        picture="lvlPicBulletId" in parts,
    )
    formats = list(descendants(node, "numFmt"))
    if formats:
        style = attribute(formats[0], "val") or "decimal"
        if style == "custom":
            # "001, 002, 003, ...": as many digits as the first one has.
            first = (attribute(formats[0], "format") or "").partition(",")[0].strip()
            level = replace(level, digits=min(len(first), _LEVELS) if first.isdecimal() else 0)
        level = replace(level, style=style)
    return at, level
