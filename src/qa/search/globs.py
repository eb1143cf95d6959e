"""Match names against globs in time linear in the length of the name, for every glob.

The syntax is that of `fnmatch.fnmatchcase`: ``*`` any characters, ``?`` one, ``[a-z]`` and ``[!a-z]`` one of
a set.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fnmatch import translate

from qa.errors import UsageError

LONGEST = 4_096
"""Maximum characters of a glob: more than any path has."""
SHOWN = 120
"""Maximum characters of a glob in a message."""


def matcher(glob: str) -> Callable[[str], bool]:
    """Return a function that checks whether a name matches the glob.

    Raises:
        UsageError: The glob is too long.
    """
    if len(glob) > LONGEST:
        raise UsageError("glob-too-long", glob=shortened(glob), n=len(glob), most=LONGEST)
    if "?" in glob or "[" in glob:
        return _Automaton(glob).matches
    return _Literals(glob).matches


def is_glob(name: str) -> bool:
    """Return whether a name contains a special character of globs."""
    return any(character in name for character in "*?[")


def shortened(glob: str) -> str:
    """Return the glob, truncated for a message."""
    return glob if len(glob) <= SHOWN else f"{glob[:SHOWN]}..."


class _Literals:
    """A glob with stars only: each text is searched after the previous one, without backtracking."""

    def __init__(self, glob: str) -> None:
        self._first, *rest = glob.split("*")
        self._last = rest.pop() if rest else None
        self._middle = [text for text in rest if text]
        self._least = sum(map(len, (self._first, *self._middle, self._last or "")))

    def matches(self, name: str) -> bool:
        if self._last is None:
            return name == self._first
        if len(name) < self._least or not (name.startswith(self._first) and name.endswith(self._last)):
            return False
        at, end = len(self._first), len(name) - len(self._last)
        for text in self._middle:
            at = name.find(text, at, end)
            if at < 0:
                return False
            at += len(text)
        return True


class _Automaton:
    """All ways to match at once: bit ``i`` of a state is set if the first ``i`` parts of the glob match."""

    def __init__(self, glob: str) -> None:
        self._loops = self._any = at = 0
        self._literal: dict[str, int] = {}
        sets: dict[str, int] = {}
        for token in _tokens(glob):
            bit = 1 << at
            if token == "*":
                self._loops |= bit
                continue
            if token == "?":
                self._any |= bit
            elif len(token) == 1:
                self._literal[token] = self._literal.get(token, 0) | bit
            else:
                sets[token] = sets.get(token, 0) | bit
            at += 1
        self._end = 1 << at
        self._least = at
        self._sets = [(re.compile(translate(text)), bits) for text, bits in sets.items()]
        self._fitting: dict[str, int] = {}

    def matches(self, name: str) -> bool:
        if len(name) < self._least:
            return False
        state = 1
        for character in name:
            fitting = self._fitting.get(character)
            if fitting is None:
                fitting = self._fitting[character] = self._fits(character)
            state = (state & fitting) << 1 | state & self._loops
            if not state:
                return False
        return bool(state & self._end)

    def _fits(self, character: str) -> int:
        fitting = self._any | self._literal.get(character, 0)
        for pattern, bits in self._sets:
            if pattern.match(character):
                fitting |= bits
        return fitting


def _tokens(glob: str) -> Iterator[str]:
    """Yield the parts of a glob that match one character each, and its stars; a lone ``[`` is a character."""
    at = 0
    closed = glob.rfind("]")
    while at < len(glob):
        end = at + 1
        if glob[at] == "[":
            # A bracket right after "[" or "[!" is a member of the set.
            start = at + (2 if glob.startswith("!", at + 1) else 1) + 1
            # Searched only if there is a closing bracket, to avoid a scan to the end for each open bracket.
            close = glob.find("]", start) if start <= closed else -1
            end = close + 1 if close > 0 else end
        yield glob[at:end]
        at = end
