"""Find a phrase in long texts: the places of `qa.text.exact.find`, many times as fast.

A pattern selects the stretches that may contain the phrase: its characters in any form that folds to them,
with any white space, dashes and invisible characters between. Only these stretches are folded.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import chain

import regex

from qa.text.exact import _GAP, find, fold

# No character elsewhere folds to others, except those of historic scripts with upper and lower case.
_FOLDED_RANGES = (
    range(0x0000, 0x3400),
    range(0xA000, 0xD800),
    range(0xF900, 0x10000),
    range(0x10000, 0x20000),
    range(0x2F800, 0x2FA20),
    range(0xE0000, 0xE0200),
)
_BLANKS = str.maketrans("", "", " -")
_BETWEEN = f"{_GAP.pattern[:-1]}*"
"""Any white space, dashes and invisible characters."""
_AROUND = 64
"""Characters on either side of a stretch that are folded too: a word or a gap may continue there."""

_SECONDS = 2.0
"""Seconds after which a text is folded as a whole."""


class PhraseScan:
    """The places of one phrase in any number of texts."""

    def __init__(self, phrase: str) -> None:
        """Prepare the pattern.

        Args:
            phrase: A phrase as `qa.text.exact.folded_phrase` returns it; not empty.
        """
        self._phrase = phrase
        bare = phrase.translate(_BLANKS)
        self._pattern = regex.compile(_pattern(bare)) if bare else None

    def find(self, text: str) -> list[tuple[int, int]]:
        """Return the spans of the phrase in a text, in order and without overlap."""
        if self._pattern is None:
            return find(text, self._phrase)
        matches = self._pattern.finditer(text, overlapped=True, timeout=_SECONDS, concurrent=True)
        try:
            windows = [(match.start() - _AROUND, match.end() + _AROUND) for match in matches]
        except TimeoutError:
            # Repeated accents or ligatures can match in very many ways.
            return find(text, self._phrase)
        spans: list[tuple[int, int]] = []
        for start, end in joined(windows):
            first = max(0, start)
            spans += [(first + a, first + b) for a, b in find(text[first:end], self._phrase)]
        return spans


def joined(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield spans, which are in order of their starts, with those that overlap joined to one."""
    first, last = -1, -1
    for start, end in spans:
        if last >= 0 and start <= last:
            last = max(last, end)
            continue
        if last >= 0:
            yield first, last
        first, last = start, end
    if last >= 0:
        yield first, last


@cache
def _sources() -> dict[str, str]:
    """Return the characters that fold to each text of one or more characters."""
    sources: dict[str, str] = defaultdict(str)
    for code in chain.from_iterable(_FOLDED_RANGES):
        sign = chr(code)
        folded = fold(sign)
        if folded != sign:
            sources[folded.translate(_BLANKS)] += sign
    del sources[""]
    return dict(sources)


def _pattern(bare: str) -> str:
    """Return the pattern of a phrase without its gaps.

    It may match more than the phrase, but never less: where one character folds to several, such as a
    ligature or an accented letter, the signs and the ligatures may come in any order.
    """
    sources = _sources()
    several = {folded: signs for folded, signs in sources.items() if len(folded) > 1 and folded in bare}
    spans = sorted(
        (at, at + len(folded)) for folded in several for at in range(len(bare)) if bare.startswith(folded, at)
    )
    parts: list[str] = []
    at = 0
    for start, end in joined((start, end - 1) for start, end in spans):
        parts += [_class(sign + sources.get(sign, "")) for sign in bare[at:start]]
        stretch = bare[start : end + 1]
        signs = "".join(sign + sources.get(sign, "") for sign in stretch)
        signs += "".join(signs for folded, signs in several.items() if folded in stretch)
        parts.append(f"(?:{_class(signs)}{_BETWEEN}){{0,{len(stretch) - 1}}}{_class(signs)}")
        at = end + 1
    parts += [_class(sign + sources.get(sign, "")) for sign in bare[at:]]
    return _BETWEEN.join(parts)


def _class(signs: str) -> str:
    return f"[{''.join(map(regex.escape, sorted(set(signs))))}]"
