"""List every place in the documents of an index: of words, of a regular expression, or of a meaning."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from qa.answer.citations import cite
from qa.index import Snapshot
from qa.mentions.meaning import Meaning
from qa.mentions.patterns import PATTERN_SECONDS, TextSearch, TooSlowError
from qa.mentions.record import Completeness, DocumentCount, FindMode, Mention, Mentions, SkippedDocument
from qa.record import Context, Span
from qa.search.scope import resolve
from qa.types import Document

CONTEXT = 400
"""Maximum characters of context on either side of a place."""
Progress = Callable[[int, int], None]


def find_in_texts(
    snapshot: Snapshot,
    query: str,
    mode: FindMode,
    search: TextSearch,
    names: Sequence[str] = (),
    *,
    limit: int | None = None,
    timeout: float | None = None,
    progress: Progress = lambda done, total: None,
) -> Mentions:
    """Return every place that a search of texts finds; each document is read from beginning to end.

    Args:
        snapshot: The index.
        query: The words or the regular expression.
        mode: What the query is.
        search: The search.
        names: Ids or globs of the documents to search; empty for all.
        limit: Maximum places to list; all are counted.
        timeout: Maximum seconds for all documents; those that are not reached are listed as skipped.
        progress: Called with the number of documents searched so far, and of all.

    Raises:
        UsageError: No document matches a name.
    """
    listing = _Listing(snapshot, limit)
    skipped: list[SkippedDocument] = []
    documents = _selected(snapshot, names)
    end = None if timeout is None else time.monotonic() + timeout
    for done, (doc_id, document) in enumerate(documents):
        progress(done, len(documents))
        seconds = PATTERN_SECONDS if end is None else min(PATTERN_SECONDS, end - time.monotonic())
        if seconds <= 0:
            skipped.append(SkippedDocument(doc_id=doc_id, reason="not_reached"))
            continue
        try:
            spans = search.find(snapshot.store.text(document), seconds)
        except TooSlowError:
            skipped.append(SkippedDocument(doc_id=doc_id, reason="too_slow"))
            continue
        listing.add(doc_id, document, [(start, end, None) for start, end in spans])
    progress(len(documents), len(documents))
    return listing.mentions(query, mode, len(documents), skipped)


def find_meaning(
    snapshot: Snapshot,
    meaning: Meaning,
    names: Sequence[str] = (),
    *,
    limit: int | None = None,
    everything: bool = False,
    progress: Progress = lambda done, total: None,
) -> Mentions:
    """Return every passage that a reader accepts, as far as it has read; see `Meaning.read`.

    Args and errors are those of `find_in_texts` and of `Meaning.read`.
    """
    listing = _Listing(snapshot, limit)
    documents = _selected(snapshot, names)
    allowed = {key for _, key in documents} if names else None
    accepted, completeness = meaning.read(snapshot, allowed, everything=everything, progress=progress)
    spans: dict[int, list[tuple[int, int, float | None]]] = {}
    for each in accepted:
        spans.setdefault(each.row.document, []).append((each.start, each.end, each.score))
    for doc_id, document in documents:
        listing.add(doc_id, document, spans.get(document, []))
    return listing.mentions(meaning.question, "meaning", len(documents), (), completeness)


def _selected(snapshot: Snapshot, names: Sequence[str]) -> list[tuple[str, int]]:
    """Return ids and keys of the documents to search, by id."""
    known = snapshot.store.document_keys()
    selected = resolve(snapshot, names) if names else set(known.values())
    return sorted((doc_id, key) for doc_id, key in known.items() if key in selected)


@dataclass(slots=True)
class _Listing:
    """The places of all documents, counted, and listed up to a limit."""

    snapshot: Snapshot
    limit: int | None
    counts: list[DocumentCount] = field(default_factory=list)
    listed: list[Mention] = field(default_factory=list)

    def add(self, doc_id: str, document: int, spans: Sequence[tuple[int, int, float | None]]) -> None:
        """Add the places of a document, each with its score."""
        if not spans:
            return
        room = len(spans) if self.limit is None else max(0, self.limit - len(self.listed))
        if room:
            source = self.snapshot.store.document(doc_id)
            assert source is not None  # the snapshot does not change
            title = source.title
            self.listed += self._listed(source, document, spans[:room])
        else:
            title = self.snapshot.store.headers([document])[document].title
        self.counts.append(DocumentCount(doc_id=doc_id, title=title, mentions=len(spans)))

    def mentions(
        self,
        query: str,
        mode: FindMode,
        searched: int,
        skipped: Sequence[SkippedDocument],
        completeness: Completeness | None = None,
    ) -> Mentions:
        """Return the result."""
        return Mentions(
            query=query,
            mode=mode,
            complete=not skipped and (completeness is None or completeness.read == completeness.passages),
            searched=searched,
            total=sum(count.mentions for count in self.counts),
            documents=tuple(self.counts),
            skipped=tuple(skipped),
            completeness=completeness,
            mentions=tuple(self.listed),
        )

    def _listed(
        self, source: Document, document: int, spans: Sequence[tuple[int, int, float | None]]
    ) -> Iterator[Mention]:
        for start, end, score in spans:
            rows = self.snapshot.store.passages_at(document, start, end)
            # If no passage overlaps it, the place is a heading, and the row is that of the text below.
            headings = rows[0].headings if rows and rows[0].start < end else ()
            sentences = [
                sentence
                for row in rows
                for sentence in row.sentences
                if sentence.start < end and sentence.end > start
            ]
            first = max(start - CONTEXT, min([start, *(sentence.start for sentence in sentences)]))
            last = min(end + CONTEXT, max([end, *(sentence.end for sentence in sentences)]))
            yield Mention(
                text=source.text[start:end],
                score=score,
                citation=cite(source, Span(start, end), headings),
                context=Context(start=max(0, first), end=last, text=source.text[max(0, first) : last]),
            )
