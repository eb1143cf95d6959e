"""Small libraries of texts, for checking quotations."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from lease_texts import SOURCES
from word_encoder import WordEncoder

import qa
from qa import Library

MakeLibrary = Callable[[Mapping[str, str | bytes]], Library]


@pytest.fixture
def library_of(tmp_path: Path, words: WordEncoder) -> Iterator[MakeLibrary]:
    """Returns a library of files by name."""
    opened: list[Library] = []

    def make(files: Mapping[str, str | bytes]) -> Library:
        folder = tmp_path / "files"
        folder.mkdir(exist_ok=True)
        for name, content in files.items():
            data = content.encode("utf-8") if isinstance(content, str) else content
            (folder / name).write_bytes(data)
        library = qa.open(tmp_path / "index", model=words)
        opened.append(library)
        report = library.add(folder)
        assert not report.failed
        return library

    yield make
    for library in opened:
        library.close()


@pytest.fixture(scope="session")
def lease(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Library]:
    """A library of a lease in English, German and Chinese; tests must not change it."""
    folder = tmp_path_factory.mktemp("lease")
    for name, text in SOURCES.items():
        (folder / name).write_text(text, encoding="utf-8")
    with qa.open(folder / "index", model=WordEncoder()) as library:
        assert len(library.add(*(folder / name for name in SOURCES)).added) == 3
        yield library
