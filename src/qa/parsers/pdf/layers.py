"""Hide the layers that are off: nobody sees what they draw, so it must not be quoted."""

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

# A page has a few layers, or thousands of marked stretches of them.
_MAX_MARKS = 10_000
_CELL_PIXELS = 4
_MAX_PIXELS = 4_000_000
_MAX_FORMS = 50
_BLACK = (0, 0, 0, 255)
_WHITE = 0xFFFFFF


def hide(page: Any, names: frozenset[bytes]) -> str:
    """Hide the drawings of a page's hidden layers, and return their text.

    pdfium's text of a page includes every layer, but its drawing only the visible ones. A test drawing
    therefore shows which layers are on: it has a square of a different colour for each layer, with the same
    mark as the layer's text.
    """
    if LAYERS not in names:
        return ""
    items = list(objects.walk(page))
    hidden = _find_hidden_objects(page, items)
    if LAYER_OF_PART in names:
        hidden |= _find_blank_forms(page, items, hidden)
    if not hidden:
        return ""
    texts = [item for item in items if item.kind == raw.FPDF_PAGEOBJ_TEXT]
    hidden_texts = {
        objects.key(text.handle)
        for text in texts
        if not hidden.isdisjoint(map(objects.key, (text.handle, *text.parents)))
    }
    with _only_active(texts, hidden_texts):
        textpage = page.get_textpage()
        text: str = textpage.get_text_range() if hidden_texts else ""
        textpage.close()
    hidden |= hidden_texts
    _set_active((item.handle for item in items if objects.key(item.handle) in hidden), active=False)
    return text


def _find_hidden_objects(page: Any, items: Sequence[PageObject]) -> set[int]:
    """Return the objects whose own marks name a hidden layer."""
    marks = {objects.key(mark): mark for item in items for mark in _layer_marks(item.handle)}
    if not 0 < len(marks) <= _MAX_MARKS:
        return set()
    hidden_marks = marks.keys() - _visible_marks(page, items, marks)
    return {
        objects.key(item.handle)
        for item in items
        if not hidden_marks.isdisjoint(map(objects.key, _layer_marks(item.handle)))
    }


def _layer_marks(handle: Any) -> Iterator[Any]:
    """Yield the marks of an object that name its layer."""
    name = (ctypes.c_ushort * 4)()
    length = ctypes.c_ulong()
    for number in range(raw.FPDFPageObj_CountMarks(handle)):
        mark = raw.FPDFPageObj_GetMark(handle, number)
        # "OC" and its terminating zero are six bytes.
        has_name = raw.FPDFPageObjMark_GetName(mark, name, 8, length) and length.value == 6
        if has_name and bytes(name)[:4] == b"O\0C\0":
            yield mark


def _visible_marks(page: Any, items: Sequence[PageObject], marks: dict[int, Any]) -> set[int]:
    """Return the marks of visible layers."""
    left, bottom, right, top = page.get_bbox()
    across = ceil(sqrt(len(marks)))
    width, height = (right - left) / across, (top - bottom) / across
    shorter_side = min(width, height)
    if shorter_side <= 0 or (_CELL_PIXELS * across / shorter_side) ** 2 * width * height > _MAX_PIXELS:
        return set(marks)
    probes = []
    for number, mark in enumerate(marks.values()):
        row, column = divmod(number, across)
        probe = raw.FPDFPageObj_CreateNewRect(left + column * width, bottom + row * height, width, height)
        raw.FPDFPageObj_SetFillColor(probe, number >> 16, number >> 8 & 0xFF, number & 0xFF, 255)
        raw.FPDFPath_SetDrawMode(probe, raw.FPDF_FILLMODE_ALTERNATE, False)
        raw.FPDFPageObj_AddExistingMark(probe, mark)
        probes.append(probe)
    with _only_active(items, set()):
        for probe in probes:
            raw.FPDFPage_InsertObject(page.raw, probe)
        colours = _find_colours(page, _CELL_PIXELS / shorter_side)
        for probe in probes:
            raw.FPDFPage_RemoveObject(page.raw, probe)
            raw.FPDFPageObj_Destroy(probe)
    return {mark for number, mark in enumerate(marks) if number in colours}


def _find_colours(page: Any, scale: float) -> set[int]:
    """Return the colours in the drawing of a page, as 24-bit RGB numbers."""
    bitmap = page.render(
        scale=scale,
        draw_annots=False,
        may_draw_forms=False,
        no_smoothpath=True,
        force_bitmap_format=raw.FPDFBitmap_BGRx,
    )
    with memoryview(bytes(bitmap.buffer)) as view:
        colours = {pixel & _WHITE for pixel in set(view.cast("I"))}
    bitmap.close()
    return colours


def _find_blank_forms(page: Any, items: Sequence[PageObject], hidden: set[int]) -> set[int]:
    """Return the forms whose text stays invisible even in black."""
    inside: dict[int, list[PageObject]] = defaultdict(list)
    for item in items:
        for parent in item.parents:
            inside[objects.key(parent)].append(item)
    blank: set[int] = set()
    attempts = 0
    with _only_active(items, set()):
        for form in items:
            key = objects.key(form.handle)
            is_known = not (blank | hidden).isdisjoint((key, *map(objects.key, form.parents)))
            has_text = any(item.kind == raw.FPDF_PAGEOBJ_TEXT for item in inside[key])
            if is_known or not has_text or attempts >= _MAX_FORMS:
                continue
            attempts += 1
            if _is_blank(page, form, inside[key]):
                blank.add(key)
    return blank


def _is_blank(page: Any, form: PageObject, content: Sequence[PageObject]) -> bool:
    """Check whether the drawing of a form with black text is white, while all other objects are inactive."""
    width, height = page.get_size()
    scale = min(1.0, sqrt(_MAX_PIXELS / max(1.0, width * height)))
    for item in content:
        if item.kind == raw.FPDF_PAGEOBJ_TEXT:
            raw.FPDFPageObj_SetFillColor(item.handle, *_BLACK)
    shown = [*form.parents, form.handle, *(item.handle for item in content)]
    _set_active(shown, active=True)
    is_blank = _find_colours(page, scale) <= {_WHITE}
    _set_active(shown, active=False)
    return is_blank


def _set_active(handles: Iterable[Any], *, active: bool) -> None:
    for handle in handles:
        raw.FPDFPageObj_SetIsActive(handle, active)


@contextmanager
def _only_active(items: Iterable[PageObject], keys: set[int]) -> Iterator[None]:
    """Deactivate all objects except those with ``keys`` inside the context."""
    inactive = [item.handle for item in items if objects.key(item.handle) not in keys]
    _set_active(inactive, active=False)
    try:
        yield
    finally:
        _set_active(inactive, active=True)
