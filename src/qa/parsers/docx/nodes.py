"""Elements of Office XML by their local names: transitional and strict files differ in namespaces alone."""

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
    """Return the first child of that name."""
    if node is not None:
        for one in node:
            if local_name(one.tag) == wanted:
                return one
    return None


def children(node: Element | None, wanted: str) -> Iterator[Element]:
    """Yield the children of that name."""
    for one in node if node is not None else ():
        if local_name(one.tag) == wanted:
            yield one


def descendants(node: Element, *wanted: str) -> Iterator[Element]:
    """Yield the elements of these names at any depth, in order."""
    for one in node.iter():
        if local_name(one.tag) in wanted:
            yield one


def by_name(node: Element | None) -> dict[str, Element]:
    """Return the children by name, the first of each."""
    found: dict[str, Element] = {}
    for one in node if node is not None else ():
        found.setdefault(local_name(one.tag), one)
    return found


def attribute(node: Element | None, wanted: str) -> str | None:
    """Return an attribute in any namespace or none."""
    if node is not None:
        for key, value in node.items():
            if local_name(key) == wanted:
                return value
    return None


def value(node: Element | None, wanted: str) -> str | None:
    """Return the ``val`` of the first child of that name."""
    return attribute(child(node, wanted), "val")


def whole(text: str | None) -> int | None:
    """Return a whole number as Office writes it; None for anything else."""
    try:
        return None if text is None or len(text) > 9 else int(text)
    except ValueError:
        return None


def is_on(node: Element | None) -> bool:
    """Say whether a switch is there and not turned off."""
    return node is not None and (attribute(node, "val") or "1") not in _OFF
