"""Names and English: the field's terms, and plain modern sentences."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
COVERED = (
    "benchmarks",
    "docs",
    "src",
    "tests",
    "training",
    "CHANGELOG.md",
    "CONTRIBUTING.md",
    "README.md",
    "index/README.md",
)
"""Folders and files whose names and prose are checked."""
EXCLUDED = ("tests/test_style.py",)
"""This file contains the forbidden words."""
FORBIDDEN_NAMES = frozenset(
    {"found", "made", "said", "told", "met", "taken", "given", "kept", "stands", "holds"}
)
"""Participles and verbs that describe no value; forbidden as the name of anything."""
FORBIDDEN_WORDS = re.compile(
    r"\b(?:whoever|whatever|whichever|anew|gainsay|thereof|therein|hereby|lest|a trifle"
    r"|of its own|of their own|of one's own|(?:is|are|was|were) told|tells? of|told (?:apart|from)"
    r"|as it stands|one that|one which|what stands|all the same"
    r"|(?:stands?|stood) (?:in|at|on|there|where|beside|before|above|below|under|here|for itself))\b",
    re.IGNORECASE,
)
"""Words and turns that plain modern English does not need."""
FORBIDDEN_IN_TEST_NAMES = re.compile(
    r"_(?:stands?|holds?|told|said|whatever|whoever|whichever|anew|beside|none_is)(?=_|$)"
)
"""Turns that test names do not need either."""


def covered_files() -> list[Path]:
    places = [ROOT / name for name in COVERED]
    paths = {path for place in places for path in (place.rglob("*") if place.is_dir() else [place])}
    return sorted(
        path
        for path in paths
        if path.suffix in (".py", ".md") and not path.relative_to(ROOT).as_posix().startswith(EXCLUDED)
    )


def names(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield every name that a module binds, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.lineno, node.name
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.attr
        elif isinstance(node, ast.ExceptHandler) and node.name:
            yield node.lineno, node.name


def prose(source: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of docstrings and comments, with their numbers."""
    for node in ast.walk(ast.parse(source)):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            yield from enumerate(node.value.value.split("\n"), start=node.lineno)
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def offences(text: str, is_python: bool) -> list[str]:
    """Return the forbidden names and turns of a file, with their lines."""
    if not is_python:
        lines = enumerate(text.split("\n"), start=1)
        return [f"{line}: {match[0]!r}" for line, words in lines for match in FORBIDDEN_WORDS.finditer(words)]
    bound = list(names(ast.parse(text)))
    problems = [f"{line}: name {name}" for line, name in bound if name.strip("_") in FORBIDDEN_NAMES]
    problems += [
        f"{line}: test {name}"
        for line, name in bound
        if name.startswith("test_") and FORBIDDEN_IN_TEST_NAMES.search(name)
    ]
    return problems + [
        f"{line}: {match[0]!r}" for line, words in prose(text) for match in FORBIDDEN_WORDS.finditer(words)
    ]


@pytest.mark.parametrize("path", covered_files(), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_names_and_prose_are_plain(path: Path) -> None:
    assert offences(path.read_text(encoding="utf-8"), path.suffix == ".py") == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("found = 1", "1: name found"),
        ("def read(kept): ...", "1: name kept"),
        ("def _told(): ...", "1: name _told"),
        ("class A:\n    made: int", "2: name made"),
        ("a.said = 1", "1: name said"),
        ("try: ...\nexcept OSError as given: ...", "2: name given"),
        ("[1 for met in x]", "1: name met"),
        ("# whatever it is", "1: 'whatever'"),
        ('"""One line.\n\nIt stands in the text."""', "3: 'stands in'"),
        ("def test_a_word_stands_alone(): ...", "1: test test_a_word_stands_alone"),
    ],
)
def test_a_forbidden_turn_is_reported_with_its_line(text: str, problem: str) -> None:
    assert offences(text, is_python=True) == [problem]


def test_plain_names_and_prose_have_no_offence() -> None:
    text = '"""Reads a file."""\nhits = read("whatever is data")  # the first hit'
    assert offences(text, is_python=True) == []
    assert offences("A quote of its own.", is_python=False) == ["1: 'of its own'"]
    assert offences("A separate quote.", is_python=False) == []


def test_the_covered_files_are_many() -> None:
    assert len(covered_files()) > 150
    assert ROOT / "tests" / "conftest.py" in covered_files()


def test_every_test_module_has_a_file_name_that_no_other_has():
    names_of_modules = sorted(path.name for path in (ROOT / "tests").rglob("test_*.py"))
    repeated = {name for name in names_of_modules if names_of_modules.count(name) > 1}
    assert not repeated, "pytest imports test modules by file name alone"
