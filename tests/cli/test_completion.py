"""Completion scripts: bash runs its script; those of other shells are checked for what they complete."""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import shtab

from qa.cli.completion import SHELLS
from qa.cli.main import main, parser

COMPLETE = """
source "$0"
COMP_WORDS=("$@")
COMP_CWORD=$(($# - 1))
function=$(complete -p qa | sed 's/.*-F \\([^ ]*\\).*/\\1/')
$function
printf '%s\\n' "${COMPREPLY[@]}"
"""
BASH = shutil.which("bash")


@pytest.fixture
def bash(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file with the bash script, in a current folder that also contains a folder and a text."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "library").mkdir()
    (tmp_path / "lease.txt").touch()
    file = tmp_path / "qa.bash"
    file.write_text(script("bash", capsys), encoding="utf-8")
    return file


def script(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["completion", shell]) == 0
    return capsys.readouterr().out


@pytest.mark.skipif(BASH is None or sys.platform == "win32", reason="needs bash")
@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["qa", "as"], ["ask"]),
        (["qa", "ask", "--f"], ["--format"]),
        (["qa", "ask", "--format", "j"], ["json", "jsonl"]),
        (["qa", "index", "le"], ["lease.txt"]),
        (["qa", "verify", "l"], ["lease.txt", "library"]),
        (["qa", "diff", "l"], ["lease.txt", "library"]),
        (["qa", "diff", "--ign"], ["--ignore"]),
        (["qa", "eval", "--run", "l"], ["lease.txt", "library"]),
        (["qa", "eval", "--fail"], ["--fail-over", "--fail-under"]),
        (["qa", "list", "--index", "l"], ["library"]),
        (["qa", "completion", "f"], ["fish"]),
    ],
)
def test_bash_completes(bash: Path, words: list[str], expected: list[str]) -> None:
    done = subprocess.run(
        [str(BASH), "-c", COMPLETE, str(bash), *words], capture_output=True, text=True, check=True
    )
    assert sorted(done.stdout.split()) == expected


@pytest.mark.parametrize("shell", shtab.SUPPORTED_SHELLS)
def test_each_shell_gets_a_script_with_every_command(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = script(shell, capsys)
    [commands] = (a for a in parser()._actions if isinstance(a, argparse._SubParsersAction))
    for command in commands.choices:
        assert command in text
    assert "max-upload" in text


def test_every_offered_shell_has_a_script(capsys: pytest.CaptureFixture[str]) -> None:
    assert set(SHELLS) == set(shtab.SUPPORTED_SHELLS)
    with pytest.raises(SystemExit, match="2"):
        main(["completion", "cmd"])
    assert "choose from" in capsys.readouterr().err
