"""Remove the numbers that count the lines of pleadings, transcripts and manuscripts in the margin."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from operator import attrgetter
from statistics import median

from qa.parsers.pdf.glyphs import PageGlyphs, Piece
from qa.parsers.pdf.lines import MAX_PIECES, rows_of

_NUMBER = re.compile(r"\d{1,4}")
# Question and answer marks of a transcript.
_SPEAKER = re.compile(r"[QA]\s?[.:]?|(?:BY )?(?:M[RS]S?\.|THE) .*", re.DOTALL)
# Maximum difference, in points, between the starts or ends of a column's numbers.
_ALIGNMENT_TOLERANCE = 2.5
# Minimum numbers on a page that show line counting; steps (5, 10, 15 …) need fewer.
_MIN_NUMBERS = 8
_MIN_STEPPED_NUMBERS = 4
_STEPS = frozenset({1, 2, 5, 10})
# Maximum relative variation of the distance between numbers if not every line has one.
_MAX_VARIATION = 0.3
# Maximum share of numbers with more than one cell beside them; above it, they belong to a table.
_MAX_TABLE_SHARE = 0.4
# Minimum share of lines that continue the previous one, in prose and in transcripts.
_MIN_PROSE_SHARE = 0.2
_MIN_TRANSCRIPT_SHARE = 0.05
_WIDE_LINE = 0.7
# Minimum median of words per line in prose; items of a list may have fewer.
_MIN_WORDS = 5
# Minimum share of lines with a number; below it, the numbers count paragraphs.
_MIN_COVERED_SHARE = 0.65


@dataclass(frozen=True, slots=True)
class _Column:
    """Numbers of one page below each other that increase by a constant step, with statistics of the text."""

    page: int
    pieces: tuple[Piece, ...]
    step: int
    is_even: bool
    is_excluded: bool
    pairs: int
    continuing: int
    bare: int
    speakers: int
    words: float

    @property
    def first(self) -> int:
        """The first number of the column."""
        return int(self.pieces[0].text)

    @property
    def is_long(self) -> bool:
        """Whether the column has enough numbers to show that they count lines."""
        return len(self.pieces) >= (_MIN_NUMBERS if self.step == 1 else _MIN_STEPPED_NUMBERS)


def remove_line_numbers(pages: Sequence[PageGlyphs]) -> list[tuple[PageGlyphs, str]]:
    """Return each page without its line numbers, and the removed numbers."""
    columns = [column for number, page in enumerate(pages) for column in _find_columns(number, page)]
    numbers: dict[int, list[Piece]] = {}
    for column in _line_counting(columns):
        numbers.setdefault(column.page, []).extend(column.pieces)
    if not numbers:
        return [(page, "") for page in pages]
    edges = [(piece.left, piece.right) for pieces in numbers.values() for piece in pieces]
    for number, page in enumerate(pages):
        if number not in numbers:
            last = max((int(piece.text) for piece in numbers.get(number - 1, ())), default=0)
            numbers[number] = list(_find_few(page, edges, {1, last + 1}))
    return [_remove_pieces(page, numbers[number]) for number, page in enumerate(pages)]


def _remove_pieces(page: PageGlyphs, numbers: Sequence[Piece]) -> tuple[PageGlyphs, str]:
    if not numbers:
        return page, ""
    removed = {id(piece) for piece in numbers}
    rest = tuple(piece for piece in page.pieces if id(piece) not in removed)
    return replace(page, pieces=rest), " ".join(piece.text for piece in numbers)


def _line_counting(columns: Sequence[_Column]) -> list[_Column]:
    """Return the columns that count lines, judged by the whole document."""
    columns = [column for column in columns if not column.is_excluded]
    if not any(column.is_long for column in columns):
        return []
    return [*columns] if _are_beside_prose(columns) or _are_of_transcript(columns) else []


def _are_beside_prose(columns: Sequence[_Column]) -> bool:
    """Check whether the lines beside the numbers are long and continue each other."""
    continuing = sum(column.continuing for column in columns)
    pairs = sum(column.pairs for column in columns)
    words = median(column.words for column in columns)
    return continuing >= 3 and continuing >= _MIN_PROSE_SHARE * pairs and words >= _MIN_WORDS


def _are_of_transcript(columns: Sequence[_Column]) -> bool:
    """Check whether the numbers are the grid of pleading paper or of a transcript."""
    if not _are_grid(columns):
        return False
    if any(column.bare for column in columns) or sum(column.speakers for column in columns) > 1:
        return True
    continuing = sum(column.continuing for column in columns)
    pairs = sum(column.pairs for column in columns)
    return continuing > 1 and continuing >= _MIN_TRANSCRIPT_SHARE * pairs


def _are_grid(columns: Sequence[_Column]) -> bool:
    """Check whether several pages have the same evenly spaced numbers at the same height."""
    long = [column for column in columns if column.is_long]
    grids = {(column.first, round(column.pieces[0].middle / 4)) for column in long}
    return len(grids) < len(long) and all(column.is_even for column in columns)


def _find_columns(number: int, page: PageGlyphs) -> Iterator[_Column]:
    """Yield the columns of numbers on a page that increase by a constant step."""
    numbers = [piece for piece in page.pieces if _NUMBER.fullmatch(piece.text)]
    if len(numbers) < _MIN_STEPPED_NUMBERS or len(page.pieces) > MAX_PIECES:
        return
    rows = rows_of(page.pieces)
    row_of = {id(piece): row for row in rows for piece in row}
    candidates = [_aligned_sequences(numbers, edge) for edge in (attrgetter("right"), attrgetter("left"))]
    # Numbers of different lengths are aligned on one side only.
    for pieces in max(candidates, key=lambda sequences: sum(map(len, sequences))):
        yield _describe_column(number, pieces, [row_of[id(piece)] for piece in pieces], rows)


def _aligned_sequences(numbers: Iterable[Piece], edge: Callable[[Piece], float]) -> list[list[Piece]]:
    """Return the sequences of numbers that are aligned at an edge and long enough."""
    return [
        sequence
        for aligned in _group_aligned(numbers, edge)
        for sequence in _sequences(aligned)
        if len(sequence) >= _MIN_STEPPED_NUMBERS
    ]


def _group_aligned(pieces: Iterable[Piece], edge: Callable[[Piece], float]) -> Iterator[list[Piece]]:
    group: list[Piece] = []
    for piece in sorted(pieces, key=edge):
        if group and edge(piece) - edge(group[-1]) > _ALIGNMENT_TOLERANCE:
            yield group
            group = []
        group.append(piece)
    yield group


def _sequences(aligned: Sequence[Piece]) -> Iterator[list[Piece]]:
    """Yield stretches of a column of numbers that increase downwards by a constant step."""
    ordered = sorted(aligned, key=lambda piece: piece.middle)
    run: list[Piece] = []
    for piece in ordered:
        step = int(piece.text) - int(run[-1].text) if run else 0
        usual_step = int(run[1].text) - int(run[0].text) if len(run) > 1 else step
        if step == usual_step and step in _STEPS:
            run.append(piece)
        else:
            if run:
                yield run
            run = [piece]
    if run:
        yield run


def _describe_column(
    number: int, pieces: list[Piece], rows: Sequence[list[Piece]], all_rows: Sequence[list[Piece]]
) -> _Column:
    """Return a column with statistics of the text beside it; ``rows`` are the rows of its numbers."""
    step = int(pieces[1].text) - int(pieces[0].text)
    is_even = _is_even(pieces)
    left = min(piece.left for piece in pieces)
    right = max(piece.right for piece in pieces)
    top, bottom = pieces[0].top, pieces[-1].bottom
    between = [_text_beside(row, left, right) for row in all_rows if top <= row[0].middle <= bottom]
    # If only every fifth line has a number, the lines between two numbers count too.
    beside = [_text_beside(row, left, right) for row in rows] if step == 1 else between
    lines = [texts[0] for texts in beside if texts]
    counts_paragraphs = _is_sparse(pieces, between) if step == 1 else not is_even
    return _Column(
        number,
        tuple(pieces),
        step,
        is_even,
        is_excluded=counts_paragraphs or _is_of_table(beside),
        pairs=max(0, len(lines) - 1),
        continuing=_count_continuing(lines),
        bare=beside.count([]),
        speakers=_count_speakers(rows),
        words=_median_words(lines),
    )


def _is_even(pieces: Sequence[Piece]) -> bool:
    """Check whether the distances between the numbers are about equal."""
    distances = [below.middle - above.middle for above, below in pairwise(pieces)]
    usual_distance = median(distances)
    return all(abs(distance - usual_distance) < _MAX_VARIATION * usual_distance for distance in distances)


def _is_sparse(pieces: Sequence[Piece], between: Iterable[Sequence[Piece]]) -> bool:
    """Check whether many lines between the first and the last number have no number."""
    return len(pieces) < _MIN_COVERED_SHARE * sum(bool(texts) for texts in between)


def _is_of_table(beside: Iterable[Sequence[Piece]]) -> bool:
    """Check whether many numbers have several cells beside them."""
    cell_counts = [len(texts) for texts in beside if texts]
    return sum(count > 1 for count in cell_counts) > _MAX_TABLE_SHARE * len(cell_counts)


def _count_continuing(lines: Sequence[Piece]) -> int:
    """Return the number of lines that continue the previous one."""
    width = max((line.right - line.left for line in lines), default=0.0)
    return sum(_continues(above, below, width) for above, below in pairwise(lines))


def _median_words(lines: Sequence[Piece]) -> float:
    """Return the median of words per line."""
    return median(len(line.text.split()) for line in lines) if lines else 0.0


def _count_speakers(rows: Iterable[Sequence[Piece]]) -> int:
    """Return the number of rows with a question, answer or speaker mark."""
    return sum(any(_SPEAKER.fullmatch(piece.text) for piece in row) for row in rows)


def _continues(above: Piece, below: Piece, width: float) -> bool:
    return (
        above.right - above.left > _WIDE_LINE * width
        and below.text[:1].islower()
        and not above.text.rstrip().endswith((".", ";", ":", "!", "?"))
    )


def _text_beside(row: Sequence[Piece], left: float, right: float) -> list[Piece]:
    """Return the pieces of text right of a number, otherwise those left of it; marks do not count."""
    after = []
    for piece in row:
        if piece.left >= right and _NUMBER.fullmatch(piece.text):
            # The next column has separate numbers.
            break
        if piece.left >= right and not _is_mark(piece):
            after.append(piece)
    before = [piece for piece in row if piece.right <= left and not _is_mark(piece)]
    return after or before


def _is_mark(piece: Piece) -> bool:
    return _NUMBER.fullmatch(piece.text) is not None or _SPEAKER.fullmatch(piece.text) is not None


def _find_few(
    page: PageGlyphs, edges: Sequence[tuple[float, float]], starts: Container[int]
) -> Iterator[Piece]:
    """Yield the line numbers of a page with too few lines for a column of them."""
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
