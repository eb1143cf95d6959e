"""Open a PDF file and read it page by page."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from qa.errors import ReadError
from qa.parsers.limits import PDF_PAGE_CHARACTERS, PDF_PAGES, PDF_SECONDS
from qa.parsers.pdf import containers, layers, objects
from qa.parsers.pdf.annotations import read_annotations
from qa.parsers.pdf.extras import Extra, notes, upright, with_values
from qa.parsers.pdf.forms import open_form
from qa.parsers.pdf.glyphs import PageGlyphs, read_page
from qa.parsers.pdf.labels import labels
from qa.parsers.pdf.ocr import recognise
from qa.parsers.pdf.paragraphs import Paragraph
from qa.parsers.pdf.pictures import is_blank, judge
from qa.parsers.sandbox import next_page
from qa.types import Omission, OmissionReason

# pdfium must not be called from two threads at once.
_PDFIUM_LOCK = threading.RLock()
_WRONG_PASSWORD = 4
_UNKNOWN_SECURITY = 5
# Maximum share of characters without a meaning on a page that is read as text.
_MAX_UNREADABLE_SHARE = 0.4
_RECOGNISABLE: tuple[OmissionReason, ...] = ("scan", "picture", "unknown letters")
_BEGINNING_CHARACTERS = 5_000
_EMPTY_PAGE = PageGlyphs((), (), 1.0, False, 0.0)


@dataclass(frozen=True, slots=True)
class Scan:
    """The content of the pages; ``recognised`` is the text recognised on images, by page.

    ``extras`` are the values and notes of each page; ``notes`` are the paragraphs of the notes among them.
    """

    title: str | None
    author: str | None
    pages: tuple[PageGlyphs, ...]
    recognised: dict[int, str]
    omissions: tuple[Omission, ...] = ()
    labels: tuple[str | None, ...] = ()
    extras: tuple[tuple[Extra, ...], ...] = ()
    notes: tuple[tuple[Paragraph, ...], ...] = ()


@dataclass(slots=True)
class _PageContent:
    """The content of one page."""

    glyphs: PageGlyphs = _EMPTY_PAGE
    extras: Sequence[Extra] = ()
    notes: Sequence[Paragraph] = ()
    omissions: list[Omission] = field(default_factory=list)
    unread: OmissionReason | None = None
    has_fields: bool = False

    @property
    def has_text(self) -> bool:
        """Whether the page has readable characters."""
        return bool(self.glyphs.pieces or self.glyphs.sideways)


@contextmanager
def opened(data: bytes, password: str | None) -> Iterator[Any]:
    """Open the document; raise ReadError if it is damaged or the password is wrong."""
    with _PDFIUM_LOCK:
        try:
            document = pdfium.PdfDocument(data, password=password)
        except pdfium.PdfiumError as error:
            raise _refusal(error.err_code, password) from error
        try:
            yield document
        finally:
            document.close()


def scan(document: Any, names: frozenset[bytes], *, ocr: bool = False) -> Scan:
    """Read every page; raise ReadError if no page has text. ``names`` are the names that the file uses."""
    pages, recognised = _read_pages(document, names, ocr=ocr)
    attached = containers.attachments(document)
    omissions = [*_unread_pages(pages, recognised, ocr=ocr), *attached]
    has_fields = any(page.has_fields for page in pages)
    refusal = containers.cover(document, names, _beginning(pages), attached, has_fields=has_fields)
    if refusal:
        raise refusal
    if containers.has_program_form(document, has_fields=has_fields):
        omissions.append(Omission("program form"))
    if not any(page.has_text or page.extras for page in pages) and not any(recognised.values()):
        # If pdfium had to rebuild the cross-reference table, text may be among the objects it could not find.
        sound = bool(raw.FPDF_DocumentHasValidCrossReferenceTable(document.raw))
        raise _no_text({page.unread for page in pages}, sound=sound, ocr=ocr)
    return Scan(
        document.get_metadata_value("Title"),
        document.get_metadata_value("Author"),
        tuple(page.glyphs for page in pages),
        recognised,
        tuple(omissions),
        labels(document, len(pages)),
        tuple(tuple(page.extras) for page in pages),
        tuple(tuple(page.notes) for page in pages),
    )


def _read_pages(
    document: Any, names: frozenset[bytes], *, ocr: bool
) -> tuple[list[_PageContent], dict[int, str]]:
    """Return the content of every page, and the text recognised on images by page number."""
    count = len(document)
    if not count:
        raise ReadError("pdf-no-pages")
    if count > PDF_PAGES:
        raise ReadError("pdf-too-many-pages", most=PDF_PAGES)
    deadline = time.monotonic() + PDF_SECONDS
    pages: list[_PageContent] = []
    recognised: dict[int, str] = {}
    for number in range(1, count + 1):
        if time.monotonic() > deadline and not ocr:
            raise ReadError("pdf-too-slow", seconds=PDF_SECONDS)
        next_page()
        page = _read_page(document, number, names)
        pages.append(page)
        if ocr and page.unread in _RECOGNISABLE:
            recognised[number] = recognise(
                document[number - 1],
                only_pictures=page.has_text,
                with_annotations=not page.extras,
            )
    return pages, recognised


def load(document: Any, number: int, names: frozenset[bytes]) -> Any:
    """Return a page as `scan` reads it: without the drawings of hidden layers."""
    page = document[number - 1]
    layers.hide(page, names)
    return page


def _read_page(document: Any, number: int, names: frozenset[bytes]) -> _PageContent:
    """Read one page, and note which parts of it are not text."""
    try:
        page = document[number - 1]
    except pdfium.PdfiumError:
        return _PageContent(unread="damaged")
    if open_form(document, page):
        page.close()
        page = document[number - 1]
    try:
        hidden = layers.hide(page, names)
        textpage = page.get_textpage()
        if textpage.count_chars() > PDF_PAGE_CHARACTERS:
            raise ReadError("pdf-page-too-long", page=number, most=PDF_PAGE_CHARACTERS)
        content = _PageContent(read_page(page, textpage))
        if hidden.strip():
            content.omissions.append(Omission("hidden", hidden, number))
        if content.glyphs.unreadable > _MAX_UNREADABLE_SHARE:
            content.unread = "unknown letters"
            content.glyphs = content.glyphs.as_unread()
        elif content.has_text:
            pieces = (*content.glyphs.pieces, *content.glyphs.sideways)
            content.unread = judge(page, sum(len(piece.text) for piece in pieces))
        elif raw.FPDFPage_CountObjects(page.raw) > 0 and not hidden.strip() and not is_blank(page):
            content.unread = "scan"
        if raw.FPDFPage_GetAnnotCount(page.raw) > 0:
            _add_annotations(document, number, page, textpage, content)
        textpage.close()
        return content
    finally:
        page.close()


def _add_annotations(document: Any, number: int, page: Any, textpage: Any, content: _PageContent) -> None:
    frame = upright(objects.frame(page), content.glyphs)
    annotations = read_annotations(document, number, page, textpage)
    content.glyphs, unused_states = with_values(content.glyphs, annotations.extras, annotations.fields, frame)
    content.extras = annotations.extras
    content.notes = notes(annotations.extras, frame)
    content.omissions += annotations.omissions
    content.omissions += [Omission("metadata", state, number) for state in unused_states]
    content.has_fields = bool(annotations.fields)


def _unread_pages(
    pages: Sequence[_PageContent], recognised: dict[int, str], *, ocr: bool
) -> Iterator[Omission]:
    """Yield the omissions of every page; recognised pages are not omitted."""
    for number, page in enumerate(pages, 1):
        yield from page.omissions
        if page.unread is None or recognised.get(number):
            continue
        if not ocr or page.unread not in _RECOGNISABLE:
            yield Omission(page.unread, page.glyphs.unread, number)
        elif page.unread != "picture":
            yield Omission("unrecognised", page.glyphs.unread, number)


def _beginning(pages: Sequence[_PageContent]) -> str:
    """Return enough of the pages' text to distinguish a cover from a document."""
    text = ""
    for page in pages:
        text += " ".join(piece.text for piece in (*page.glyphs.pieces, *page.glyphs.sideways)) + "\n"
        if len(text) > _BEGINNING_CHARACTERS:
            break
    return text.strip()


def _refusal(code: int | None, password: str | None) -> ReadError:
    if code == _WRONG_PASSWORD:
        return ReadError("pdf-password-wrong" if password else "pdf-encrypted")
    if code == _UNKNOWN_SECURITY:
        return ReadError("pdf-encryption-unknown")
    return ReadError("pdf-damaged")


def _no_text(unread: set[OmissionReason | None], *, sound: bool, ocr: bool) -> ReadError:
    if ocr and not unread.isdisjoint(_RECOGNISABLE):
        return ReadError("pdf-unrecognised")
    if "scan" in unread:
        return ReadError("pdf-scan")
    if "unknown letters" in unread:
        return ReadError("pdf-unknown-letters")
    if "damaged" in unread:
        return ReadError("pdf-pages-damaged")
    return ReadError("file-no-text" if sound else "pdf-damaged")
