"""Access elements of Office XML by local name; transitional and strict files differ only in namespaces."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from xml.etree.ElementTree import Element

_OFF = frozenset({"0", "false", "off", "none"})


@lru_cache(maxsize=4096)
def local_name(tag: str) -> str:
    """Return the name of a tag without its namespace."""
    return tag.rpartition("}")[2]


def name(node: Element) -> str:
    """Return the name of an element without its namespace."""
    return local_name(node.tag)


def child(node: Element | None, wanted: str) -> Element | None:
    """Return the first child with a name."""
    if node is not None:
        for element in node:
            if local_name(element.tag) == wanted:
                return element
    return None


def children(node: Element | None, wanted: str) -> Iterator[Element]:
    """Yield the children with a name."""
    for element in node if node is not None else ():
        if local_name(element.tag) == wanted:
            yield element


def descendants(node: Element, *wanted: str) -> Iterator[Element]:
    """Yield the elements with these names at any depth, in order."""
    for element in node.iter():
        if local_name(element.tag) in wanted:
            yield element


def by_name(node: Element | None) -> dict[str, Element]:
    """Return the children by name, the first one of each name."""
    elements: dict[str, Element] = {}
    for element in node if node is not None else ():
        elements.setdefault(local_name(element.tag), element)
    return elements


def attribute(node: Element | None, wanted: str) -> str | None:
    """Return an attribute in any namespace or none."""
    if node is not None:
        for key, value in node.items():
            if local_name(key) == wanted:
                return value
    return None


def value(node: Element | None, wanted: str) -> str | None:
    """Return the ``val`` of the first child with a name."""
    return attribute(child(node, wanted), "val")


def parse_integer(text: str | None) -> int | None:
    """Parse an integer as Office writes it; return None for other texts."""
    try:
        return None if text is None or len(text) > 9 else int(text)
    except ValueError:
        return None


def is_on(node: Element | None) -> bool:
    """Check whether a switch is present and not turned off."""
    return node is not None and (attribute(node, "val") or "1") not in _OFF
