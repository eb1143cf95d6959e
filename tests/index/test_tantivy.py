"""Generations share files, and no word of a removed document remains; see `conformance` for the contract."""

from __future__ import annotations

from pathlib import Path

from qa.index.lexical.base import Entry
from qa.index.lexical.tantivy import TantivyIndex

ENTRIES = [Entry(3, 1, ["appl", "bread"]), Entry(4, 1, ["candl"]), Entry(7, 2, ["dragon"])]


def test_a_derived_index_shares_the_files_of_its_source(tmp_path: Path) -> None:
    TantivyIndex.create(tmp_path / "a").add(ENTRIES)
    TantivyIndex.derive(tmp_path / "a", tmp_path / "b", None)
    shared = [path for path in (tmp_path / "a").glob("*.store") if path.samefile(tmp_path / "b" / path.name)]
    assert shared


def test_no_file_contains_words_of_a_removed_document(tmp_path: Path) -> None:
    TantivyIndex.create(tmp_path / "a").add(ENTRIES)
    TantivyIndex.derive(tmp_path / "a", tmp_path / "b", {1})
    files = [path.read_bytes() for path in (tmp_path / "b").iterdir() if path.is_file()]
    assert any(b"candl" in data for data in files)
    assert not any(b"dragon" in data for data in files)
