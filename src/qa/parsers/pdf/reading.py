"""A PDF from its bytes to its text, and from a place in the text to the places on its pages."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import groupby
from typing import Any

from qa.parsers.build import Extract
from qa.parsers.pdf import linenumbers, running
from qa.parsers.pdf.assemble import Assembly, Content, Placed
from qa.parsers.pdf.box import Box
from qa.parsers.pdf.extras import FIRST, Extra, cut_at_values, insert, places
from qa.parsers.pdf.file import Scan, load, opened, scan
from qa.parsers.pdf.layout import columns
from qa.parsers.pdf.names import names
from qa.parsers.pdf.paragraphs import paragraphs
from qa.parsers.sandbox import next_page
from qa.types import Place


@dataclass(frozen=True, slots=True)
class _Laid:
    """A file's text, and where each of its lines and extras is on the pages."""

    extract: Extract
    placed: tuple[Placed, ...]
    extras: tuple[tuple[Extra, ...], ...]


def read(data: bytes, *, password: str | None = None, ocr: bool = False) -> Extract:
    """The text of a PDF; raises ReadError where it is damaged, wants a password or holds only images."""
    return _read(data, password, ocr=ocr).extract


def boxes(data: bytes, start: int, end: int, *, password: str | None = None) -> list[Box]:
    """The rectangles, one for each line, in which ``text[start:end]`` of this file stands."""
    marked = []
    laid = _laid_out(data, password)
    for place in laid.placed:
        indices = place.line.indices[max(0, start - place.start) : max(0, end - place.start)]
        numbers = [index for index in indices if index >= 0]
        if numbers:
            marked.append((place.page, numbers))
    used = names(data)
    with opened(data, password) as document:
        found = (
            _box(load(document, page, used), numbers, page, laid.extras[page - 1]) for page, numbers in marked
        )
        # The lines of a note are all in one rectangle.
        return list(dict.fromkeys(found))


def text(data: bytes, *, password: str | None = None) -> str:
    """The text that `read` gives, from the layout that `boxes` works on."""
    return _laid_out(data, password).extract.text


# A reader goes from quote to quote of one book, and laying a book out takes seconds.
@lru_cache(maxsize=2)
def _laid_out(data: bytes, password: str | None) -> _Laid:
    return _read(data, password, ocr=False)


def _read(data: bytes, password: str | None, *, ocr: bool) -> _Laid:
    with opened(data, password) as document:
        found = scan(document, names(data), ocr=ocr)
    assembly = _assembled(found)
    pages = tuple(
        replace(page, label=label) for page, label in zip(assembly.pages(), found.labels, strict=True)
    )
    for part in found.omissions:
        assembly.builder.omit(part.reason, part.text, page=part.page, name=part.name)
    extract = assembly.builder.extract(found.title, pages)
    extract = replace(extract, places=(*extract.places, *_places(assembly.placed, found.extras)))
    return _Laid(extract, tuple(assembly.placed), found.extras)


def _places(placed: Sequence[Placed], extras: Sequence[Sequence[Extra]]) -> Iterator[Place]:
    for number, lines in groupby(placed, key=lambda place: place.page):
        if extras[number - 1]:
            yield from places([(place.start, place.line) for place in lines], extras[number - 1])


def _assembled(found: Scan) -> Assembly:
    pages, numbers = zip(*linenumbers.without(found.pages), strict=True)
    edges = running.part(pages)
    bodies = []
    for page, parted, extras in zip(pages, edges, found.extras, strict=True):
        next_page()
        flow = columns(parted.body, right_to_left=page.right_to_left) + columns(page.sideways)
        body = [paragraph for column in flow for paragraph in paragraphs(column)]
        bodies.append([part for whole in body for part in cut_at_values(whole)] if extras else body)
    contents = [
        Content(body, parted.head, parted.foot)
        for body, parted in zip(insert(bodies, found.notes), edges, strict=True)
    ]
    assembly = Assembly(contents)
    for number, (page, content) in enumerate(zip(found.pages, contents, strict=True), 1):
        next_page()
        assembly.add_page(number, content)
        assembly.add_recognised(number, found.recognised.get(number, ""))
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
