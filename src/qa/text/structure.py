"""Recognise the kinds of a document's stretches: headings, contents, running lines, signatures, its title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from qa import lang
from qa.text.contents import contents
from qa.text.headings import headings
from qa.text.labels import has_bullet, is_only_label, read_label
from qa.text.names import is_name
from qa.text.running import without_running
from qa.text.stretches import Stretch
from qa.text.titles import is_capitals

_PROSE = ("paragraph", "item")
_STOPPED = re.compile(r"[.!?:;。！？؟۔…][\"'”’»)\]\d\s]*$")
_SENTENCE_END = re.compile(r"[.;!?]$")
_DIRECTION = re.compile(r"\[[^\[\]]{1,100}\]\.?|\([^()]{1,79}[^().!?]\)\.?")
_MAX_DIRECTION_WORDS = 10
_MIN_WORDS_BEFORE_BREAK, _MIN_SENTENCE_WORDS, _MAX_FIELD_WORDS = 5, 12, 4
_MIN_FULL_LINE = 60
"""Characters of a line that the edge of the paper ends."""
_MAX_FIELD, _MAX_VALUE = 40, 100

_MIN_ITEMS, _MIN_ITEM_WORDS, _MAX_LEAD_WORDS = 3, 4, 20
_MAX_LIST, _MAX_ITEM = 400, 60

_SIGNATURE_LABELS = rf"(?:{lang.alternatives('signature_labels')})"
_ADDRESS_LABELS = rf"(?:{lang.alternatives('address_labels')})"
_SIGNATURE = re.compile(rf"_{{3,}}|/s/|\\s\\|\b{_SIGNATURE_LABELS}\s*:|^{_SIGNATURE_LABELS}$", re.IGNORECASE)
_STRONG_SIGNATURE = re.compile(r"_{3,}|/s/|^by\s*:", re.IGNORECASE)
_TWO_SIGNERS = re.compile(rf"\b({_SIGNATURE_LABELS})\s*:.*\b\1\s*:", re.IGNORECASE)
_ADDRESS = re.compile(
    rf"\b{_ADDRESS_LABELS}\s*[:.]|\(?\b\d{{3}}\)?[-. ]\d{{3}}[-. ]\d{{4}}\b|\b\d{{5}}(?:-\d{{4}})?$"
    r"|\S@\S+\.\w|^(?-i:(?:P\.? ?O\.? )?\d{1,5}\s+[A-Z][a-z]+)|\+\d{2}[\d ()-]{6,}",
    re.IGNORECASE,
)
_MAX_BLOCK_WORDS = 14
_MAX_BLOCK = 600
_MIN_LINES = 3

_MAX_TITLE_BLOCK = 400
_MAX_TITLE_LINES, _MAX_LEGENDS = 16, 6
_MAX_TITLE_WORDS, _MAX_LEGEND_WORDS, _MAX_DOTTED_WORDS = 20, 60, 6
"""Maximum words of a line of the title block; in capitals; with a full stop."""


def recognise(
    text: str, stretches: Sequence[Stretch], page_starts: Sequence[int] = (), *, is_laid_out: bool
) -> list[Stretch]:
    """Return the stretches with their kinds, some of them joined or marked as headings.

    Args:
        text: Text of the document.
        stretches: All of its stretches in order.
        page_starts: Offsets at which its pages begin, if they are known.
        is_laid_out: Whether its lines come from pages or plain text, so that headings are guessed.
    """
    result = [_as_clause(text, stretch) for stretch in without_running(text, stretches, page_starts)]
    listed = contents(text, result)
    result = [
        stretch._replace(kind="contents") if at in listed or _is_direction(text, stretch) else stretch
        for at, stretch in enumerate(result)
    ]
    result = list(_joined(text, result, has_pages=bool(page_starts)))
    result = list(_with_blocks_of_lines(text, _with_short_items(text, result)))
    first = _title_lines(text, result) if is_laid_out else 0
    opening = list(_title_block(text, result[:first]))
    return opening + headings(text, result[first:], is_laid_out=is_laid_out)


def _as_clause(text: str, stretch: Stretch) -> Stretch:
    """Return a row as an item if its only tab is between a number and the text."""
    if stretch.kind != "row" or text.count("\t", stretch.start, stretch.end) != 1:
        return stretch
    label = read_label(text, stretch.start, stretch.end)
    is_clause = label is not None and text.find("\t", stretch.start) < label.end
    return stretch._replace(kind="item") if is_clause else stretch


def _is_direction(text: str, stretch: Stretch) -> bool:
    """Return whether a line is only a note in brackets: "[Signature page follows]"."""
    if stretch.kind != "paragraph":
        return False
    match = _DIRECTION.fullmatch(text, stretch.start, stretch.end)
    if match is None or is_only_label(text, stretch.start, stretch.end):
        return False
    return len(match[0].split()) <= _MAX_DIRECTION_WORDS


# -- joined stretches -------------------------------------------------------------------------------


def _joined(text: str, stretches: Sequence[Stretch], *, has_pages: bool) -> Iterator[Stretch]:
    """Yield the stretches, those joined that a page break or a layout has separated."""
    before: Stretch | None = None
    for stretch in stretches:
        if before is not None and _continues(text, before, stretch, has_pages=has_pages):
            kind = before.kind if not is_only_label(text, before.start, before.end) else stretch.kind
            before = before._replace(end=stretch.end, kind=kind, ends_block=stretch.ends_block)
            continue
        if before is not None:
            yield before
        before = stretch
    if before is not None:
        yield before


def _continues(text: str, before: Stretch, stretch: Stretch, *, has_pages: bool) -> bool:
    """Return whether a stretch is the second part of the one before it."""
    if before.kind not in _PROSE or stretch.kind not in _PROSE or stretch.level:
        return False
    if has_bullet(text, stretch.start, stretch.end):
        return False
    if is_only_label(text, before.start, before.end):
        return stretch.begins_block
    if stretch.kind == "item" or read_label(text, stretch.start, stretch.end) is not None:
        return False
    if text[before.end - 1] == ":":
        return _is_value(text, before, stretch)
    last = text[max(before.start, before.end - _MIN_FULL_LINE) : before.end]
    return not _STOPPED.search(last) and _is_broken(text, before, stretch, has_pages=has_pages)


def _is_value(text: str, before: Stretch, stretch: Stretch) -> bool:
    """Return whether a stretch is the value of the field before it: "Term:" and "24 months"."""
    if not (before.begins_block and stretch.begins_block) or before.end - before.start > _MAX_FIELD:
        return False
    words = text[before.start : before.end].split()
    return stretch.end - stretch.start <= _MAX_VALUE and len(words) <= _MAX_FIELD_WORDS


def _is_broken(text: str, before: Stretch, stretch: Stretch, *, has_pages: bool) -> bool:
    """Return whether a stretch without an end continues in the next one."""
    if text[stretch.start].islower():
        return _has_words(text, before, _MIN_WORDS_BEFORE_BREAK)
    # A page or column ends after a full line in the middle of a sentence.
    last = text[max(before.start, before.end - _MIN_FULL_LINE) : before.end]
    is_full = "\n" not in last and len(last) == _MIN_FULL_LINE
    if not has_pages or not is_full or not stretch.begins_block:
        return False
    ends = _SENTENCE_END.search(text, max(stretch.start, stretch.end - 1), stretch.end)
    return ends is not None and _has_words(text, before, _MIN_SENTENCE_WORDS)


def _has_words(text: str, stretch: Stretch, count: int) -> bool:
    """Return whether a stretch has so many words, some in small letters."""
    words = text[stretch.start : stretch.end].split()
    return len(words) >= count and any(map(str.islower, words))


# -- short items ------------------------------------------------------------------------------------


def _with_short_items(text: str, stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Yield the stretches, those joined that are items of one to three words, with their lead-in."""
    run: list[Stretch] = []
    for stretch in stretches:
        is_item = _is_short_item(text, stretch)
        if not is_item or (run and stretch.end - run[0].start > _MAX_LIST):
            yield from _as_list(text, run)
            run = []
        if not is_item and text[stretch.end - 1] != ":":
            yield stretch
        else:
            run.append(stretch)
    yield from _as_list(text, run)


def _is_short_item(text: str, stretch: Stretch) -> bool:
    if stretch.level or stretch.kind not in _PROSE or stretch.end - stretch.start > _MAX_ITEM:
        return False
    if _SENTENCE_END.search(text, stretch.end - 1, stretch.end):
        return False
    label = read_label(text, stretch.start, stretch.end)
    is_item = stretch.kind == "item" or label is not None or has_bullet(text, stretch.start, stretch.end)
    words = text[label.end if label else stretch.start : stretch.end].split()
    has_mark = label is None and (words[0] == "o" or not words[0].isalnum())
    return is_item and len(words) - has_mark < _MIN_ITEM_WORDS


def _as_list(text: str, run: Sequence[Stretch]) -> Iterator[Stretch]:
    """Yield a lead-in with its short items as one stretch if there are several, else unchanged."""
    has_lead = bool(run) and not _is_short_item(text, run[0])
    if len(run) - has_lead < _MIN_ITEMS:
        yield from run
        return
    if has_lead and len(text[run[0].start : run[0].end].split()) > _MAX_LEAD_WORDS:
        yield run[0]
        run = run[1:]
    yield run[0]._replace(end=run[-1].end, kind="lines", ends_block=run[-1].ends_block)


# -- signatures and addresses -----------------------------------------------------------------------


def _with_blocks_of_lines(text: str, stretches: Iterable[Stretch]) -> Iterator[Stretch]:
    """Yield the stretches, the short lines of a signature or an address joined."""
    run: list[Stretch] = []
    for stretch in stretches:
        if not _may_be_line(text, stretch):
            yield from _as_block(text, run)
            run = []
            yield stretch
            continue
        if run and stretch.end - run[0].start > _MAX_BLOCK:
            yield from _as_block(text, run)
            run = []
        run.append(stretch)
    yield from _as_block(text, run)


def _may_be_line(text: str, stretch: Stretch) -> bool:
    if stretch.kind not in ("paragraph", "row") or stretch.level:
        return False
    line = text[stretch.start : stretch.end]
    if len(line) > 160 or len(line.split()) > _MAX_BLOCK_WORDS:
        return False
    label = read_label(text, stretch.start, stretch.end)
    return label is None or (label.is_named and _SIGNATURE.search(line) is not None) or line[0].isdigit()


def _as_block(text: str, run: Sequence[Stretch]) -> Iterator[Stretch]:
    """Yield the lines of a signature or an address as one stretch, other lines unchanged."""
    marked = _marked_lines([text[stretch.start : stretch.end] for stretch in run])
    if not marked:
        yield from run
        return
    # The name above the first marked line belongs to the block.
    first = max(0, marked[0] - 2)
    last = marked[-1]
    if last + 1 < len(run) and _is_plain_name(text, run[last + 1]):
        last += 1
    yield from run[:first]
    yield run[first]._replace(end=run[last].end, kind="lines", ends_block=run[last].ends_block)
    yield from run[last + 1 :]


def _is_plain_name(text: str, stretch: Stretch) -> bool:
    """Return whether a line is a name without a number, which a heading may have."""
    label = read_label(text, stretch.start, stretch.end)
    return label is None and is_name(text[stretch.start : stretch.end])


def _marked_lines(lines: Sequence[str]) -> list[int]:
    """Return the positions of the marks of a signature or an address; none if the lines are neither."""
    if len(lines) < 2:
        return []
    marks = {at: len(labels) for at, line in enumerate(lines) if (labels := _SIGNATURE.findall(line))}
    addresses = {at for at, line in enumerate(lines) if _ADDRESS.search(line)}
    is_signature = sum(marks.values()) > 1 and any(_is_signature(lines[at]) for at in marks)
    is_address = (len(addresses) > 1 and len(lines) >= _MIN_LINES) or (
        bool(addresses) and all(map(is_name, lines))
    )
    marked = addresses.union(marks)
    return sorted(marked) if (is_signature or is_address) and 4 * len(marked) >= len(lines) else []


def _is_signature(line: str) -> bool:
    """Return whether a line has a mark that other fields lack."""
    return _STRONG_SIGNATURE.search(line) is not None or _TWO_SIGNERS.search(line) is not None


# -- the title block --------------------------------------------------------------------------------


def _title_lines(text: str, stretches: Sequence[Stretch]) -> int:
    """Return the number of short lines before the first prose: the document's title, parties and date."""
    count = 0
    for at, stretch in enumerate(stretches[:_MAX_TITLE_LINES]):
        if not _is_title_line(text, stretch, is_first=at == 0):
            following = stretches[at + 1] if at + 1 < len(stretches) else None
            if not (at < _MAX_LEGENDS and following is not None and _is_legend(text, stretch, following)):
                break
        count += 1
    # Without prose below, short lines are the text itself.
    return count if count < min(len(stretches), _MAX_TITLE_LINES) else 0


def _is_title_line(text: str, stretch: Stretch, *, is_first: bool) -> bool:
    if stretch.kind in ("row", "code", "contents", "item"):
        return False
    line = text[stretch.start : stretch.end]
    label = read_label(text, stretch.start, stretch.end)
    if label is not None:
        is_exhibit = label.is_named and "." in line[: label.end - stretch.start]
        if not (is_exhibit or (label.is_named and (is_first or label.end >= stretch.end))):
            return False
    words = len(line.split())
    if is_capitals(line):
        return words <= _MAX_LEGEND_WORDS
    is_sentence = words > _MAX_DOTTED_WORDS and _STOPPED.search(line) is not None
    return words <= _MAX_TITLE_WORDS and not (is_sentence and any(map(str.islower, line.split())))


def _is_legend(text: str, stretch: Stretch, following: Stretch) -> bool:
    """Return whether a sentence is a note above the title of a document."""
    if stretch.kind != "paragraph" or read_label(text, stretch.start, stretch.end) is not None:
        return False
    is_title = following.kind == "heading" or is_capitals(text[following.start : following.end])
    return (
        is_title
        and not text[stretch.start].isalnum()
        and len(text[stretch.start : stretch.end].split()) <= _MAX_LEGEND_WORDS
    )


def _title_block(text: str, lines: Sequence[Stretch]) -> Iterator[Stretch]:
    """Yield the lines of the title block, joined as far as they are short."""
    joined: Stretch | None = None
    for line in lines:
        is_sentence = _is_title_line(text, line, is_first=True) is False
        if joined is not None and line.end - joined.start <= _MAX_TITLE_BLOCK and not is_sentence:
            joined = joined._replace(end=line.end, ends_block=line.ends_block)
            continue
        if joined is not None:
            yield joined
        joined = None if is_sentence else line._replace(kind="lines", level=0)
        if is_sentence:
            yield line
    if joined is not None:
        yield joined
