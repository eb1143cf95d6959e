"""Find quotations again in the text of a file's own markup, to mark them there."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate

from qa.check.folding import key


class MarkupText:
    """The text of a file in pieces, in which quotations are found in order.

    Pieces are the texts between tags. Typography and white space do not count, because a parser may have
    changed both.
    """

    def __init__(self, pieces: Sequence[str]) -> None:
        self._pieces = pieces
        self._keys = [key(piece) for piece in pieces]
        self._starts = [0, *accumulate(map(len, self._keys))]
        self._text = "".join(self._keys)
        self._cursor = 0

    def find(self, text: str) -> list[tuple[int, int, int]]:
        """Return the pieces of the next place of a text: the piece's number, the start and the end in it.

        The search begins behind the last place, and starts again if there is none. The result is empty if the
        text has no place.
        """
        phrase = key(text)
        at = self._text.find(phrase, self._cursor) if phrase else -1
        if at < 0 and phrase:
            at = self._text.find(phrase)
        if at < 0:
            return []
        end = at + len(phrase)
        self._cursor = end
        first, last = self._piece(at), self._piece(end - 1)
        spans: list[tuple[int, int, int]] = []
        for number in range(first, last + 1):
            begin = at - self._starts[number] if number == first else 0
            stop = end - self._starts[number] if number == last else len(self._keys[number])
            if begin < stop:
                start, stop = _offsets(self._pieces[number], begin, stop)
                # Spaces between two pieces belong to the text.
                spans.append(
                    (
                        number,
                        0 if number > first else start,
                        len(self._pieces[number]) if number < last else stop,
                    )
                )
        return spans

    def _piece(self, at: int) -> int:
        return bisect_right(self._starts, at) - 1


def _offsets(piece: str, begin: int, stop: int) -> tuple[int, int]:
    """Return the offsets in a text of two offsets in its key."""
    counts = list(accumulate(len(key(sign)) for sign in piece))
    start = bisect_right(counts, begin)
    end = bisect_right(counts, stop - 1) + 1
    return start, end
