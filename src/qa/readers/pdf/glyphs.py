"""The characters of a PDF page, gathered into pieces of lines with their places."""

from __future__ import annotations

import ctypes
import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import pypdfium2.raw as pdfium

# How a page's lines run: as usual, or upwards or downwards on their side (scans, wide tables, vertical
# Chinese and Japanese).
Course = Literal["across", "up", "down"]

_HYPHENS = frozenset({0x02, 0xFFFE})
_SOFT_HYPHEN = 0xAD
_NEWLINES = frozenset({0x0A, 0x0D})
_BULLETS = {0xF0B7: "•", 0xF0A7: "▪", 0xF0D8: "➢", 0xF076: "❖", 0xF0FC: "✓"}
# Ligatures and the shapes of Arabic letters: how letters are drawn, not which letters they are.
_SHAPES = ((0xFB00, 0xFB06), (0xFB13, 0xFB17), (0xFB50, 0xFDCF), (0xFDF0, 0xFDFB), (0xFE70, 0xFEFC))
_BOLD = re.compile("bold|black|heavy|demi", re.IGNORECASE)
_ALEFS = frozenset("اأإآٱ")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# In points: a matrix can make letters flat, and then sizes could not be compared.
LEAST_SIZE = 0.01
# Two pieces of a line stand this far apart, in heights of its letters, or are one piece.
_GAP = 1.0


@dataclass(slots=True)
class Glyph:
    """A character, its number on the page and its box, measured from the page's top left corner."""

    text: str
    index: int
    left: float
    top: float
    right: float
    bottom: float


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

    ``hidden`` is the text beyond the page's edge.
    """

    pieces: tuple[Piece, ...]
    sideways: tuple[Piece, ...]
    height: float
    right_to_left: bool
    unreadable: float
    hidden: str = ""


def read_page(page: Any, textpage: Any) -> PageGlyphs:
    """The lines of a page in pdfium's order; ``unreadable`` is the share of characters without a meaning."""
    left, bottom, right, top = page.get_bbox()
    runs, unreadable, hidden = _runs(textpage, left, bottom, right, top)
    courses = [_course(run) for run in runs]
    votes: Counter[Course] = Counter()
    for run, course in zip(runs, courses, strict=True):
        votes[course] += len(run) if course != "across" or len(run) > 2 else 0
    main: Course = max(("across", "up", "down"), key=lambda course: votes[course])
    width, height = right - left, top - bottom
    font = _fonts(textpage)
    pieces: list[Piece] = []
    sideways: list[Piece] = []
    for run, course in zip(runs, courses, strict=True):
        # Two letters do not tell which way they run, so they go with the rest of the page.
        alike = course == main or len(run) <= 2
        for glyph in run:
            _turn(glyph, main if alike else course, width, height)
        (pieces if alike else sideways).extend(_pieces(run, font))
    letters = Counter(bool(_RIGHT_TO_LEFT.match(c)) for piece in pieces for c in piece.text if c.isalpha())
    return PageGlyphs(
        tuple(pieces),
        tuple(sideways),
        height if main == "across" else width,
        letters[True] > letters[False],
        unreadable,
        hidden,
    )


def _runs(
    textpage: Any, left: float, bottom: float, right: float, top: float
) -> tuple[list[list[Glyph]], float, str]:
    """The characters line by line as pdfium parts them, and the text that the page's edge cuts off."""
    handle = textpage.raw
    box = pdfium.FS_RECTF()
    box_pointer = ctypes.byref(box)
    runs: list[list[Glyph]] = []
    run: list[Glyph] = []
    hidden: list[str] = []
    total = unreadable = pending = 0
    for index in range(textpage.count_chars()):
        code = pdfium.FPDFText_GetUnicode(handle, index)
        if code in _NEWLINES:
            if hidden:
                hidden.append("\n")
            if run:
                runs.append(run)
                run = []
            continue
        if 0xD800 <= code < 0xDC00:
            pending = code
            continue
        if 0xDC00 <= code < 0xE000 and pending:
            code = 0x10000 + ((pending - 0xD800) << 10) + (code - 0xDC00)
        pending = 0
        text = _text(code)
        total += 1
        unreadable += text in {"", "\ufffd"} or 0xE000 <= code < 0xF900
        if not text or not pdfium.FPDFText_GetLooseCharBox(handle, index, box_pointer):
            continue
        x, y = (box.left + box.right) / 2, (box.top + box.bottom) / 2
        if not (left - 1 <= x <= right + 1 and bottom - 1 <= y <= top + 1):
            hidden.append(text)
            continue
        glyph = Glyph(text, index, box.left - left, top - box.top, box.right - left, top - box.bottom)
        run.insert(len(run) - _is_turned_ligature(run, glyph), glyph)
        if code in _HYPHENS:
            # pdfium makes up no line end after the hyphen of a word that goes on in the next line.
            runs.append(run)
            run = []
    if run:
        runs.append(run)
    return runs, unreadable / total if total else 0.0, "".join(hidden).strip()


def _is_turned_ligature(run: list[Glyph], glyph: Glyph) -> bool:
    """Whether pdfium turned round the ligature of lam and alef, as it turns lines that run to the left."""
    return (
        glyph.text == "ل"
        and bool(run)
        and run[-1].text in _ALEFS
        and (run[-1].left, run[-1].right) == (glyph.left, glyph.right)
    )


def _text(code: int) -> str:
    if code in _HYPHENS or code == _SOFT_HYPHEN:
        return "-"
    if code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code == 0xFEFF or code > 0x10FFFF:
        return ""
    if code in _BULLETS:
        return _BULLETS[code]
    if code > 0xFAFF and any(first <= code <= last for first, last in _SHAPES):
        return unicodedata.normalize("NFKC", chr(code)).strip()
    return " " if code == 0xA0 else chr(code)


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


def _pieces(run: list[Glyph], font: Callable[[int], str]) -> Iterator[Piece]:
    """A line cut at its wide gaps; within a piece the characters keep their logical order."""
    inked = sorted((glyph for glyph in run if not glyph.text.isspace()), key=lambda glyph: glyph.left)
    if not inked:
        return
    heights = sorted(glyph.bottom - glyph.top for glyph in inked)
    size = max(heights[len(heights) // 2], 1.0)
    edges = []
    reach = inked[0].right
    for glyph in inked[1:]:
        if glyph.left - reach > _GAP * size:
            edges.append((reach + glyph.left) / 2)
        reach = max(reach, glyph.right)
    groups: dict[int, list[Glyph]] = {}
    place = 0
    for glyph in run:
        if not glyph.text.isspace():
            place = bisect_left(edges, glyph.left)
        groups.setdefault(place, []).append(glyph)
    for group in groups.values():
        yield from _piece(group, font)


def _piece(group: list[Glyph], font: Callable[[int], str]) -> Iterator[Piece]:
    kept: list[Glyph] = []
    for glyph in group:
        # One space is enough between words, and none is needed around them.
        if not glyph.text.isspace() or (kept and not kept[-1].text.isspace()):
            kept.append(glyph)
    if kept and kept[-1].text.isspace():
        kept.pop()
    inked = [glyph for glyph in kept if not glyph.text.isspace()]
    if not inked:
        return
    heights = sorted((glyph.bottom - glyph.top, glyph.top, glyph.bottom) for glyph in inked)
    _, top, bottom = heights[len(heights) // 2]
    first, last = font(inked[0].index), font(inked[-1].index)
    yield Piece(
        "".join(glyph.text for glyph in kept),
        tuple(glyph.index for glyph in kept for _ in glyph.text),
        min(glyph.left for glyph in inked),
        top,
        max(glyph.right for glyph in inked),
        bottom,
        first if first == last else "",
        bool(_BOLD.search(first) and _BOLD.search(last)),
    )


def _fonts(textpage: Any) -> Callable[[int], str]:
    """The name of the font of the character with a number, or nothing."""
    handle = textpage.raw
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()

    def font(index: int) -> str:
        length = pdfium.FPDFText_GetFontInfo(handle, index, name, len(name), ctypes.byref(flags))
        return name.value.decode("latin-1") if 0 < length <= len(name) else ""

    return font
