"""The numbers that count the lines of pleadings, transcripts and manuscripts in the margin."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from statistics import median

from qa.parsers.pdf.glyphs import PageGlyphs, Piece
from qa.parsers.pdf.lines import MOST_PIECES, rows_of

_NUMBER = re.compile(r"\d{1,4}")
# The marks of question and answer in a transcript.
_SPEAKER = re.compile(r"[QA]\s?[.:]?|(?:BY )?(?:M[RS]S?\.|THE) .*", re.DOTALL)
# Points within which the numbers of a column begin, or end.
_ALIGNED = 2.5
# So many numbers on a page tell that they count lines; with steps (5, 10, 15 …) fewer do.
_LEAST = 8
_LEAST_STEPS = 4
_STEPS = frozenset({1, 2, 5, 10})
# The distance from number to number may differ by this share, where not every line has one.
_EVEN = 0.3
# A table has further cells beside most of its numbers.
_TABLE_SHARE = 0.4
# Of the lines beside the numbers so many go on from the one before, in prose and in transcripts.
_PROSE = 0.2
_TRANSCRIPT = 0.05
_WIDE = 0.7
# Prose has so many words on a line, the items of a list may have fewer.
_WORDS = 5
# So many of the lines beside them have a number, or the numbers are those of paragraphs.
_COVERED = 0.65


@dataclass(frozen=True, slots=True)
class _Column:
    """Numbers below one another that grow by one step, on one page, and what they show of the text."""

    page: int
    pieces: tuple[Piece, ...]
    step: int
    is_even: bool
    is_other: bool
    pairs: int
    going_on: int
    alone: int
    speakers: int
    words: float

    @property
    def first(self) -> int:
        return int(self.pieces[0].text)

    @property
    def is_long(self) -> bool:
        return len(self.pieces) >= (_LEAST if self.step == 1 else _LEAST_STEPS)


def without(pages: Sequence[PageGlyphs]) -> list[tuple[PageGlyphs, str]]:
    """The pages without the numbers of their lines, and these numbers."""
    columns = [column for number, page in enumerate(pages) for column in _columns(number, page)]
    numbers: dict[int, list[Piece]] = {}
    for column in _counting(columns):
        numbers.setdefault(column.page, []).extend(column.pieces)
    if not numbers:
        return [(page, "") for page in pages]
    edges = [(piece.left, piece.right) for pieces in numbers.values() for piece in pieces]
    for number, page in enumerate(pages):
        if number not in numbers:
            last = max((int(piece.text) for piece in numbers.get(number - 1, ())), default=0)
            numbers[number] = list(_few(page, edges, {1, last + 1}))
    return [_cut(page, numbers[number]) for number, page in enumerate(pages)]


def _cut(page: PageGlyphs, numbers: Sequence[Piece]) -> tuple[PageGlyphs, str]:
    if not numbers:
        return page, ""
    gone = {id(piece) for piece in numbers}
    rest = tuple(piece for piece in page.pieces if id(piece) not in gone)
    return replace(page, pieces=rest), " ".join(piece.text for piece in numbers)


def _counting(columns: Sequence[_Column]) -> list[_Column]:
    """The columns that count lines, as the whole document shows it."""
    columns = [column for column in columns if not column.is_other]
    if not any(column.is_long for column in columns):
        return []
    pairs = sum(column.pairs for column in columns)
    going_on = sum(column.going_on for column in columns)
    words = median(column.words for column in columns)
    is_prose = going_on >= 3 and going_on >= _PROSE * pairs and words >= _WORDS
    # The same grid of numbers on page after page: as on pleading paper.
    grids = {(column.first, round(column.pieces[0].middle / 4)) for column in columns if column.is_long}
    is_grid = len(grids) < sum(column.is_long for column in columns) and all(c.is_even for c in columns)
    is_transcript = is_grid and (
        any(column.alone for column in columns)
        or sum(column.speakers for column in columns) > 1
        or (going_on > 1 and going_on >= _TRANSCRIPT * pairs)
    )
    return [*columns] if is_prose or is_transcript else []


def _columns(number: int, page: PageGlyphs) -> Iterator[_Column]:
    numbers = [piece for piece in page.pieces if _NUMBER.fullmatch(piece.text)]
    if len(numbers) < _LEAST_STEPS or len(page.pieces) > MOST_PIECES:
        return
    rows = rows_of(page.pieces)
    row_of = {id(piece): row for row in rows for piece in row}
    edges: tuple[Callable[[Piece], float], ...] = (lambda piece: piece.right, lambda piece: piece.left)
    ways = [
        [
            run
            for aligned in _aligned(numbers, edge)
            for run in _sequences(aligned)
            if len(run) >= _LEAST_STEPS
        ]
        for edge in edges
    ]
    # Numbers of one and of two digits are aligned at one side only.
    for pieces in max(ways, key=lambda runs: sum(map(len, runs))):
        yield _column(number, pieces, [row_of[id(piece)] for piece in pieces], rows)


def _aligned(pieces: Iterable[Piece], edge: Callable[[Piece], float]) -> Iterator[list[Piece]]:
    group: list[Piece] = []
    for piece in sorted(pieces, key=edge):
        if group and edge(piece) - edge(group[-1]) > _ALIGNED:
            yield group
            group = []
        group.append(piece)
    yield group


def _sequences(aligned: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Stretches of a column of numbers that grow by one step downwards."""
    ordered = sorted(aligned, key=lambda piece: piece.middle)
    run: list[Piece] = []
    for piece in ordered:
        step = int(piece.text) - int(run[-1].text) if run else 0
        usual = int(run[1].text) - int(run[0].text) if len(run) > 1 else step
        if step == usual and step in _STEPS:
            run.append(piece)
        else:
            if run:
                yield run
            run = [piece]
    if run:
        yield run


def _column(
    number: int, pieces: list[Piece], rows: Sequence[list[Piece]], all_rows: Sequence[list[Piece]]
) -> _Column:
    steps = [below.middle - above.middle for above, below in pairwise(pieces)]
    usual = median(steps)
    step = int(pieces[1].text) - int(pieces[0].text)
    is_even = all(abs(distance - usual) < _EVEN * usual for distance in steps)
    left = min(piece.left for piece in pieces)
    right = max(piece.right for piece in pieces)
    top, bottom = pieces[0].top, pieces[-1].bottom
    between = [_beside(row, left, right) for row in all_rows if top <= row[0].middle <= bottom]
    # Where every fifth line has a number, the lines between two of them are looked at as well.
    beside = [_beside(row, left, right) for row in rows] if step == 1 else between
    marks = [texts for texts in beside if texts]
    lines = [texts[0] for texts in marks]
    width = max((line.right - line.left for line in lines), default=0.0)
    is_table = sum(len(texts) > 1 for texts in marks) > _TABLE_SHARE * len(marks)
    is_paragraphs = (
        len(pieces) < _COVERED * sum(bool(texts) for texts in between) if step == 1 else not is_even
    )
    pairs = list(pairwise(lines))
    return _Column(
        number,
        tuple(pieces),
        step,
        is_even,
        is_table or is_paragraphs,
        len(pairs),
        sum(_goes_on(above, below, width) for above, below in pairs),
        sum(not texts for texts in beside),
        sum(any(_SPEAKER.fullmatch(piece.text) for piece in row) for row in rows),
        median(len(line.text.split()) for line in lines) if lines else 0.0,
    )


def _goes_on(above: Piece, below: Piece, width: float) -> bool:
    return (
        above.right - above.left > _WIDE * width
        and below.text[:1].islower()
        and not above.text.rstrip().endswith((".", ";", ":", "!", "?"))
    )


def _beside(row: Sequence[Piece], left: float, right: float) -> list[Piece]:
    """The pieces of text right of a number, or left of it where there are none; marks do not count."""
    after = []
    for piece in row:
        if piece.left >= right and _NUMBER.fullmatch(piece.text):
            # The next column has numbers of its own.
            break
        if piece.left >= right and not _is_mark(piece):
            after.append(piece)
    before = [piece for piece in row if piece.right <= left and not _is_mark(piece)]
    return after or before


def _is_mark(piece: Piece) -> bool:
    return _NUMBER.fullmatch(piece.text) is not None or _SPEAKER.fullmatch(piece.text) is not None


def _few(page: PageGlyphs, edges: Sequence[tuple[float, float]], starts: Container[int]) -> Iterator[Piece]:
    """The numbers of a page that has too few lines for a column of them."""
    expected = None
    for row in rows_of(page.pieces):
        for piece in (row[0], row[-1]):
            if not _NUMBER.fullmatch(piece.text):
                continue
            if not any(abs(piece.left - left) < 1 or abs(piece.right - right) < 1 for left, right in edges):
                continue
            if int(piece.text) == expected or (expected is None and int(piece.text) in starts):
                expected = int(piece.text) + 1
                yield piece
                break
