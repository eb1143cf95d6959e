"""The difference of two texts, word by word."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import Literal, NamedTuple

from qa.check.words import is_joint
from qa.text.tokens import whole_words

_GAP = re.compile(r"\s+|\S")
_MOST_TOKENS = 2_000
"""Longer texts are compared as a whole: the time for an alignment grows with the square of the length."""

PieceKind = Literal[
    "same",  # the same words, perhaps with other white space
    "changed",  # other words
    "removed",  # words of the old text alone
    "added",  # words of the new text alone
]


class Piece(NamedTuple):
    """A piece of two texts: joined, the pieces are the texts.

    Attributes:
        kind: How the piece differs.
        old: Its text in the old version.
        new: Its text in the new version.
    """

    kind: PieceKind
    old: str
    new: str


def same_words(old: str, new: str) -> bool:
    """Return whether two texts are equal except for white space."""
    return old.split() == new.split()


def word_difference(old: str, new: str) -> tuple[Piece, ...]:
    """Return the pieces in which two texts agree and differ.

    Words and marks are compared exactly; runs of white space are equal. In scripts without spaces, each
    letter is a word.
    """
    if old == new:
        return (Piece("same", old, new),) if old else ()
    before, after = _tokens(old), _tokens(new)
    if max(len(before), len(after)) > _MOST_TOKENS:
        return (_piece(old, new),)
    one, two = ([" " if token.isspace() else token for token in tokens] for tokens in (before, after))
    matcher = SequenceMatcher(lambda token: token == " ", one, two, autojunk=False)
    pieces: list[Piece] = []
    for tag, a, b, c, d in matcher.get_opcodes():
        texts = "".join(before[a:b]), "".join(after[c:d])
        pieces.append(Piece("same", *texts) if tag == "equal" else _piece(*texts))
    return tuple(_without_islands(pieces))


def _piece(old: str, new: str) -> Piece:
    return Piece("changed" if old and new else "removed" if old else "added", old, new)


def _without_islands(pieces: list[Piece]) -> list[Piece]:
    """Join differences that only white space separates: "two words" for "other ones" is one change."""
    joined: list[Piece] = []
    for at, piece in enumerate(pieces):
        is_island = piece.kind == "same" and not piece.old.strip() and 0 < at < len(pieces) - 1
        if joined and (is_island or (piece.kind != "same" and joined[-1].kind != "same")):
            last = joined.pop()
            joined.append(_piece(last.old + piece.old, last.new + piece.new))
        else:
            joined.append(piece)
    return joined


def _tokens(text: str) -> list[str]:
    """Return words, runs of white space, and single other characters; joined, they are the text."""
    tokens: list[str] = []
    position = 0
    for start, end in whole_words(text):
        if tokens and is_joint(text, position, start):
            # A number is one word with its points and commas, and a word with its apostrophe.
            tokens[-1] += text[position:end]
        else:
            tokens += _GAP.findall(text[position:start])
            tokens.append(text[start:end])
        position = end
    return tokens + _GAP.findall(text[position:])
