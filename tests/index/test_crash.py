"""A few of the trials of benchmarks/library/crash.py, and cases that these do not cover."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from word_encoder import WordEncoder

from qa.errors import StoreError
from qa.index import Index, doctor, search_indexes
from qa.index.stores import connect
from qa.index.stores.database import FILE_NAME
from qa.index.stores.sqlite import SqliteStore

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "library" / "crash.py"


def test_a_killed_or_failing_writer_loses_nothing(tmp_path: Path) -> None:
    command = [
        sys.executable,
        str(BENCHMARK),
        "--step",
        "31",
        "--random",
        "4",
        "--limits",
        "4",
        "--full",
        "0",
    ]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| **faults afterwards** | **0** |" in done.stdout


@pytest.fixture
def index(tmp_path: Path, words: WordEncoder) -> Index:
    (tmp_path / "a.txt").write_text("The apple is red.")
    created = Index.create(tmp_path / "index", words)
    created.update([str(tmp_path / "a.txt")], lambda: words)
    return created


def test_every_search_index_file_is_on_disk_before_the_store_names_it(
    index: Index, words: WordEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    events: list[str] = []
    fsync, rename = os.fsync, os.rename

    def synced(handle: int) -> None:
        events.append(os.readlink(f"/proc/self/fd/{handle}"))
        fsync(handle)

    def renamed(source: str | Path, target: str | Path) -> None:
        events.append(f"rename {target}")
        rename(source, target)

    class Traced(sqlite3.Connection):
        def execute(self, sql: str, *values: object) -> sqlite3.Cursor:  # type: ignore[override]
            if sql == "COMMIT":
                events.append(sql)
            return super().execute(sql, *values)  # type: ignore[arg-type]

    connect_ = sqlite3.connect
    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "rename", renamed)
    monkeypatch.setattr(sqlite3, "connect", lambda *a, **k: connect_(*a, factory=Traced, **k))
    root = index.folder / search_indexes.FOLDER
    shared = {path.name for path in (root / "1").rglob("*.*") if path.suffix != ".json"}
    (tmp_path / "b.txt").write_text("The bread is old.")
    index.update([str(tmp_path / "b.txt")], lambda: words)

    commit = len(events) - 1 - events[::-1].index("COMMIT")
    named = events.index(f"rename {root / '2'}")
    assert named < events.index(str(root), named) < commit
    before = set(events[:named])
    for path in (root / "2").rglob("*"):
        if path.name not in shared:
            assert str(root / "2.new" / path.relative_to(root / "2")) in before
    assert str(root / "2.new") in before


def test_a_folder_left_by_a_killed_writer_is_not_used_for_the_next_generation(
    index: Index, words: WordEncoder, tmp_path: Path
) -> None:
    # Killed between the renaming of the folder and the commit: its keys now belong to other texts.
    truth = SqliteStore(index.folder, writable=True)

    def killed() -> None:
        with truth.writing():
            truth.remove_documents(["a.txt"])
            search_indexes.build(truth, words.dimension, truth.advance())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        killed()
    truth.close()
    assert (index.folder / search_indexes.FOLDER / "2").exists()
    assert doctor.check(index.folder) == []
    (tmp_path / "b.txt").write_text("The bread is old.")
    index.update([str(tmp_path / "b.txt")], lambda: words)
    assert doctor.check(index.folder) == []
    with index.snapshot() as snapshot:
        assert len(snapshot.indexes.sentences) == 2


def test_files_swept_while_being_opened_lead_to_the_next_generation(
    index: Index, words: WordEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load = search_indexes.load
    asked: list[int] = []

    def slow(store: SqliteStore, generation: int) -> search_indexes.SearchIndexes | None:
        asked.append(generation)
        if len(asked) == 1:
            # Another process publishes and sweeps between the snapshot and the opening of its files.
            (tmp_path / "b.txt").write_text("The bread is old.")
            Index(index.folder).update([str(tmp_path / "b.txt")], lambda: words)
        return load(store, generation)

    monkeypatch.setattr(search_indexes, "load", slow)
    with Index(index.folder).snapshot() as snapshot:
        assert snapshot.indexes.generation == 2
        assert set(snapshot.store.document_keys()) == {"a.txt", "b.txt"}
    assert asked == [1, 2]


def test_a_log_with_frames_in_a_read_only_folder_is_read_from_a_copy(
    index: Index, words: WordEncoder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A killed writer leaves the file and its log, without the shared memory.
    left = tmp_path / "left"
    left.mkdir()
    truth = SqliteStore(index.folder, writable=True)
    with truth.writing():
        truth.set_manifest("kept", "yes")
    for suffix in ("", "-wal"):
        (left / (FILE_NAME + suffix)).write_bytes((index.folder / (FILE_NAME + suffix)).read_bytes())
    truth.close()
    assert (left / (FILE_NAME + "-wal")).stat().st_size
    _read_only(left, monkeypatch)
    assert Index(left).manifest()["kept"] == "yes"
    assert sorted(path.name for path in left.iterdir()) == [FILE_NAME, FILE_NAME + "-wal"]


def test_a_file_read_without_locks_is_never_used_while_it_changes(
    index: Index, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.close()
    _read_only(index.folder, monkeypatch)
    reader = Index(index.folder)
    assert len(reader.documents()) == 1
    path = index.folder / FILE_NAME

    def touch() -> None:
        os.utime(path, ns=(0, path.stat().st_mtime_ns + 1))

    with pytest.raises(StoreError, match="changed while it was read; ask again"), reader.snapshot():
        touch()
    # After that the file is read again.
    assert len(reader.documents()) == 1


def test_an_index_replaced_or_removed_while_open_is_reported(index: Index, words: WordEncoder) -> None:
    path = index.folder / FILE_NAME
    copy = index.folder / "copy.db"
    copy.write_bytes(path.read_bytes())
    copy.rename(path)
    with pytest.raises(StoreError, match=r"was replaced by another.*start the program again"):
        index.documents()
    path.unlink()
    with pytest.raises(StoreError, match=r"was removed while it was open.*qa index"):
        index.documents()


def test_connections_of_threads_end_with_them(index: Index) -> None:
    from threading import Thread

    def count() -> int:
        return sum(FILE_NAME in os.readlink(f"/proc/self/fd/{fd}") for fd in _handles())

    index.documents()
    before = count()
    for _ in range(20):
        thread = Thread(target=index.documents)
        thread.start()
        thread.join()
    # SQLite closes and reuses a file only when no other connection of the process has a lock on it.
    assert count() <= before + 5


def _handles() -> list[str]:
    return [fd for fd in os.listdir("/proc/self/fd") if os.path.islink(f"/proc/self/fd/{fd}")]


def _read_only(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the folder read-only for SQLite, even if the tests run as root."""
    open_ = sqlite3.connect

    def refuse(database: str, **options: object) -> sqlite3.Connection:
        if str(folder) in database and "mode=ro" in database:
            raise sqlite3.OperationalError("unable to open database file")
        return open_(database, **options)  # type: ignore[call-overload, no-any-return]

    monkeypatch.setattr(connect.sqlite3, "connect", refuse)
