"""Titles that a person gives to documents."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from word_encoder import WordEncoder

from qa import Library, open
from qa.errors import UsageError
from qa.index.stores.database import FILE_NAME

TEXT = "The tenant pays the rent.\n"


@pytest.fixture
def library(tmp_path: Path) -> Library:
    file = tmp_path / "files" / "supply.txt"
    file.parent.mkdir()
    file.write_text(TEXT)
    library = open(tmp_path / "index", model=WordEncoder(), reranker="none")
    library.add(file)
    return library


def cited(library: Library) -> str:
    return library.ask("Who pays the rent?").quotes[0].citation.title


def test_answers_lists_and_a_second_process_have_the_title(library: Library) -> None:
    library.rename("supply.txt", " Supply  of\nBuilda ")
    assert cited(library) == library.document("supply.txt").title == "Supply of Builda"
    assert [document.title for document in library.documents()] == ["Supply of Builda"]
    with open(library.folder, model=WordEncoder(), reranker="none") as other:
        assert cited(other) == "Supply of Builda"
    assert library.doctor() == []


def test_a_title_stays_when_the_file_changes_and_goes_with_the_document(library: Library) -> None:
    library.rename("supply.txt", "Supply of Builda")
    file = library.folder.parent / "files" / "supply.txt"
    file.write_text(TEXT + "And the tax.\n")
    assert library.add(file).changed == ["supply.txt"]
    assert cited(library) == "Supply of Builda"
    library.remove("supply.txt")
    library.add(file)
    assert cited(library) == "supply"


def test_a_repair_keeps_the_title_and_that_of_the_file(library: Library) -> None:
    library.rename("supply.txt", "Supply of Builda")
    with sqlite3.connect(library.folder / FILE_NAME) as store:
        store.execute("UPDATE passage SET text = 'x'")
    store.close()
    assert library.repair() == []
    assert cited(library) == "Supply of Builda"
    library.rename("supply.txt", None)
    assert cited(library) == "supply"


def test_without_a_title_that_of_the_file_counts_again(library: Library) -> None:
    before = library.ask("Who pays the rent?").model_dump_json()
    library.rename("supply.txt", "Supply of Builda")
    library.rename("supply.txt", None)
    assert library.ask("Who pays the rent?").model_dump_json() == before


def test_earlier_answers_can_still_be_verified(library: Library) -> None:
    answer = library.ask("Who pays the rent?")
    library.rename("supply.txt", "Supply of Builda")
    checked = list(library.verify([answer, library.ask("Who pays the rent?")]))
    assert [each.findings for each in checked] == [(), ()]


def test_an_unknown_document_and_an_empty_title_are_refused(library: Library) -> None:
    with pytest.raises(UsageError, match="no document lease"):
        library.rename("lease", "Lease")
    with pytest.raises(UsageError, match="Enter a title"):
        library.rename("supply.txt", " ")
    with open(library.folder, model=WordEncoder(), read_only=True) as shared, pytest.raises(UsageError):
        shared.rename("supply.txt", "Lease")


def test_a_question_can_name_the_new_title(library: Library) -> None:
    file = library.folder.parent / "files" / "other.txt"
    file.write_text("The owner pays the rent.\n")
    library.add(file)
    library.rename("supply.txt", "Builda Lease")
    answer = library.ask("Who pays the rent in the Builda Lease?")
    assert answer.quotes[0].citation.doc_id == "supply.txt"
