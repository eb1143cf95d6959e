"""Candidates of the approximate index of the vectors, in the order of the exact ones."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from postgres_server import Server, url_of
from word_encoder import VOCABULARY, WordEncoder

import qa
from qa.index.postgres import hnsw, vectors


@pytest.fixture
def library(
    server: Server, tmp_path: Path, words: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> Iterator[qa.Library]:
    monkeypatch.setattr(hnsw, "AT_LEAST", 50)
    docs = tmp_path / "docs"
    docs.mkdir()
    for number, word in enumerate(VOCABULARY):
        others = [VOCABULARY[(number * 7 + step) % len(VOCABULARY)] for step in range(12)]
        (docs / f"{number}.txt").write_text(" ".join(f"A {word} and {other}." for other in others))
    with qa.open(url_of(tmp_path), model=words, reranker="none") as library:
        library.add(docs)
        yield library


def test_it_is_built_at_the_end_of_a_run(library: qa.Library) -> None:
    store = library.location.reader()
    valid = store.value(
        "SELECT indisvalid FROM pg_index WHERE indexrelid = %s::regclass",
        (f'qa."{hnsw.name_of(store.library)}"',),
    )
    assert valid is True
    with library._opened().snapshot() as snapshot:
        assert snapshot.indexes.sentences._near is not None  # type: ignore[attr-defined]


@pytest.mark.parametrize("word", VOCABULARY[:5])
def test_the_candidates_are_in_the_exact_order(
    library: qa.Library, words: WordEncoder, word: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    [query] = words.encode([f"{word} lantern"], query=True)
    with library._opened().snapshot() as snapshot:
        keys = list(snapshot.store.document_keys().values())
        for index in (snapshot.indexes.sentences, snapshot.indexes.passages):
            exact = index._exact(query, 20, None)  # type: ignore[attr-defined]
            hits = index.search(query, 20)
            assert [score for _, score in hits] == pytest.approx([score for _, score in exact])
            similarities = index.similarities(query, [key for key, _ in hits])
            assert np.allclose(similarities, [score for _, score in hits])
            # A filter of few texts compares all of them; of many, it selects candidates, else compares all.
            for limit in (10**9, 0):
                monkeypatch.setattr(vectors, "EXACT", limit)
                chosen = index.search(query, 5, keys[:3])
                assert chosen == index._exact(query, 5, keys[:3])  # type: ignore[attr-defined]


def test_vectors_that_are_added_later_are_found(
    library: qa.Library, tmp_path: Path, words: WordEncoder
) -> None:
    (tmp_path / "docs" / "new.txt").write_text("apple bread candle dragon needle.")
    library.add(tmp_path / "docs")
    with library._opened().snapshot() as snapshot:
        [query] = words.encode(["apple bread candle dragon needle"], query=True)
        [(key, _)] = snapshot.indexes.sentences.search(query, 1)
        [passage] = snapshot.store.passages(snapshot.store.passages_of([key]))
        assert passage.text == "apple bread candle dragon needle."
    library.remove("new.txt")
    with library._opened().snapshot() as snapshot:
        assert key not in [hit for hit, _ in snapshot.indexes.sentences.search(query, 50)]
    assert library.doctor() == []
