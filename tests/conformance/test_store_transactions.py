"""The contract of transactions of every store: all changes or none, and one writer at a time."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from writable_stores import (
    FAILURE,
    KINDS,
    SHA,
    Kind,
    add,
    document,
    key_of,
    put_vectors,
    state,
)

from qa.errors import StoreError
from qa.index.stores.base import WritableStore
from qa.index.stores.rows import vector_key
from qa.types import Passage, Sentence

CHANGES: dict[str, Callable[[WritableStore], object]] = {
    "set_manifest": lambda store: store.set_manifest("model", "other"),
    "forget_manifest": lambda store: store.forget_manifest("model"),
    "advance": lambda store: store.advance(),
    "put_file": lambda store: store.put_file("file:///new", "file:///", 1, 2, SHA, "v2"),
    "put_file again": lambda store: store.put_file("file:///docs/book.epub", "file:///", 1, 2, SHA, "v2"),
    "touch_file": lambda store: store.touch_file(key_of(store, "garden.pdf"), "file:///", 5, 6),
    "remove_files": lambda store: store.remove_files([key_of(store, "book.epub")]),
    "put_failure": lambda store: store.put_failure(replace(FAILURE, uri="file:///new")),
    "put_failure again": lambda store: store.put_failure(replace(FAILURE, size=99)),
    "forget_failures": lambda store: store.forget_failures([FAILURE.uri]),
    "add_document": lambda store: add(store, key_of(store, "garden.pdf"), document("new", "A dragon")),
    "remove_documents": lambda store: store.remove_documents(["tower"]),
    "add_vectors": lambda store: put_vectors(store, "A dragon"),
    "forget_unused_vectors": lambda store: (
        store.remove_documents(["hall"]),
        store.forget_unused_vectors(),
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_is_made_and_another_process_sees_it(
    kind: Kind, folder: Path, store: WritableStore, change: str
) -> None:
    before = state(store)
    with store.writing():
        CHANGES[change](store)
    after = state(store)
    assert after != before
    with closing(kind.writer(folder)) as other:
        assert state(other) == after


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
@pytest.mark.parametrize("change", CHANGES)
def test_a_failed_transaction_leaves_nothing(
    kind: Kind, folder: Path, store: WritableStore, change: str, error: type[BaseException]
) -> None:
    before = state(store)

    def fail() -> None:
        with store.writing():
            CHANGES[change](store)
            assert state(store) != before
            raise error

    with pytest.raises(error):
        fail()
    assert state(store) == before
    with closing(kind.writer(folder)) as other:
        assert state(other) == before
    # The store can still be written.
    with store.writing():
        CHANGES[change](store)
    assert state(store) != before


@pytest.mark.parametrize(
    "broken",
    [
        lambda store, file: add(store, file, document("tower", "The same id")),
        lambda store, file: add(store, 10**9, document("new", "No such file")),
        lambda store, file: store.add_document(
            file,
            document("new", "No such vector"),
            "en",
            [(Passage("new", 0, 2, (Sentence("new", 0, 2),)), vector_key("?"), [vector_key("?")])],
        ),
    ],
    ids=["id", "file", "vector"],
)
def test_an_inconsistent_document_is_refused_and_leaves_nothing(
    store: WritableStore, broken: Callable[[WritableStore, int], None]
) -> None:
    before = state(store)

    def change() -> None:
        with store.writing():
            store.remove_documents(["hall"])
            broken(store, key_of(store, "garden.pdf"))

    with pytest.raises(Exception, match=r"\w"):
        change()
    assert state(store) == before


def _killed(name: str, folder: Path) -> None:
    """Change a store and end without a chance to clean up."""
    store = KINDS[name].writer(folder)
    with store.writing():
        for change in CHANGES.values():
            change(store)
        os._exit(9)


def test_a_killed_process_leaves_nothing(kind: Kind, folder: Path, store: WritableStore) -> None:
    before = state(store)
    process = multiprocessing.get_context("spawn").Process(target=_killed, args=(kind.name, folder))
    process.start()
    process.join(120)
    assert process.exitcode == 9
    assert state(store) == before
    with closing(kind.writer(folder)) as other:
        assert state(other) == before
        with other.writing():
            other.set_manifest("model", "other")
    assert state(store)["manifest"]["model"] == "other"


def test_a_full_disk_is_a_clear_error_and_leaves_nothing(
    kind: Kind, folder: Path, store: WritableStore
) -> None:
    if kind.fill is None:
        pytest.skip("a full disk cannot be simulated")
    before = state(store)
    with closing(kind.writer(folder)) as other:
        kind.fill(other)

        def change() -> None:
            with other.writing():
                other.remove_documents(["hall"])
                for number in range(200):
                    add(other, key_of(other, "garden.pdf"), document(f"new {number}", "word " * 5_000))

        with pytest.raises(StoreError) as caught:
            change()
    assert caught.value.code == "index-disk-full"
    assert state(store) == before


def test_a_reader_cannot_write(kind: Kind, folder: Path, store: WritableStore) -> None:
    before = state(store)
    with closing(kind.reader(folder)) as reader:
        assert state(reader) == {name: value for name, value in before.items() if name in state(reader)}
        with pytest.raises(StoreError), reader.writing():  # type: ignore[attr-defined]
            reader.set_manifest("model", "other")  # type: ignore[attr-defined]
    assert state(store) == before


def test_a_reader_sees_one_generation_while_another_is_written(
    kind: Kind, folder: Path, store: WritableStore
) -> None:
    with closing(kind.writer(folder)) as reader:
        before = state(reader)
        with store.writing():
            store.remove_documents(["tower"])
            store.advance()
            # An open transaction is invisible, but not to itself.
            assert state(reader) == before
            assert store.document("tower") is None
            assert store.generation() == before["generation"] + 1
        with reader.reading():
            after = state(reader)
            assert after["generation"] == before["generation"] + 1
            with store.writing():
                store.remove_documents(["hall"])
                store.advance()
            assert state(reader) == after
        assert [info.doc_id for info in state(reader)["documents"]] == ["garden"]


def test_writers_wait_for_each_other(kind: Kind, folder: Path, store: WritableStore) -> None:
    with store.writing():
        store.set_manifest("count", "0")

    def count() -> None:
        with closing(kind.writer(folder)) as mine:
            for _ in range(10):
                with mine.writing():
                    mine.set_manifest("count", str(int(mine.manifest()["count"]) + 1))

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert store.manifest()["count"] == "40"
