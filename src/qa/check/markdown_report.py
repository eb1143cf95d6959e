"""Read the parts of a report in Markdown, the reverse of `qa.render.markdown`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from qa.check.report_parts import HEADING, PARAGRAPH, QUOTE, Part
from qa.render import displayable

# An escaped character, a character reference, or the marks around answer words and titles.
_MARKUP = re.compile(r"\\(.)|&#([0-9]{1,7});|\*")
_HARD_BREAK = re.compile(r"(?<!\\)(?:\\\\)*\\\Z")
_NOTE = "**Note**"


def parts(lines: Iterable[str]) -> Iterator[Part]:
    """Yield the headings, quotes and paragraphs."""
    quote: list[str] = []
    # A person's note is a block quote too.
    is_note = False
    for line in lines:
        text = line.rstrip("\n")
        if text.startswith(">"):
            quote.append(_quoted_line(text[1:].removeprefix(" ")))
            continue
        if quote:
            if not is_note:
                yield Part(QUOTE, "\n".join(quote))
            quote, is_note = [], False
        if text.startswith("## "):
            yield Part(HEADING, _plain(text[3:]))
        elif text.strip() == _NOTE:
            is_note = True
        elif text.strip():
            yield Part(PARAGRAPH, _plain(text))
    if quote and not is_note:
        yield Part(QUOTE, "\n".join(quote))


def compared(text: str) -> str:
    """Return a quote as Markdown shows it: without the white space of blank lines."""
    return "\n".join(line if line.strip() else "" for line in displayable(text).split("\n"))


def _quoted_line(line: str) -> str:
    # A backslash at the end keeps the line break.
    return _plain(line[:-1] if _HARD_BREAK.search(line) else line)


def _plain(text: str) -> str:
    return _MARKUP.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    if match[1]:
        return match[1]
    return chr(int(match[2])) if match[2] and int(match[2]) < 0x110000 else ""
