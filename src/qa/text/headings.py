"""Recognise headings by their words, their label, and the text around them; give them a depth."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise

from qa.text.labels import Label, read_label
from qa.text.names import is_name
from qa.text.stretches import Stretch
from qa.text.titles import has_cases, is_capitals, is_title_case, may_be_title

DEPTH = 100
"""Level of the headings that are recognised here: below those that the parser declares."""
_CAPITALS, _PLAIN_ABOVE, _PLAIN, _OPENING = 25, 28, 42, 99
"""Ranks of headings without a label, see `qa.text.labels.Label`: in capitals, plain ones above and below
numbered headings, "WHEREAS:"."""
_NUMBERED = 40
"""Rank of lines that count the parts of a text by a word in any language: "Článek 22"."""
_MIN_NUMBERED, _MAX_NUMBERED = 3, 24
"""Minimum number of such lines, and their maximum characters."""
_MIN_PROSE_WORDS = 8
_MAX_PLAIN_WORDS = 8
_MAX_SENTENCE_HEADING = 14
_END = re.compile(r"[.,;!?。！？，；][\"'”’)]*$")
_STOPPED = re.compile(r"[.!?:;。！？؟۔…：；][\"'”’»)\]\d\s]*$")
_FIELD = re.compile(r"[^:]{2,30}:\s+\S+\s+\S")
_COUNTED = re.compile(r"[^\W\d_]+\.?\s*(\d{1,3})(?:\s*[^\W\d_]{1,2})?[.:]?")
_DIGIT = re.compile(r"\d")


def headings(text: str, stretches: Sequence[Stretch], *, is_laid_out: bool) -> list[Stretch]:
    """Return the stretches, those marked as headings that are titles of the text below them.

    Args:
        text: Text of the document.
        stretches: Its stretches in order.
        is_laid_out: Whether its lines come from pages or plain text, so that headings are guessed.
    """
    result: list[Stretch] = []
    below: Stretch | None = None
    numbered = _numbered_lines(text, stretches)
    # A file with marked headings has no others that are only short.
    has_plain = is_laid_out or all(stretch.kind != "heading" for stretch in stretches)
    for at in range(len(stretches) - 1, -1, -1):
        stretch = stretches[at]
        before = stretches[at - 1] if at else None
        if at in numbered and at + 1 not in numbered and below is not None:
            stretch = stretch._replace(kind="heading", level=DEPTH + _NUMBERED)
        else:
            stretch = _judged(text, stretch, before, below, is_laid_out=is_laid_out, has_plain=has_plain)
        if stretch.kind != "contents":
            below = stretch
        result.append(stretch)
    result.reverse()
    return _joined_titles(text, result)


def _judged(
    text: str,
    stretch: Stretch,
    before: Stretch | None,
    below: Stretch | None,
    *,
    is_laid_out: bool,
    has_plain: bool,
) -> Stretch:
    """Return a stretch, marked as a heading if it is one, or as a paragraph if it only looks like one."""
    if stretch.kind == "heading":
        is_title = not is_laid_out or _is_title(text, stretch)
        return stretch if is_title else stretch._replace(kind="paragraph", level=0)
    if stretch.kind not in ("paragraph", "item"):
        return stretch
    rank = _rank(text, stretch, before, below, has_plain=has_plain)
    return stretch if rank is None else stretch._replace(kind="heading", level=DEPTH + rank)


def _numbered_lines(text: str, stretches: Sequence[Stretch]) -> set[int]:
    """Return the positions of lines that are one word with a number, if the numbers of several increase."""
    numbers: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for at, stretch in enumerate(stretches):
        if stretch.kind != "paragraph" or stretch.end - stretch.start > _MAX_NUMBERED:
            continue
        if match := _COUNTED.fullmatch(text, stretch.start, stretch.end):
            form = text[stretch.start : match.start(1)] + "#" + text[match.end(1) : stretch.end]
            numbers[form].append((at, int(match[1])))
    result: set[int] = set()
    for lines in numbers.values():
        steps = sum(after > before for (_, before), (_, after) in pairwise(lines))
        if len(lines) >= _MIN_NUMBERED and steps == len(lines) - 1:
            result.update(at for at, _ in lines)
    return result


def is_plain(level: int) -> bool:
    """Return whether a level belongs to a heading without a label."""
    return level - DEPTH in (_CAPITALS, _PLAIN_ABOVE, _PLAIN)


def plain_level(level: int, above: Iterable[int]) -> int:
    """Return the level of a heading: one without a label is below numbered headings, if there are any."""
    is_below = any(other > DEPTH + _PLAIN_ABOVE for other in above)
    return DEPTH + _PLAIN_ABOVE if level == DEPTH + _PLAIN and not is_below else level


def _is_title(text: str, stretch: Stretch) -> bool:
    """Return whether a heading of the parser is a title: large or bold letters may emphasise other text."""
    line = text[stretch.start : stretch.end]
    words = line.split()
    if is_capitals(line):
        return True
    is_field = _FIELD.match(line) is not None and read_label(text, stretch.start, stretch.end) is None
    return not is_field and (len(words) <= _MAX_SENTENCE_HEADING or not line.endswith((".", ";", ",")))


def _rank(
    text: str, stretch: Stretch, before: Stretch | None, below: Stretch | None, *, has_plain: bool
) -> int | None:
    """Return the rank of a stretch that is a heading, None if it is none."""
    label = read_label(text, stretch.start, stretch.end)
    words = text[label.end if label else stretch.start : stretch.end].strip()
    if label is not None:
        return label.rank if _is_labelled_heading(text, words, label, before, below) else None
    if below is None or below.kind == "lines" or not may_be_title(words):
        return None
    return _plain_rank(text, words, stretch, before, below, has_plain=has_plain)


def _is_labelled_heading(
    text: str, words: str, label: Label, before: Stretch | None, below: Stretch | None
) -> bool:
    """Return whether a stretch with a label is a heading."""
    if not words:
        return label.is_named
    if not may_be_title(words):
        return False
    if below is None or below.kind == "lines":
        return label.is_named and is_title_case(words)
    if not _is_labelled_title(text, words, label, below):
        return False
    return not _is_listed(text, label, before, below) or (is_capitals(words) and below.kind == "heading")


def _plain_rank(
    text: str, words: str, stretch: Stretch, before: Stretch | None, below: Stretch, *, has_plain: bool
) -> int | None:
    """Return the rank of a heading without a label, None if it is none."""
    if is_capitals(words):
        return _capitals_rank(text, words, below)
    return _PLAIN if has_plain and _is_plain_title(text, words, stretch, before, below) else None


def _capitals_rank(text: str, words: str, below: Stretch) -> int | None:
    """Return the rank of a line of capitals without a label, None if it is no heading."""
    if words.endswith(":"):
        return _OPENING if _is_prose(text, below) else None
    return None if _END.search(words) or not _may_lead(text, below) else _CAPITALS


def _is_plain_title(text: str, words: str, stretch: Stretch, before: Stretch | None, below: Stretch) -> bool:
    """Return whether a line is short and apart from the text below it, or a question above its answer."""
    if not stretch.begins_block or not (words[0].isupper() or not has_cases(words)):
        return False
    if not _is_prose(text, below) or (before is not None and not _may_end(text, before, words)):
        return False
    if words.endswith("?"):
        return not stretch.ends_block and not below.begins_block
    is_short = len(words.split()) <= _MAX_PLAIN_WORDS
    return is_short and not _END.search(words) and ":" not in words and not _DIGIT.search(words)


def _is_labelled_title(text: str, words: str, label: Label, below: Stretch) -> bool:
    """Return whether the words after a label are a title."""
    bare = words.rstrip(".:")
    if not has_cases(bare):
        return not _END.search(bare)
    if not (words[0].isupper() or words[0].isdigit()) or _END.search(bare):
        return False
    if is_title_case(bare) or is_capitals(bare):
        return True
    # A title in small letters has no end mark, and is followed by prose.
    return bare == words and not label.is_enclosed and _is_prose(text, below)


def _is_listed(text: str, label: Label, before: Stretch | None, below: Stretch) -> bool:
    """Return whether a numbered line is one of several without text between them: a list."""
    if _has_rank(text, below, label.rank):
        return True
    return before is not None and _has_rank(text, before, label.rank) and not _is_prose(text, before)


def _has_rank(text: str, stretch: Stretch, rank: int) -> bool:
    """Return whether a stretch has a label of this rank."""
    label = read_label(text, stretch.start, stretch.end)
    return label is not None and label.rank == rank


def _may_lead(text: str, below: Stretch) -> bool:
    """Return whether text below a line may be what it is the title of."""
    return (
        below.kind == "heading"
        or _is_prose(text, below)
        or read_label(text, below.start, below.end) is not None
    )


def _is_prose(text: str, stretch: Stretch) -> bool:
    """Return whether a stretch is running text: enough words, some in small letters."""
    if stretch.kind not in ("paragraph", "item"):
        return stretch.kind == "row"
    line = text[stretch.start : stretch.end]
    if not has_cases(line[:200]):
        return len(line) > 20
    words = line.split(None, 30)
    return len(words) >= _MIN_PROSE_WORDS and any(word.islower() for word in words)


def _may_end(text: str, before: Stretch, words: str) -> bool:
    """Return whether a title may come after the text before it; one word also after a name: "Abstract"."""
    is_word = len(words.split()) == 1 and has_cases(words)
    return _is_end(text, before) or (is_word and is_name(text[before.start : before.end]))


def _is_end(text: str, before: Stretch) -> bool:
    """Return whether the text before a line is complete."""
    return (
        before.kind != "paragraph"
        or _STOPPED.search(text, max(before.start, before.end - 20), before.end) is not None
    )


def _joined_titles(text: str, stretches: Sequence[Stretch]) -> list[Stretch]:
    """Return the stretches, a heading that is only a named number joined to the title below it."""
    result: list[Stretch] = []
    for stretch in stretches:
        before = result[-1] if result else None
        if before is not None and before.kind == stretch.kind == "heading" and before.level >= DEPTH:
            label = read_label(text, before.start, before.end)
            own = read_label(text, stretch.start, stretch.end)
            if label is not None and label.is_named and label.end >= before.end and own is None:
                result[-1] = before._replace(end=stretch.end, ends_block=stretch.ends_block)
                continue
        result.append(stretch)
    return result
