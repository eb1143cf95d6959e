"""Access the parts of a Word file and the relations between them."""

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
    """A relation of a part; ``kind`` is the last segment of the relation's type."""

    kind: str
    target: str
    external: bool


class Package:
    """The parts of a Word file by name, parsed on demand."""

    def __init__(self, archive: Archive) -> None:
        """Find the main part; raise ReadError if the archive has no Word document."""
        self.archive = archive
        self._relations: dict[str, dict[str, Relation]] = {}
        self.main = self._main()

    def xml(self, part: str) -> Element:
        """Return the tree of a part."""
        return self.archive.xml(part)

    def relation(self, part: str, key: str | None) -> Relation | None:
        """Return the relation with an id in ``part``."""
        return self._relations_of(part).get(key or "")

    def related(self, part: str, kind: str) -> list[str]:
        """Return the existing parts of one kind, in the order of the relations."""
        targets = (
            relation.target
            for relation in self._relations_of(part).values()
            if relation.kind == kind and not relation.external and relation.target in self.archive
        )
        return list(dict.fromkeys(targets))

    def first(self, kind: str) -> Element | None:
        """Return the tree of the document's first part of a kind."""
        parts = self.related(self.main, kind)
        return self.archive.xml(parts[0]) if parts else None

    @cached_property
    def title(self) -> str | None:
        """The title in the file's properties."""
        return self._property("title")

    @cached_property
    def author(self) -> str | None:
        """The author in the file's properties."""
        return self._property("creator")

    def _property(self, wanted: str) -> str | None:
        for part in self.related("", "core-properties"):
            for node in self.archive.xml(part):
                if name(node) == wanted:
                    return node.text
        return None

    @cached_property
    def settings(self) -> Element | None:
        """The tree of the document's settings."""
        return self.first("settings")

    def _main(self) -> str:
        parts = self.related("", "officeDocument")
        if parts:
            return parts[0]
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
