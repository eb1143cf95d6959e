"""The difference of two texts, word by word."""

from __future__ import annotations

import pytest
from answer_strategies import hostile
from hypothesis import given
from hypothesis import strategies as st

from qa.check.wording import Piece, same_words, word_difference


@pytest.mark.parametrize(
    ("old", "new", "pieces"),
    [
        ("", "", []),
        ("a b", "a b", [("same", "a b", "a b")]),
        ("a b", "a\n b", [("same", "a b", "a\n b")]),
        ("rent 1,200 euros", "rent 1,350 euros",
         [("same", "rent ", "rent "), ("changed", "1,200", "1,350"), ("same", " euros", " euros")]),
        ("it is not due", "it is due",
         [("same", "it is ", "it is "), ("removed", "not ", ""), ("same", "due", "due")]),
        ("two old words.", "three new words.",
         [("changed", "two old", "three new"), ("same", " words.", " words.")]),
        ("don't go", "do go", [("changed", "don't", "do"), ("same", " go", " go")]),
        ("", "new", [("added", "", "new")]),
        ("\u4e09\u4e2a\u6708", "\u516d\u4e2a\u6708",
         [("changed", "\u4e09", "\u516d"), ("same", "\u4e2a\u6708", "\u4e2a\u6708")]),
    ],
)  # fmt: skip
def test_pieces_are_words_and_not_letters(old: str, new: str, pieces: list[tuple[str, str, str]]) -> None:
    assert word_difference(old, new) == tuple(Piece(*piece) for piece in pieces)  # type: ignore[arg-type]


# A text with some of its words repeated, dropped or replaced.
near = st.lists(st.sampled_from(["the", "rent", "is", "1,200", "not", ".", "\n", " ", "due"]), max_size=12)


@given(hostile | near.map(" ".join), hostile | near.map(" ".join))
def test_the_joined_pieces_are_the_texts(old: str, new: str) -> None:
    pieces = word_difference(old, new)
    assert "".join(piece.old for piece in pieces) == old
    assert "".join(piece.new for piece in pieces) == new
    for piece in pieces:
        expected = "changed" if piece.old and piece.new else "removed" if piece.old else "added"
        if piece.kind == "same":
            assert piece.old.split() == piece.new.split()
        else:
            assert piece.kind == expected
    is_same = all(piece.kind == "same" for piece in pieces)
    assert is_same <= same_words(old, new)


def test_a_long_text_is_one_piece() -> None:
    old, new = "a b " * 5_000, "b a " * 5_000
    assert word_difference(old, new) == (Piece("changed", old, new),)
