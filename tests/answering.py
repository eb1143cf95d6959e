"""Indexes of documents, questions to them, and a check of every citation; shared by tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import pytest

from qa.answer.answerer import Answerer
from qa.answer.quotes import DIVERSITY_PENALTY
from qa.encoders import Encoder
from qa.index import Index
from qa.record import Answer
from qa.types import Document, Page

IndexBuilder = Callable[..., Index]


def document(doc_id: str, text: str, pages: Sequence[Page] = (), title: str = "") -> Document:
    return Document(doc_id, title or doc_id, text, f"{abs(hash(text)):064x}"[:64], tuple(pages))


def index_of_documents(
    folder: Path, encoder: Encoder, documents: Iterable[Document], place: Path | str | None = None
) -> Index:
    """Return an index of these documents, as if a file had been parsed into them.

    Args:
        folder: The folder of the file.
        encoder: The encoder of the index.
        documents: The documents.
        place: Where the index is, by default in the folder.
    """
    parsed = list(documents)
    (folder / "documents.jsonl").write_text("x")
    index = Index.create(place or folder / "index", encoder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("qa.parsers.read", lambda *_, **__: iter(parsed))
        report = index.update([str(folder / "documents.jsonl")], lambda: encoder)
    assert report.failed == []
    return index


def ask(index: Index, encoder: Encoder, question: str, **options: object) -> Answer:
    return Answerer(index, encoder).ask(question, **options)  # type: ignore[arg-type]


def check_citations(answer: Answer, index: Index) -> None:
    """Check every slice, line and surrounding of an answer, computed the slow way."""
    for rank, quote in enumerate(answer.quotes, start=1):
        assert quote.rank == rank
        for citation in (quote.citation, *quote.also):
            source = index.document(citation.doc_id)
            assert source is not None
            text = source.text
            assert text[citation.start : citation.end] == quote.text != ""
            assert citation.prefix == text[max(0, citation.start - 32) : citation.start]
            assert citation.suffix == text[citation.end : citation.end + 32]
            before = text[: citation.start].replace("\r\n", "\n")
            assert citation.line == 1 + before.count("\n") + before.count("\r")
            assert (citation.sha256, citation.title, citation.uri) == (
                source.sha256,
                source.title,
                source.uri,
            )
            pages = [page.number for page in source.pages if page.start <= citation.start < page.end]
            assert citation.page == (pages[0] if pages else None)
        start, end = quote.citation.start, quote.citation.end
        assert quote.context.start <= start < end <= quote.context.end
        source = index.document(quote.citation.doc_id)
        assert source is not None
        assert source.text[quote.context.start : quote.context.end] == quote.context.text
        for span in quote.matched:
            assert start <= span.start < span.end <= end
    # A quote precedes one with a higher score only if the latter's document was quoted before.
    for at, quote in enumerate(answer.quotes):
        for later in answer.quotes[at + 1 :]:
            document = later.citation.doc_id
            earlier = sum(before.citation.doc_id == document for before in answer.quotes[:at])
            assert quote.score >= later.score - DIVERSITY_PENALTY * earlier
            assert quote.citation.doc_id != document or quote.score >= later.score
