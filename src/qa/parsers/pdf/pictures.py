"""Pages, and parts of pages, that are pictures of text: told by their place, and by what they look like."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import sqrt
from typing import Any, Literal

from pypdfium2 import raw

from qa.parsers.pdf import objects
from qa.parsers.pdf.objects import Edges

Judgement = Literal["scan", "picture"]

# The share of the page that pictures cover: of one that is worth a warning, and of a scanned page.
_LARGE = 1 / 3
_PAGE = 0.6
# A scanned page has no more characters of its own than a stamp and a heading have.
_FEW_CHARACTERS = 600
# Printed text on so much of a picture is what the picture shows, or the picture is its background.
_WRITTEN = 0.12
_CELLS = 48
# What a picture of text looks like, drawn so many pixels wide: mostly paper, and some ink on it.
_PIXELS = 800
_PAPER = 0.45
_PAPER_SHADES = 24
_INK_SHADES = 50
_LEAST_INK = 0.0002
_MOST_INK = 0.35

# A blank page may have a rule at its foot, and texts without letters.
_NOTHING = 0.1
_FEW_SEGMENTS = 40
_THIN_LINES = 0.005

_Cells = set[tuple[int, int]]


def judge(page: Any, characters: int) -> Judgement | None:
    """Return whether a page with text of its own is a scan, or has a large picture of text.

    The page must not be read afterwards: its texts are left out of the drawing that is looked at.
    """
    frame = page.get_bbox()
    whole = _area(frame)
    images = [_within(objects.edges(item), frame) for item in objects.walk(page, {raw.FPDF_PAGEOBJ_IMAGE})]
    if whole <= 0 or sum(map(_area, images)) < _LARGE * whole:
        return None
    pictured: _Cells = set().union(*(_cells(place, frame) for place in images))
    if len(pictured) < _LARGE * _CELLS**2 or _has_text_over(page, frame):
        return None
    without_text(page)
    if not _looks_like_text(page, pictured):
        return None
    return "scan" if len(pictured) >= _PAGE * _CELLS**2 and characters <= _FEW_CHARACTERS else "picture"


def is_blank(page: Any) -> bool:
    """Return whether a page without text shows nothing but a few thin lines."""
    segments = 0
    for item in objects.walk(page):
        if item.kind == raw.FPDF_PAGEOBJ_TEXT:
            left, bottom, right, top = objects.edges(item)
            if min(right - left, top - bottom) > _NOTHING:
                return False
        elif item.kind == raw.FPDF_PAGEOBJ_PATH:
            segments += raw.FPDFPath_CountSegments(item.handle)
        elif item.kind != raw.FPDF_PAGEOBJ_FORM:
            return False
        if segments > _FEW_SEGMENTS:
            return False
    cells = {(x, y) for x in range(_CELLS) for y in range(_CELLS)}
    shades = _shades(page, cells)
    return shades[255] + shades[254] > (1 - _THIN_LINES) * shades.total()


def _has_text_over(page: Any, frame: Edges) -> bool:
    """Return whether the text of pictures is there as text: unseen, or all over them."""
    items = list(objects.walk(page, {raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_TEXT}))
    cells = {
        number: _cells(_within(objects.edges(item), frame), frame)
        for number, item in enumerate(items)
        if item.kind == raw.FPDF_PAGEOBJ_IMAGE
    }
    pictured: _Cells = set().union(*cells.values())
    written: _Cells = set()
    # From the last one back, since a picture covers what is drawn before it.
    covered: _Cells = set()
    for number in range(len(items) - 1, -1, -1):
        if number in cells:
            covered |= cells[number]
            continue
        over = _cells(_within(objects.edges(items[number]), frame), frame) & pictured
        if over and (_is_invisible(items[number].handle) or over <= covered):
            return True
        written |= over
    return len(written) > _WRITTEN * len(pictured)


def without_text(page: Any) -> None:
    """Leave the page's text out of its drawing."""
    for item in objects.walk(page, {raw.FPDF_PAGEOBJ_TEXT}):
        raw.FPDFPageObj_SetIsActive(item.handle, False)


def _is_invisible(text: Any) -> bool:
    return bool(raw.FPDFTextObj_GetTextRenderMode(text) == raw.FPDF_TEXTRENDERMODE_INVISIBLE)


def _within(place: Edges, page: Edges) -> Edges:
    return (
        max(place[0], page[0]),
        max(place[1], page[1]),
        min(place[2], page[2]),
        min(place[3], page[3]),
    )


def _area(place: Edges) -> float:
    return max(0.0, place[2] - place[0]) * max(0.0, place[3] - place[1])


def _cells(place: Edges, page: Edges) -> _Cells:
    """Return the cells of the page's grid whose middles are in a place, or the one that it is in."""
    across = _range(place[0], place[2], page[0], page[2])
    return {(x, y) for x in across for y in _range(place[1], place[3], page[1], page[3])}


def _range(begin: float, end: float, first: float, last: float) -> Iterable[int]:
    step = (last - first) / _CELLS
    low = max(0, round((begin - first) / step))
    high = min(_CELLS, round((end - first) / step))
    return range(low, high) if high > low else range(low, min(_CELLS, low + 1))


def _looks_like_text(page: Any, pictured: _Cells) -> bool:
    """Return whether the pictures of a page are paper with ink, and no photographs or backgrounds."""
    shades = _shades(page, pictured)
    total = shades.total()
    paper = max(range(256), key=lambda shade: sum(shades[shade + near] for near in range(-4, 5)))
    on_paper = sum(count for shade, count in shades.items() if abs(shade - paper) <= _PAPER_SHADES)
    ink = sum(count for shade, count in shades.items() if abs(shade - paper) > _INK_SHADES)
    return 0 < _PAPER * total <= on_paper and _LEAST_INK * total <= ink <= _MOST_INK * total


def _shades(page: Any, cells: _Cells) -> Counter[int]:
    """Return how often each shade of grey comes in some cells of the page's drawing."""
    width, height = page.get_size()
    scale = min(_PIXELS / max(width, 1.0), sqrt(4 * _PIXELS**2 / max(1.0, width * height)))
    bitmap = page.render(scale=scale, grayscale=True, draw_annots=False, may_draw_forms=False)
    across, down, stride = bitmap.width, bitmap.height, bitmap.stride
    pixels = bytes(bitmap.buffer)
    bitmap.close()
    shades: Counter[int] = Counter()
    for x, y in _turned(cells, page.get_rotation()):
        left, right = x * across // _CELLS, (x + 1) * across // _CELLS
        for row in range(y * down // _CELLS, (y + 1) * down // _CELLS):
            shades.update(pixels[row * stride + left : row * stride + right])
    return shades


def _turned(cells: _Cells, rotation: int) -> Iterable[tuple[int, int]]:
    """Return cells, counted from the lower left of the page, counted from the top left of its drawing."""
    last = _CELLS - 1
    for x, y in cells:
        match rotation:
            case 90:
                yield y, x
            case 180:
                yield last - x, y
            case 270:
                yield last - y, last - x
            case _:
                yield x, last - y
