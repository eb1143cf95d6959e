"""A PDF file opened and looked through page by page."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from qa.errors import ReadError
from qa.readers.limits import PDF_PAGE_CHARACTERS, PDF_PAGES, PDF_SECONDS
from qa.readers.pdf.glyphs import PageGlyphs, read_page
from qa.readers.pdf.ocr import recognise
from qa.readers.pdf.process import next_page
from qa.readers.refusals import DAMAGED, ENCRYPTED, NO_TEXT, OTHER_PASSWORD

# The library must not be called from two threads at once.
_ONE_AT_A_TIME = threading.RLock()
_WRONG_PASSWORD = 4
_UNKNOWN_SECURITY = 5
# A page of which this share of characters has no meaning cannot be read as text.
_UNREADABLE = 0.4
_RECOGNISE = "recognise their text with --ocr (needs tesseract; Debian: apt install tesseract-ocr)"
_NOTHING = PageGlyphs((), (), 1.0, False, 0.0)


@dataclass(frozen=True, slots=True)
class Scan:
    """What stands on the pages; ``recognised`` is the text that was recognised on images, by page."""

    title: str | None
    pages: tuple[PageGlyphs, ...]
    recognised: dict[int, str]
    warnings: tuple[str, ...]


@contextmanager
def opened(data: bytes, password: str | None) -> Iterator[Any]:
    """The document; raises ReadError where it is damaged or the password does not open it."""
    with _ONE_AT_A_TIME:
        try:
            document = pdfium.PdfDocument(data, password=password)
        except pdfium.PdfiumError as error:
            raise ReadError(_reason(error.err_code, password)) from error
        try:
            yield document
        finally:
            document.close()


def scan(document: Any, *, ocr: bool = False) -> Scan:
    """Every page; raises ReadError where no page has text."""
    count = len(document)
    if not count:
        raise ReadError("its structure is damaged and shows no pages; save or download it again as PDF.")
    if count > PDF_PAGES:
        raise ReadError(f"it has more than {PDF_PAGES:,} pages; split it.")
    deadline = time.monotonic() + PDF_SECONDS
    pages: list[PageGlyphs] = []
    recognised: dict[int, str] = {}
    images: list[int] = []
    damaged: list[int] = []
    unreadable: list[int] = []
    for number in range(1, count + 1):
        if time.monotonic() > deadline and not ocr:
            raise ReadError(f"it takes longer than {PDF_SECONDS} seconds to read; split it.")
        next_page()
        glyphs, is_image = _page(document, number, damaged)
        is_unreadable = glyphs.unreadable > _UNREADABLE
        pages.append(glyphs.as_unread() if is_unreadable else glyphs)
        if ocr and (is_image or is_unreadable):
            recognised[number] = recognise(document[number - 1])
        if not recognised.get(number):
            images += [number] if is_image else []
            unreadable += [number] if is_unreadable else []
    if not any(page.pieces or page.sideways for page in pages) and not any(recognised.values()):
        # Where the library had to guess at the table of all parts, what it did not find may have been text.
        sound = bool(raw.FPDF_DocumentHasValidCrossReferenceTable(document.raw))
        raise ReadError(_no_text(images, damaged, unreadable, sound=sound, ocr=ocr))
    return Scan(
        document.get_metadata_value("Title"),
        tuple(pages),
        recognised,
        tuple(_warnings(images, damaged, unreadable, ocr=ocr)),
    )


def _page(document: Any, number: int, damaged: list[int]) -> tuple[PageGlyphs, bool]:
    """What stands on a page, and whether it shows something that is no text."""
    try:
        page = document[number - 1]
    except pdfium.PdfiumError:
        damaged.append(number)
        return _NOTHING, False
    try:
        textpage = page.get_textpage()
        if textpage.count_chars() > PDF_PAGE_CHARACTERS:
            raise ReadError(f"page {number} has more than {PDF_PAGE_CHARACTERS:,} characters; split it.")
        glyphs = read_page(page, textpage)
        textpage.close()
        has_text = bool(glyphs.pieces or glyphs.sideways)
        return glyphs, not has_text and raw.FPDFPage_CountObjects(page.raw) > 0
    finally:
        page.close()


def _reason(code: int | None, password: str | None) -> str:
    if code == _WRONG_PASSWORD:
        return OTHER_PASSWORD if password else ENCRYPTED
    if code == _UNKNOWN_SECURITY:
        return "it is encrypted in a way that is not known; print it to a new PDF."
    return DAMAGED


def _no_text(images: list[int], damaged: list[int], unreadable: list[int], *, sound: bool, ocr: bool) -> str:
    if ocr and (images or unreadable):
        return "no text could be recognised on its pages; scan them again more clearly."
    if images:
        return f"its pages are images without text; {_RECOGNISE}."
    if unreadable:
        return f"its fonts do not say which letters they show; {_RECOGNISE}."
    if damaged:
        return "its pages are damaged; save, print or download it again as PDF."
    return NO_TEXT if sound else DAMAGED


def _warnings(images: list[int], damaged: list[int], unreadable: list[int], *, ocr: bool) -> Iterator[str]:
    if ocr and (images or unreadable):
        yield f"No text could be recognised on {_listed(sorted(images + unreadable))}."
    elif images:
        yield f"Only an image, without text: {_listed(images)}; {_RECOGNISE}."
    if unreadable and not ocr:
        pages = _listed(unreadable)
        yield f"Left out, since the fonts do not say which letters they show: {pages}; {_RECOGNISE}."
    if damaged:
        yield f"Left out, since damaged: {_listed(damaged)}."


def _listed(numbers: list[int]) -> str:
    """“page 3” or “pages 1–4, 7”."""
    ranges = []
    for _, group in groupby(enumerate(numbers), lambda pair: pair[1] - pair[0]):
        run = [number for _, number in group]
        ranges.append(str(run[0]) if len(run) == 1 else f"{run[0]}–{run[-1]}")
    return ("page " if len(numbers) == 1 else "pages ") + ", ".join(ranges)
