"""What is searched: the sentences of this project's index, the same for every tool."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from qa.index import Index
from qa.index.search_indexes import sentence_texts

Vectors = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Vectors]
"""Unit vectors of questions."""
Search = Callable[[str, int], dict[str, list[int]]]
"""A question and k to the numbers of the best k texts, for each way in which the tool orders them."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A sentence with its document; ``end`` is its last offset in it, exclusive."""

    doc_id: str
    title: str
    text: str
    end: int


def units_of(index: Index) -> tuple[list[Unit], Vectors]:
    """Every sentence of an index, and the vectors that the index holds of them."""
    found, keys = [], []
    with index.snapshot() as snapshot:
        store = snapshot.store
        headers = store.headers(store.document_keys().values())
        for row in store.passages(store.passage_keys()):
            document = headers[row.document]
            for (key, text), span in zip(sentence_texts(row), row.sentences, strict=True):
                found.append(Unit(document.doc_id, document.title, text, span.end))
                keys.append(key)
        return found, snapshot.indexes.sentences.vectors(keys)
