"""Tries the installed program, from outside the source tree: python -I .ci/smoke.py"""

from __future__ import annotations

import json
import pkgutil
import re
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from importlib import import_module
from pathlib import Path

import qa

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "index" / "source.txt"
QUESTION = "What should happen to Cold War mentality?"
QUOTE = "The mentality of the Cold War should be eliminated entirely."

LEFT_OUT = ("qa.__main__", "qa.programs.stdio", "qa.index.postgres.")
"""Beginnings of modules that are not imported: the program itself, and what needs an extra."""


def main() -> None:
    package = Path(qa.__file__).parent
    assert ROOT / "src" not in package.parents, f"{package} is the source, not what was installed"
    modules = [
        name for _, name, _ in pkgutil.walk_packages([str(package)], "qa.") if not name.startswith(LEFT_OUT)
    ]
    for name in modules:
        import_module(name)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "index").mkdir()
        shutil.copy(SOURCE, Path(folder) / "index")
        program = shutil.which("qa", path=sysconfig.get_path("scripts"))
        assert program, "the program qa was not installed"

        def run(*arguments: str) -> str:
            return subprocess.run(
                [program, *arguments], cwd=folder, check=True, stdout=subprocess.PIPE, encoding="utf-8"
            ).stdout

        assert run("--version") == f"qa {qa.__version__}\n"
        assert "added\tsource.txt" in run("index", "index/source.txt")
        record = json.loads(run("ask", QUESTION, "--format", "json"))
        assert record["answered"], record
        assert record["quotes"][0]["text"] == QUOTE, record
        python_example(folder)
    sys.stdout.write(f"qa {qa.__version__} in {package}: {len(modules)} modules, one question, passed.\n")


def python_example(folder: str) -> None:
    """Runs the README's Python block in a folder that has the index of the shipped text."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    if block := re.search(r"```python\n(.*?)```", readme, re.DOTALL):
        subprocess.run([sys.executable, "-I", "-c", block[1]], cwd=folder, check=True)


if __name__ == "__main__":
    main()
