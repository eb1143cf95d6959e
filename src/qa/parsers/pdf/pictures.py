"""Detect pages, and parts of pages, that are pictures of text, by their place and their appearance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from math import sqrt
from typing import Any, Literal

from pypdfium2 import raw

from qa.parsers.pdf import objects
from qa.parsers.pdf.objects import Edges

Judgement = Literal["scan", "picture"]

# Minimum share of the page that pictures cover: for a warning, and for a scanned page.
_MIN_PICTURE_SHARE = 1 / 3
_MIN_SCAN_SHARE = 0.6
# Maximum characters of text on a scanned page, such as a stamp and a heading.
_MAX_SCAN_CHARACTERS = 600
# Minimum share of a picture that text covers if the text is the picture's content or the picture a
# background.
_MIN_WRITTEN_SHARE = 0.12
_CELLS = 48
# Appearance of a picture of text at this width in pixels: mostly paper, with some ink.
_WIDTH_PIXELS = 800
_MIN_PAPER = 0.45
_PAPER_SHADES = 24
_INK_SHADES = 50
_MIN_INK = 0.0002
_MAX_INK = 0.35

# Limits for a blank page, which may have a rule at its foot and texts without letters.
_MAX_EMPTY_TEXT = 0.1
_MAX_SEGMENTS = 40
_MAX_LINE_SHARE = 0.005

_Cells = set[tuple[int, int]]


def judge(page: Any, characters: int) -> Judgement | None:
    """Return whether a page with text is a scan or has a large picture of text, or None.

    Do not read the page afterwards: this function hides its text to examine the drawing.
    """
    bounds = page.get_bbox()
    page_area = _area(bounds)
    images = [
        _intersection(objects.edges(item), bounds) for item in objects.walk(page, {raw.FPDF_PAGEOBJ_IMAGE})
    ]
    if page_area <= 0 or sum(map(_area, images)) < _MIN_PICTURE_SHARE * page_area:
        return None
    pictured: _Cells = set().union(*(_cells(place, bounds) for place in images))
    if len(pictured) < _MIN_PICTURE_SHARE * _CELLS**2 or _has_text_over(page, bounds):
        return None
    hide_text(page)
    if not _looks_like_text(page, pictured):
        return None
    return (
        "scan"
        if len(pictured) >= _MIN_SCAN_SHARE * _CELLS**2 and characters <= _MAX_SCAN_CHARACTERS
        else "picture"
    )


def is_blank(page: Any) -> bool:
    """Check whether a page without text shows nothing but a few thin lines."""
    segments = 0
    for item in objects.walk(page):
        if item.kind == raw.FPDF_PAGEOBJ_TEXT:
            left, bottom, right, top = objects.edges(item)
            if min(right - left, top - bottom) > _MAX_EMPTY_TEXT:
                return False
        elif item.kind == raw.FPDF_PAGEOBJ_PATH:
            segments += raw.FPDFPath_CountSegments(item.handle)
        elif item.kind != raw.FPDF_PAGEOBJ_FORM:
            return False
        if segments > _MAX_SEGMENTS:
            return False
    cells = {(x, y) for x in range(_CELLS) for y in range(_CELLS)}
    shades = _shades(page, cells)
    return shades[255] + shades[254] > (1 - _MAX_LINE_SHARE) * shades.total()


def _has_text_over(page: Any, frame: Edges) -> bool:
    """Check whether pictures have their text as text: invisible, or all over them."""
    items = list(objects.walk(page, {raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_TEXT}))
    cells = {
        number: _cells(_intersection(objects.edges(item), frame), frame)
        for number, item in enumerate(items)
        if item.kind == raw.FPDF_PAGEOBJ_IMAGE
    }
    pictured: _Cells = set().union(*cells.values())
    written: _Cells = set()
    # Backwards, because a picture covers earlier drawings.
    covered: _Cells = set()
    for number in range(len(items) - 1, -1, -1):
        if number in cells:
            covered |= cells[number]
            continue
        over = _cells(_intersection(objects.edges(items[number]), frame), frame) & pictured
        if over and (_is_invisible(items[number].handle) or over <= covered):
            return True
        written |= over
    return len(written) > _MIN_WRITTEN_SHARE * len(pictured)


def hide_text(page: Any) -> None:
    """Hide the page's text in its drawing."""
    for item in objects.walk(page, {raw.FPDF_PAGEOBJ_TEXT}):
        raw.FPDFPageObj_SetIsActive(item.handle, False)


def _is_invisible(text: Any) -> bool:
    return bool(raw.FPDFTextObj_GetTextRenderMode(text) == raw.FPDF_TEXTRENDERMODE_INVISIBLE)


def _intersection(place: Edges, page: Edges) -> Edges:
    return (
        max(place[0], page[0]),
        max(place[1], page[1]),
        min(place[2], page[2]),
        min(place[3], page[3]),
    )


def _area(place: Edges) -> float:
    return max(0.0, place[2] - place[0]) * max(0.0, place[3] - place[1])


def _cells(place: Edges, page: Edges) -> _Cells:
    """Return the grid cells whose middles are inside a place, at least one cell."""
    across = _range(place[0], place[2], page[0], page[2])
    return {(x, y) for x in across for y in _range(place[1], place[3], page[1], page[3])}


def _range(begin: float, end: float, first: float, last: float) -> Iterable[int]:
    step = (last - first) / _CELLS
    low = max(0, round((begin - first) / step))
    high = min(_CELLS, round((end - first) / step))
    return range(low, high) if high > low else range(low, min(_CELLS, low + 1))


def _looks_like_text(page: Any, pictured: _Cells) -> bool:
    """Check whether the pictures of a page are paper with ink, not photographs or backgrounds."""
    shades = _shades(page, pictured)
    total = shades.total()
    paper = max(range(256), key=lambda shade: sum(shades[shade + near] for near in range(-4, 5)))
    on_paper = sum(count for shade, count in shades.items() if abs(shade - paper) <= _PAPER_SHADES)
    ink = sum(count for shade, count in shades.items() if abs(shade - paper) > _INK_SHADES)
    return 0 < _MIN_PAPER * total <= on_paper and _MIN_INK * total <= ink <= _MAX_INK * total


def _shades(page: Any, cells: _Cells) -> Counter[int]:
    """Return the number of pixels of each grey shade within some cells of the page's drawing."""
    width, height = page.get_size()
    scale = min(_WIDTH_PIXELS / max(width, 1.0), sqrt(4 * _WIDTH_PIXELS**2 / max(1.0, width * height)))
    bitmap = page.render(scale=scale, grayscale=True, draw_annots=False, may_draw_forms=False)
    across, down, stride = bitmap.width, bitmap.height, bitmap.stride
    pixels = bytes(bitmap.buffer)
    bitmap.close()
    shades: Counter[int] = Counter()
    for x, y in _to_drawing(cells, page.get_rotation()):
        left, right = x * across // _CELLS, (x + 1) * across // _CELLS
        for row in range(y * down // _CELLS, (y + 1) * down // _CELLS):
            shades.update(pixels[row * stride + left : row * stride + right])
    return shades


def _to_drawing(cells: _Cells, rotation: int) -> Iterable[tuple[int, int]]:
    """Convert cells counted from the page's lower left to cells counted from its drawing's top left."""
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
