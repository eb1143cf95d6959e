"""The progress of a run on a terminal."""

from __future__ import annotations

import os
import re
import select
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qa.cli.progress import indexing, question_bar
from qa.index.report import Progress
from qa.types import QuestionProgress

fcntl = pytest.importorskip("fcntl", reason="Windows has no such terminals")
pty = pytest.importorskip("pty")
termios = pytest.importorskip("termios")

SIZES = pytest.mark.parametrize("size", [(24, 100), (0, 0)], ids=["sized", "without a size"])


@contextmanager
def terminal(size: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Open a terminal of some rows and columns; yield the side to read and the side to write to."""
    reading, writing = pty.openpty()
    fcntl.ioctl(writing, termios.TIOCSWINSZ, struct.pack("HHHH", *size, 0, 0))
    try:
        yield reading, writing
    finally:
        os.close(reading)


def read_until(descriptor: int, pattern: str) -> str:
    """Read from a terminal until a pattern matches; fail if nothing more comes."""
    text = ""
    while not re.search(pattern, text, re.DOTALL):
        assert select.select([descriptor], [], [], 60)[0], text
        text += os.read(descriptor, 4096).decode()
    return text


@SIZES
def test_a_terminal_shows_the_file_and_how_far_it_is(tmp_path: Path, size: tuple[int, int]) -> None:
    (tmp_path / "kettle.txt").write_text("The kettle is silver.\n")
    with terminal(size) as (reading, writing):
        run = subprocess.Popen(
            [sys.executable, "-m", "qa", "index", "kettle.txt"],
            cwd=tmp_path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=writing, text=True,
        )  # fmt: skip
        os.close(writing)
        assert read_until(reading, "starting").strip() == "00:00 starting"
        read_until(reading, r"\d\d:\d\d reading, 0 of 1 files: kettle\.txt")
        shown = read_until(reading, "publishing, 1 of 1 files, 1 sentences")
        assert "kettle.txt" not in shown[shown.rindex("publishing") :]
        out, _ = run.communicate(timeout=120)
    assert (run.returncode, out) == (
        0, "added\tkettle.txt\n1 added, 0 changed, 0 unchanged, 0 removed, 0 failed\n"
    )  # fmt: skip


@SIZES
def test_the_clock_runs_while_a_file_takes_long(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    with terminal(size) as (reading, writing), os.fdopen(writing, "w") as stderr:
        monkeypatch.setattr(sys, "stderr", stderr)
        with indexing(tick=0.01) as show:
            show(Progress(0, 1, 0, 0, 0, "a\x1b.pdf"))
            # One redraw per call of `show`, and no call follows.
            shown = read_until(reading, r"(reading, 0 of 1 files: a␛\.pdf.*?){5}")
        assert "\x1b" not in shown


@SIZES
def test_a_terminal_shows_the_number_of_questions(
    monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    with terminal(size) as (reading, writing), os.fdopen(writing, "w") as stderr:
        monkeypatch.setattr(sys, "stderr", stderr)
        with question_bar():
            assert "0question" in read_until(reading, "0question")


def test_nothing_is_shown_elsewhere(capsys: pytest.CaptureFixture[str]) -> None:
    with indexing(tick=0.001) as show, question_bar() as show_questions:
        show(Progress(0, 1, 0, 0, 0, "a.pdf"))
        show_questions(QuestionProgress(1, 8))
    assert capsys.readouterr() == ("", "")
