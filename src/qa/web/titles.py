"""The names of documents in lists: the titles of contracts with their parties, as in citations."""

from __future__ import annotations

from collections.abc import Sequence

from qa import DocumentInfo, Library
from qa.text.parties import is_contract

CACHED = 20_000
"""Number of documents beyond which the cache starts again."""


class Titles:
    """The names of documents, cached for each version of a document."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._names: dict[tuple[str, str, str], str | None] = {}

    def of(self, documents: Sequence[DocumentInfo]) -> dict[str, str]:
        """Return the names of those documents whose title is not enough, by their ids."""
        names = {document.doc_id: self._name(document) for document in documents}
        return {doc_id: name for doc_id, name in names.items() if name is not None}

    def _name(self, info: DocumentInfo) -> str | None:
        if not is_contract(info.title):
            return None  # its text needs no reading
        key = (info.doc_id, info.sha256, info.title)
        if key not in self._names:
            if len(self._names) >= CACHED:
                self._names.clear()
            document = self._library.get(info.doc_id)
            has_text = document is not None and document.text
            self._names[key] = self._library.cite(info.doc_id, 0, 1).name if has_text else None
        return self._names[key]
