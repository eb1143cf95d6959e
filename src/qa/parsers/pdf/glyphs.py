"""The characters of a PDF page, gathered into pieces of lines with their places."""

from __future__ import annotations

import ctypes
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import dropwhile, islice, takewhile
from typing import Any, Literal

import pypdfium2.raw as pdfium

from qa.parsers.pdf.characters import lines
from qa.parsers.pdf.letters import SMALLER, Glyph, copies, marked_heights, once, whole

# How a page's lines run: as usual, or upwards or downwards on their side (scans, wide tables, vertical
# Chinese and Japanese).
Course = Literal["across", "up", "down"]

_BOLD = re.compile("bold|black|heavy|demi", re.IGNORECASE)
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# In points: a matrix can make letters flat, and then sizes could not be compared.
LEAST_SIZE = 0.01
# Two pieces of a line stand this far apart, in heights of its letters, or are one piece.
_GAP = 1.0
# A number at the end of a line, a narrower gap apart, may count the lines.
_SMALL_GAP = 0.45
_DIGITS = 4
_COUNTED = 6
# A page with more is a drawing; looking for copies would take minutes.
_MOST_PIECES = 5_000


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of characters on one line without a wide gap.

    ``indices`` has pdfium's character number for each code point of ``text``; coordinates are points
    along the line (``left``, ``right``) and across the lines (``top``, ``bottom``); ``bold`` is true
    where it begins and ends in bold letters, ``font`` is empty where it begins in one font and ends in
    another.
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
        return max(self.bottom - self.top, LEAST_SIZE)

    @property
    def middle(self) -> float:
        return (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class PageGlyphs:
    """What stands on a page: its pieces of lines, and those that run another way than most.

    ``hidden`` is the text beyond the page's edge; ``overprinted`` are words that are drawn twice;
    ``unread`` is what can be read of a page whose letters mostly have no meaning.
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
        """The page without its text, of which too many letters have no meaning."""
        text = "\n".join(piece.text for piece in (*self.pieces, *self.sideways))
        return PageGlyphs((), (), 1.0, right_to_left=False, unreadable=self.unreadable, unread=text)


def read_page(page: Any, textpage: Any) -> PageGlyphs:
    """The lines of a page in pdfium's order; ``unreadable`` is the share of characters without a meaning."""
    left, bottom, right, top = page.get_bbox()
    runs, unreadable, hidden = lines(textpage, left, bottom, right, top)
    courses = [_course(run) for run in runs]
    votes: Counter[Course] = Counter()
    for run, course in zip(runs, courses, strict=True):
        votes[course] += len(run) if course != "across" or len(run) > 2 else 0
    main: Course = max(("across", "up", "down"), key=lambda course: votes[course])
    width, height = right - left, top - bottom
    gather = _Gathering(textpage, runs, is_across=main == "across")
    pieces: list[Piece] = []
    sideways: list[Piece] = []
    for run, course in zip(runs, courses, strict=True):
        # Two letters do not tell which way they run, so they go with the rest of the page.
        alike = course == main or len(run) <= 2
        turned = main if alike else course
        if turned != "across":
            for glyph in run:
                _turn(glyph, turned, width, height)
        (pieces if alike else sideways).extend(gather.pieces(run))
    pieces = gather.without_copies(pieces)
    letters = Counter(bool(_RIGHT_TO_LEFT.match(c)) for piece in pieces for c in piece.text if c.isalpha())
    return PageGlyphs(
        tuple(pieces),
        tuple(sideways),
        height if main == "across" else width,
        letters[True] > letters[False],
        unreadable,
        hidden,
        " ".join(gather.overprinted),
    )


def _course(run: list[Glyph]) -> Course:
    inked = [glyph for glyph in run if not glyph.text.isspace()]
    if len(inked) < 2:
        return "across"
    across = abs(inked[-1].left + inked[-1].right - inked[0].left - inked[0].right)
    down = inked[-1].top + inked[-1].bottom - inked[0].top - inked[0].bottom
    if abs(down) <= 2 * across:
        return "across"
    return "down" if down > 0 else "up"


def _turn(glyph: Glyph, course: Course, width: float, height: float) -> None:
    """Turn a place so that lines run to the right and follow one another downwards."""
    left, top, right, bottom = glyph.left, glyph.top, glyph.right, glyph.bottom
    if course == "down":
        glyph.left, glyph.top, glyph.right, glyph.bottom = top, width - right, bottom, width - left
    elif course == "up":
        glyph.left, glyph.top, glyph.right, glyph.bottom = height - bottom, left, height - top, right


class _Gathering:
    """Gathers the characters of a page's lines into pieces."""

    def __init__(self, textpage: Any, runs: Sequence[Sequence[Glyph]], *, is_across: bool) -> None:
        self.overprinted: list[str] = []
        self._font = _fonts(textpage)
        self._baseline = _baselines(textpage) if is_across else None
        self._glyphs: dict[int, list[Glyph]] = {}
        self._counting = _counting(runs)

    def pieces(self, run: list[Glyph]) -> Iterator[Piece]:
        """A line cut at its wide gaps; within a piece the characters keep their logical order."""
        run = whole(run)
        inked = sorted((glyph for glyph in run if not glyph.text.isspace()), key=_left)
        if not inked:
            return
        heights = sorted([glyph.bottom - glyph.top for glyph in inked])
        size = max(heights[len(heights) // 2], 1.0)
        wide, tight = _GAP * size, 0.05 * size
        edges = []
        overlaps = False
        reach = inked[0].right
        for glyph in inked[1:]:
            left, right = glyph.left, glyph.right
            if left > reach + wide:
                edges.append((reach + left) / 2)
            elif left < reach - tight:
                overlaps = True
            reach = max(reach, right)
        if overlaps:
            run, twice = once(run)
            self.overprinted += [twice] if twice else []
        if heights[0] < SMALLER * heights[-1]:
            marked_heights(run, self._baseline or (lambda glyph: -glyph.bottom))
        if inked[0].index in self._counting or inked[-1].index in self._counting:
            edges = [*_number_before(inked, size), *edges, *_number_after(inked, size)]
        if not edges:
            yield from self._piece(run)
            return
        groups: dict[int, list[Glyph]] = {}
        place = 0
        for glyph in run:
            if not glyph.text.isspace():
                place = bisect_left(edges, glyph.left)
            groups.setdefault(place, []).append(glyph)
        for group in groups.values():
            yield from self._piece(group)

    def without_copies(self, pieces: list[Piece]) -> list[Piece]:
        """The pieces without those that are drawn again over others."""
        if len(pieces) > _MOST_PIECES:
            return pieces
        again = copies([self._glyphs[id(piece)] for piece in pieces])
        self.overprinted += [pieces[number].text for number in again]
        gone = set(again)
        return [piece for number, piece in enumerate(pieces) if number not in gone] if gone else pieces

    def _piece(self, group: list[Glyph]) -> Iterator[Piece]:
        kept: list[Glyph] = []
        after_space = True
        for glyph in group:
            # One space is enough between words, and none is needed around them.
            is_space = glyph.text.isspace()
            if not (is_space and after_space):
                kept.append(glyph)
            after_space = is_space
        if kept and after_space:
            kept.pop()
        inked = [glyph for glyph in kept if not glyph.text.isspace()]
        if not inked:
            return
        heights = sorted([(glyph.bottom - glyph.top, glyph.top, glyph.bottom) for glyph in inked])
        _, top, bottom = heights[len(heights) // 2]
        first, last = self._font(inked[0].index), self._font(inked[-1].index)
        text = "".join([glyph.text for glyph in kept])
        piece = Piece(
            text,
            tuple([glyph.index for glyph in kept])
            if len(text) == len(kept)
            else tuple([glyph.index for glyph in kept for _ in glyph.text]),
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


def _counting(runs: Sequence[Sequence[Glyph]]) -> set[int]:
    """The numbers of the characters with which lines begin, or end, where they count the lines."""
    counting: set[int] = set()
    for at in (0, -1):
        ends = {}
        for run in runs:
            glyphs = dropwhile(lambda glyph: glyph.text.isspace(), reversed(run) if at else run)
            start = list(islice(glyphs, _DIGITS + 1))
            number = list(takewhile(lambda glyph: glyph.text.isdecimal(), start))
            if number and (number == start or start[len(number)].text.isspace()):
                value = "".join(glyph.text for glyph in number)
                ends[int(value[::-1] if at else value)] = number[0].index
        following = [value for value in ends if value + 1 in ends]
        if len(following) >= _COUNTED:
            counting |= {ends[value + step] for value in following for step in (0, 1)}
    return counting


def _number_before(inked: Sequence[Glyph], size: float) -> list[float]:
    """The place behind a number that a line begins with, where the gap is wider than between words."""
    at = 0
    while at < min(len(inked), _DIGITS) and inked[at].text.isdecimal():
        at += 1
    return _between(inked[at - 1], inked[at], size) if 0 < at < len(inked) else []


def _number_after(inked: Sequence[Glyph], size: float) -> list[float]:
    """The same for a number that a line ends with."""
    at = len(inked)
    while at > max(0, len(inked) - _DIGITS) and inked[at - 1].text.isdecimal():
        at -= 1
    return _between(inked[at - 1], inked[at], size) if 0 < at < len(inked) else []


def _between(before: Glyph, after: Glyph, size: float) -> list[float]:
    is_apart = _SMALL_GAP * size < after.left - before.right <= _GAP * size
    # A raised number is a note's.
    return (
        [(before.right + after.left) / 2]
        if is_apart and abs(before.bottom - after.bottom) < 0.15 * size
        else []
    )


def _baselines(textpage: Any) -> Callable[[Glyph], float]:
    """How high on the page a character stands."""
    handle = textpage.raw
    x, y = ctypes.c_double(), ctypes.c_double()

    def baseline(glyph: Glyph) -> float:
        pdfium.FPDFText_GetCharOrigin(handle, glyph.index, ctypes.byref(x), ctypes.byref(y))
        return y.value

    return baseline


def _fonts(textpage: Any) -> Callable[[int], str]:
    """The name of the font of the character with a number, or nothing."""
    handle = textpage.raw
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()

    def font(index: int) -> str:
        length = pdfium.FPDFText_GetFontInfo(handle, index, name, len(name), ctypes.byref(flags))
        return name.value.decode("latin-1") if 0 < length <= len(name) else ""

    return font
