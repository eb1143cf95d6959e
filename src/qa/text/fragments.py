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
_DASH = re.compile(r"(?:--|—|–)(?=[^\W_])")
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
        title_end = run_in_title(text, start, end, begins_stretch=needs_next or start in starts)
        is_title = title_end is not None
        before = result[-1] if result else None
        if before is not None and needs_next:
            result[-1] = before._replace(end=end, title_end=title_end or before.title_end)
            needs_next = is_title
        elif before is not None and end - before.start <= MAX_JOINED and belongs(text, before, start, end):
            result[-1] = before._replace(end=end)
        else:
            result.append(Joined(start, end, title_end))
            needs_next = is_title or is_only_label(text, start, end)
    if needs_next:
        # Nothing follows the title.
        result[-1] = result[-1]._replace(title_end=None)
    return _without_end(text, result)


def _without_end(text: str, sentences: list[Joined]) -> list[Joined]:
    """Return the sentences, a label at the end joined to the last one, the number of a page left out."""
    if len(sentences) > 1:
        before, last = sentences[-2:]
        if is_only_label(text, last.start, last.end):
            return [*sentences[:-2], before._replace(end=last.end)]
        if _BARE_NUMBER.match(text, last.start, last.end):
            return sentences[:-1]
    return sentences


def belongs(text: str, before: Joined, start: int, end: int) -> bool:
    """Return whether a piece continues the sentence before it."""
    last = text[max(before.start, before.end - 40) : before.end]
    if _DASH.match(text, start, end):
        return True
    label = read_label(text, start, end)
    words = text[label.end if label else start : end].split()
    is_item = len(words) < _MIN_ITEM_WORDS and end - before.start <= _MAX_LIST and _is_inside(text, last, end)
    if label is not None:
        is_reference = not _STOPPED.search(last) and _REFERENCE.match(text, label.end, end) is not None
        return is_reference or is_item
    if has_bullet(text, start, end):
        return False
    if text[start].islower():
        return is_item or not _STOPPED.search(last)
    return len(words) <= _MAX_VALUE_WORDS and _is_field(text[before.start : before.end])


def _is_inside(text: str, last: str, end: int) -> bool:
    """Return whether neither the text before an item nor the item ends a sentence."""
    return _OPEN_END.search(last) is not None and not _SENTENCE_END.search(text, end - 3, end)


def _is_field(text: str) -> bool:
    """Return whether a piece is the name of a field: "Term:"."""
    return text.endswith(":") and len(text.split()) <= _MAX_FIELD_WORDS
