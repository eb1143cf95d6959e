"""Read the styles of OpenDocument texts that change which words are read, and number lists and headings."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from xml.etree.ElementTree import Element

from qa.parsers.archive import local
from qa.parsers.numerals import written

_MOST_PARENTS = 100


@dataclass(frozen=True, slots=True)
class Style:
    """Properties of a style, possibly inherited; None means not set."""

    parent: str = ""
    hidden: bool | None = None
    struck: bool | None = None
    shift: int | None = None
    listing: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True)
class Level:
    """Numbering of one level of a list; ``format`` is empty if its items have no numbers."""

    format: str = ""
    prefix: str = ""
    suffix: str = ""
    start: int = 1
    display: int = 1


@dataclass(slots=True)
class Styles:
    """Styles of a document by family and name, its lists by name, and the numbering of its headings."""

    by_key: dict[tuple[str, str], Style] = field(default_factory=dict)
    lists: dict[str, dict[int, Level]] = field(default_factory=dict)
    outline: dict[int, Level] = field(default_factory=dict)
    _resolved: dict[tuple[str, str], Style] = field(default_factory=dict)

    def read(self, roots: Iterable[Element]) -> None:
        """Read the styles of parts."""
        for root in roots:
            for element in root.iter():
                match local(element):
                    case "style" | "default-style":
                        key = (attribute(element, "family") or "", attribute(element, "name") or "")
                        self.by_key[key] = _style(element)
                    case "list-style":
                        self.lists[attribute(element, "name") or ""] = _levels(element)
                    case "outline-style":
                        self.outline = _levels(element)

    def style(self, family: str, name: str | None) -> Style:
        """Return a style with its inherited properties."""
        key = (family, name or "")
        if key not in self._resolved:
            resolved = Style()
            for _ in range(_MOST_PARENTS):
                ancestor = self.by_key.get((family, name or ""))
                if ancestor is None:
                    break
                resolved = replace(
                    resolved,
                    hidden=ancestor.hidden if resolved.hidden is None else resolved.hidden,
                    struck=ancestor.struck if resolved.struck is None else resolved.struck,
                    shift=ancestor.shift if resolved.shift is None else resolved.shift,
                    listing=resolved.listing or ancestor.listing,
                    level=resolved.level or ancestor.level,
                )
                name = ancestor.parent
            self._resolved[key] = resolved
        return self._resolved[key]


class Numbers:
    """Counters of list items and headings, which return each number as it is printed."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._counts: dict[str, dict[int, int]] = {}

    def restart(self, name: str, depth: int) -> None:
        """Restart the numbers of a level and of the levels inside it."""
        counts = self._counts.get(name, {})
        for deeper in [level for level in counts if level >= depth]:
            del counts[deeper]

    def item(self, name: str, depth: int, start: int | None = None) -> str:
        """Return the number of the next list item, followed by a space."""
        return self._next(f"list {name}", self._styles.lists.get(name, {}), depth, start)

    def heading(self, depth: int, start: int | None = None) -> str:
        """Return the number of the next heading."""
        return self._next("outline", self._styles.outline, depth, start)

    def _next(self, key: str, levels: dict[int, Level], depth: int, start: int | None) -> str:
        level = levels.get(depth, Level())
        counts = self._counts.setdefault(key, {})
        for deeper in [level_number for level_number in counts if level_number > depth]:
            del counts[deeper]
        counts[depth] = start if start is not None else counts.get(depth, level.start - 1) + 1
        if not level.format:
            return ""
        first = max(1, depth - min(level.display, 10) + 1)
        numbers = [
            written(counts.get(at, levels.get(at, Level()).start), levels.get(at, Level()).format or "1")
            for at in range(first, depth + 1)
            if at == depth or levels.get(at, Level()).format
        ]
        return f"{level.prefix}{'.'.join(numbers)}{level.suffix} "


def attribute(element: Element, name: str) -> str | None:
    """Return the value of an attribute by its name without namespace."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), None)


def integer(value: str | None) -> int | None:
    """Return a value as a number of realistic size, None if it is not one."""
    return (
        int(value) if value is not None and value.isascii() and value.isdigit() and len(value) < 8 else None
    )


def _shift(position: str) -> int:
    """Return 1 for superscript, -1 for subscript, else 0."""
    if position in {"super", "sub"}:
        return 1 if position == "super" else -1
    amount = position.removesuffix("%").strip("+")
    if amount == position or not amount.strip("-0."):
        return 0
    return -1 if amount.startswith("-") else 1


def _style(element: Element) -> Style:
    """Return the properties of a style that change how its text is read."""
    hidden = struck = shift = None
    for child in element:
        if local(child) == "text-properties":
            display = attribute(child, "display")
            hidden = hidden if display is None else display == "none"
            line = attribute(child, "text-line-through-style") or attribute(child, "text-line-through-type")
            struck = struck if line is None else line != "none"
            position = attribute(child, "text-position")
            shift = shift if position is None else _shift(position.split(" ", 1)[0])
        elif _hides(child):
            hidden = True
    return Style(
        attribute(element, "parent-style-name") or "",
        hidden,
        struck,
        shift,
        attribute(element, "list-style-name") or "",
        integer(attribute(element, "default-outline-level")) or 0,
    )


def _hides(properties: Element) -> bool:
    """Return whether the properties of a section, a drawing or a table row hide it."""
    match local(properties):
        case "section-properties" | "graphic-properties":
            return attribute(properties, "display") == "none"
        case "table-row-properties":
            return attribute(properties, "visibility") == "collapse"
    return False


def _levels(element: Element) -> dict[int, Level]:
    levels = {}
    for child in element:
        if local(child) in {"list-level-style-number", "outline-level-style"}:
            levels[integer(attribute(child, "level")) or 1] = Level(
                attribute(child, "num-format") or "",
                attribute(child, "num-prefix") or "",
                attribute(child, "num-suffix") or "",
                integer(attribute(child, "start-value")) or 1,
                integer(attribute(child, "display-levels")) or 1,
            )
    return levels
