"""Limit a question to the documents that it names, unless the answer is clearly elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from qa.answer.calibration import log_odds
from qa.index import Snapshot
from qa.record import Scope
from qa.search.named import Named, named
from qa.search.names import IndexedNames, TitleIndex
from qa.search.result import SearchResult
from qa.search.scope import resolve
from qa.text.exact import find, folded_phrase

CLEARLY = 1.0
"""Minimum gain in confidence, in log-odds, of an answer from the other documents."""


@dataclass(frozen=True, slots=True)
class NamedScope:
    """The documents that a question names, and the question without their name."""

    scope: Scope
    name: str
    question: str


class Scopes:
    """Finds the documents that questions name, in any generation of an index."""

    def __init__(self) -> None:
        self._titles: TitleIndex | None = None

    def of(self, snapshot: Snapshot, question: str, documents: Sequence[str]) -> NamedScope | None:
        """Return the documents that a question names, or None.

        Args:
            snapshot: The index to search.
            question: The question.
            documents: Ids or globs of the documents that the question is limited to; empty for all.

        Raises:
            UsageError: An id or glob matches no document.
        """
        allowed = resolve(snapshot, documents) if documents else None
        titles = self._titles
        if titles is None or titles.generation != snapshot.indexes.generation:
            titles = self._titles = TitleIndex(snapshot)
        result = named(question, titles.languages, IndexedNames(snapshot, titles, allowed))
        return _scope(snapshot, result) if result else None


def _scope(snapshot: Snapshot, result: Named) -> NamedScope:
    headers = snapshot.store.headers(result.documents)
    first = headers[result.documents[0]]
    ids = tuple(sorted(header.doc_id for header in headers.values()))
    title = first.title if len(headers) == 1 else result.name
    return NamedScope(Scope(documents=ids, title=title), result.name, result.question)


def is_clearly_elsewhere(inside: float, elsewhere: float, result: SearchResult, named: NamedScope) -> bool:
    """Return whether the answer of all documents is to be preferred to the missing one of those named.

    Its first quote must be from another document and about the name: otherwise it is the answer to the same
    question about something else.

    Args:
        inside: The confidence of the named documents' answer.
        elsewhere: The confidence of all documents' answer.
        result: The search result of all documents.
        named: The documents that the question names.
    """
    first = result.hits[0]
    sentence, row = first.sentence, result.passage(first)
    if sentence.doc_id in named.scope.documents or log_odds(elsewhere) - log_odds(inside) < CLEARLY:
        return False
    phrase = folded_phrase(named.name)
    return any(find(text, phrase) for text in (*row.headings, row.text[: sentence.end - row.start]))
