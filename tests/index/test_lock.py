"""Only one process writes at a time, and the second learns who the first is."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from qa.errors import StoreError
from qa.index.lock import writer

HOLD = """
import sys, time
from pathlib import Path
from qa.index.lock import writer
with writer(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_writer_learns_who_is_writing_and_continues_once_that_process_dies(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"held\n"
        with (
            pytest.raises(StoreError, match=f"is locked by process {process.pid} .*; wait"),
            writer(tmp_path, wait=0),
        ):
            pass
        process.kill()
        process.wait()
    with writer(tmp_path, wait=5):
        assert str(os.getpid()) in (tmp_path / "write.holder").read_text()
    assert not (tmp_path / "write.holder").exists()


def test_a_full_disk_while_writing_is_one_sentence_and_frees_the_lock(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match=r"cannot be written .No space left.*free space"), writer(tmp_path):
        raise OSError(28, "No space left on device")
    with writer(tmp_path, wait=0):
        pass


def test_a_folder_that_cannot_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with (
        pytest.raises(StoreError, match=r"cannot be written .*; make it writable, or name another"),
        writer(tmp_path / "file" / "index"),
    ):
        pass
