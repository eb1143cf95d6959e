"""The whole program with the real model, as a separate process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def process(*arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "qa", *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
        **options,
    )


@pytest.mark.usefixtures("reader")
def test_the_program_answers_from_the_shipped_text_through_a_pipe(source_folder: Path) -> None:
    done = process(
        "ask", "What should happen to Cold War mentality?", "--format", "json", "--index", str(source_folder)
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (
        json.loads(done.stdout)["quotes"][0]["text"]
        == "The mentality of the Cold War should be eliminated entirely."
    )


def test_a_closed_pipe_and_an_unsupported_character_are_no_failures(
    source_folder: Path,
) -> None:
    done = process(
        "show", "source.txt", "--index", str(source_folder), env={**os.environ, "PYTHONIOENCODING": "ascii"}
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "China?s perspective" in done.stdout
    with subprocess.Popen(
        [sys.executable, "-m", "qa", "list", "--index", str(source_folder)],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as closed:  # fmt: skip
        assert closed.stdout is not None
        assert closed.stderr is not None
        closed.stdout.close()
        assert b"Traceback" not in closed.stderr.read()
        assert b"Exception ignored" not in closed.stderr.read()
