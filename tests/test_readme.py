"""Every command of the README works as written."""

from __future__ import annotations

import re
import shlex
import shutil
import tomllib
from pathlib import Path

import pytest

from qa.cli import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "python.md").read_text(encoding="utf-8")
BLOCKS = [block.strip().splitlines() for block in re.findall(r"```sh\n(.*?)```", README, re.DOTALL)]


def test_the_first_two_commands_set_up_with_nothing_but_python() -> None:
    run, test = BLOCKS[0][0], BLOCKS[1][0]
    assert run == "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/python app.py"
    assert test.startswith("python3 -m venv .venv && .venv/bin/pip install -e '.[dev]' && ")


def test_the_cpu_build_of_torch_satisfies_the_requirements() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    [torch] = [dependency for dependency in project["dependencies"] if dependency.startswith("torch")]
    assert README.count(f"'{torch}'") == README.count("'torch") == 1
    assert "https://pytorch.org/get-started/locally/" in README
    workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8").splitlines()
    at = [number for number, line in enumerate(workflow) if "'torch" in line]
    assert len(at) == 3
    command = f"pip install '{torch}' --index-url \"${{{{ vars.TORCH_CPU_INDEX }}}}\""
    for number in at:
        assert workflow[number].endswith(command)
        assert "vars.TORCH_CPU_INDEX != ''" in workflow[number - 1], "only if the variable is set"


def test_the_continuous_integration_runs_the_second_command() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "block==2" in script
    assert "README.md" in script


def test_every_command_of_the_readme_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "index").mkdir()
    shutil.copy(ROOT / "index" / "source.txt", tmp_path / "index")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("QA_INDEX", raising=False)
    commands = [shlex.split(line) for block in BLOCKS[2:] for line in block if line.startswith("qa ")]
    assert len(commands) >= 5
    for program, *arguments in commands:
        assert program == "qa"
        assert main(arguments) == 0, arguments
        assert capsys.readouterr().out
    assert main(["show", "source.txt:777-837"]) == 0
    assert capsys.readouterr().out == "The mentality of the Cold War should be eliminated entirely.\n"


def python_blocks(text: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", text, re.DOTALL)


@pytest.fixture
def with_source(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with the sample text at the place that the README names."""
    (tmp_path / "index").mkdir()
    shutil.copy(ROOT / "index" / "source.txt", tmp_path / "index")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_python_example_of_the_readme_answers(
    with_source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    [block] = python_blocks(README)
    exec(compile(block, "README.md", "exec"), {})
    printed = capsys.readouterr().out.splitlines()
    assert printed[0] == "looking"
    [answer] = [line for line in printed if line.startswith("The mentality of the Cold War")]
    assert answer.startswith("The mentality of the Cold War should be eliminated entirely. source.txt ")


def test_the_python_guide_runs_from_its_first_example_to_its_last(
    with_source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names: dict[str, object] = {}
    blocks = python_blocks(GUIDE)
    assert len(blocks) >= 8
    for block in blocks:
        exec(compile(block, "python.md", "exec"), names)
        expected = re.findall(r"# prints: (.*)", block)
        printed = capsys.readouterr().out.splitlines()
        assert [line for line in expected if line not in printed] == []


def test_every_file_linked_by_the_readme_exists() -> None:
    for target in re.findall(r"\]\((?!https?:)([^)#]+)", README):
        assert (ROOT / target).exists(), target
