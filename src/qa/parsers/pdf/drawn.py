"""The text that annotations draw, where they say it in no other way: stamps, signatures, formatted values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pypdfium2 import raw

from qa.parsers.pdf import objects
from qa.parsers.pdf.objects import Edges


def draws_text(annotation: Any) -> bool:
    """Return whether an annotation's appearance has text, or forms that may have some."""
    kinds = {raw.FPDF_PAGEOBJ_TEXT, raw.FPDF_PAGEOBJ_FORM}
    return any(
        raw.FPDFPageObj_GetType(raw.FPDFAnnot_GetObject(annotation, number)) in kinds
        for number in range(raw.FPDFAnnot_GetObjectCount(annotation))
    )


def drawn(document: Any, number: int, places: Sequence[Edges]) -> list[list[str]]:
    """Return the lines that the annotations at some places of a page draw.

    The drawings become part of the page as this document has it, so it must have been read before.
    """
    page = document[number - 1]
    before = raw.FPDFPage_CountObjects(page.raw)
    flattened = raw.FPDFPage_Flatten(page.raw, raw.FLAT_NORMALDISPLAY)
    page.close()
    if flattened != raw.FLATTEN_SUCCESS:
        return [[] for _ in places]
    page = document[number - 1]
    added = {objects.key(handle) for handle in objects.top_level(page)[before:]}
    texts = {
        objects.key(item.handle)
        for item in objects.walk(page, {raw.FPDF_PAGEOBJ_TEXT})
        if item.parents and objects.key(item.parents[0]) in added
    }
    textpage = page.get_textpage()
    written = _written(textpage.raw, texts, places)
    textpage.close()
    page.close()
    return written


def _written(textpage: Any, texts: set[int], places: Sequence[Edges]) -> list[list[str]]:
    parts: list[list[str]] = [[] for _ in places]
    box = raw.FS_RECTF()
    last: list[str] | None = None
    for index in range(raw.FPDFText_CountChars(textpage)):
        code = raw.FPDFText_GetUnicode(textpage, index)
        if raw.FPDFText_IsGenerated(textpage, index) == 1:
            if last is not None:
                last.append(chr(code) if code < 0x20 else " ")
            continue
        handle = raw.FPDFText_GetTextObject(textpage, index)
        last = None
        if handle and objects.key(handle) in texts and raw.FPDFText_GetLooseCharBox(textpage, index, box):
            place = _place((box.left + box.right) / 2, (box.bottom + box.top) / 2, places)
            if place is not None:
                last = parts[place]
                last.append(chr(code))
    return [[" ".join(line.split()) for line in "".join(part).splitlines() if line.strip()] for part in parts]


def _place(x: float, y: float, places: Sequence[Edges]) -> int | None:
    """Return the smallest place that a point is in, since a large one may be around others."""
    around = [
        ((right - left) * (top - bottom), number)
        for number, (left, bottom, right, top) in enumerate(places)
        if left - 1 <= x <= right + 1 and bottom - 1 <= y <= top + 1
    ]
    return min(around)[1] if around else None
