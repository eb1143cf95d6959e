"""An index refuses invalid folders, rebuilds what it can, and shows every reader one generation."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from folders import read_only
from word_encoder import WordEncoder

from qa.errors import ModelError, StoreError
from qa.index import Index, doctor
from qa.index.stores.database import FILE_NAME


def update(index: Index, path: Path, text: str, encoder: WordEncoder) -> None:
    path.write_text(text)
    assert index.update([str(path)], lambda: encoder).failed == []


@pytest.fixture
def index(tmp_path: Path, words: WordEncoder) -> Index:
    created = Index.create(tmp_path / "index", words)
    update(created, tmp_path / "a.txt", "An apple. A candle.", words)
    return created


def search(index: Index, *terms: str) -> list[str]:
    """Return the sentences that contain one of the terms."""
    with index.snapshot() as snapshot:
        keys = [key for key, _ in snapshot.indexes.sentence_terms.search(terms, 10)]
        rows = snapshot.store.passages(snapshot.store.passages_of(keys))
        return [
            row.text[s.start - row.start : s.end - row.start]
            for row in rows
            for s in row.sentences
            if s.id in keys
        ]


# Refusals and their remedies


def test_a_folder_without_an_index_is_reported_with_the_command_that_creates_one(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"There is no index in .*; create one with: qa index SOURCE"):
        Index(tmp_path / "missing")
    assert not (tmp_path / "missing").exists()


def test_a_folder_with_other_files_does_not_become_an_index(tmp_path: Path, words: WordEncoder) -> None:
    (tmp_path / "thesis.docx").write_text("x")
    with pytest.raises(StoreError, match=r"contains other files \(thesis.docx\) and no index; name an empty"):
        Index.create(tmp_path, words)


def test_the_shipped_folder_can_become_an_index(tmp_path: Path, words: WordEncoder) -> None:
    for name in ("README.md", "source.txt"):
        (tmp_path / name).write_text("An apple.")
    Index.create(tmp_path, words)
    assert Index.exists(tmp_path)


def test_an_index_can_be_created_after_a_killed_attempt(tmp_path: Path, words: WordEncoder) -> None:
    for name in ("library.db.new", "library.db.new-journal", "write.lock", "write.holder"):
        (tmp_path / name).write_bytes(b"half")
    assert Index.create(tmp_path, words).documents() == []


def test_a_database_of_another_program_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("CREATE TABLE other (a)")
    connection.close()
    with pytest.raises(StoreError, match="belongs to another program; name another folder with --index"):
        Index(tmp_path)


def test_a_file_that_is_not_a_database_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"not a database at all, but long enough to be one" * 100)
    with pytest.raises(StoreError, match=r"(damaged|not an index).*;"):
        Index(tmp_path)


@contextmanager
def database(index: Index) -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(index.folder / FILE_NAME)
    try:
        yield connection
        connection.commit()
    finally:
        connection.close()


def test_a_newer_format_is_refused_with_the_advice_to_update(index: Index) -> None:
    with database(index) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(
        StoreError, match=r"has format 99, and this program supports format \d+; update the program"
    ):
        Index(index.folder)


def test_another_metric_is_refused_with_the_advice_to_index_again(index: Index) -> None:
    with database(index) as connection:
        connection.execute("UPDATE manifest SET value = 'other' WHERE key = 'metric'")
    with pytest.raises(StoreError, match=r"another metric \(other, not cosine\); remove the folder"):
        Index(index.folder)


def test_another_model_is_refused_with_the_name_of_the_right_one(index: Index) -> None:
    index.check(WordEncoder(name="moved, but the same"))
    with pytest.raises(ModelError, match=r"built with the model words-of-the-tests .* not with others"):
        index.check(WordEncoder(("pear",), "others"))


def test_a_damaged_database_is_one_sentence(index: Index) -> None:
    path = index.folder / FILE_NAME
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(StoreError, match=r"damaged.*;"):
        Index(index.folder).document("a.txt")


# Search indexes


def derived_files(index: Index) -> list[Path]:
    return sorted(path for path in (index.folder / "derived").rglob("*") if path.is_file())


def remove_file(path: Path) -> None:
    path.unlink()


def truncate_file(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def scramble_file(path: Path) -> None:
    path.write_bytes(bytes(byte ^ 0x55 for byte in path.read_bytes()))


@pytest.mark.parametrize("damage", [remove_file, truncate_file, scramble_file])
@pytest.mark.parametrize(
    "name", ["complete.json", "*/complete.json", "sentence-terms/*.terms", "passage-terms/segments.json"]
)
def test_damaged_search_indexes_are_rebuilt_from_the_store(
    index: Index, words: WordEncoder, name: str, damage: Callable[[Path], None]
) -> None:
    words.embedded.clear()
    for path in derived_files(index):
        if path.match(name):
            damage(path)
    reopened = Index(index.folder)
    assert search(reopened, "candl") == ["A candle."]
    with reopened.snapshot() as snapshot:
        query = words.encode(["candle"], query=True)[0]
        assert len(snapshot.indexes.sentences.search(query, 9)) == 2
    assert words.embedded == []
    # The rebuilt files are saved: the next start does not rebuild them.
    assert search(Index(index.folder), "appl") == ["An apple."]


def remove_derived(index: Index, _: Path) -> None:
    shutil.rmtree(index.folder / "derived")


def restore_an_earlier_generation(index: Index, backup: Path) -> None:
    [current] = (index.folder / "derived").iterdir()
    [earlier] = backup.iterdir()
    shutil.rmtree(current)
    shutil.copytree(earlier, current)


def damage_vectors(index: Index, _: Path) -> None:
    for path in (index.folder / "derived").glob("*/sentences/*.faiss"):
        scramble_file(path)


@pytest.mark.parametrize("damage", [remove_derived, restore_an_earlier_generation, damage_vectors])
def test_missing_vectors_are_reported_and_embedded_again_without_losing_a_text(
    index: Index, words: WordEncoder, tmp_path: Path, damage: Callable[[Index, Path], None]
) -> None:
    backup = tmp_path / "kept"
    shutil.copytree(index.folder / "derived", backup)
    update(index, tmp_path / "a.txt", "A dragon.", words)
    update(index, tmp_path / "b.txt", "A candle.", words)
    damage(index, backup)
    reopened = Index(index.folder)
    with pytest.raises(StoreError, match=r"missing or damaged. No text is lost; .* qa doctor --repair"):
        search(reopened, "dragon")
    with pytest.raises(StoreError, match="qa doctor --repair"):
        update(reopened, tmp_path / "c.txt", "A needle.", words)
    words.embedded.clear()
    doctor.repair(index.folder, lambda: words, doctor.check(index.folder))
    assert doctor.check(index.folder) == []
    assert {"A dragon.", "A candle."} <= set(words.embedded)
    assert search(reopened, "dragon") == ["A dragon."]
    assert search(reopened, "appl") == []
    update(reopened, tmp_path / "c.txt", "A needle.", words)
    assert search(reopened, "needl") == ["A needle."]


def test_files_of_a_writer_killed_before_its_commit_are_not_used(
    index: Index, words: WordEncoder, tmp_path: Path
) -> None:
    # The files of the next generation are complete before it begins; here they are from another text.
    [current] = (path for path in (index.folder / "derived").iterdir() if path.is_dir())
    shutil.copytree(current, current.with_name(str(int(current.name) + 1)))
    update(index, tmp_path / "a.txt", "A dragon.", words)
    assert search(Index(index.folder), "dragon") == ["A dragon."]
    assert search(Index(index.folder), "appl") == []


# Concurrent readers and writers


def test_a_reader_keeps_its_generation_while_a_writer_publishes_another(
    index: Index, words: WordEncoder, tmp_path: Path
) -> None:
    with index.snapshot() as snapshot:
        writer = threading.Thread(target=update, args=(index, tmp_path / "a.txt", "A dragon.", words))
        writer.start()
        writer.join()
        document = snapshot.store.document("a.txt")
        assert document is not None
        assert document.text == "An apple. A candle."
        assert [key for key, _ in snapshot.indexes.sentence_terms.search(["candl"], 9)] == [2]
        assert snapshot.indexes.sentence_terms.search(["dragon"], 9) == []
    assert search(index, "dragon") == ["A dragon."]
    assert search(index, "candl") == []


def test_many_readers_and_a_writer_see_only_complete_generations(
    index: Index, words: WordEncoder, tmp_path: Path
) -> None:
    done = threading.Event()
    wrong: list[object] = []

    def read() -> None:
        while not done.is_set():
            try:
                with index.snapshot() as snapshot:
                    document = snapshot.store.document("a.txt")
                    assert document is not None
                    number = document.text.count(".")
                    assert len(snapshot.indexes.sentences) == len(snapshot.indexes.sentence_terms) == number
            except BaseException as error:
                wrong.append(error)
                return

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for n in range(6):
        update(index, tmp_path / "a.txt", " ".join(f"A dragon {m}." for m in range(n + 1)), words)
    done.set()
    for reader in readers:
        reader.join()
    assert wrong == []


def test_a_read_only_folder_answers_and_reports_that_it_cannot_be_written(
    index: Index, words: WordEncoder, tmp_path: Path
) -> None:
    del index._store
    with read_only(index.folder):
        reopened = Index(index.folder)
        assert [document.doc_id for document in reopened.documents()] == ["a.txt"]
        assert search(reopened, "candl") == ["A candle."]
        with pytest.raises(StoreError, match=r"cannot be written .*make it writable, or name another"):
            reopened.remove(["a.txt"])


def test_a_read_only_folder_with_truncated_search_indexes_answers(index: Index) -> None:
    for path in (index.folder / "derived").glob("*/*.json"):
        path.unlink()
    for path in (index.folder / "derived").glob("*/*-terms"):
        shutil.rmtree(path)
    del index._store
    with read_only(index.folder):
        assert search(Index(index.folder), "candl") == ["A candle."]
    assert not [*(index.folder / "derived").rglob("*-terms")]


def test_the_manifest_describes_the_index(index: Index, words: WordEncoder) -> None:
    manifest = index.manifest()
    assert manifest["model"] == words.name
    assert manifest["fingerprint"] == words.fingerprint
    assert manifest["dimension"] == str(words.dimension)
    assert manifest["metric"] == "cosine"
    assert manifest["segmenter"].startswith("sentencex/")
    assert manifest["words"].startswith("words/")


def test_a_listed_document_has_the_right_counts(index: Index, tmp_path: Path) -> None:
    [info] = index.documents()
    assert (info.doc_id, info.title, info.sentences, info.characters, info.pages) == ("a.txt", "a", 2, 19, 0)
    assert info.size == 19
    assert info.uri == (tmp_path / "a.txt").as_uri()
