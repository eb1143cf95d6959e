from __future__ import annotations

import time
from fnmatch import fnmatchcase

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.globs import is_glob, matcher

LETTERS = st.sampled_from("abc[]!-*?^\\.&|~ \n/é")


@given(st.text(LETTERS, max_size=12), st.text(LETTERS, max_size=8))
def test_any_pattern_means_what_it_means_to_a_shell(pattern: str, name: str) -> None:
    assert matcher(pattern)(name) == fnmatchcase(name, pattern)


@pytest.mark.parametrize(
    ("pattern", "name", "expected"),
    [
        ("letters/*.txt", "letters/a/b.txt", True),
        ("*.txt", "a.txt.bak", False),
        ("[ab]?", "b1", True),
        ("[!ab]?", "b1", False),
        ("a[", "a[", True),
        ("[]]", "]", True),
        ("[z-a]", "b", False),
        ("*a*b*a", "abba", True),
        ("*", "", True),
        ("", "", True),
    ],
)
def test_globs(pattern: str, name: str, expected: bool) -> None:
    assert matcher(pattern)(name) is expected


@pytest.mark.parametrize(
    "pattern",
    [
        "[" * 20_000,
        "[!" * 10_000,
        "[a-" * 7_000,
        "*a" * 10_000,
        "?*" * 10_000,
        "*[ab]" * 4_000,
        "[]" * 10_000,
    ],
    ids=lambda value: value[:4],
)
def test_a_long_pattern_takes_little_time(pattern: str) -> None:
    begun = time.process_time()
    matcher(pattern)("a" * 2_000 + "b")
    assert time.process_time() - begun < 2


def test_a_name_may_be_a_glob() -> None:
    assert is_glob("a*")
    assert is_glob("a[1]")
    assert not is_glob("a.txt")
