"""Gather the characters of a PDF page into pieces of lines with their places."""

from __future__ import annotations

import ctypes
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile, islice, takewhile
from typing import Any, Literal

import pypdfium2.raw as pdfium

from qa.parsers.pdf.characters import read_lines
from qa.parsers.pdf.letters import (
    MAX_SCRIPT_SIZE,
    Glyph,
    find_copies,
    mark_scripts,
    remove_overprints,
    restore_line,
)

# Direction of a page's lines: across as usual, or sideways, upwards or downwards (scans, wide tables,
# vertical Chinese and Japanese).
Course = Literal["across", "up", "down"]

_BOLD = re.compile("bold|black|heavy|demi", re.IGNORECASE)
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# Minimum letter height in points: a matrix can flatten letters, and then sizes are not comparable.
MIN_SIZE = 0.01
# Minimum gap between two pieces of a line, in letter heights.
_MIN_GAP = 1.0
# A number at a line's end with a gap of at least this width may be a line number.
_MIN_NUMBER_GAP = 0.45
_MAX_DIGITS = 4
_MIN_COUNTED_LINES = 6
# Maximum pieces of a page that is searched for copies; on larger drawings the search takes minutes.
_MAX_PIECES = 5_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters on one line without a wide gap.

    ``indices`` has pdfium's character number for each code point of ``text``. Coordinates are points along
    the line (``left``, ``right``) and across the lines (``top``, ``bottom``). ``bold`` is true if the piece
    begins and ends in bold letters. ``font`` is empty if it begins and ends in different fonts.
    """

    text: str
    indices: tuple[int, ...]
    left: float
    top: float
    right: float
    bottom: float
    font: str = ""
    bold: bool = False

    @property
    def size(self) -> float:
        """The height of the letters in points."""
        return max(self.bottom - self.top, MIN_SIZE)

    @property
    def middle(self) -> float:
        """The vertical middle of the piece."""
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class PageGlyphs:
    """The content of a page: its pieces of lines, and the pieces that run in another direction than most.

    ``hidden`` is the text beyond the page's edge. ``overprinted`` are words that are drawn twice. ``unread``
    is the decoded text of a page whose letters mostly have no meaning.
    """

    pieces: tuple[Piece, ...]
    sideways: tuple[Piece, ...]
    height: float
    right_to_left: bool
    unreadable: float
    hidden: str = ""
    overprinted: str = ""
    unread: str = ""

    def as_unread(self) -> PageGlyphs:
        """Return the page with its text as ``unread``, because too many letters have no meaning."""
        text = "\n".join(piece.text for piece in (*self.pieces, *self.sideways))
        return PageGlyphs((), (), 1.0, right_to_left=False, unreadable=self.unreadable, unread=text)


def read_page(page: Any, textpage: Any) -> PageGlyphs:
    """Read the lines of a page in pdfium's order.

    ``unreadable`` of the result is the share of characters without a meaning.
    """
    left, bottom, right, top = page.get_bbox()
    runs, unreadable, hidden = read_lines(textpage, left, bottom, right, top)
    courses = [_find_course(run) for run in runs]
    main = _main_course(runs, courses)
    width, height = right - left, top - bottom
    gathering = _Gathering(textpage, runs, is_across=main == "across")
    pieces: list[Piece] = []
    sideways: list[Piece] = []
    for run, course in zip(runs, courses, strict=True):
        # Two letters do not determine a direction, so they follow the rest of the page.
        is_main = course == main or len(run) <= 2
        turned = main if is_main else course
        if turned != "across":
            for glyph in run:
                _turn(glyph, turned, width, height)
        (pieces if is_main else sideways).extend(gathering.pieces(run))
    pieces = gathering.without_copies(pieces)
    return PageGlyphs(
        tuple(pieces),
        tuple(sideways),
        height if main == "across" else width,
        _runs_right_to_left(pieces),
        unreadable,
        hidden,
        " ".join(gathering.overprinted),
    )


def _main_course(runs: Sequence[Sequence[Glyph]], courses: Sequence[Course]) -> Course:
    """Return the direction of most characters of a page."""
    votes: Counter[Course] = Counter()
    for run, course in zip(runs, courses, strict=True):
        votes[course] += len(run) if course != "across" or len(run) > 2 else 0
    return max(("across", "up", "down"), key=lambda course: votes[course])


def _runs_right_to_left(pieces: Iterable[Piece]) -> bool:
    """Check whether most letters belong to scripts that run from right to left."""
    letters = Counter(bool(_RIGHT_TO_LEFT.match(c)) for piece in pieces for c in piece.text if c.isalpha())
    return letters[True] > letters[False]


def _find_course(run: list[Glyph]) -> Course:
    inked = [glyph for glyph in run if not glyph.text.isspace()]
    if len(inked) < 2:
        return "across"
    across = abs(inked[-1].left + inked[-1].right - inked[0].left - inked[0].right)
    down = inked[-1].top + inked[-1].bottom - inked[0].top - inked[0].bottom
    if abs(down) <= 2 * across:
        return "across"
    return "down" if down > 0 else "up"


def _turn(glyph: Glyph, course: Course, width: float, height: float) -> None:
    """Rotate a glyph's box: lines then run to the right and follow each other downwards."""
    left, top, right, bottom = glyph.left, glyph.top, glyph.right, glyph.bottom
    if course == "down":
        glyph.left, glyph.top, glyph.right, glyph.bottom = top, width - right, bottom, width - left
    elif course == "up":
        glyph.left, glyph.top, glyph.right, glyph.bottom = height - bottom, left, height - top, right


class _Gathering:
    """A collector that groups the characters of a page's lines into pieces."""

    def __init__(self, textpage: Any, runs: Sequence[Sequence[Glyph]], *, is_across: bool) -> None:
        self.overprinted: list[str] = []
        self._font = _font_lookup(textpage)
        self._baseline = _baseline_lookup(textpage) if is_across else None
        self._glyphs: dict[int, list[Glyph]] = {}
        self._number_indices = _line_number_indices(runs)

    def pieces(self, run: list[Glyph]) -> Iterator[Piece]:
        """Split a line at its wide gaps; characters of a piece keep their logical order."""
        run = restore_line(run)
        inked = sorted((glyph for glyph in run if not glyph.text.isspace()), key=_left)
        if not inked:
            return
        heights = sorted([glyph.bottom - glyph.top for glyph in inked])
        size = max(heights[len(heights) // 2], 1.0)
        edges, overlaps = _find_wide_gaps(inked, size)
        if overlaps:
            run, doubled_words = remove_overprints(run)
            self.overprinted += [doubled_words] if doubled_words else []
        if heights[0] < MAX_SCRIPT_SIZE * heights[-1]:
            mark_scripts(run, self._baseline or (lambda glyph: -glyph.bottom))
        if inked[0].index in self._number_indices or inked[-1].index in self._number_indices:
            edges = [*_gap_after_number(inked, size), *edges, *_gap_before_number(inked, size)]
        for group in _split_at(run, edges):
            yield from self._piece(group)

    def without_copies(self, pieces: list[Piece]) -> list[Piece]:
        """Return the pieces without copies drawn over others."""
        if len(pieces) > _MAX_PIECES:
            return pieces
        copied = find_copies([self._glyphs[id(piece)] for piece in pieces])
        self.overprinted += [pieces[number].text for number in copied]
        copied_set = set(copied)
        return (
            [piece for number, piece in enumerate(pieces) if number not in copied_set]
            if copied_set
            else pieces
        )

    def _piece(self, group: Iterable[Glyph]) -> Iterator[Piece]:
        """Yield the piece of a group of characters, or nothing if all of them are spaces."""
        glyphs = _reduce_spaces(group)
        inked = [glyph for glyph in glyphs if not glyph.text.isspace()]
        if not inked:
            return
        heights = sorted([(glyph.bottom - glyph.top, glyph.top, glyph.bottom) for glyph in inked])
        _, top, bottom = heights[len(heights) // 2]
        first, last = self._font(inked[0].index), self._font(inked[-1].index)
        text = "".join([glyph.text for glyph in glyphs])
        piece = Piece(
            text,
            _indices(glyphs, len(text)),
            min([glyph.left for glyph in inked]),
            top,
            max([glyph.right for glyph in inked]),
            bottom,
            first if first == last else "",
            bool(_BOLD.search(first) and _BOLD.search(last)),
        )
        self._glyphs[id(piece)] = inked
        yield piece


def _left(glyph: Glyph) -> float:
    return glyph.left


def _find_wide_gaps(inked: Sequence[Glyph], size: float) -> tuple[list[float], bool]:
    """Return the middles of the wide gaps between characters, and whether any characters overlap."""
    wide, tight = _MIN_GAP * size, 0.05 * size
    edges = []
    overlaps = False
    right_end = inked[0].right
    for glyph in inked[1:]:
        left, right = glyph.left, glyph.right
        if left > right_end + wide:
            edges.append((right_end + left) / 2)
        elif left < right_end - tight:
            overlaps = True
        right_end = max(right_end, right)
    return edges, overlaps


def _split_at(run: list[Glyph], edges: Sequence[float]) -> Iterable[list[Glyph]]:
    """Group the characters of a line by the edges between them; a space belongs to the letter before it."""
    if not edges:
        return [run]
    groups: dict[int, list[Glyph]] = {}
    place = 0
    for glyph in run:
        if not glyph.text.isspace():
            place = bisect_left(edges, glyph.left)
        groups.setdefault(place, []).append(glyph)
    return groups.values()


def _reduce_spaces(group: Iterable[Glyph]) -> list[Glyph]:
    """Return the characters with one space between words, and none at the ends."""
    glyphs: list[Glyph] = []
    after_space = True
    for glyph in group:
        is_space = glyph.text.isspace()
        if not (is_space and after_space):
            glyphs.append(glyph)
        after_space = is_space
    if glyphs and after_space:
        glyphs.pop()
    return glyphs


def _indices(glyphs: Sequence[Glyph], length: int) -> tuple[int, ...]:
    """Return the character number of each code point of a text with this length."""
    if length == len(glyphs):
        return tuple([glyph.index for glyph in glyphs])
    return tuple([glyph.index for glyph in glyphs for _ in glyph.text])


def _line_number_indices(runs: Sequence[Sequence[Glyph]]) -> set[int]:
    """Return the numbers of the characters that begin, or end, a line with its line number."""
    indices: set[int] = set()
    for from_end in (False, True):
        numbers = (_number_at_end(run) if from_end else _number_at_start(run) for run in runs)
        ends = dict(number for number in numbers if number is not None)
        following = [value for value in ends if value + 1 in ends]
        if len(following) >= _MIN_COUNTED_LINES:
            indices |= {ends[value + step] for value in following for step in (0, 1)}
    return indices


def _number_at_start(run: Iterable[Glyph]) -> tuple[int, int] | None:
    """Return the value of the separate number that begins a line, and the index of its first digit."""
    number = _leading_number(run)
    return (int("".join(glyph.text for glyph in number)), number[0].index) if number else None


def _number_at_end(run: Sequence[Glyph]) -> tuple[int, int] | None:
    """Return the value of the separate number that ends a line, and the index of its last digit."""
    number = _leading_number(reversed(run))
    return (int("".join(glyph.text for glyph in number)[::-1]), number[0].index) if number else None


def _leading_number(glyphs: Iterable[Glyph]) -> list[Glyph]:
    """Return the digits before the first space, or nothing if other characters are among them."""
    inked = dropwhile(lambda glyph: glyph.text.isspace(), glyphs)
    start = list(islice(inked, _MAX_DIGITS + 1))
    number = list(takewhile(lambda glyph: glyph.text.isdecimal(), start))
    return number if number == start or start[len(number)].text.isspace() else []


def _gap_after_number(inked: Sequence[Glyph], size: float) -> list[float]:
    """Return the split position after a number at a line's start if the gap is wider than a word gap."""
    at = 0
    while at < min(len(inked), _MAX_DIGITS) and inked[at].text.isdecimal():
        at += 1
    return _split_between(inked[at - 1], inked[at], size) if 0 < at < len(inked) else []


def _gap_before_number(inked: Sequence[Glyph], size: float) -> list[float]:
    """Return the split position before a number at a line's end if the gap is wider than a word gap."""
    at = len(inked)
    while at > max(0, len(inked) - _MAX_DIGITS) and inked[at - 1].text.isdecimal():
        at -= 1
    return _split_between(inked[at - 1], inked[at], size) if 0 < at < len(inked) else []


def _split_between(before: Glyph, after: Glyph, size: float) -> list[float]:
    is_apart = _MIN_NUMBER_GAP * size < after.left - before.right <= _MIN_GAP * size
    # A raised number refers to a note.
    return (
        [(before.right + after.left) / 2]
        if is_apart and abs(before.bottom - after.bottom) < 0.15 * size
        else []
    )


def _baseline_lookup(textpage: Any) -> Callable[[Glyph], float]:
    """Return a function from a character to the height of its baseline on the page."""
    handle = textpage.raw
    x, y = ctypes.c_double(), ctypes.c_double()

    def baseline(glyph: Glyph) -> float:
        pdfium.FPDFText_GetCharOrigin(handle, glyph.index, ctypes.byref(x), ctypes.byref(y))
        return y.value

    return baseline


def _font_lookup(textpage: Any) -> Callable[[int], str]:
    """Return a function from a character number to its font's name, or an empty string."""
    handle = textpage.raw
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()

    def font(index: int) -> str:
        length = pdfium.FPDFText_GetFontInfo(handle, index, name, len(name), ctypes.byref(flags))
        return name.value.decode("latin-1") if 0 < length <= len(name) else ""

    return font
