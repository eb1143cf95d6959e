"""Join pieces that are no sentences to their neighbours: labels, run-in titles, short items, values."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable
from typing import NamedTuple

from qa.text.labels import has_bullet, is_only_label, read_label
from qa.text.titles import run_in_title

Span = tuple[int, int]

MAX_JOINED = 1_000
"""Maximum characters of a joined sentence."""
_MAX_LIST = 500
"""Maximum characters of a lead-in with its short items."""
_MIN_ITEM_WORDS = 4
_MAX_FIELD_WORDS, _MAX_VALUE_WORDS = 4, 12
# "clauses (A) and (B)", "paragraphs (a) and (b) above" at the beginning of a line.
_REFERENCE = re.compile(r"[,;)]|[^\W\d_]{2,3}\s+\(|[^\W\d_]{4,8}[.,;)]")
_OPEN_END = re.compile(r"(?:[,:;–—-]|[,;]\s+[^\W\d_]{1,3})\s*$")
_BARE_NUMBER = re.compile(r"[–—-]?\s*\d{1,3}\s*[–—-]?$")
_SENTENCE_END = re.compile(r"[.!?。！？؟۔…][\"'”’»)\]\d\s]*$")
_STOPPED = re.compile(r"[.!?。！？؟۔…:;：；][\"'”’»)\]\d\s]*$")


class Joined(NamedTuple):
    """The span of a sentence; ``title_end`` is the end of the title that leads it, if any."""

    start: int
    end: int
    title_end: int | None = None


def join(text: str, pieces: Iterable[Span], starts: Container[int]) -> list[Joined]:
    """Return the sentences of a block.

    Args:
        text: Text of the document.
        pieces: The pieces that the sentence library separates, in order.
        starts: Offsets at which a line or paragraph begins.

    Returns:
        The stretches from the first piece to the last that belong together.
    """
    result: list[Joined] = []
    needs_next = False
    for start, end in pieces:
        before = result[-1] if result and (needs_next or end - result[-1].start <= MAX_JOINED) else None
        title_end = run_in_title(text, start, end, begins_stretch=needs_next or start in starts)
        if before is not None and (needs_next or belongs(text, before, start, end)):
            title_end = title_end if needs_next else None
            result[-1] = before._replace(end=end, title_end=title_end or before.title_end)
            needs_next = needs_next and title_end is not None
        else:
            result.append(Joined(start, end, title_end))
            needs_next = title_end is not None or is_only_label(text, start, end)
    if len(result) > 1 and is_only_label(text, result[-1].start, result[-1].end):
        last = result.pop()
        result[-1] = result[-1]._replace(end=last.end)
    if len(result) > 1 and _BARE_NUMBER.match(text, result[-1].start, result[-1].end):
        # The number of the page at the end of a text without line breaks.
        result.pop()
    if result and needs_next:
        # Nothing follows the title.
        result[-1] = result[-1]._replace(title_end=None)
    return result


def belongs(text: str, before: Joined, start: int, end: int) -> bool:
    """Return whether a piece continues the sentence before it."""
    last = text[max(before.start, before.end - 40) : before.end]
    label = read_label(text, start, end)
    if label is None and text[start].islower() and not _STOPPED.search(last):
        return True
    if label is not None and not _STOPPED.search(last) and _REFERENCE.match(text, label.end, end):
        return True
    words = text[label.end if label else start : end].split()
    if has_bullet(text, start, end):
        return False
    if label is None and len(words) <= _MAX_VALUE_WORDS and _is_field(text[before.start : before.end]):
        return True
    is_short = len(words) < _MIN_ITEM_WORDS and end - before.start <= _MAX_LIST
    is_inner = label is not None or text[start].islower()
    return (
        is_short and is_inner and bool(_OPEN_END.search(last)) and not _SENTENCE_END.search(text[start:end])
    )


def _is_field(text: str) -> bool:
    """Return whether a piece is the name of a field: "Term:"."""
    return text.endswith(":") and len(text.split()) <= _MAX_FIELD_WORDS
