"""The names of documents in lists: the titles of contracts with their parties, as in citations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from qa import Answer, Citation, DocumentInfo, Library
from qa.text.parties import is_contract

CACHED = 20_000
"""Number of documents beyond which the cache starts again."""


class Titles:
    """The names of documents, cached for each version of a document."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._names: dict[tuple[str, str, str], str | None] = {}
        self._documents: dict[str, dict[str, DocumentInfo]] = {}

    def of(self, documents: Sequence[DocumentInfo]) -> dict[str, str]:
        """Return the names of those documents whose title is not enough, by their ids."""
        names = {document.doc_id: self._name(document) for document in documents}
        return {doc_id: name for doc_id, name in names.items() if name is not None}

    def distinct(self, documents: Sequence[DocumentInfo]) -> dict[str, str]:
        """Return a name for each document by its id; those with the same name also have their id in it."""
        better = self.of(documents)
        names = {each.doc_id: better.get(each.doc_id) or each.title or each.doc_id for each in documents}
        counts = Counter(names.values())
        return {
            doc_id: f"{name} ({doc_id})" if counts[name] > 1 and name != doc_id else name
            for doc_id, name in names.items()
        }

    def now(self, doc_ids: Sequence[str]) -> dict[str, dict[str, str | None]]:
        """Return the title and the name that documents have now, by their ids, if they still exist."""
        infos = self._infos()
        return {
            doc_id: {"title": infos[doc_id].title, "name": self._name(infos[doc_id])}
            for doc_id in doc_ids
            if doc_id in infos
        }

    def current(self, record: Answer) -> Answer:
        """Return a record with the titles that its documents have now; or the record itself."""
        citations = [c for quote in record.quotes for c in (quote.citation, *quote.also)]
        named = record.scope.documents if record.scope else ()
        titles = self.now([*(c.doc_id for c in citations), *named])

        def renewed(citation: Citation) -> Citation:
            return citation.model_copy(update=titles.get(citation.doc_id, {}))

        quotes = tuple(
            quote.model_copy(
                update={"citation": renewed(quote.citation), "also": tuple(map(renewed, quote.also))}
            )
            for quote in record.quotes
        )
        scope = record.scope
        if scope is not None and len(named) == 1 and named[0] in titles:
            scope = scope.model_copy(update={"title": titles[named[0]]["title"]})
        renewed_record = record.model_copy(update={"quotes": quotes, "scope": scope})
        return record if renewed_record == record else renewed_record

    def _infos(self) -> dict[str, DocumentInfo]:
        """Return the documents by their ids, cached for each state of the library."""
        generation = self._library.manifest().get("generation", "")
        infos = self._documents.get(generation)
        if infos is None:
            infos = {info.doc_id: info for info in self._library.documents()}
            self._documents = {generation: infos}
        return infos

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
