"""The cache of compiled models: damage, full disks, several processes, and what is deleted."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
from cached import entries
from tiny_models import bert

from qa import encoders
from qa.encoders import SentenceTransformerEncoder, checksums, compiled
from qa.encoders.openvino import OpenVinoEncoder
from qa.errors import ModelError

pytest.importorskip("openvino", reason="without OpenVINO there is no compiled form")


@pytest.mark.parametrize(
    ("name", "how"),
    [
        (compiled.MODEL, "altered"),
        (compiled.WEIGHTS, "altered"),
        (compiled.WEIGHTS, "torn"),
        (compiled.TOKENIZER, "gone"),
        (compiled.SETTINGS, "torn"),
        (compiled.SETTINGS, "edited"),
    ],
)
def test_a_damaged_cache_is_detected_and_rebuilt(cache: Path, tmp_path: Path, name: str, how: str) -> None:
    folder = str(bert(tmp_path / "model"))
    before = encoders.load(folder).encode(["the apple"])
    [entry] = entries(cache)
    path = entry / name
    data = path.read_bytes()
    if how == "gone":
        path.unlink()
    elif how == "edited":
        path.write_bytes(data.replace(b'"query_prompt": ""', b'"query_prompt": "pear"'))
        assert path.read_bytes() != data
    else:
        path.write_bytes(data[: len(data) // 2] if how == "torn" else b"x" + data[1:])
    prepared: list[str] = []
    encoder = encoders.load(folder, on_prepare=lambda: prepared.append("again"))
    assert isinstance(encoder, OpenVinoEncoder)
    assert prepared == ["again"]
    np.testing.assert_array_equal(encoder.encode(["the apple"]), before)
    assert entries(cache) == [entry]


def test_a_cache_removed_while_a_model_is_in_use_is_one_clear_sentence(cache: Path, tmp_path: Path) -> None:
    encoder = encoders.load(str(bert(tmp_path / "model")))
    [entry] = entries(cache)
    shutil.rmtree(entry)
    with pytest.raises(ModelError, match=r"removed or changed while it was in use; start the program again"):
        encoder.encode(["the apple"])


def test_a_damaged_refusal_is_still_a_refusal(cache: Path, tmp_path: Path) -> None:
    folder = str(bert(tmp_path / "model"))
    encoders.load(folder)
    [entry] = entries(cache)
    entry.rename(tmp_path / "moved")
    entry.with_name(f"{entry.name}.refused").write_bytes(b"\xff\xfe")
    assert isinstance(encoders.load(folder), SentenceTransformerEncoder)


def test_the_folder_of_a_killed_process_is_deleted_after_a_day(cache: Path, tmp_path: Path) -> None:
    parent = cache / compiled.FOLDER
    for name, age in ((".old-1", 2 * compiled.ABANDONED_SECONDS), (".new-1", 0)):
        (parent / name).mkdir(parents=True)
        (parent / name / compiled.WEIGHTS).write_bytes(b"half")
        os.utime(parent / name, (time.time() - age,) * 2)
    assert isinstance(encoders.load(str(bert(tmp_path / "model"))), OpenVinoEncoder)
    assert [path.name for path in entries(cache) if path.name.startswith(".")] == [".new-1"]


def test_a_full_or_read_only_disk_is_no_failure(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = str(bert(tmp_path / "model"))

    def no_one() -> None:
        raise AssertionError("nobody waits for what cannot be kept")

    cache.parent.mkdir()
    cache.write_text("a file where the folder should be")
    assert isinstance(encoders.load(folder, on_prepare=no_one), SentenceTransformerEncoder)
    cache.unlink()
    with monkeypatch.context() as patch:
        patch.setattr(compiled, "SPACE", 10**12)
        assert isinstance(encoders.load(folder, on_prepare=no_one), SentenceTransformerEncoder)
    assert entries(cache) == []

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(compiled, "sha256", full)
        assert isinstance(encoders.load(folder), SentenceTransformerEncoder)
    assert entries(cache) == []
    assert isinstance(encoders.load(folder), OpenVinoEncoder)


def _loaded(folder: str) -> str:
    return type(encoders.load(folder)).__name__


def test_two_processes_can_compile_the_same_model_at_once(cache: Path, tmp_path: Path) -> None:
    folder = str(bert(tmp_path / "model"))
    with multiprocessing.get_context("spawn").Pool(2) as pool:
        assert pool.map(_loaded, [folder, folder], chunksize=1) == ["OpenVinoEncoder"] * 2
    assert len(entries(cache)) == 1


# Models that nobody uses any more


def used(path: Path, days: float) -> None:
    """Make an entry look as if it was last used so many days ago."""
    os.utime(path, (time.time() - days * 24 * 60 * 60,) * 2)


def age(path: Path) -> float:
    return time.time() - path.stat().st_mtime


@pytest.fixture
def entry(cache: Path, tmp_path: Path) -> Path:
    """The compiled form of the model in ``tmp_path / "model"``."""
    encoders.load(str(bert(tmp_path / "model")))
    [entry] = entries(cache)
    return entry


def another(entry: Path, name: str, days: float) -> Path:
    """Copy an entry under another name, as if it was last used so many days ago."""
    copy = shutil.copytree(entry, entry.with_name(name))
    used(copy, days)
    return copy


def test_a_model_is_deleted_after_long_without_use(entry: Path, cache: Path, tmp_path: Path) -> None:
    another(entry, "unused", 91)
    refusal = entry.with_name("unused.refused")
    refusal.write_text("its vectors differ")
    used(refusal, 91)
    recent = another(entry, "recent", 89)
    # Loading cleans at most once a day.
    encoders.load(str(tmp_path / "model"))
    assert len(entries(cache)) == 4
    used(entry, 2)
    encoders.load(str(tmp_path / "model"))
    assert entries(cache) == sorted([entry, recent])


def test_compiling_a_model_deletes_those_without_use(entry: Path, cache: Path, tmp_path: Path) -> None:
    used(entry, 91)
    encoders.load(str(bert(tmp_path / "other")))
    [other] = entries(cache)
    assert other != entry


def test_use_keeps_a_model(entry: Path, cache: Path, tmp_path: Path) -> None:
    folder = str(tmp_path / "model")
    encoder = encoders.load(folder)
    for use in (lambda: encoders.load(folder), lambda: encoder.encode(["the apple"])):
        used(entry, 91)
        use()
        assert age(entry) < compiled.STAMP_SECONDS
        assert entries(cache) == [entry]
    refusal = entry.with_name("other.refused")
    refusal.write_text("its vectors differ")
    used(refusal, 89)
    with pytest.raises(compiled.ConversionError, match="its vectors differ"):
        compiled.store("other", 0, lambda _: pytest.fail("it was tried again"))
    assert age(refusal) < compiled.STAMP_SECONDS


def test_a_model_that_another_process_begins_to_use_is_not_deleted(
    entry: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used(entry, 91)
    rename = Path.rename

    def used_before(path: Path, target: Path) -> Path:
        if path == entry:
            os.utime(path)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", used_before)
    compiled._clean(entry.parent)
    assert entries(cache) == [entry]
    assert compiled.load(entry.name, compiled.Settings) is not None


def test_a_model_deleted_while_it_is_loaded_is_missing(
    entry: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used(entry, 91)
    checksum = compiled.remembered_sha256
    *_, last = json.loads((entry / compiled.SETTINGS).read_text())["files"]

    def deleted_meanwhile(path: Path) -> str:
        result = checksum(path)
        if path.name == last:
            compiled._clean(entry.parent)
        return result

    monkeypatch.setattr(compiled, "remembered_sha256", deleted_meanwhile)
    assert compiled.load(entry.name, compiled.Settings) is None
    assert entries(cache) == []


def test_a_cache_that_cannot_be_written_is_still_read(
    entry: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    used(entry, 91)

    def refused(*_: object) -> None:
        raise PermissionError(30, "Read-only file system")

    monkeypatch.setattr(os, "utime", refused)
    assert compiled.load(entry.name, compiled.Settings) is not None
    assert entries(cache) == [entry]


def _cleaned(name: str) -> bool:
    compiled._clean(compiled.folder(name).parent)
    return compiled.load("used", compiled.Settings) is not None


def test_several_processes_can_delete_at_once(entry: Path, cache: Path) -> None:
    used_entry = entry.rename(entry.with_name("used"))
    for number in range(20):
        another(used_entry, f"unused-{number}", 91)
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert pool.map(_cleaned, ["used"] * 6, chunksize=1) == [True] * 6
    assert entries(cache) == [used_entry]


# Checksums


def test_a_checksum_is_cached_until_the_file_changes(
    cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "weights"
    path.write_bytes(b"one")
    real, read = checksums.sha256, list[Path]()

    def counted(path: Path) -> str:
        read.append(path)
        return real(path)

    monkeypatch.setattr(checksums, "sha256", counted)
    index = checksums.remembered_sha256(path)
    assert checksums.remembered_sha256(path) == index
    assert len(read) == 2  # a file this young may change within one tick of its clock
    monkeypatch.setattr(checksums, "SETTLED_NS", -1)
    assert [checksums.remembered_sha256(path) for _ in range(3)] == [index] * 3
    assert len(read) == 3
    stat = path.stat()
    path.write_bytes(b"two")
    os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert checksums.remembered_sha256(path) == real(path) != index
    for nonsense in ("", "[]", '{"' + str(path) + '": 7}', "{"):
        (cache / "checksums.json").write_text(nonsense)
        assert checksums.remembered_sha256(path) == real(path)


def test_a_damaged_file_of_checksums_is_ignored(cache: Path, tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_bytes(b"content")
    cache.mkdir(parents=True)
    (cache / "checksums.json").write_text("[" * 100_000)
    assert checksums.remembered_sha256(file) == checksums.sha256(file)
