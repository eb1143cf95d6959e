"""Highlight stretches of a PDF's text in a copy of the file, as annotations that every viewer shows."""

from __future__ import annotations

import io
from collections import defaultdict
from collections.abc import Sequence
from ctypes import byref, c_double
from typing import Any

from pypdfium2 import raw

from qa.errors import ReadError
from qa.parsers.pdf.box import Box
from qa.parsers.pdf.file import opened
from qa.parsers.pdf.reading import boxes, text

_COLOUR = (255, 226, 89, 255)
_PRECISION = 100
"""Parts of a point in which a page's places are counted."""


def highlighted(data: bytes, stretches: Sequence[tuple[int, int, str, str]]) -> bytes:
    """Return a copy of a PDF with highlighted stretches.

    Args:
        data: Bytes of the file.
        stretches: Start, end, text and note of each stretch of the file's text.

    Raises:
        ReadError: The file's text does not have these stretches, as after optical character recognition, or
            the pages do not show one of them.
    """
    whole = text(data)
    marks: list[tuple[str, list[Box]]] = []
    for start, end, quoted, note in stretches:
        lines = boxes(data, start, end) if whole[start:end] == quoted else []
        if not lines:
            raise ReadError("original-differs")
        marks.append((note, lines))
    with opened(data, None) as document:
        for note, lines in marks:
            by_page: dict[int, list[Box]] = defaultdict(list)
            for line in lines:
                by_page[line.page].append(line)
            for number, boxes_of_page in by_page.items():
                page = document[number - 1]
                _annotate(page, boxes_of_page, note)
                page.close()
        copy = io.BytesIO()
        document.save(copy)
    return copy.getvalue()


def _annotate(page: Any, lines: Sequence[Box], note: str) -> None:
    """Add one annotation over some lines of a page."""
    edges = [_edges(page, line) for line in lines]
    annotation = raw.FPDFPage_CreateAnnot(page.raw, raw.FPDF_ANNOT_HIGHLIGHT)
    raw.FPDFAnnot_SetColor(annotation, raw.FPDFANNOT_COLORTYPE_Color, *_COLOUR)
    raw.FPDFAnnot_SetFlags(annotation, raw.FPDF_ANNOT_FLAG_PRINT)
    for left, top, right, bottom in edges:
        corners = raw.FS_QUADPOINTSF(left, top, right, top, left, bottom, right, bottom)
        raw.FPDFAnnot_AppendAttachmentPoints(annotation, corners)
    lefts, tops, rights, bottoms = zip(*edges, strict=True)
    raw.FPDFAnnot_SetRect(annotation, raw.FS_RECTF(min(lefts), max(tops), max(rights), min(bottoms)))
    contents = (note + "\0").encode("utf-16-le", "replace")
    wide = (raw.FPDF_WCHAR * (len(contents) // 2)).from_buffer_copy(contents)
    raw.FPDFAnnot_SetStringValue(annotation, b"Contents", wide)
    raw.FPDFPage_CloseAnnot(annotation)


def _edges(page: Any, box: Box) -> tuple[float, float, float, float]:
    """Return left, top, right and bottom of a box in the page's own space, however it is rotated."""
    width, height = (round(side * _PRECISION) for side in page.get_size())
    points = []
    for across, down in ((box.left, box.top), (box.right, box.bottom)):
        x, y = c_double(), c_double()
        place = (round(across * _PRECISION), round(down * _PRECISION))
        raw.FPDF_DeviceToPage(page.raw, 0, 0, width, height, 0, *place, byref(x), byref(y))
        points.append((x.value, y.value))
    (x1, y1), (x2, y2) = points
    return min(x1, x2), max(y1, y2), max(x1, x2), min(y1, y2)
