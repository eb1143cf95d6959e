"""Recognise the kinds of a document's stretches: headings, contents, running lines, signatures, its title."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from qa import lang
from qa.text.contents import contents
from qa.text.headings import headings
from qa.text.labels import has_bullet, is_only_label, read_label
from qa.text.stretches import Stretch
from qa.text.titles import is_capitals

_PROSE = ("paragraph", "item")
_PAGE_NUMBER = re.compile(r"[\W_]*(?:\d{1,3}|[ivxl]{1,5}|[A-Z]{1,2}-\d{1,3})[\W_]*$")
_DOTTED = re.compile(r"\(?\w+[.)]$")
_DIGITS = re.compile(r"\d+|\b[ivxl]+\b")
_PAGE_WORD = re.compile(rf"(?:{lang.alternatives('page_words')})\b\W*#", re.IGNORECASE)
_PAGE_GAP = re.compile(r"\s*(?:\x0c|\n[^\S\n]*\n[^\S\n]*\n)\s*$")
_MIN_COPIES = 3
_MAX_RUNNING = 120
_MIN_PAIR = 12
"""Characters of a line that has one copy."""
_STOPPED = re.compile(r"[.!?:;。！？؟۔…][\"'”’»)\]\d\s]*$")
_MIN_WORDS_BEFORE_BREAK = 5
_MAX_FIELD, _MAX_VALUE = 40, 100

_SIGNATURE_LABELS = rf"(?:{lang.alternatives('signature_labels')})"
_ADDRESS_LABELS = rf"(?:{lang.alternatives('address_labels')})"
_SIGNATURE = re.compile(rf"_{{3,}}|/s/|\\s\\|\b{_SIGNATURE_LABELS}\s*:|^{_SIGNATURE_LABELS}$", re.IGNORECASE)
_STRONG_SIGNATURE = re.compile(r"_{3,}|/s/|^by\s*:", re.IGNORECASE)
_ADDRESS = re.compile(
    rf"\b{_ADDRESS_LABELS}\s*[:.]|\(?\b\d{{3}}\)?[-. ]\d{{3}}[-. ]\d{{4}}\b|\b\d{{5}}(?:-\d{{4}})?$"
    r"|\S@\S+\.\w|^(?-i:(?:P\.? ?O\.? )?\d{1,5}\s+[A-Z][a-z]+)|\+\d{2}[\d ()-]{6,}",
    re.IGNORECASE,
)
_MAX_BLOCK_WORDS = 14
_MAX_BLOCK = 600
_MIN_LINES = 3

_MAX_TITLE_BLOCK = 400
_MAX_TITLE_LINES = 16
_MAX_TITLE_WORDS, _MAX_LEGEND_WORDS, _MAX_DOTTED_WORDS = 20, 60, 6
"""Maximum words of a line of the title block; in capitals; with a full stop."""


def recognise(text: str, stretches: Sequence[Stretch], *, is_laid_out: bool) -> list[Stretch]:
    """Return the stretches with their kinds, some of them joined or marked as headings.

    Args:
        text: Text of the document.
        stretches: All of its stretches in order.
        is_laid_out: Whether its lines come from pages or plain text, so that headings are guessed.
    """
    result = list(_without_running(text, stretches))
    listed = contents(text, result)
    result = [s._replace(kind="contents") if at in listed else s for at, s in enumerate(result)]
    result = list(_joined(text, result))
    result = list(_with_blocks_of_lines(text, result))
    first = _title_lines(text, result) if is_laid_out else 0
    opening = list(_title_block(text, result[:first]))
    return opening + headings(text, result[first:])


# -- running lines ----------------------------------------------------------------------------------


def _without_running(text: str, stretches: Sequence[Stretch]) -> Iterator[Stretch]:
    """Yield the stretches without page numbers and lines that a page break repeats."""
    alike: dict[str, list[int]] = defaultdict(list)
    for at, stretch in enumerate(stretches):
        if _is_single(stretch) and stretch.end - stretch.start <= _MAX_RUNNING:
            alike[_DIGITS.sub("#", text[stretch.start : stretch.end].casefold())].append(at)
    running: set[int] = set()
    for form, positions in alike.items():
        is_running = _is_running(text, form, positions, stretches)
        running.update(at for at in positions if is_running or _is_page_number(text, stretches[at]))
    for at, stretch in enumerate(stretches):
        if at not in running and stretch.kind != "running":
            yield stretch


def _is_single(stretch: Stretch) -> bool:
    return stretch.kind == "paragraph" and (stretch.begins_block or stretch.ends_block)


def _is_page_number(text: str, stretch: Stretch) -> bool:
    line = text[stretch.start : stretch.end]
    return len(line) <= 12 and _PAGE_NUMBER.match(line) is not None and not _DOTTED.match(line)


def _is_running(text: str, form: str, positions: Sequence[int], stretches: Sequence[Stretch]) -> bool:
    """Return whether a line with copies is at page breaks, or counts the pages."""
    if len(positions) < 2 or len(form) < 2:
        return False
    if len(positions) < _MIN_COPIES:
        return len(form) > _MIN_PAIR and all(_is_at_page_break(text, at, stretches) for at in positions)
    if _PAGE_WORD.search(form) and len(form.split()) <= 12:
        return True
    gaps = sum(_is_at_page_break(text, at, stretches) for at in positions)
    return 2 * gaps > len(positions)


def _is_at_page_break(text: str, at: int, stretches: Sequence[Stretch]) -> bool:
    if at + 1 == len(stretches):
        return True
    before = text[stretches[at - 1].end : stretches[at].start] if at else ""
    after = text[stretches[at].end : stretches[at + 1].start]
    return _PAGE_GAP.match(before) is not None or _PAGE_GAP.match(after) is not None


# -- joined stretches -------------------------------------------------------------------------------


def _joined(text: str, stretches: Sequence[Stretch]) -> Iterator[Stretch]:
    """Yield the stretches, those joined that a page break or a layout has separated."""
    before: Stretch | None = None
    for stretch in stretches:
        if before is not None and _continues(text, before, stretch):
            kind = before.kind if not is_only_label(text, before.start, before.end) else stretch.kind
            before = before._replace(end=stretch.end, kind=kind, ends_block=stretch.ends_block)
            continue
        if before is not None:
            yield before
        before = stretch
    if before is not None:
        yield before


def _continues(text: str, before: Stretch, stretch: Stretch) -> bool:
    """Return whether a stretch is the second part of the one before it."""
    if before.kind not in _PROSE or stretch.kind not in _PROSE:
        return False
    if is_only_label(text, before.start, before.end):
        return (
            stretch.begins_block and stretch.level == 0 and not has_bullet(text, stretch.start, stretch.end)
        )
    if not stretch.begins_block or stretch.level or stretch.kind == "item":
        return False
    label = read_label(text, stretch.start, stretch.end)
    if label is not None or has_bullet(text, stretch.start, stretch.end):
        return False
    last = text[max(before.start, before.end - 40) : before.end]
    if text[stretch.start].islower() and not _STOPPED.search(last):
        return (
            len(text[before.start : before.end].split(None, _MIN_WORDS_BEFORE_BREAK))
            > _MIN_WORDS_BEFORE_BREAK
        )
    is_field = last.endswith(":") and before.end - before.start <= _MAX_FIELD and before.begins_block
    return is_field and stretch.end - stretch.start <= _MAX_VALUE and len(last.split()) <= 4


# -- signatures and addresses -----------------------------------------------------------------------


def _with_blocks_of_lines(text: str, stretches: Sequence[Stretch]) -> Iterator[Stretch]:
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
    lines = [text[stretch.start : stretch.end] for stretch in run]
    marks = [len(_SIGNATURE.findall(line)) for line in lines]
    signatures = [at for at, count in enumerate(marks) if count]
    addresses = [at for at, line in enumerate(lines) if _ADDRESS.search(line)]
    marked = sorted({*signatures, *addresses})
    is_signature = sum(marks) > 1 and any(_STRONG_SIGNATURE.search(lines[at]) for at in signatures)
    is_address = len(addresses) > 1 and len(run) >= _MIN_LINES
    if len(run) < 2 or not (is_signature or is_address) or 4 * len(marked) < len(run):
        yield from run
        return
    # The name above the first marked line belongs to the block.
    first = max(0, marked[0] - 2)
    last = min(len(run) - 1, marked[-1] + 1)
    yield from run[:first]
    joined = run[first]._replace(end=run[last].end, kind="lines", ends_block=run[last].ends_block)
    yield joined
    yield from run[last + 1 :]


# -- the title block --------------------------------------------------------------------------------


def _title_lines(text: str, stretches: Sequence[Stretch]) -> int:
    """Return the number of short lines before the first prose: the document's title, parties and date."""
    count = 0
    for stretch in stretches[:_MAX_TITLE_LINES]:
        line = text[stretch.start : stretch.end]
        label = read_label(text, stretch.start, stretch.end)
        is_numbered = label is not None and not label.is_named
        words = len(line.split())
        is_long = words > _MAX_TITLE_WORDS and not (is_capitals(line) and words <= _MAX_LEGEND_WORDS)
        if is_numbered or is_long or stretch.kind in ("row", "code", "contents"):
            break
        if words > _MAX_DOTTED_WORDS and _STOPPED.search(line) and any(map(str.islower, line.split())):
            break
        count += 1
    # Without prose below, short lines are the text itself.
    return count if count < min(len(stretches), _MAX_TITLE_LINES) else 0


def _title_block(text: str, lines: Sequence[Stretch]) -> Iterator[Stretch]:
    """Yield the lines of the title block, joined as far as they are short."""
    joined: Stretch | None = None
    for line in lines:
        if joined is not None and line.end - joined.start <= _MAX_TITLE_BLOCK:
            joined = joined._replace(end=line.end, ends_block=line.ends_block)
            continue
        if joined is not None:
            yield joined
        joined = line._replace(kind="lines", level=0)
    if joined is not None:
        yield joined
