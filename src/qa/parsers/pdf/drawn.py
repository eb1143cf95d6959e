"""Read text that exists only in the drawings of annotations: stamps, signatures, formatted values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pypdfium2 import raw

from qa.parsers.pdf import objects
from qa.parsers.pdf.objects import Edges


def draws_text(annotation: Any) -> bool:
    """Check whether an annotation's appearance has text, or forms that may contain text."""
    kinds = {raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_FORM}
    return any(
        raw.FPDFPageObj_GetType(raw.FPDFAnnot_GetObject(annotation, number)) in kinds
        for number in range(raw.FPDFAnnot_GetObjectCount(annotation))
    )


def read_drawings(document: Any, number: int, places: Sequence[Edges]) -> list[list[str]]:
    """Return the lines that the annotations at the given places of a page draw.

    This makes the drawings part of the page in this document, so read the page's own text before.
    """
    page = document[number - 1]
    count = raw.FPDFPage_CountObjects(page.raw)
    flattened = raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY)
    page.close()
    if flattened != raw.FLATTEN_SUCCESS:
        return [[] for _ in places]
    page = document[number - 1]
    added = {objects.key(handle) for handle in objects.top_level(page)[count:]}
    texts = {
        objects.key(item.handle)
        for item in objects.walk(page, {raw.FPDF_PAGEOBJ_TEXT})
        if item.parents and objects.key(item.parents[0]) in added
    }
    textpage = page.get_textpage()
    lines = _lines_in(textpage.raw, texts, places)
    textpage.close()
    page.close()
    return lines


def _lines_in(textpage: Any, texts: set[int], places: Sequence[Edges]) -> list[list[str]]:
    """Return the lines of the given text objects in each place."""
    parts: list[list[str]] = [[] for _ in places]
    current: list[str] | None = None
    for index in range(raw.FPDFText_CountChars(textpage)):
        code = raw.FPDFText_GetUnicode(textpage, index)
        if raw.FPDFText_IsGenerated(textpage, index) == 1:
            if current is not None:
                current.append(chr(code) if code < 0x20 else " ")
            continue
        place = _place_of_character(textpage, index, texts, places)
        current = None if place is None else parts[place]
        if current is not None:
            current.append(chr(code))
    return [[" ".join(line.split()) for line in "".join(part).splitlines() if line.strip()] for part in parts]


def _place_of_character(textpage: Any, index: int, texts: set[int], places: Sequence[Edges]) -> int | None:
    """Return the index of a character's place, or None if it is in no place or in no given text object."""
    handle = raw.FPDFText_GetTextObject(textpage, index)
    box = raw.FS_RECTF()
    if not (handle and objects.key(handle) in texts and raw.FPDFText_GetLooseCharBox(textpage, index, box)):
        return None
    return _smallest_place((box.left + box.right) / 2, (box.bottom + box.top) / 2, places)


def _smallest_place(x: float, y: float, places: Sequence[Edges]) -> int | None:
    """Return the index of the smallest place around a point, because a large place may contain others."""
    containing = [
        ((right - left) * (top - bottom), number)
        for number, (left, bottom, right, top) in enumerate(places)
        if left - 1 <= x <= right + 1 and bottom - 1 <= y <= top + 1
    ]
    return min(containing)[1] if containing else None
