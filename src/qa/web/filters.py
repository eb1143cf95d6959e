"""Which documents a person is looking for: by words of the name, folder, format and date."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from qa import DocumentInfo
from qa.programs import inputs
from qa.web import library

Choices = dict[str, list[tuple[str, int]]]
"""Folders and formats, each with its number of documents."""
MOST_FOLDERS = 300
"""Maximum number of folders to choose from; those with the most documents come first."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What documents must match; an empty value matches all.

    Attributes:
        search: Words of the title, id or name.
        folder: A folder of the id, with the folders in it.
        format: The ending of the file, without the dot.
        since: First day of adding, in ISO 8601 format, UTC.
        until: Last day of adding.
        among: Ids of which one must be the document's, such as those with a tag; None if any id matches.
    """

    search: str = ""
    folder: str = ""
    format: str = ""
    since: str = ""
    until: str = ""
    among: frozenset[str] | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Filter:
        """Return the filter of a request."""
        texts = {
            key: inputs.text(data.get(key) or "") for key in ("search", "folder", "format", "since", "until")
        }
        among = data.get("among")
        return cls(**texts, among=None if among is None else frozenset(inputs.documents(among)))

    @property
    def is_empty(self) -> bool:
        """Whether all documents match."""
        return not self.search.strip() and Filter(search=self.search) == self

    def matching(
        self, documents: Sequence[DocumentInfo], names: Mapping[str, str] | None = None
    ) -> list[DocumentInfo]:
        """Return the documents that match; ``names`` are those that the page shows in place of titles."""
        matches = library.matching(documents, self.search, names)
        return [document for document in matches if self._matches(document)]

    def _matches(self, document: DocumentInfo) -> bool:
        day = document.indexed_at[:10]
        return (
            (not self.folder or self.folder in folders_of(document))
            and (not self.format or self.format == format_of(document))
            and (not self.since or day >= self.since)
            and (not self.until or day <= self.until)
            and (self.among is None or document.doc_id in self.among)
        )


def folders_of(document: DocumentInfo) -> list[str]:
    """Return the folders that contain a document, by its id."""
    return [str(folder) for folder in PurePosixPath(document.doc_id).parents if folder.name]


def format_of(document: DocumentInfo) -> str:
    """Return the ending of a document's file in lower case; empty if it has none."""
    name = (document.uri or document.doc_id).partition("#")[0]
    return PurePosixPath(name).suffix.lower().removeprefix(".")


def choices(documents: Sequence[DocumentInfo]) -> Choices:
    """Return the folders and formats to choose from, each with its number of documents."""
    folders = Counter(folder for document in documents for folder in folders_of(document))
    formats = Counter(filter(None, map(format_of, documents)))
    return {
        "folders": sorted(folders.most_common(MOST_FOLDERS)),
        "formats": sorted(formats.items()),
    }
