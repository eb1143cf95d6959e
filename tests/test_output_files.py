"""An output file is written as a whole or not at all, and never over what is read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from qa.errors import QaError, UsageError
from qa.output_files import check_output, write_file


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "read.txt").write_text("read")
    (tmp_path / "link.txt").symlink_to("read.txt")
    check_output(tmp_path / "new.txt", tmp_path / "read.txt", None, tmp_path / "missing.txt")
    for target, code in (
        (tmp_path, "output-is-folder"),
        (tmp_path / "none" / "a.txt", "output-folder-missing"),
        (tmp_path / "read.txt", "output-overwrites-input"),
        (tmp_path / "link.txt", "output-overwrites-input"),
    ):
        with pytest.raises(UsageError) as raised:
            check_output(target, None, tmp_path / "read.txt")
        assert raised.value.code == code


def test_a_file_is_replaced_as_a_whole(tmp_path: Path) -> None:
    target, link = tmp_path / "a.txt", tmp_path / "link.txt"
    write_file(target, b"one")
    target.chmod(0o640)
    link.symlink_to("a.txt")
    write_file(link, b"two")
    assert (target.read_bytes(), link.is_symlink(), target.stat().st_mode & 0o777) == (b"two", True, 0o640)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "link.txt"]


def test_a_failure_leaves_the_earlier_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "a.txt"
    write_file(target, b"one")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(QaError, match=r"cannot be written: No space left on device") as raised:
        write_file(target, b"two")
    assert not isinstance(raised.value, UsageError)
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.txt", b"one")]


def test_a_device_stays_a_device(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    try:
        write_file(Path(f"/dev/fd/{writer}"), b"to a pipe")
        assert os.read(reader, 100) == b"to a pipe"
    finally:
        os.close(reader)
        os.close(writer)
