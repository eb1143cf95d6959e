"""Embeds texts again whose vectors are missing or damaged; documents, passages and sentences stay."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING, Protocol

from qa.index.cutting import passage_input, sentence_input
from qa.index.embedding import EMBED_AT_ONCE, rounded
from qa.index.search_indexes import sentence_texts
from qa.index.stores.base import CheckedStore, SealingStore
from qa.index.stores.rows import PassageRow, vector_key

if TYPE_CHECKING:
    from qa.encoders import Encoder


class _Store(CheckedStore, SealingStore, Protocol):
    """A store with both of their methods."""


def embed_again(store: _Store, encoder: Callable[[], Encoder], rows: Collection[int]) -> None:
    """Embed the texts of damaged vectors, and store their vectors.

    If it is killed, the next run goes on where it was.
    """
    loaded = encoder()
    keys = store.keys_of_vectors(rows)
    waiting: dict[bytes, str] = {}

    def embed() -> None:
        if waiting:
            vectors = loaded.encode(list(waiting.values()))
            with store.writing():
                store.restore_vectors(list(waiting), rounded(vectors))
            waiting.clear()

    for doc_id in store.documents_of_vectors(rows):
        for text in _texts(store, doc_id):
            key = vector_key(text)
            if key in keys:
                keys.remove(key)
                waiting[key] = text
            if len(waiting) >= EMBED_AT_ONCE:
                embed()
    embed()


def _texts(store: _Store, doc_id: str) -> Iterator[str]:
    """Yield the texts of a document that may have been embedded."""
    document = store.file_document(doc_id)
    assert document is not None
    for passage in store.passages(store.passage_keys([store.document_keys()[doc_id]])):
        yield from passage_inputs(document.title, passage)
        for _, text in sentence_texts(passage):
            yield from (sentence_input(text), text)


def passage_inputs(title: str, passage: PassageRow) -> tuple[str, str]:
    """Return the text that is embedded for a passage, and that of earlier versions, with its line breaks."""
    with_lines = passage_input(title, passage.headings, "") + passage.text
    return passage_input(title, passage.headings, passage.text), with_lines
