"""Parts of Office files and how they relate to each other."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from qa.errors import ReadError
from qa.parsers.archive import Archive, local, resolve


@dataclass(frozen=True, slots=True)
class Relation:
    """A link from one part to another; ``kind`` is the last word of its type, ``target`` a part's name."""

    id: str
    kind: str
    target: str
    external: bool = False


def relations(archive: Archive, part: str) -> tuple[Relation, ...]:
    """Return the relations of a part, those of the whole file for the empty name."""
    folder, _, name = part.rpartition("/")
    where = f"{folder}/_rels/{name}.rels".lstrip("/")
    if where not in archive:
        return ()
    return tuple(
        Relation(
            element.get("Id") or "",
            (element.get("Type") or "").rpartition("/")[2],
            resolve(part, element.get("Target") or ""),
            element.get("TargetMode") == "External",
        )
        for element in archive.xml(where)
        if local(element) == "Relationship"
    )


def part_of(archive: Archive, related: Sequence[Relation], kind: str) -> Element | None:
    """Return the first related part of a kind that is there."""
    for relation in related:
        if relation.kind == kind and not relation.external and relation.target in archive:
            return archive.xml(relation.target)
    return None


def main_part(archive: Archive, usual: str, refusal: str) -> str:
    """Return the name of the main part; raises ReadError with the code ``refusal`` where there is none."""
    for relation in relations(archive, ""):
        if relation.kind == "officeDocument" and relation.target in archive:
            return relation.target
    if usual in archive:
        return usual
    raise ReadError(refusal)


def title(archive: Archive) -> str | None:
    """Return the title among the file's properties."""
    properties = part_of(archive, relations(archive, ""), "core-properties")
    for child in properties if properties is not None else ():
        if local(child) == "title":
            return child.text
    return None


def attribute(element: Element, name: str) -> str | None:
    """Return an attribute by its name without its namespace."""
    if (value := element.get(name)) is not None:
        return value
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), None)


def child(element: Element | None, *path: str) -> Element | None:
    """Return the first descendant along a path of names without namespaces."""
    for name in path:
        if element is None:
            return None
        element = next((each for each in element if local(each) == name), None)
    return element


def children(element: Element | None, *path: str) -> tuple[Element, ...]:
    """Return the children of the first descendant along a path."""
    parent = child(element, *path)
    return () if parent is None else tuple(parent)


def is_on(value: str | None, *, absent: bool = False) -> bool:
    """Return what an XML truth value says."""
    return absent if value is None else value.strip().lower() in {"1", "true", "on"}
