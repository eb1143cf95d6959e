"""Uploads are in a private folder with a limited size, which is removed with the server."""

from __future__ import annotations

import os
import shutil
import signal
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from attack import Server, serving
from waiting import DEADLINE, eventually

from qa.web.scratch import FullError, Scratch


@pytest.fixture
def temporary(tmp_path: Path) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    return folder


def started(folder: Path, temporary: Path, *options: str) -> object:
    return serving(folder, *options, env={"TMPDIR": str(temporary), "GRADIO_TEMP_DIR": ""})


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and path.name != ".running"]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_uploads_are_private_and_removed_with_the_server(
    source_folder: Path, temporary: Path, number: signal.Signals
) -> None:
    with started(source_folder, temporary, "--read-only") as server:  # type: ignore[attr-defined]
        name = server.send("q.txt", b"What does China call for?\n").json()[0]
        # The client gets a name, not a path on this machine.
        assert "/" not in name
        assert str(temporary) not in name
        assert len(files_in(temporary)) == 1
        run = server.call("batch", {"file": {"stored": name, "name": "q.txt"}}).json()["run"]
        eventually(lambda: server.call("asked", {"run": run}).json()["done"])
        assert {path.name for path in files_in(temporary)} >= {"records.jsonl"}
        for path in temporary.iterdir():
            assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
        server.process.send_signal(number)
        server.process.wait(DEADLINE)
    assert list(temporary.iterdir()) == []


def test_the_folder_of_a_killed_server_is_removed_by_the_next(source_folder: Path, temporary: Path) -> None:
    with started(source_folder, temporary) as server:  # type: ignore[attr-defined]
        server.send("a.txt", b"A secret.")
        with started(source_folder, temporary) as other:  # type: ignore[attr-defined]
            # A running server keeps its folder.
            assert len(files_in(temporary)) == 1
            server.process.kill()
            server.process.wait(DEADLINE)
            assert len(files_in(temporary)) == 1
            assert other.get("/").status_code == 200
    assert len(files_in(temporary)) == 1
    with started(source_folder, temporary):  # type: ignore[attr-defined]
        assert files_in(temporary) == []


@pytest.fixture(scope="module")
def reading(source_folder: Path) -> Iterator[Server]:
    with serving(source_folder, "--read-only") as server:
        yield server


def test_a_read_only_page_takes_only_small_files(reading: Server) -> None:
    answer = reading.send("a.pdf", b"x" * 20_500_000)
    assert answer.status_code == 413
    # Nothing of the file is stored.
    assert reading.call("add", {"files": []}).status_code == 404


def test_the_disk_cannot_be_filled(reading: Server) -> None:
    content = b"x" * 19_000_000
    codes = [reading.send("a.txt", content).status_code for _ in range(30)]
    assert codes[0] == 200
    assert codes[-1] == 507
    assert codes.count(200) * len(content) <= 500_000_000


def test_bytes_are_counted_and_freed() -> None:
    scratch = Scratch(most_bytes=100)
    one = scratch.new()
    one.take(80)
    with pytest.raises(FullError):
        scratch.new().take(30)
    one.drop()
    assert not one.path.exists()
    scratch.new().take(100)
    scratch.close()
    assert not scratch.path.exists()


def test_unused_bins_are_removed() -> None:
    now = [0.0]
    scratch = Scratch(old_seconds=60, clock=lambda: now[0])
    old, used, looked_at = scratch.new(), scratch.new(), scratch.new()
    used.in_use = True
    now[0] = 50.0
    assert scratch.bin(looked_at.name) is looked_at
    now[0] = 70.0
    scratch.remove_old()
    assert [bin.path.exists() for bin in (old, used, looked_at)] == [False, True, True]
    assert scratch.bin(old.name) is None
    scratch.close()


def test_a_link_in_the_temporary_folder_is_not_followed(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(temporary))
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / ".running").touch()
    (precious / "letter.txt").write_text("Keep me.")
    os.symlink(precious, temporary / "verbatim-serve-x")
    Scratch().close()
    assert (precious / "letter.txt").exists()


@pytest.mark.parametrize("form", ["relative", "link"])
def test_files_can_be_added_under_any_path_of_the_index(
    source_folder: Path, tmp_path: Path, form: str
) -> None:
    shutil.copytree(source_folder, tmp_path / "index")
    (tmp_path / "link").symlink_to(tmp_path / "index")
    name = {"relative": "index", "link": "link"}[form]
    with serving(Path(name), cwd=tmp_path, env={"PYTHONPATH": os.environ.get("PYTHONPATH", "")}) as server:
        for text in (b"The barn is red.", b"The barn is red."):
            stored = server.send("barn.txt", text).json()[0]
            run = server.call("add", {"files": [{"stored": stored, "name": "barn.txt"}]}).json()["run"]
            eventually(lambda run=run: server.call("added", {"run": run}).json()["done"])  # type: ignore[misc]
            assert server.call("added", {"run": run}).json()["files"] == [
                {"name": "barn.txt", "state": "done"}
            ]
            assert (tmp_path / "index" / "uploads" / "barn.txt").read_bytes() == text
        listed = {document["doc_id"]: document for document in server.run("list").json()["data"][0]}
        assert set(listed) == {"source.txt", "barn.txt"}
        assert server.call("remove", {"document": "barn.txt"}).json() == {}
        assert not (tmp_path / "index" / "uploads" / "barn.txt").exists()
