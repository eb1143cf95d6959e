"""A PDF file opened and looked through page by page."""

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

# The library must not be called from two threads at once.
_ONE_AT_A_TIME = threading.RLock()
_WRONG_PASSWORD = 4
_UNKNOWN_SECURITY = 5
# A page of which this share of characters has no meaning cannot be read as text.
_UNREADABLE = 0.4
_RECOGNISABLE: tuple[OmissionReason, ...] = ("scan", "picture", "unknown letters")
_BEGINNING = 5_000
_NOTHING = PageGlyphs((), (), 1.0, False, 0.0)


@dataclass(frozen=True, slots=True)
class Scan:
    """What stands on the pages; ``recognised`` is the text that was recognised on images, by page.

    ``extras`` are the values and notes of each page, ``notes`` the paragraphs of those that are notes.
    """

    title: str | None
    pages: tuple[PageGlyphs, ...]
    recognised: dict[int, str]
    omissions: tuple[Omission, ...] = ()
    labels: tuple[str | None, ...] = ()
    extras: tuple[tuple[Extra, ...], ...] = ()
    notes: tuple[tuple[Paragraph, ...], ...] = ()


@dataclass(slots=True)
class _Seen:
    """What one page shows."""

    glyphs: PageGlyphs = _NOTHING
    extras: Sequence[Extra] = ()
    notes: Sequence[Paragraph] = ()
    omissions: list[Omission] = field(default_factory=list)
    unread: OmissionReason | None = None
    has_fields: bool = False

    @property
    def has_text(self) -> bool:
        return bool(self.glyphs.pieces or self.glyphs.sideways)


@contextmanager
def opened(data: bytes, password: str | None) -> Iterator[Any]:
    """The document; raises ReadError where it is damaged or the password does not open it."""
    with _ONE_AT_A_TIME:
        try:
            document = pdfium.PdfDocument(data, password=password)
        except pdfium.PdfiumError as error:
            raise _refusal(error.err_code, password) from error
        try:
            yield document
        finally:
            document.close()


def scan(document: Any, names: frozenset[bytes], *, ocr: bool = False) -> Scan:
    """Every page; raises ReadError where no page has text. ``names`` are those that the file uses."""
    count = len(document)
    if not count:
        raise ReadError("pdf-no-pages")
    if count > PDF_PAGES:
        raise ReadError("pdf-too-many-pages", most=PDF_PAGES)
    deadline = time.monotonic() + PDF_SECONDS
    pages: list[_Seen] = []
    recognised: dict[int, str] = {}
    attached = containers.attachments(document)
    for number in range(1, count + 1):
        if time.monotonic() > deadline and not ocr:
            raise ReadError("pdf-too-slow", seconds=PDF_SECONDS)
        next_page()
        page = _page(document, number, names)
        pages.append(page)
        if ocr and page.unread in _RECOGNISABLE:
            recognised[number] = recognise(
                document[number - 1],
                only_pictures=page.has_text,
                with_annotations=not page.extras,
            )
    omissions = [*_unread(pages, recognised, ocr=ocr), *attached]
    has_fields = any(page.has_fields for page in pages)
    refusal = containers.cover(document, names, _beginning(pages), attached, has_fields=has_fields)
    if refusal:
        raise refusal
    if containers.has_program_form(document, has_fields=has_fields):
        omissions.append(Omission("program form"))
    if not any(page.has_text or page.extras for page in pages) and not any(recognised.values()):
        # Where the library had to guess at the table of all parts, what it did not find may have been text.
        sound = bool(raw.FPDF_DocumentHasValidCrossReferenceTable(document.raw))
        raise _no_text({page.unread for page in pages}, sound=sound, ocr=ocr)
    return Scan(
        document.get_metadata_value("Title"),
        tuple(page.glyphs for page in pages),
        recognised,
        tuple(omissions),
        labels(document, count),
        tuple(tuple(page.extras) for page in pages),
        tuple(tuple(page.notes) for page in pages),
    )


def load(document: Any, number: int, names: frozenset[bytes]) -> Any:
    """Return a page as it is read: without what its hidden layers draw."""
    page = document[number - 1]
    layers.hide(page, names)
    return page


def _page(document: Any, number: int, names: frozenset[bytes]) -> _Seen:
    """What stands on a page, and what of it is not read."""
    try:
        page = document[number - 1]
    except pdfium.PdfiumError:
        return _Seen(unread="damaged")
    if open_form(document, page):
        page.close()
        page = document[number - 1]
    try:
        hidden = layers.hide(page, names)
        textpage = page.get_textpage()
        if textpage.count_chars() > PDF_PAGE_CHARACTERS:
            raise ReadError("pdf-page-too-long", page=number, most=PDF_PAGE_CHARACTERS)
        seen = _Seen(read_page(page, textpage))
        if hidden.strip():
            seen.omissions.append(Omission("hidden", hidden, number))
        if seen.glyphs.unreadable > _UNREADABLE:
            seen.unread = "unknown letters"
            seen.glyphs = seen.glyphs.as_unread()
        elif seen.has_text:
            pieces = (*seen.glyphs.pieces, *seen.glyphs.sideways)
            seen.unread = judge(page, sum(len(piece.text) for piece in pieces))
        elif raw.FPDFPage_CountObjects(page.raw) > 0 and not hidden.strip() and not is_blank(page):
            seen.unread = "scan"
        if raw.FPDFPage_GetAnnotCount(page.raw) > 0:
            _add_annotations(document, number, page, textpage, seen)
        textpage.close()
        return seen
    finally:
        page.close()


def _add_annotations(document: Any, number: int, page: Any, textpage: Any, seen: _Seen) -> None:
    frame = upright(objects.frame(page), seen.glyphs)
    found = read_annotations(document, number, page, textpage)
    seen.glyphs, silent = with_values(seen.glyphs, found.extras, found.fields, frame)
    seen.extras = found.extras
    seen.notes = notes(found.extras, frame)
    seen.omissions += found.omissions
    seen.omissions += [Omission("metadata", state, number) for state in silent]
    seen.has_fields = bool(found.fields)


def _unread(pages: Sequence[_Seen], recognised: dict[int, str], *, ocr: bool) -> Iterator[Omission]:
    """The omissions of every page; what was recognised is none."""
    for number, page in enumerate(pages, 1):
        yield from page.omissions
        if page.unread is None or recognised.get(number):
            continue
        if not ocr or page.unread not in _RECOGNISABLE:
            yield Omission(page.unread, page.glyphs.unread, number)
        elif page.unread != "picture":
            yield Omission("unrecognised", page.glyphs.unread, number)


def _beginning(pages: Sequence[_Seen]) -> str:
    """Enough of the pages' text to tell a cover from a document."""
    text = ""
    for page in pages:
        text += " ".join(piece.text for piece in (*page.glyphs.pieces, *page.glyphs.sideways)) + "\n"
        if len(text) > _BEGINNING:
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
