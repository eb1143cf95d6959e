"""An index refuses what it is not, mends what can be made again, and gives every reader one generation."""

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
from qa.index import Index
from qa.index.stores.database import FILE_NAME


def update(index: Index, path: Path, text: str, encoder: WordEncoder) -> None:
    path.write_text(text)
    assert index.update([str(path)], lambda: encoder).failed == []


@pytest.fixture
def index(tmp_path: Path, words: WordEncoder) -> Index:
    made = Index.create(tmp_path / "index", words)
    update(made, tmp_path / "a.txt", "An apple. A candle.", words)
    return made


def search(index: Index, *terms: str) -> list[str]:
    """The sentences that hold one of the terms."""
    with index.snapshot() as snapshot:
        keys = [key for key, _ in snapshot.indexes.sentence_terms.search(terms, 10)]
        rows = snapshot.store.passages(snapshot.store.passages_of(keys))
        return [
            row.text[s.start - row.start : s.end - row.start]
            for row in rows
            for s in row.sentences
            if s.id in keys
        ]


# What is refused, and with which remedy


def test_a_folder_without_an_index_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"There is no index in .*; make one with: qa index SOURCE"):
        Index(tmp_path / "missing")
    assert not (tmp_path / "missing").exists()


def test_a_folder_with_other_things_is_not_made_an_index(tmp_path: Path, words: WordEncoder) -> None:
    (tmp_path / "thesis.docx").write_text("x")
    with pytest.raises(StoreError, match=r"holds other things \(thesis.docx\) and no index; name an empty"):
        Index.create(tmp_path, words)


def test_the_shipped_folder_can_be_made_an_index(tmp_path: Path, words: WordEncoder) -> None:
    for name in ("README.md", "source.txt"):
        (tmp_path / name).write_text("An apple.")
    Index.create(tmp_path, words)
    assert Index.exists(tmp_path)


def test_an_index_that_a_killed_process_was_making_can_be_made(tmp_path: Path, words: WordEncoder) -> None:
    for name in ("library.db.new", "library.db.new-journal", "write.lock", "write.holder"):
        (tmp_path / name).write_bytes(b"half")
    assert Index.create(tmp_path, words).documents() == []


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / FILE_NAME) as connection:
        connection.execute("CREATE TABLE other (a)")
    connection.close()
    with pytest.raises(StoreError, match="made by another program; name another folder with --index"):
        Index(tmp_path)


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
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
    with pytest.raises(StoreError, match=r"has format 99, this program reads \d+; update the program"):
        Index(index.folder)


def test_another_metric_is_refused_with_the_advice_to_index_again(index: Index) -> None:
    with database(index) as connection:
        connection.execute("UPDATE manifest SET value = 'other' WHERE key = 'metric'")
    with pytest.raises(StoreError, match=r"another metric \(other, not cosine\); remove the folder"):
        Index(index.folder)


def test_another_model_is_refused_with_the_name_of_the_right_one(index: Index) -> None:
    index.check(WordEncoder(name="moved, but the same"))
    with pytest.raises(ModelError, match=r"made with the model words-of-the-tests .* not with others"):
        index.check(WordEncoder(("pear",), "others"))


def test_a_damaged_database_is_one_sentence(index: Index) -> None:
    path = index.folder / FILE_NAME
    data = bytearray(path.read_bytes())
    data[4096:] = b"\xff" * (len(data) - 4096)
    path.write_bytes(data)
    with pytest.raises(StoreError, match=r"damaged.*;"):
        Index(index.folder).document("a.txt")


# What is derived


def derived_files(index: Index) -> list[Path]:
    return sorted(path for path in (index.folder / "derived").rglob("*") if path.is_file())


def missing(path: Path) -> None:
    path.unlink()


def torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def scrambled(path: Path) -> None:
    path.write_bytes(bytes(byte ^ 0x55 for byte in path.read_bytes()))


@pytest.mark.parametrize("damage", [missing, torn, scrambled])
@pytest.mark.parametrize(
    "name", ["complete.json", "sentences.faiss", "sentences.npy", "passages.faiss", "meta.json", "rows.npy"]
)
def test_damaged_derived_files_are_made_again_from_the_truth(
    index: Index, words: WordEncoder, name: str, damage: Callable[[Path], None]
) -> None:
    words.given.clear()
    for path in derived_files(index):
        if path.name == name:
            damage(path)
    again = Index(index.folder)
    assert search(again, "candl") == ["A candle."]
    with again.snapshot() as snapshot:
        query = words.encode(["candle"], query=True)[0]
        assert len(snapshot.indexes.sentences.search(query, 9)) == 2
    assert words.given == []
    # And they are kept: the next start does not make them again.
    assert search(Index(index.folder), "appl") == ["An apple."]


def test_a_folder_without_any_derived_file_answers(index: Index) -> None:
    shutil.rmtree(index.folder / "derived")
    assert search(Index(index.folder), "appl") == ["An apple."]
    assert (index.folder / "derived").is_dir()


def test_derived_files_of_another_generation_are_not_used(
    index: Index, words: WordEncoder, tmp_path: Path
) -> None:
    kept = tmp_path / "kept"
    shutil.copytree(index.folder / "derived", kept)
    update(index, tmp_path / "a.txt", "A dragon.", words)
    shutil.rmtree(index.folder / "derived")
    shutil.copytree(kept, index.folder / "derived")
    again = Index(index.folder)
    assert search(again, "dragon") == ["A dragon."]
    assert search(again, "appl") == []


def test_what_a_writer_killed_before_its_commit_left_is_not_used(
    index: Index, words: WordEncoder, tmp_path: Path
) -> None:
    # The files of the coming generation are complete before it begins: here they are of another text.
    [current] = (path for path in (index.folder / "derived").iterdir() if path.is_dir())
    shutil.copytree(current, current.with_name(str(int(current.name) + 1)))
    update(index, tmp_path / "a.txt", "A dragon.", words)
    assert search(Index(index.folder), "dragon") == ["A dragon."]
    assert search(Index(index.folder), "appl") == []


# Readers and writers at once


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


def test_many_readers_and_a_writer_see_only_whole_generations(
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


def test_a_read_only_folder_answers_and_says_that_it_cannot_be_written(
    index: Index, words: WordEncoder, tmp_path: Path
) -> None:
    del index._store
    with read_only(index.folder):
        again = Index(index.folder)
        assert [document.doc_id for document in again.documents()] == ["a.txt"]
        assert search(again, "candl") == ["A candle."]
        with pytest.raises(StoreError, match=r"cannot be written .*make it writable, or name another"):
            again.remove(["a.txt"])


def test_a_read_only_folder_with_torn_derived_files_still_answers(index: Index) -> None:
    shutil.rmtree(index.folder / "derived")
    del index._store
    with read_only(index.folder):
        assert search(Index(index.folder), "candl") == ["A candle."]
    assert not (index.folder / "derived").exists()


def test_the_manifest_describes_the_index(index: Index, words: WordEncoder) -> None:
    manifest = index.manifest()
    assert manifest["model"] == words.name
    assert manifest["fingerprint"] == words.fingerprint
    assert manifest["dimension"] == str(words.dimension)
    assert manifest["metric"] == "cosine"
    assert manifest["segmenter"].startswith("sentencex/")
    assert manifest["words"].startswith("words/")


def test_a_listed_document_is_counted_rightly(index: Index, tmp_path: Path) -> None:
    [info] = index.documents()
    assert (info.doc_id, info.title, info.sentences, info.characters, info.pages) == ("a.txt", "a", 2, 19, 0)
    assert info.size == 19
    assert info.uri == (tmp_path / "a.txt").as_uri()
