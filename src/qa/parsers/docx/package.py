"""The parts of a Word file, and the relations by which one part names another."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from xml.etree.ElementTree import Element

from qa.errors import ReadError
from qa.parsers.archive import Archive, resolve
from qa.parsers.docx.nodes import name


@dataclass(frozen=True, slots=True)
class Relation:
    """One target of a part; ``kind`` is the last piece of the relation's type."""

    kind: str
    target: str
    external: bool


class Package:
    """Parts by name, each parsed no more often than it is asked for."""

    def __init__(self, archive: Archive) -> None:
        """Raise ReadError where the archive holds no Word document."""
        self.archive = archive
        self._relations: dict[str, dict[str, Relation]] = {}
        self.main = self._main()

    def xml(self, part: str) -> Element:
        return self.archive.xml(part)

    def relation(self, part: str, key: str | None) -> Relation | None:
        """Return what an id in ``part`` points to."""
        return self._relations_of(part).get(key or "")

    def related(self, part: str, kind: str) -> list[str]:
        """Return the parts of one kind that are there, in the order of the relations."""
        found = (
            relation.target
            for relation in self._relations_of(part).values()
            if relation.kind == kind and not relation.external and relation.target in self.archive
        )
        return list(dict.fromkeys(found))

    def first(self, kind: str) -> Element | None:
        """Return the tree of the document's first part of that kind."""
        found = self.related(self.main, kind)
        return self.archive.xml(found[0]) if found else None

    @cached_property
    def title(self) -> str | None:
        """The title in the file's properties."""
        for part in self.related("", "core-properties"):
            for node in self.archive.xml(part):
                if name(node) == "title":
                    return node.text
        return None

    @cached_property
    def settings(self) -> Element | None:
        return self.first("settings")

    def _main(self) -> str:
        found = self.related("", "officeDocument")
        if found:
            return found[0]
        if "word/document.xml" in self.archive:
            return "word/document.xml"
        raise ReadError("docx-no-document")

    def _relations_of(self, part: str) -> dict[str, Relation]:
        if part not in self._relations:
            folder, base = posixpath.split(part)
            self._relations[part] = dict(self._read(posixpath.join(folder, "_rels", f"{base}.rels"), part))
        return self._relations[part]

    def _read(self, relations: str, part: str) -> Iterator[tuple[str, Relation]]:
        if relations not in self.archive:
            return
        for node in self.archive.xml(relations):
            target = node.get("Target") or ""
            external = node.get("TargetMode") == "External"
            kind = (node.get("Type") or "").rpartition("/")[2]
            key = node.get("Id") or ""
            yield key, Relation(kind, target if external else resolve(part, target), external)
