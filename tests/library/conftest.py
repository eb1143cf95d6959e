"""A library of two documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from library_cases import TEXT
from word_encoder import WordEncoder

import qa


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of two documents and an unreadable file."""
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "garden.txt").write_text(TEXT)
    (docs / "letter.md").write_text("# Letter\n\nThe dragon drinks from the river.\n")
    (docs / "broken.pdf").write_bytes(b"%PDF-1.7")
    return docs


@pytest.fixture
def library(tmp_path: Path, folder: Path, words: WordEncoder) -> Iterator[qa.Library]:
    with qa.open(tmp_path / "index", model=words, reranker="none") as library:
        library.add(folder)
        yield library
