"""The page imports Gradio without writing type stubs; Gradio is otherwise the same."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import ast, sys
import pathlib
written = []
def watched(self, *arguments, **options):
    written.append(str(self))
parsed = []
parse = ast.parse
def counted(source, *arguments, **options):
    if isinstance(source, str) and "class Textbox" in source:
        parsed.append(1)
    return parse(source, *arguments, **options)
ast.parse = counted
pathlib.Path.write_text = watched
import {first}
import gradio
from gradio.component_meta import ComponentMeta
assert not any(type(finder).__module__ == "qa.web.stubs" for finder in sys.meta_path)
box = gradio.Textbox(label="a", value="b")
assert isinstance(type(box), ComponentMeta) and callable(box.change) and box.value == "b"
print(len(parsed), [path for path in written if path.endswith(".pyi")])
"""


def run(first: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM.format(first=first)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_page_imports_gradio_without_its_stubs() -> None:
    assert run("qa.web") == "0 []"


def test_gradio_still_writes_stubs_without_the_module() -> None:
    assert run("gradio").split()[0] != "0"
