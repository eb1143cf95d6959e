"""Find elements and words in the XML of an OpenDocument text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from xml.etree.ElementTree import Element

from qa.parsers.archive import local
from qa.parsers.odf.inline import SPACE


def plain(elements: Iterable[Element]) -> str:
    """Return the words of elements, one line per paragraph."""
    lines = []
    for element in elements:
        inner = list(outermost(element, frozenset(("p", "h"))))
        lines += [SPACE.sub(" ", "".join(paragraph.itertext())) for paragraph in inner or [element]]
    return "\n".join(lines)


def outermost(element: Element, names: frozenset[str]) -> Iterator[Element]:
    """Yield the elements with these names that are not inside another of them."""
    stack = [element]
    while stack:
        node = stack.pop()
        if local(node) in names:
            yield node
        else:
            stack.extend(reversed(node))


def descend(element: Element, name: str) -> Iterator[Element]:
    """Yield the nearest elements of a name, but none inside a nested table."""
    for child in element:
        child_name = local(child)
        if child_name == name:
            yield child
        elif child_name not in {"table", "table-row", "table-cell", "p", "h"}:
            yield from descend(child, name)


def first(element: Element | None, *path: str) -> Element | None:
    """Return the element on a path of names, the first child of each; None if there is none."""
    for name in path:
        if element is None:
            return None
        element = next((child for child in element if local(child) == name), None)
    return element


def text_of(element: Element, name: str) -> str:
    """Return the text of the first child of a name, empty if there is none."""
    return next((child.text or "" for child in element if local(child) == name), "")
