"""The sentences of this project's index, which are the same for every tool."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.index import Index
from qa.index.search_indexes import sentence_texts

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]
"""Function from questions to unit vectors."""
Search = Callable[[str, int], dict[str, list[int]]]
"""Function from a question and k to the numbers of the best k texts, for each way in which the tool ranks
them."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence with its document; ``end`` is its last offset in it, exclusive."""

    doc_id: str
    title: str
    text: str
    end: int


def units_of(index: Index) -> tuple[list[Unit], Vectors]:
    """Return every sentence of an index, and its vectors in the index."""
    units, keys = [], []
    with index.snapshot() as snapshot:
        store = snapshot.store
        headers = store.headers(store.document_keys().values())
        for row in store.passages(store.passage_keys()):
            document = headers[row.document]
            for (key, text), span in zip(sentence_texts(row), row.sentences, strict=True):
                units.append(Unit(document.doc_id, document.title, text, span.end))
                keys.append(key)
        return units, snapshot.indexes.sentences.vectors(keys)
