"""Access the objects of a page in pdfium: texts, images, and forms that contain further objects."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from typing import Any

from pypdfium2 import raw

from qa.parsers.build import clean

# Limits for files that nest or repeat forms endlessly.
_MAX_DEPTH = 8
_MAX_OBJECTS = 100_000
_MAX_STRING_BYTES = 4_000_000

Matrix = tuple[float, float, float, float, float, float]
# Left, bottom, right and top in points of the page.
Edges = tuple[float, float, float, float]
_IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class PageObject:
    """An object, its kind (``raw.FPDF_PAGEOBJ_*``), and the forms around it, outermost first.

    ``matrix`` transforms the object's coordinates to those of the page.
    """

    handle: Any
    kind: int
    parents: tuple[Any, ...]
    matrix: Matrix


@dataclass(frozen=True, slots=True)
class Frame:
    """The visible part of a page, and its rotation in degrees when shown."""

    left: float
    bottom: float
    right: float
    top: float
    rotation: int

    @property
    def width(self) -> float:
        """The width in points."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """The height in points."""
        return self.top - self.bottom


def frame(page: Any) -> Frame:
    """Return the frame of a page."""
    left, bottom, right, top = page.get_bbox()
    return Frame(left, bottom, right, top, page.get_rotation())


def key(handle: Any) -> int:
    """Return the identity of an object or a mark."""
    return ctypes.addressof(handle.contents)


def top_level(page: Any) -> list[Any]:
    """Return the objects directly on the page."""
    return list(_objects(page))


def walk(page: Any, kinds: Container[int] | None = None) -> Iterator[PageObject]:
    """Yield objects of the given kinds (default: all) in drawing order; a form precedes its content."""
    budget = _MAX_OBJECTS
    stack: list[tuple[Iterator[Any], tuple[Any, ...], Matrix]] = [(_objects(page), (), _IDENTITY)]
    while stack and budget > 0:
        handles, parents, matrix = stack[-1]
        handle = next(handles, None)
        if handle is None:
            stack.pop()
            continue
        budget -= 1
        kind = raw.FPDFPageObj_GetType(handle)
        if kinds is None or kind in kinds:
            yield PageObject(handle, kind, parents, matrix)
        if kind == raw.FPDF_PAGEOBJ_FORM and len(stack) < _MAX_DEPTH:
            stack.append((_objects_of_form(handle), (*parents, handle), _multiply(_matrix(handle), matrix)))


def _objects(page: Any) -> Iterator[Any]:
    handle = page.raw
    return (raw.FPDFPage_GetObject(handle, n) for n in range(raw.FPDFPage_CountObjects(handle)))


def _objects_of_form(form: Any) -> Iterator[Any]:
    return (raw.FPDFFormObj_GetObject(form, n) for n in range(max(0, raw.FPDFFormObj_CountObjects(form))))


def edges(item: PageObject) -> Edges:
    """Return the place of an object on the page."""
    if item.kind == raw.FPDF_PAGEOBJ_IMAGE:
        # The image's matrix places the unit square.
        return _transform((0.0, 0.0, 1.0, 1.0), _multiply(_matrix(item.handle), item.matrix))
    sides = [ctypes.c_float() for _ in range(4)]
    if not raw.FPDFPageObj_GetBounds(item.handle, *sides):
        return (0.0, 0.0, 0.0, 0.0)
    left, bottom, right, top = (side.value for side in sides)
    return _transform((left, bottom, right, top), item.matrix)


def string(function: Callable[..., int], *arguments: Any) -> str:
    """Return the UTF-16 string that a pdfium function writes to a buffer."""
    length = function(*arguments, None, 0)
    if not 2 < length <= _MAX_STRING_BYTES:
        return ""
    buffer = ctypes.create_string_buffer(length)
    function(*arguments, ctypes.cast(buffer, ctypes.POINTER(ctypes.c_ushort)), length)
    return clean(buffer.raw[: length - 2].decode("utf-16-le", "replace"))


def _matrix(handle: Any) -> Matrix:
    matrix = raw.FS_MATRIX()
    if not raw.FPDFPageObj_GetMatrix(handle, matrix):
        return _IDENTITY
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _multiply(first: Matrix, second: Matrix) -> Matrix:
    a, b, c, d, e, f = first
    a2, b2, c2, d2, e2, f2 = second
    return (
        a * a2 + b * c2,
        a * b2 + b * d2,
        c * a2 + d * c2,
        c * b2 + d * d2,
        e * a2 + f * c2 + e2,
        e * b2 + f * d2 + f2,
    )


def _transform(box: Edges, matrix: Matrix) -> Edges:
    a, b, c, d, e, f = matrix
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (box[0], box[2]) for y in (box[1], box[3])]
    return (
        min(x for x, _ in corners),
        min(y for _, y in corners),
        max(x for x, _ in corners),
        max(y for _, y in corners),
    )
