"""A library in which everything that is found can be counted by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from mention_cases import A, Accepting, B
from word_encoder import WordEncoder

import qa


@pytest.fixture
def library(tmp_path: Path, words: WordEncoder) -> Iterator[qa.Library]:
    docs = tmp_path / "docs"
    (docs / "deals").mkdir(parents=True)
    (docs / "a.md").write_text(A, encoding="utf-8")
    (docs / "deals" / "b.txt").write_text(B, encoding="utf-8")
    (docs / "empty.txt").write_text("Nothing of interest is here.")
    with qa.open(tmp_path / "index", model=words, reranker=Accepting("apple")) as library:
        library.add(docs)
        yield library
