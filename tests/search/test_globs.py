"""Globs mean the same as everywhere, and each is matched quickly."""

from __future__ import annotations

import time
from fnmatch import fnmatchcase

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from qa.errors import UsageError
from qa.search.globs import LONGEST, matcher

SIGNS = st.text(st.sampled_from("ab*?[]!-^\\.~&|/\n"), max_size=12)


@settings(max_examples=2_000)
@given(SIGNS, st.text(st.sampled_from("ab[]!-^\\.~&|/\n"), max_size=8))
@example("[!]a]b", "xb")
@example("[]-a]", "^")
@example("[b-a]", "a")
@example("[!b-a]", "a")
@example("[", "[")
@example("[!", "[!")
@example("a[]", "a[]")
@example("*a*b*", "ab")
@example("**", "")
@example("[^a]", "^")
def test_a_glob_matches_like_fnmatch(glob: str, name: str) -> None:
    assert matcher(glob)(name) == fnmatchcase(name, glob)


@given(SIGNS, st.text(st.sampled_from("ab[]!-^\\.~&|/\n"), max_size=8))
def test_a_matcher_can_be_used_again(glob: str, name: str) -> None:
    matches = matcher(glob)
    assert matches(name) == matches(name) == fnmatchcase(name, glob)


@pytest.mark.parametrize(
    "glob",
    [
        "*a" * (LONGEST // 2 - 1) + "b",
        "*?a" * (LONGEST // 3 - 1) + "b",
        "?*" * (LONGEST // 2),
        "[" * LONGEST,
        "[!" * (LONGEST // 2),
        "*[ab]" * (LONGEST // 5) + "c",
        "".join(f"[{chr(0x4E00 + at)}]*" for at in range(LONGEST // 4)),
        "*" * LONGEST,
    ],
)
def test_every_glob_is_matched_quickly(glob: str) -> None:
    names = ["a" * 4_000, "ab" * 2_000, "[" * 4_000, "letters/1.txt"]
    started = time.process_time()
    matches = matcher(glob)
    for name in names:
        matches(name)
    assert time.process_time() - started < 1


def test_a_glob_longer_than_any_path_is_refused_in_a_short_sentence() -> None:
    with pytest.raises(UsageError, match="has 20,000 characters, more than 4,096; shorten it") as caught:
        matcher("*a" * 10_000)
    assert len(str(caught.value)) < 200
