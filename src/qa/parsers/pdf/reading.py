"""Read a PDF: from its bytes to its text, and from a place in the text to its places on the pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import Any

from qa.parsers import origin
from qa.parsers.build import Extract
from qa.parsers.pdf import linenumbers, running
from qa.parsers.pdf.assemble import Assembly, Content, PlacedLine
from qa.parsers.pdf.box import Box
from qa.parsers.pdf.extras import FIRST, Extra, cut_at_values, insert, places
from qa.parsers.pdf.file import Scan, load, opened, scan
from qa.parsers.pdf.layout import columns
from qa.parsers.pdf.names import names
from qa.parsers.pdf.paragraphs import paragraphs
from qa.parsers.sandbox import next_page
from qa.types import Place


@dataclass(frozen=True, slots=True)
class _Layout:
    """A file's text with the places of its lines and extras on the pages."""

    extract: Extract
    placed: tuple[PlacedLine, ...]
    extras: tuple[tuple[Extra, ...], ...]


def read(data: bytes, *, password: str | None = None, ocr: bool = False) -> Extract:
    """Return the text of a PDF; raise ReadError if it is damaged, encrypted or has only images."""
    return _read(data, password, ocr=ocr).extract


def boxes(data: bytes, start: int, end: int, *, password: str | None = None) -> list[Box]:
    """Return the rectangles of ``text[start:end]`` on this file's pages, one for each printed line."""
    marked_characters = []
    layout = _cached_layout(data, password)
    for place in layout.placed:
        indices = place.line.indices[max(0, start - place.start) : max(0, end - place.start)]
        numbers = [index for index in indices if index >= 0]
        if numbers:
            marked_characters.append((place.page, numbers))
    used_names = names(data)
    with opened(data, password) as document:
        rectangles = (
            _box(load(document, page, used_names), numbers, page, layout.extras[page - 1])
            for page, numbers in marked_characters
        )
        # The lines of a note share one rectangle.
        return list(dict.fromkeys(rectangles))


def page_lines(data: bytes, page: int, *, password: str | None = None) -> list[tuple[int, int, Box]]:
    """Return the printed lines of a page: start and end in the text, and the rectangle."""
    layout = _cached_layout(data, password)
    here = [place for place in layout.placed if place.page == page]
    lines: list[tuple[int, int, Box]] = []
    if not here:
        return lines
    with opened(data, password) as document:
        loaded = load(document, page, names(data))
        for place in here:
            numbers = [index for index in place.line.indices if index >= 0]
            if numbers:
                box = _box(loaded, numbers, page, layout.extras[page - 1])
                lines.append((place.start, place.start + len(place.line.indices), box))
    return lines


def text(data: bytes, *, password: str | None = None) -> str:
    """Return the same text as `read`, from the layout that `boxes` uses."""
    return _cached_layout(data, password).extract.text


# People browse the quotes of one book, and laying out a book takes seconds.
@lru_cache(maxsize=2)
def _cached_layout(data: bytes, password: str | None) -> _Layout:
    return _read(data, password, ocr=False)


def _read(data: bytes, password: str | None, *, ocr: bool) -> _Layout:
    with opened(data, password) as document:
        file_scan = scan(document, names(data), ocr=ocr)
    assembly = _assemble(file_scan)
    pages = tuple(
        replace(page, label=label) for page, label in zip(assembly.pages(), file_scan.labels, strict=True)
    )
    for omission in file_scan.omissions:
        assembly.builder.omit(omission.reason, omission.text, page=omission.page, name=omission.name)
    origin.add_typist(assembly.builder, file_scan.author)
    extract = assembly.builder.extract(file_scan.title, pages)
    extract = replace(extract, places=(*extract.places, *_places(assembly.placed, file_scan.extras)))
    return _Layout(extract, tuple(assembly.placed), file_scan.extras)


def _places(placed: Sequence[PlacedLine], extras: Sequence[Sequence[Extra]]) -> Iterator[Place]:
    for number, lines in groupby(placed, key=lambda place: place.page):
        if extras[number - 1]:
            yield from places([(place.start, place.line) for place in lines], extras[number - 1])


def _assemble(file_scan: Scan) -> Assembly:
    pages, numbers = zip(*linenumbers.remove_line_numbers(file_scan.pages), strict=True)
    parts = running.split_pages(pages)
    bodies = []
    for page, page_parts, extras in zip(pages, parts, file_scan.extras, strict=True):
        next_page()
        flow = columns(page_parts.body, right_to_left=page.right_to_left) + columns(page.sideways)
        body = [paragraph for column in flow for paragraph in paragraphs(column)]
        bodies.append([part for whole in body for part in cut_at_values(whole)] if extras else body)
    contents = [
        Content(body, page_parts.head, page_parts.foot)
        for body, page_parts in zip(insert(bodies, file_scan.notes), parts, strict=True)
    ]
    assembly = Assembly(contents)
    for number, (page, content) in enumerate(zip(file_scan.pages, contents, strict=True), 1):
        next_page()
        assembly.add_page(number, content)
        assembly.add_recognised(number, file_scan.recognised.get(number, ""))
        if numbers[number - 1]:
            assembly.builder.omit("line number", numbers[number - 1], page=number)
        if page.overprinted:
            assembly.builder.omit("overprinted", page.overprinted, page=number)
        if page.hidden:
            assembly.builder.omit("hidden", page.hidden, page=number)
    return assembly


def _box(page: Any, numbers: Sequence[int], number: int, extras: Sequence[Extra]) -> Box:
    page_left, page_bottom, page_right, page_top = page.get_bbox()
    width, height = page_right - page_left, page_top - page_bottom
    textpage = page.get_textpage()
    edges = [
        textpage.get_charbox(index, loose=True) if index < FIRST else extras[index - FIRST].edges
        for index in numbers
    ]
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
