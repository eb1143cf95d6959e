"""The lines of a text, whatever ends them: one rule for every module that counts or cuts lines.

A line ends at a line feed, a carriage return, or both, as in Python's universal newlines.
"""

from __future__ import annotations

import re

_END = re.compile("\r\n?|\n")
_OTHER_ENDS = "\r\x0b\x85\u2028\u2029"
# Beside a line end, a form feed ends no other line: as one, it would look like a blank line.
_FEED_BESIDE = re.compile("(?<=\n)\x0c|\x0c(?= ?\n)")
_CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")


def line_number(text: str, at: int, since: int = 0) -> int:
    """Return the line that an offset is in, counted from 1 for the line at ``since``."""
    line_feeds = text.count("\n", since, at)
    returns = text.count("\r", since, at)
    # Both characters of a Windows line end are one end.
    return 1 + line_feeds + returns - (text.count("\r\n", since, at + 1) if returns else 0)


def line_ends(text: str) -> list[int]:
    """Return the offsets of the last character of each line end."""
    return [found.end() - 1 for found in _END.finditer(text)]


def with_uniform_lines(text: str) -> str:
    """Return a text of the same length in which every line end is a line feed, and no control character is.

    Offsets in it are offsets in ``text``: what cuts a text looks at this, and what is quoted is ``text``.
    """
    text = text.replace("\r\n", " \n")
    for end in _OTHER_ENDS:
        text = text.replace(end, "\n")
    if "\x0c" in text:
        text = _FEED_BESIDE.sub(" ", text).replace("\x0c", "\n")
    return _CONTROL.sub(" ", text)
