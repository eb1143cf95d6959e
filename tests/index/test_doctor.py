"""The doctor finds every kind of damage, writes nothing while checking, and repairs what can be repaired."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from folders import read_only
from word_encoder import WordEncoder

from qa.errors import StoreError
from qa.index import Index, doctor, repairing
from qa.index.stores.database import FILE_NAME

TEXTS = {
    "a.txt": "The apple lies by the river. A dragon guards the tower.",
    "b.txt": "A silver lantern hangs in the garden. The apple lies by the river.",
    "c.txt": "The engine of the harbour is old.",
}


@pytest.fixture
def index(tmp_path: Path, words: WordEncoder) -> Iterator[Index]:
    docs = tmp_path / "docs"
    docs.mkdir()
    for name, text in TEXTS.items():
        (docs / name).write_text(text)
    created = Index.create(tmp_path / "index", words)
    created.update([str(docs)], lambda: words)
    words.embedded.clear()
    yield created
    created.close()


def change(index: Index, sql: str, *values: object) -> None:
    connection = sqlite3.connect(index.folder / FILE_NAME)
    connection.execute(sql, values)
    connection.commit()
    connection.close()


def assert_repaired(index: Index, words: WordEncoder) -> None:
    """Check that everything is as before after a repair."""
    faults = doctor.check(index.folder)
    doctor.repair(index.folder, lambda: words, faults)
    assert doctor.check(index.folder) == []
    for name, text in TEXTS.items():
        document = index.document(name)
        assert document is not None
        assert document.text == text
    with index.snapshot() as snapshot:
        for text in ("apple river", "silver lantern garden", "engine harbour"):
            assert snapshot.indexes.sentences.search(words.encode([text], query=True)[0], 1)[0][1] > 0.9


def test_a_sound_index_has_no_fault_and_checking_writes_nothing(index: Index) -> None:
    index.close()
    before = {
        path: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(index.folder.rglob("*"))
        if path.is_file() and not path.name.endswith(("-shm", "-wal"))
    }
    assert doctor.check(index.folder) == []
    for path, digest in before.items():
        assert hashlib.sha256(path.read_bytes()).hexdigest() == digest


def test_a_new_index_has_no_fault(tmp_path: Path, words: WordEncoder) -> None:
    folder = tmp_path / "new"
    Index.create(folder, words).close()
    assert doctor.check(folder) == []
    index = Index(folder)
    (tmp_path / "a.txt").write_text(TEXTS["a.txt"])
    index.update([str(tmp_path / "a.txt")], lambda: words)
    shutil.rmtree(folder / "derived")
    assert [fault.message.code for fault in doctor.check(folder)] == ["vector-damaged"]


@pytest.mark.parametrize(
    ("sql", "problem"),
    [
        ("UPDATE sentence SET start = start + 1 WHERE id = 1", "a.txt: the sentence 1-28 has the vector of"),
        ('UPDATE sentence SET "end" = 999 WHERE id = 2', "a.txt: the sentence 29-999 is not in its passage"),
        ("UPDATE sentence SET start = 0 WHERE id = 2", "a.txt: the sentence 0-55 is not in its passage"),
        ("UPDATE passage SET start = 1 WHERE id = 1", "a.txt: the passage 1-55 differs from the text"),
        ("UPDATE passage SET text = 'x' WHERE id = 1", "a.txt: the passage 0-55 differs from the text"),
        ("UPDATE passage SET headings = '[\"x\"]' WHERE id = 1", "a.txt: the passage 0-55 has the vector of"),
        ("DELETE FROM sentence WHERE passage = 1", "a.txt: the passage 0-55 has no sentence"),
        (
            "UPDATE sentence SET vector = (SELECT vector FROM sentence WHERE id = 2) WHERE id = 1",
            "a.txt: the sentence 0-28 has the vector of another text",
        ),
    ],
)
def test_a_wrong_place_is_detected_and_rebuilt(
    index: Index, words: WordEncoder, sql: str, problem: str
) -> None:
    change(index, sql)
    faults = [str(fault) for fault in doctor.check(index.folder)]
    assert any(fault.startswith(problem) for fault in faults), faults
    assert_repaired(index, words)


@pytest.mark.parametrize(
    "data", [np.full(21, np.nan, np.float32), np.ones(21, np.float32), np.ones(3, np.float32)]
)
def test_a_bad_vector_is_detected_and_embedded_again(
    index: Index, words: WordEncoder, data: np.ndarray[tuple[int], np.dtype[np.float32]]
) -> None:
    # The sentence is in two documents.
    change(
        index,
        "INSERT INTO fresh SELECT vector, 0, ? FROM sentence WHERE id = 1",
        data.tobytes(),
    )
    assert [(f.kind, f.doc_id) for f in doctor.check(index.folder)] == [
        ("vector", "a.txt"),
        ("vector", "b.txt"),
    ]
    assert_repaired(index, words)
    assert words.embedded == ["The apple lies by the river."]


def test_vectors_without_a_text_are_detected_and_removed(index: Index, words: WordEncoder) -> None:
    change(index, "INSERT INTO vector (key) VALUES (x'00')")
    assert [fault.kind for fault in doctor.check(index.folder)] == ["orphan"]
    assert_repaired(index, words)
    assert words.embedded == []


def test_vectors_left_by_a_stopped_run_are_no_fault(index: Index) -> None:
    change(index, "INSERT INTO vector (key) VALUES (x'00')")
    change(index, "INSERT INTO manifest VALUES ('unpublished', '1')")
    assert doctor.check(index.folder) == []


def _derived(index: Index) -> list[Path]:
    return sorted(
        p for p in (index.folder / "derived").rglob("*") if p.is_file() and not p.name.endswith(".lock")
    )


def _damage(path: Path, how: str) -> None:
    data = path.read_bytes()
    # Write a new file: the open index still maps the old one.
    path.unlink()
    if how == "short":
        path.write_bytes(data[:-1])
    elif how == "flipped":
        path.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


@pytest.mark.parametrize("how", ["missing", "short", "flipped"])
@pytest.mark.parametrize("what", ["*-terms/*.terms", "*-terms/segments.json", "complete.json"])
def test_damaged_search_indexes_are_detected_and_rebuilt(
    index: Index, words: WordEncoder, how: str, what: str
) -> None:
    for at in range(len([path for path in _derived(index) if path.match(what)])):
        path = [path for path in _derived(index) if path.match(what)][at]
        _damage(path, how)
        assert [fault.kind for fault in doctor.check(index.folder)] == ["derived"], path.name
        assert_repaired(index, words)
    assert words.embedded == []


@pytest.mark.parametrize("how", ["missing", "short", "flipped"])
@pytest.mark.parametrize("what", ["sentences/*.faiss", "sentences/*.rows", "passages/*.faiss"])
def test_damaged_vectors_are_embedded_again_and_the_others_stay(
    index: Index, words: WordEncoder, tmp_path: Path, how: str, what: str
) -> None:
    [name] = [path.name for path in _derived(index) if path.match(what)]
    (tmp_path / "docs" / "d.txt").write_text("A needle lies in the orchard.")
    index.update([str(tmp_path / "docs" / "d.txt")], lambda: words)
    [path] = [path for path in _derived(index) if path.name == name]
    _damage(path, how)
    words.embedded.clear()
    faults = doctor.check(index.folder)
    assert [(fault.kind, fault.doc_id) for fault in faults] == [("vector", name) for name in TEXTS]
    assert_repaired(index, words)
    assert len(words.embedded) >= 3
    assert not any("needle" in text for text in words.embedded)


def test_an_interrupted_repair_of_vectors_embeds_no_text_twice(
    index: Index, words: WordEncoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repairing, "EMBED_AT_ONCE", 2)
    for path in _derived(index):
        if path.match("sentences/*.faiss"):
            path.unlink()
    faults = doctor.check(index.folder)
    encode, calls = words.encode, []

    def stopped(texts: list[str], *, query: bool = False) -> np.ndarray:
        calls.append(texts)
        if len(calls) == 2:
            raise KeyboardInterrupt
        return encode(texts, query=query)

    monkeypatch.setattr(words, "encode", stopped)
    with pytest.raises(KeyboardInterrupt):
        doctor.repair(index.folder, lambda: words, faults)
    monkeypatch.setattr(words, "encode", encode)
    assert_repaired(index, words)
    texts = [text for text in words.embedded if text.endswith(".")]
    assert sorted(texts) == sorted(set(texts))


def test_search_indexes_of_another_store_are_detected_and_rebuilt(index: Index, words: WordEncoder) -> None:
    # For example after a copy of library.db was restored: the generation number is the same.
    change(index, "UPDATE manifest SET value = 'another' WHERE key = 'stamp'")
    assert {fault.kind for fault in doctor.check(index.folder)} == {"vector"}
    assert_repaired(index, words)


def test_search_indexes_with_different_contents_are_detected(index: Index, words: WordEncoder) -> None:
    # Their checksums are right, but they were built from another store.
    change(index, "UPDATE document SET language = 'de' WHERE doc_id = 'b.txt'")
    assert "the words of the sentences" in str(doctor.check(index.folder)[0])
    assert_repaired(index, words)


def test_a_sound_index_in_a_read_only_folder_has_no_fault(index: Index) -> None:
    index.close()
    with read_only(index.folder):
        assert doctor.check(index.folder) == []


@pytest.mark.parametrize("content", [b"", b"no database" * 500])
def test_an_invalid_file_has_a_remedy_other_than_the_doctor(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE_NAME).write_bytes(content)
    try:
        message = "".join(map(str, doctor.check(tmp_path)))
    except StoreError as error:
        message = str(error)
    assert "is damaged" in message
    assert "qa index SOURCE... --index" in message
    assert "qa doctor" not in message


def test_a_damaged_file_is_reported_and_not_changed(index: Index, words: WordEncoder) -> None:
    index.close()
    path = index.folder / FILE_NAME
    data = bytearray(path.read_bytes())
    for page in range(8, len(data) // 4096):
        data[page * 4096 : page * 4096 + 200] = b"\xff" * 200
    path.write_bytes(data)
    faults = doctor.check(index.folder)
    assert faults
    assert all(fault.kind == "file" and "qa index" in str(fault) for fault in faults)
    doctor.repair(index.folder, lambda: words, faults)
    assert path.read_bytes() == bytes(data)


def test_an_incomplete_manifest_is_reported(index: Index) -> None:
    change(index, "DELETE FROM manifest WHERE key = 'fingerprint'")
    assert [fault.kind for fault in doctor.check(index.folder)] == ["manifest"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that is always full")
@pytest.mark.parametrize("command", ["list", "doctor"])
def test_unprintable_output_is_one_sentence(index: Index, command: str) -> None:
    change(index, "UPDATE document SET title = ''" if command == "list" else "UPDATE passage SET start = 1")
    with Path("/dev/full").open("w") as full:
        completed = subprocess.run(
            [sys.executable, "-m", "qa", command, "--index", str(index.folder)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert completed.returncode == 1
    assert "Traceback" not in completed.stderr
    assert "The output cannot be written (No space left on device); free some space" in completed.stderr
