"""Removals that can be undone, without a browser."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from parsed import Parsed
from waiting import DEADLINE, eventually
from word_encoder import WordEncoder

from qa import Library
from qa.errors import StoreError, UsageError
from qa.web import library as listing
from qa.web import removals
from qa.web.removals import Removals


@pytest.fixture
def library(tmp_path: Path, words: WordEncoder) -> Library:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(f"The silver kettle of {name}.")
    library = Library(tmp_path / "index", model=words, reranker="none")
    library.add(tmp_path / "a.txt", tmp_path / "b.txt")
    return library


@pytest.fixture
def running(library: Library) -> Iterator[Removals]:
    running = Removals(library)
    yield running
    running.close()


def ids(library: Library) -> list[str]:
    return [document.doc_id for document in library.documents()]


def test_a_document_stays_until_its_time_is_over(
    library: Library, running: Removals, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert 0 < running.hold("a.txt") <= removals.HOLD_SECONDS
    assert running.seconds().keys() == {"a.txt"}
    assert ids(library) == ["a.txt", "b.txt"]
    monkeypatch.setattr(removals, "HOLD_SECONDS", 0.05)
    running.hold("b.txt")
    eventually(lambda: ids(library) == ["a.txt"])
    eventually(lambda: running.seconds().keys() == {"a.txt"})
    with pytest.raises(UsageError, match=r"no document b\.txt"):
        running.hold("b.txt")


def test_a_removal_that_is_undone_is_not_carried_out(library: Library, running: Removals) -> None:
    running.hold("a.txt")
    assert running.undo("a.txt")
    running.close()
    assert ids(library) == ["a.txt", "b.txt"]
    # Too late.
    running.hold("b.txt")
    running.remove("b.txt")
    assert not running.undo("b.txt")


def test_a_document_that_is_being_removed_still_leaves_and_cannot_be_kept(
    library: Library, running: Removals, monkeypatch: pytest.MonkeyPatch
) -> None:
    reached, go_on = threading.Event(), threading.Event()
    remove = library.remove

    def slow(name: str) -> None:
        reached.set()
        go_on.wait(DEADLINE)
        remove(name)

    monkeypatch.setattr(library, "remove", slow)
    monkeypatch.setattr(removals, "HOLD_SECONDS", 0.01)
    running.hold("a.txt")
    assert reached.wait(DEADLINE)
    assert running.seconds() == {"a.txt": 0.0}
    assert not running.undo("a.txt")
    go_on.set()
    running.close()
    assert (ids(library), running.seconds()) == (["b.txt"], {})


def test_a_server_that_ends_carries_out_the_removals(library: Library, running: Removals) -> None:
    running.hold("a.txt")
    running.close()
    assert ids(library) == ["b.txt"]


def test_a_document_that_was_indexed_again_stays(library: Library, running: Removals, tmp_path: Path) -> None:
    running.hold("a.txt")
    (tmp_path / "a.txt").write_text("Another text.")
    library.add(tmp_path / "a.txt")
    running.close()
    assert ids(library) == ["a.txt", "b.txt"]
    # A new title does not make it another document.
    running.hold("a.txt")
    library.rename("a.txt", "Another")
    running.close()
    assert ids(library) == ["b.txt"]


def test_a_removal_that_fails_says_so_in_the_list(
    library: Library, running: Removals, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: str) -> None:
        raise StoreError("index-locked", folder="index", holder="another program")

    monkeypatch.setattr(library, "remove", refuse)
    running.hold("a.txt")
    running.close()
    assert running.failures().keys() == {"a.txt"}
    page = Parsed(listing.rows(library.documents(), failures=running.failures()))
    assert page.all("not-removed")[0].text.startswith("Not removed: ")
    # Trying again forgets the failure.
    running.hold("a.txt")
    assert running.failures() == {}


def test_the_row_of_a_document_that_leaves_offers_only_to_keep_it(library: Library) -> None:
    page = Parsed(listing.rows(library.documents(), leaving=["a.txt"]))
    (row,) = page.all("leaving")
    assert row.attributes["data-document"] == "a.txt"
    acts = [e.attributes.get("data-do") for e in page.all(lambda e: e.tag == "button")]
    assert acts.count("undo-remove") == 1
    assert acts.count("remove") == 1
