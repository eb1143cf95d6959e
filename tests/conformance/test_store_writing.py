"""The contract of what every store that an index writes to stores and removes."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from writable_stores import (
    FAILURE,
    GARDEN,
    HALL,
    MANIFEST,
    SHA,
    TEXTS,
    TOWER,
    Kind,
    add,
    document,
    key_of,
    put_vectors,
    state,
    vector,
)

from qa.index.stores.base import WritableStore
from qa.index.stores.rows import FailureRow, FileRow, vector_key
from qa.messages import Message


def test_a_new_store_is_empty_and_has_its_manifest(kind: Kind, folder: Path) -> None:
    with closing(kind.create(folder, MANIFEST)) as store, store.reading() as generation:
        assert generation == store.generation() == 0
        assert MANIFEST.items() <= store.manifest().items()
        assert store.stamp()
        assert (store.count_documents(), store.count_sentences()) == (0, 0)
        assert store.documents() == store.files() == store.failures() == store.passage_keys() == []
        assert store.known_vectors([vector_key("An apple")]) == {}


def test_a_generation_has_the_next_number_and_its_own_stamp(store: WritableStore) -> None:
    stamps = {store.stamp()}
    for number in (2, 3, 4):
        with store.writing():
            assert store.advance() == number
        assert store.generation() == number
        stamps.add(store.stamp())
    assert len(stamps) == 4


def test_the_manifest_has_the_values_that_were_set(store: WritableStore) -> None:
    with store.writing():
        store.set_manifest("model", "Ünïcode \N{ROCKET}")
        store.set_manifest("new", "")
        store.forget_manifest("metric")
        store.forget_manifest("never set")
    manifest = store.manifest()
    assert (manifest["model"], manifest["new"]) == ("Ünïcode \N{ROCKET}", "")
    assert "metric" not in manifest


def test_documents_are_returned_as_they_were_added(store: WritableStore) -> None:
    with store.reading():
        assert store.document("garden") == replace(GARDEN, omissions=())
        assert store.omissions("garden") == GARDEN.omissions
        assert (store.document("tower"), store.document("hall")) == (TOWER, HALL)
        assert (store.count_documents(), store.count_sentences()) == (3, 6)
        [garden, hall, _] = store.documents()
        assert (garden.title, garden.uri, garden.pages, garden.size) == ("Garden", GARDEN.uri, 2, 10)
        assert (garden.characters, garden.sentences) == (len(GARDEN.text), 3)
        assert garden.warnings == GARDEN.warnings
        assert hall.language == "de"
        rows = store.passages(store.passage_keys([garden.key]))
        assert [row.text for row in rows] == GARDEN.text.splitlines()
        assert {row.headings for row in rows} == {("Heading", "Ü")}
        spans = [(s.start, s.end) for row in rows for s in row.sentences]
        assert [GARDEN.text[slice(*span)] for span in spans] == [
            "An apple",
            "It is red",
            "A \N{ROCKET} kettle",
        ]


def test_files_know_their_documents(store: WritableStore) -> None:
    garden, book = key_of(store, "garden.pdf"), key_of(store, "book.epub")
    with store.writing():
        empty = store.put_file("file:///docs/empty.txt", "file:///docs", 0, 0, "", "v1")
        assert len({garden, book, empty}) == 3
    with store.reading():
        assert store.files() == [
            FileRow(book, "file:///docs/book.epub", "file:///docs", 11, 21, "f" * 64, "v1"),
            FileRow(empty, "file:///docs/empty.txt", "file:///docs", 0, 0, "", "v1"),
            FileRow(garden, "file:///docs/garden.pdf", "file:///docs", 10, 20, SHA, "v1"),
        ]
        uri = "file:///docs/book.epub"
        assert store.owners() == {"garden": "file:///docs/garden.pdf", "tower": uri, "hall": uri}
        assert (store.file_of("garden"), store.file_of("hall")) == (garden, book)
        assert store.documents_of_file(book) == {"tower": SHA, "hall": SHA}
        assert store.documents_of_file(empty) == {}
        assert store.files_without_documents() == [empty]
        assert store.files_to_recognise() == {"file:///docs/garden.pdf"}


def test_a_file_put_again_keeps_its_key_and_its_documents(store: WritableStore) -> None:
    book = key_of(store, "book.epub")
    with store.writing():
        assert store.put_file("file:///docs/book.epub", "file:///", 1, 2, SHA, "v2") == book
        store.touch_file(key_of(store, "garden.pdf"), "file:///", 3, 4)
    assert store.files() == [
        FileRow(book, "file:///docs/book.epub", "file:///", 1, 2, SHA, "v2"),
        FileRow(key_of(store, "garden.pdf"), "file:///docs/garden.pdf", "file:///", 3, 4, SHA, "v1"),
    ]
    assert set(store.documents_of_file(book)) == {"tower", "hall"}


def test_removing_removes_all_that_belongs_to_it(store: WritableStore) -> None:
    with store.writing():
        store.remove_documents(["garden", "unknown"])
    assert store.omissions("garden") == ()
    assert store.files_to_recognise() == frozenset()
    assert store.count_sentences() == 3
    with store.writing():
        store.remove_files([key_of(store, "book.epub"), 10**9])
    assert (store.documents(), store.passage_keys(), store.count_sentences()) == ([], [], 0)
    assert [*store.sentence_vectors(), *store.passage_vectors(), *store.texts()] == []
    assert [row.uri for row in store.files()] == ["file:///docs/garden.pdf"]


def test_a_later_text_has_a_greater_key_even_after_removals(kind: Kind, store: WritableStore) -> None:
    if not kind.ascending:
        pytest.skip("the keys of each database ascend, not those of all together")

    def keys() -> tuple[int, int, int]:
        """Return the greatest key of a document, a passage and a sentence."""
        rows = store.passages(store.passage_keys())
        sentences = [sentence.id for row in rows for sentence in row.sentences]
        return max(store.document_keys().values()), max(row.id for row in rows), max(sentences)

    before = keys()
    with store.writing():
        store.remove_documents(["hall", "tower"])
        add(store, key_of(store, "book.epub"), HALL)
    assert all(after > key for after, key in zip(keys(), before, strict=True))


def test_failures_are_replaced_and_forgotten(store: WritableStore) -> None:
    other = FailureRow("file:///a", "a", 1, 2, "v1", (Message.of("record-refused", line=1, reason="x"),) * 2)
    changed = replace(FAILURE, size=99, reasons=())
    with store.writing():
        store.put_failure(changed)
        store.put_failure(other)
    assert store.failures() == [other, changed]
    with store.writing():
        store.forget_failures([changed.uri, "file:///unknown"])
    assert store.failures() == [other]


def test_vectors_are_stored_once_and_bit_by_bit(store: WritableStore) -> None:
    texts = [f"text {number}" for number in range(1_200)]
    with store.writing():
        put_vectors(store, *texts)
        known = store.known_vectors([vector_key(text) for text in [*texts, "unknown"]])
        assert known.keys() == {vector_key(text) for text in texts}
        assert len(set(known.values())) == len(texts)
        # The first vector of a text stays.
        store.add_vectors([vector_key("An apple")], np.zeros((1, 3), dtype=np.float32))
        store.add_vectors([], np.zeros((0, 3), dtype=np.float32))
    assert store.known_vectors([]) == {}
    by_text = {
        GARDEN.text[s.start : s.end]: s.id
        for row in store.passages(store.passage_keys([store.document_keys()["garden"]]))
        for s in row.sentences
    }
    stored = {key: data for key, data, _ in store.sentence_vectors()}
    for text, key in by_text.items():
        assert stored[key] == vector(text).tobytes()


def test_vectors_without_a_text_are_forgotten_and_shared_ones_stay(store: WritableStore) -> None:
    def known() -> set[str]:
        rows = store.known_vectors([vector_key(text) for text in TEXTS])
        return {text for text in TEXTS if vector_key(text) in rows}

    with store.writing():
        put_vectors(store, "nothing uses this")
        store.remove_documents(["garden"])
        assert known() == {"An apple", "It is red", "A lantern", "Ein Spiegel", "nothing uses this"}
        store.forget_unused_vectors()
    assert known() == {"An apple", "A lantern", "Ein Spiegel"}


def test_no_word_of_a_removed_document_stays_on_the_disk(
    kind: Kind, folder: Path, store: WritableStore
) -> None:
    word = "Supercalifragilistic"
    with store.writing():
        add(store, key_of(store, "garden.pdf"), document("secret", *(f"{word} {n}" for n in range(500))))
    assert store.settle()
    with store.writing():
        store.remove_documents(["secret"])
        store.forget_unused_vectors()
        store.set_manifest("compact", "1")
    before = state(store)
    store.compact()
    assert store.settle()
    after = state(store)
    assert before["manifest"].keys() - after["manifest"].keys() == {"compact"}
    assert {**before, "manifest": after["manifest"]} == after
    if kind.content is not None:
        content = kind.content(folder)
        assert word.encode() not in content
        assert b"lantern" in content


def test_several_threads_use_one_store(store: WritableStore) -> None:
    expected, results = state(store), []

    def read() -> None:
        results.append(state(store))
        store.close()

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 4
