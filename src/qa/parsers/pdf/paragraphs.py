"""Group lines into paragraphs, headings, list items and rows by distance, indent, size and words."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest
from statistics import median

from qa.parsers.pdf.lines import Line
from qa.types import BlockKind

_BULLET = re.compile(r"[•●▪■◦‣⁃➢❖✓○–—·§►→-]\s+\S")
_NUMBERED = re.compile(
    r"(?:\(?(?:\d{1,3}|[a-zA-Z]|[ivxlc]{1,6})[.)]|\[\d{1,3}\]"
    r"|\d{1,2}(?:\.\d{1,2}){1,4}\.|\d{1,2}(?:\.\d{1,2}){2,4})\s+\S"
)
# Question, answer or speaker in a transcript.
_TURN = re.compile(r"[QA]\s?[.:]?\s+\S|(?:BY )?(?:THE [A-Z]{3,}|M[RS]S?\. [A-Z'’ -]{2,30}):")
# The end of a sentence, with the quotes, brackets and note numbers that may follow.
_END = re.compile(r"[.!?:;。！？؟۔…][\"'”’»)\]\d\s]*$")
_SENTENCE_END = re.compile(r"[.!?。！？؟۔…][\"'”’»)\]\d\s]*$")
_MAX_HEADING_CHARACTERS = 200
_MAX_HEADING_LEVEL = 6
_MIN_LARGER_RATIO = 1.15
_MAX_SMALLER_RATIO = 0.92
# Bold letters mark headings only if fewer than this share of all letters are bold.
_MAX_BOLD_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines that belong together; ``size`` is the letter height in points, ``bold`` is true if all are bold.

    ``is_apart`` is true for a note that is not part of the page's own text.
    """

    lines: tuple[Line, ...]
    kind: BlockKind
    size: float
    bold: bool
    is_apart: bool = False

    @property
    def text(self) -> str:
        """The text of the paragraph, one line per printed line."""
        return "\n".join(line.text for line in self.lines)


def paragraphs(column: Sequence[Line]) -> list[Paragraph]:
    """Group the lines of one column into paragraphs."""
    if not column:
        return []
    margins = _margins(column)
    groups: list[list[Line]] = []
    for line, after in zip_longest(column, column[1:]):
        if not groups or _begins_paragraph(line, groups[-1], after, margins):
            groups.append([])
        groups[-1].append(line)
    return [
        Paragraph(
            tuple(group),
            _kind(group[0]),
            median(line.size for line in group),
            all(line.bold for line in group),
        )
        for group in groups
    ]


@dataclass(frozen=True, slots=True)
class _Margins:
    """The edges of a column, its usual distance between lines, and whether it is a transcript."""

    left: float
    right: float
    leading: float
    is_transcript: bool


def _margins(column: Sequence[Line]) -> _Margins:
    """Measure the margins of a column."""
    turns = {line.text[0] for line in column if _TURN.match(line.text)}
    return _Margins(
        min(line.left for line in column),
        max(line.right for line in column),
        _leading(column),
        is_transcript={"Q", "A"} <= turns,
    )


def _begins_paragraph(line: Line, group: list[Line], after: Line | None, margins: _Margins) -> bool:
    """Check whether ``line``, which follows the last line of ``group``, begins a new paragraph."""
    before = group[-1]
    is_turn = margins.is_transcript and _TURN.match(line.text)
    if is_turn or _is_set_apart(line, before, margins) or _has_bullet(line):
        return True
    size = max(line.size, before.size)
    is_short = _breaks_early(line, group, margins)
    if _begins_after_end(line, before, is_short=is_short):
        return True
    shift = line.left - before.left
    if shift > 0.6 * size:
        return is_short or _is_first_line(line, before, after, margins)
    if shift < -0.6 * size and len(group) > 1:
        return True
    return is_short and _ends_sentence(before) and not line.text[:1].islower()


def _breaks_early(line: Line, group: Sequence[Line], margins: _Margins) -> bool:
    """Check whether the first word of a line would have fitted before it: the break is deliberate."""
    before = group[-1]
    right = margins.right if len(group) < 3 else max(neighbour.right for neighbour in (*group, line))
    return right - before.right > _first_word_width(line) + 0.5 * max(line.size, before.size)


def _begins_after_end(line: Line, before: Line, *, is_short: bool) -> bool:
    """Check whether another font or a number begins a paragraph after a finished line."""
    if line.font != before.font and line.font and before.font and (is_short or _ends_sentence(before)):
        return True
    is_finished = is_short or _END.search(before.text) is not None
    is_numbered = _NUMBERED.match(line.text) is not None
    return is_numbered and is_finished and line.left <= before.left + max(line.size, before.size)


def _is_first_line(line: Line, before: Line, after: Line | None, margins: _Margins) -> bool:
    """Check whether an indented line begins a paragraph.

    The next line then returns to the margin, and the last one ended its sentence or was at the margin.
    """
    size = max(line.size, before.size)
    outdents = after is not None and after.left < line.left - 0.4 * size
    return outdents and (_ends_sentence(before) or abs(before.left - margins.left) < size)


def _ends_sentence(line: Line) -> bool:
    """Check whether a line ends with the end of a sentence."""
    return _SENTENCE_END.search(line.text) is not None


def _is_set_apart(line: Line, before: Line, margins: _Margins) -> bool:
    """Check whether two lines differ in size, are cells of a table, or have a wide distance."""
    if "\t" in line.text or "\t" in before.text or line.bottom < before.top:
        return True
    if not 1 / _MIN_LARGER_RATIO < line.size / before.size < _MIN_LARGER_RATIO:
        return True
    # Large letters have large distances, even in a column of small ones.
    usual = max(1.3 * margins.leading, (1.2 if margins.leading > line.size else 1.5) * line.size)
    return line.bottom - before.bottom > usual


def _first_word_width(line: Line) -> float:
    word = line.text.split(maxsplit=1)[0]
    return (line.right - line.left) * len(word) / len(line.text)


def _leading(column: Sequence[Line]) -> float:
    """Return the usual distance between lines."""
    steps = [
        round(after.bottom - before.bottom, 1)
        for before, after in pairwise(column)
        if 0 < after.bottom - before.bottom < 2.5 * before.size
    ]
    if not steps:
        return column[0].size * 1.2
    return (
        median(steps)
        if len(steps) < 8
        else Counter(round(step * 2) / 2 for step in steps).most_common(1)[0][0]
    )


def _kind(first: Line) -> BlockKind:
    if "\t" in first.text:
        return "row"
    is_item = _has_bullet(first) or (_NUMBERED.match(first.text) and len(first.text) > 8)
    return "item" if is_item else "paragraph"


def _has_bullet(line: Line) -> bool:
    # The letter "o" is a bullet only if it is separate from the words.
    is_letter = line.text.startswith("o ") and line.indices[1] == -1
    return is_letter or _BULLET.match(line.text) is not None


class Sizes:
    """The roles of letter sizes in a document: body, headings by level, notes."""

    def __init__(self, pages: Iterable[Sequence[Paragraph]]) -> None:
        letters: Counter[int] = Counter()
        bold_letters = 0
        headings: Counter[int] = Counter()
        for page in pages:
            for paragraph in page:
                if paragraph.is_apart:
                    continue
                size = _half_points(paragraph.size)
                letters[size] += len(paragraph.text)
                bold_letters += len(paragraph.text) if paragraph.bold else 0
                if _reads_like_heading(paragraph):
                    headings[size] += 1
        self._body = letters.most_common(1)[0][0] if letters else 0
        self._levels = _levels(
            {size: n for size, n in headings.items() if size > _MIN_LARGER_RATIO * self._body}
        )
        self._bold_level = min(max(self._levels.values(), default=0) + 1, _MAX_HEADING_LEVEL)
        self._bold_is_rare = bold_letters < _MAX_BOLD_SHARE * letters.total()

    def kind(self, paragraph: Paragraph) -> tuple[BlockKind, int]:
        """Return the kind of block, and the level of a heading."""
        if paragraph.is_apart:
            return "paragraph", 0
        if _reads_like_heading(paragraph):
            size = _half_points(paragraph.size)
            if size in self._levels:
                return "heading", self._levels[size]
            if (
                paragraph.bold
                and self._bold_is_rare
                and size >= self._body * _MAX_SMALLER_RATIO
                and not _SENTENCE_END.search(paragraph.text)
            ):
                return "heading", self._bold_level
        return paragraph.kind, 0

    def is_large(self, paragraph: Paragraph) -> bool:
        """Check whether the letters are larger than those of the body."""
        return _half_points(paragraph.size) > _MIN_LARGER_RATIO * self._body

    def is_note(self, paragraph: Paragraph) -> bool:
        """Check whether the letters are as small as those of footnotes."""
        return paragraph.is_apart or _half_points(paragraph.size) < _MAX_SMALLER_RATIO * self._body


def _levels(headings: dict[int, int]) -> dict[int, int]:
    """Return the level of each size; a rare size shares the level of the next smaller size."""
    frequent = sorted(headings, key=lambda size: -headings[size])[: _MAX_HEADING_LEVEL - 1]
    levels = {}
    level = 1
    for size in sorted(headings, reverse=True):
        levels[size] = level
        level = min(level + (size in frequent), _MAX_HEADING_LEVEL)
    return levels


def _half_points(size: float) -> int:
    return round(size * 2)


def _reads_like_heading(paragraph: Paragraph) -> bool:
    text = paragraph.text
    return (
        paragraph.kind != "row"
        and len(paragraph.lines) <= 4
        and len(text) <= _MAX_HEADING_CHARACTERS
        and sum(c.isalpha() for c in text) >= 2
    )


def continues_in(before: Paragraph, after: Paragraph) -> bool:
    """Check whether a paragraph continues in the next one after a column or page break."""
    if before.kind == "row" or after.kind != "paragraph" or before.is_apart or after.is_apart:
        return False
    if not 1 / _MIN_LARGER_RATIO < before.size / after.size < _MIN_LARGER_RATIO:
        return False
    last = before.lines[-1].text
    if last.endswith("-") and not last.endswith(" -"):
        return True
    return not _SENTENCE_END.search(last) and (after.text[:1].islower() or last.endswith((",", ";")))
