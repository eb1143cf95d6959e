"""Matches names with globs, in time that grows with the pattern's length times the name's.

The rules are those of `fnmatch.fnmatchcase`, which takes quadratic time to read a pattern of brackets.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import lru_cache

WILDCARDS = frozenset("*?[")


def is_glob(name: str) -> bool:
    """Says whether a name has a character that stands for others."""
    return not WILDCARDS.isdisjoint(name)


def matcher(pattern: str) -> Callable[[str], bool]:
    """Returns the function that tells whether a name matches a glob."""
    compiled = _compiled(pattern)
    return lambda name: compiled.match(name) is not None


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> re.Pattern[str]:
    first, *others = _parts(pattern)
    if not others:
        return re.compile(rf"(?s:{first})\Z")
    # The leftmost place that fits is as good as any, so no star but the last is ever tried again.
    *middle, last = others
    return re.compile(rf"(?s:{first}{''.join(f'(?>.*?{part})' for part in middle if part)}.*{last})\Z")


def _parts(pattern: str) -> Iterator[str]:
    """Yields what stands between the stars, as regular expressions."""
    part: list[str] = []
    last = pattern.rfind("]")
    at = 0
    while at < len(pattern):
        character = pattern[at]
        at += 1
        if character == "*":
            yield "".join(part)
            part = []
        elif character == "?":
            part.append(".")
        elif character == "[" and (end := _end_of_set(pattern, at, last)) >= 0:
            part.append(_set(pattern[at:end]))
            at = end + 1
        else:
            part.append(re.escape(character))
    yield "".join(part)


def _end_of_set(pattern: str, start: int, last: int) -> int:
    """Returns where the set that begins at ``start`` ends, or -1; ``last`` is the pattern's last bracket."""
    start += pattern.startswith("!", start)
    # A bracket right at the beginning belongs to the set.
    start += pattern.startswith("]", start)
    # Looked for only where there is one, or a pattern of open brackets would be read again for each.
    return pattern.find("]", start) if start <= last else -1


def _set(characters: str) -> str:
    negated = characters.startswith("!")
    characters = characters[negated:]
    ranges: list[tuple[str, str]] = []
    at = 0
    while at < len(characters):
        is_range = characters[at + 1 : at + 2] == "-" and at + 2 < len(characters)
        ranges.append((characters[at], characters[at + 2] if is_range else characters[at]))
        at += 3 if is_range else 1
    inside = "".join(f"{re.escape(low)}-{re.escape(high)}" for low, high in ranges if low <= high)
    if not inside:
        return "." if negated else "(?!)"
    return f"[{'^' if negated else ''}{inside}]"
