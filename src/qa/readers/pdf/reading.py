"""A PDF from its bytes to its text, and from a place in the text to the places on its pages."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from qa.readers.build import Extract
from qa.readers.pdf import linenumbers, running
from qa.readers.pdf.assemble import Assembly, Content, Placed
from qa.readers.pdf.box import Box
from qa.readers.pdf.file import Scan, opened, scan
from qa.readers.pdf.layout import columns
from qa.readers.pdf.paragraphs import paragraphs
from qa.readers.pdf.process import next_page


def read(data: bytes, *, password: str | None = None, ocr: bool = False) -> Extract:
    """The text of a PDF; raises ReadError where it is damaged, wants a password or holds only images."""
    with opened(data, password) as document:
        found = scan(document, ocr=ocr)
    assembly = _assembled(found)
    return assembly.builder.extract(found.title, assembly.pages(), found.warnings)


def boxes(data: bytes, start: int, end: int, *, password: str | None = None) -> list[Box]:
    """The rectangles, one for each line, in which ``text[start:end]`` of this file stands."""
    marked = []
    for place in _laid_out(data, password)[1]:
        indices = place.line.indices[max(0, start - place.start) : max(0, end - place.start)]
        numbers = [index for index in indices if index >= 0]
        if numbers:
            marked.append((place.page, numbers))
    with opened(data, password) as document:
        return [_box(document[page - 1], numbers, page) for page, numbers in marked]


def text(data: bytes, *, password: str | None = None) -> str:
    """The text that `read` gives, from the layout that `boxes` works on."""
    return _laid_out(data, password)[0]


# A reader goes from quote to quote of one book, and laying a book out takes seconds.
@lru_cache(maxsize=2)
def _laid_out(data: bytes, password: str | None) -> tuple[str, tuple[Placed, ...]]:
    with opened(data, password) as document:
        found = scan(document)
    assembly = _assembled(found)
    extract = assembly.builder.extract(found.title, assembly.pages(), found.warnings)
    return extract.text, tuple(assembly.placed)


def _assembled(found: Scan) -> Assembly:
    contents = []
    pages, numbers = zip(*linenumbers.without(found.pages), strict=True)
    for page, parted in zip(pages, running.part(pages), strict=True):
        next_page()
        flow = columns(parted.body, right_to_left=page.right_to_left) + columns(page.sideways)
        body = [paragraph for column in flow for paragraph in paragraphs(column)]
        contents.append(Content(body, parted.head, parted.foot))
    assembly = Assembly(contents)
    for number, (page, content) in enumerate(zip(found.pages, contents, strict=True), 1):
        next_page()
        assembly.add_page(number, content)
        assembly.add_recognised(number, found.recognised.get(number, ""))
        if page.unread and not found.recognised.get(number):
            assembly.builder.omit("unknown letters", page.unread, page=number)
        if numbers[number - 1]:
            assembly.builder.omit("line number", numbers[number - 1], page=number)
        if page.overprinted:
            assembly.builder.omit("overprinted", page.overprinted, page=number)
        if page.hidden:
            assembly.builder.omit("hidden", page.hidden, page=number)
    return assembly


def _box(page: Any, numbers: Sequence[int], number: int) -> Box:
    page_left, page_bottom, page_right, page_top = page.get_bbox()
    width, height = page_right - page_left, page_top - page_bottom
    textpage = page.get_textpage()
    edges = [textpage.get_charbox(index, loose=True) for index in numbers]
    left = min(edge[0] for edge in edges) - page_left
    top = page_top - max(edge[3] for edge in edges)
    right = max(edge[2] for edge in edges) - page_left
    bottom = page_top - min(edge[1] for edge in edges)
    match page.get_rotation():
        case 90:
            return Box(number, height - bottom, left, height - top, right)
        case 180:
            return Box(number, width - right, height - bottom, width - left, height - top)
        case 270:
            return Box(number, top, width - right, bottom, width - left)
    return Box(number, left, top, right, bottom)
