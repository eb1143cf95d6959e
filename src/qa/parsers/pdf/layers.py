"""Layers that are off: nobody sees what they draw, so none of it is quoted."""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from math import ceil, sqrt
from typing import Any

from pypdfium2 import raw

from qa.parsers.pdf import objects
from qa.parsers.pdf.names import LAYER_OF_PART, LAYERS
from qa.parsers.pdf.objects import PageObject

# A page has a few layers, or thousands of stretches of them.
_MOST_MARKS = 10_000
_CELL = 4
_MOST_PIXELS = 4_000_000
_MOST_FORMS = 50
_BLACK = (0, 0, 0, 255)
_WHITE = 0xFFFFFF


def hide(page: Any, names: frozenset[bytes]) -> str:
    """Make a page forget what its hidden layers draw, and return their text.

    pdfium's text of a page has the text of every layer, but its drawing has not. So whether a layer is on
    is asked by drawing: a square of its own colour for each, marked as the layer's text is.
    """
    if LAYERS not in names:
        return ""
    items = list(objects.walk(page))
    marks = {objects.key(mark): mark for item in items for mark in _marks(item.handle)}
    hidden_marks = marks.keys() - _drawn(page, items, marks) if 0 < len(marks) <= _MOST_MARKS else set()
    hidden = {
        objects.key(i.handle)
        for i in items
        if not hidden_marks.isdisjoint(map(objects.key, _marks(i.handle)))
    }
    if LAYER_OF_PART in names:
        hidden |= _blank_forms(page, items, hidden)
    if not hidden:
        return ""
    texts = [item for item in items if item.kind == raw.FPDF_PAGEOBJ_TEXT]
    gone = {
        objects.key(i.handle)
        for i in texts
        if not hidden.isdisjoint(map(objects.key, (i.handle, *i.parents)))
    }
    with _only(texts, gone):
        textpage = page.get_textpage()
        text: str = textpage.get_text_range() if gone else ""
        textpage.close()
    _set_active((i.handle for i in items if objects.key(i.handle) in hidden | gone), active=False)
    return text


def _marks(handle: Any) -> Iterator[Any]:
    """Yield the marks of an object that say which layer it is of."""
    name = (ctypes.c_ushort * 4)()
    length = ctypes.c_ulong()
    for number in range(raw.FPDFPageObj_CountMarks(handle)):
        mark = raw.FPDFPageObj_GetMark(handle, number)
        # "OC" and the zero after it are six bytes.
        has_name = raw.FPDFPageObjMark_GetName(mark, name, 8, length) and length.value == 6
        if has_name and bytes(name)[:4] == b"O\0C\0":
            yield mark


def _drawn(page: Any, items: Sequence[PageObject], marks: dict[int, Any]) -> set[int]:
    """Return the marks with which something is drawn."""
    left, bottom, right, top = page.get_bbox()
    across = ceil(sqrt(len(marks)))
    width, height = (right - left) / across, (top - bottom) / across
    least = min(width, height)
    if least <= 0 or (_CELL * across / least) ** 2 * width * height > _MOST_PIXELS:
        return set(marks)
    probes = []
    for number, mark in enumerate(marks.values()):
        row, column = divmod(number, across)
        probe = raw.FPDFPageObj_CreateNewRect(left + column * width, bottom + row * height, width, height)
        raw.FPDFPageObj_SetFillColor(probe, number >> 16, number >> 8 & 0xFF, number & 0xFF, 255)
        raw.FPDFPath_SetDrawMode(probe, raw.FPDF_FILLMODE_ALTERNATE, False)
        raw.FPDFPageObj_AddExistingMark(probe, mark)
        probes.append(probe)
    with _only(items, set()):
        for probe in probes:
            raw.FPDFPage_InsertObject(page.raw, probe)
        seen = _colours(page, _CELL / least)
        for probe in probes:
            raw.FPDFPage_RemoveObject(page.raw, probe)
            raw.FPDFPageObj_Destroy(probe)
    return {mark for number, mark in enumerate(marks) if number in seen}


def _colours(page: Any, scale: float) -> set[int]:
    """Return the colours in the drawing of a page, as numbers of red, green and blue."""
    bitmap = page.render(
        scale=scale,
        draw_annots=False,
        may_draw_forms=False,
        no_smoothpath=True,
        force_bitmap_format=raw.FPDFBitmap_BGRx,
    )
    with memoryview(bytes(bitmap.buffer)) as view:
        seen = {pixel & _WHITE for pixel in set(view.cast("I"))}
    bitmap.close()
    return seen


def _blank_forms(page: Any, items: Sequence[PageObject], hidden: set[int]) -> set[int]:
    """Return the forms with text of which nothing is drawn, even where all of it is black."""
    inside: dict[int, list[PageObject]] = defaultdict(list)
    for item in items:
        for parent in item.parents:
            inside[objects.key(parent)].append(item)
    blank: set[int] = set()
    width, height = page.get_size()
    scale = min(1.0, sqrt(_MOST_PIXELS / max(1.0, width * height)))
    tried = 0
    with _only(items, set()):
        for form in items:
            key = objects.key(form.handle)
            around = set(map(objects.key, form.parents))
            texts = [item.handle for item in inside[key] if item.kind == raw.FPDF_PAGEOBJ_TEXT]
            if not texts or key in hidden or not around.isdisjoint(blank | hidden) or tried >= _MOST_FORMS:
                continue
            tried += 1
            for text in texts:
                raw.FPDFPageObj_SetFillColor(text, *_BLACK)
            shown = [*form.parents, form.handle, *(item.handle for item in inside[key])]
            _set_active(shown, active=True)
            if _colours(page, scale) <= {_WHITE}:
                blank.add(key)
            _set_active(shown, active=False)
    return blank


def _set_active(handles: Iterable[Any], *, active: bool) -> None:
    for handle in handles:
        raw.FPDFPageObj_SetIsActive(handle, active)


@contextmanager
def _only(items: Iterable[PageObject], keys: set[int]) -> Iterator[None]:
    """Leave out all objects but some for a while."""
    others = [item.handle for item in items if objects.key(item.handle) not in keys]
    _set_active(others, active=False)
    try:
        yield
    finally:
        _set_active(others, active=True)
