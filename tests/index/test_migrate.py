"""An index of an older format: reported to readers, and migrated in place by the first writer."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest
from word_encoder import WordEncoder

from qa.errors import StoreError
from qa.index import Index, doctor
from qa.index.stores import schema
from qa.index.stores.database import FILE_NAME
from qa.index.stores.schema import FORMAT
from qa.index.stores.sqlite import SqliteStore

OLD = Path(__file__).with_name("data") / "format-1.db"


@pytest.fixture
def old(tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    folder.mkdir()
    shutil.copy(OLD, folder / FILE_NAME)
    return folder


def version(folder: Path) -> int:
    with sqlite3.connect(folder / FILE_NAME) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def test_a_reader_reports_the_remedy_and_changes_nothing(old: Path) -> None:
    with pytest.raises(
        StoreError, match=r"has format 1, and this program supports format 5; .* qa doctor --repair"
    ):
        Index(old)
    with pytest.raises(StoreError, match="format 1"):
        doctor.check(old)
    assert version(old) == 1
    assert (old / FILE_NAME).read_bytes() == OLD.read_bytes()


def test_it_is_migrated_in_place_without_embedding(old: Path, words: WordEncoder) -> None:
    assert Index.migrate(old)
    assert not Index.migrate(old)
    assert version(old) == FORMAT
    index = Index(old)
    document = index.document("a.txt")
    assert document is not None
    assert document.text == "The apple lies by the river. A dragon guards the tower.\n"
    assert [info.doc_id for info in index.documents()] == ["a.txt", "b.txt"]
    with index.snapshot() as snapshot:
        hits = snapshot.indexes.sentences.search(words.encode(["dragon tower"])[0], 1)
        assert hits[0][1] > 0.9
    assert words.embedded == ["dragon tower"]
    assert doctor.check(old) == []


def test_a_migrated_index_works_like_any_other(old: Path, words: WordEncoder, tmp_path: Path) -> None:
    Index.migrate(old)
    new = tmp_path / "c.txt"
    new.write_text("A needle in the orchard.\n")
    index = Index(old)
    index.update([str(new)], lambda: words)
    index.remove(["a.txt"])
    assert [info.doc_id for info in index.documents()] == ["b.txt", "c.txt"]
    assert doctor.check(old) == []


def test_an_index_with_all_vectors_in_the_store_is_migrated_without_embedding(
    tmp_path: Path, words: WordEncoder
) -> None:
    folder = tmp_path / "index"
    folder.mkdir()
    shutil.copy(OLD.with_name("format-4.db"), folder / FILE_NAME)
    with pytest.raises(StoreError, match=r"format 4, .* qa doctor --repair"):
        Index(folder)
    (tmp_path / "c.txt").write_text("A needle in the orchard.\n")
    Index.migrate(folder)
    index = Index(folder)
    assert index.manifest()["lexical"] == "postings"
    index.update([str(tmp_path / "c.txt")], lambda: words)
    assert len(words.embedded) == 2
    with index.snapshot() as snapshot:
        assert [key for key, _ in snapshot.indexes.sentence_terms.search(["dragon"], 9)] == [2]
        [(key, score)] = snapshot.indexes.sentences.search(words.encode(["silver lantern"])[0], 1)
        assert (key, score > 0.5) == (3, True)
    assert doctor.check(folder) == []
    with sqlite3.connect(folder / FILE_NAME) as connection:
        assert connection.execute("SELECT count(*) FROM fresh").fetchone() == (0,)


def test_a_failed_migration_keeps_the_old_format(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    step = schema._STEPS[1]

    def torn(connection: sqlite3.Connection) -> None:
        step(connection)
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setitem(schema._STEPS, 1, torn)
    with pytest.raises(StoreError, match="free some space"):
        Index.migrate(old)
    assert version(old) == 1
    monkeypatch.setitem(schema._STEPS, 1, step)
    assert Index.migrate(old)
    assert doctor.check(old) == []


def test_two_writers_migrate_once(old: Path) -> None:
    first = SqliteStore(old, writable=True)
    stamp = first.stamp()
    # The second writer checked before the first had migrated.
    schema.migrate(sqlite3.connect(old / FILE_NAME, isolation_level=None))
    assert first.stamp() == stamp
    first.close()


def test_a_newer_format_is_not_changed(old: Path) -> None:
    with sqlite3.connect(old / FILE_NAME) as connection:
        connection.execute(f"PRAGMA user_version = {FORMAT + 1}")
    for writable in (False, True):
        with pytest.raises(StoreError, match="update the program"):
            SqliteStore(old, writable=writable)


def test_stored_sentences_of_earlier_versions_are_shown_unchanged(tmp_path: Path, words: WordEncoder) -> None:
    folder, source = tmp_path / "index", tmp_path / "a.txt"
    source.write_text("The apple lies by the river.\n")
    (tmp_path / "b.pdf").write_bytes(b"no pdf")
    index = Index.create(folder, words)
    index.update([str(source), str(tmp_path / "b.pdf")], lambda: words)
    assert [failure.message.code for failure in index.failures()] == ["content-mismatch"]
    with sqlite3.connect(folder / FILE_NAME) as connection:
        connection.execute("UPDATE document SET warnings = ?", ('["Page {3} is a scan."]',))
        connection.execute("UPDATE failure SET reasons = ?", ('["it is \u201codd\u201d."]',))
        connection.execute("DROP TABLE fresh")
        zeros = "00" * 4 * words.dimension
        connection.execute(f"ALTER TABLE vector ADD COLUMN data BLOB NOT NULL DEFAULT x'{zeros}'")
        connection.execute("PRAGMA user_version = 3")
    with pytest.raises(StoreError, match=r"format 3, .* qa doctor --repair"):
        Index(folder)
    assert Index.migrate(folder)
    migrated = Index(folder)
    (info,) = migrated.documents()
    assert [(warning.code, str(warning)) for warning in info.warnings] == [("uncoded", "Page {3} is a scan.")]
    assert info.as_json()["warnings"] == ["Page {3} is a scan."]
    document = migrated.document("a.txt")
    assert document is not None
    assert document.warnings == info.warnings
    assert [failure.reason for failure in migrated.failures()] == ["it is “odd”."]
    # Documents that are read again are stored with codes.
    source.write_bytes(b"The apple \xff lies by the river, as ever and a day.\n")
    migrated.update([str(source)], lambda: words)
    assert {warning.code for warning in migrated.documents()[0].warnings} >= {"encoding-guessed"}
