"""Count and normalise the lines of a text: one rule for every module that counts or cuts lines.

A line ends at a line feed, a carriage return, or both, as in Python's universal newlines.
"""

from __future__ import annotations

import re

_END = re.compile("\r\n?|\n")
_OTHER_ENDS = "\r\x0b\x85\u2028\u2029"
# A form feed beside a line end is not another line end: as one, it would look like a blank line.
_FEED_BESIDE = re.compile("(?<=\n)\x0c|\x0c(?= ?\n)")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")


def line_number(text: str, at: int, since: int = 0) -> int:
    """Return the line number of an offset, counted from 1 for the line at ``since``."""
    line_feeds = text.count("\n", since, at)
    returns = text.count("\r", since, at)
    # Both characters of a Windows line end count as one end.
    return 1 + line_feeds + returns - (text.count("\r\n", since, at + 1) if returns else 0)


def line_ends(text: str) -> list[int]:
    """Return the offset of the last character of each line end."""
    return [match.end() - 1 for match in _END.finditer(text)]


def with_uniform_lines(text: str) -> str:
    """Return a text of the same length with line feeds as its only line ends and without control characters.

    Offsets in the result are offsets in ``text``: segmentation reads the result, quotes come from ``text``.
    """
    text = text.replace("\r\n", " \n")
    for end in _OTHER_ENDS:
        text = text.replace(end, "\n")
    if "\x0c" in text:
        text = _FEED_BESIDE.sub(" ", text).replace("\x0c", "\n")
    return _CONTROL.sub(" ", text)
