"""What the annotations of a page say: values of form fields, notes, stamps, signatures, attached files."""

from __future__ import annotations

import ctypes
import html
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from pypdfium2 import raw

from qa.errors import ReadError
from qa.parsers import account
from qa.parsers.build import clean
from qa.parsers.pdf import forms, objects
from qa.parsers.pdf.drawn import drawn, draws_text
from qa.parsers.pdf.extras import Extra
from qa.parsers.pdf.objects import Edges
from qa.types import Omission, OmissionReason, PlaceKind

# A file may repeat one annotation without end.
_MOST = 50_000
_LONGEST_VALUE = 200
_NAMES = {
    raw.FPDF_ANNOT_TEXT: "note",
    raw.FPDF_ANNOT_FREETEXT: "text box",
    raw.FPDF_ANNOT_HIGHLIGHT: "highlight",
    raw.FPDF_ANNOT_UNDERLINE: "underline",
    raw.FPDF_ANNOT_SQUIGGLY: "underline",
    raw.FPDF_ANNOT_STRIKEOUT: "strikeout",
    raw.FPDF_ANNOT_STAMP: "stamp",
    raw.FPDF_ANNOT_CARET: "insertion",
    raw.FPDF_ANNOT_REDACT: "redaction",
    raw.FPDF_ANNOT_WATERMARK: "watermark",
    raw.FPDF_ANNOT_FILEATTACHMENT: "attachment",
}
# Marks on the page's own text: some programs put a copy of that into them.
_ON_TEXT = {
    raw.FPDF_ANNOT_HIGHLIGHT,
    raw.FPDF_ANNOT_UNDERLINE,
    raw.FPDF_ANNOT_SQUIGGLY,
    raw.FPDF_ANNOT_STRIKEOUT,
}
# What draws the text of its own, which a person reads on the page.
_DRAWING = {raw.FPDF_ANNOT_FREETEXT, raw.FPDF_ANNOT_STAMP, raw.FPDF_ANNOT_WATERMARK, raw.FPDF_ANNOT_REDACT}
# Their text is for programs, or for a person who cannot see what they show.
_SILENT = {
    raw.FPDF_ANNOT_LINK,
    raw.FPDF_ANNOT_SOUND,
    raw.FPDF_ANNOT_MOVIE,
    raw.FPDF_ANNOT_SCREEN,
    raw.FPDF_ANNOT_PRINTERMARK,
    raw.FPDF_ANNOT_TRAPNET,
    raw.FPDF_ANNOT_THREED,
    raw.FPDF_ANNOT_RICHMEDIA,
}
_TAG = re.compile(r"<[^<>]*>")
_END_OF_PARAGRAPH = re.compile(r"</p\s*>|<br\s*/?>", re.IGNORECASE)
_DATE = re.compile(r"(?:D:)?(\d{4})(\d\d)?(\d\d)?")


@dataclass(slots=True)
class Annotations:
    """What they say; ``fields`` are the places of all fields that a person sees."""

    extras: list[Extra] = field(default_factory=list)
    fields: list[Edges] = field(default_factory=list)
    omissions: list[Omission] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Annotation:
    """One annotation: its kind, its text and its place. ``value`` is that of its field, if it is of one."""

    kind: int
    text: str
    label: str
    edges: Edges
    is_hidden: bool
    draws_text: bool
    value: forms.Value | None = None
    file: str | None = None
    stamp: str = ""
    is_typed: bool = False


def read_annotations(document: Any, number: int, page: Any, textpage: Any) -> Annotations:
    """Read the annotations of a page.

    The page is closed where their drawings have to be read, since these change it.
    """
    found = Annotations()
    count = raw.FPDFPage_GetAnnotCount(page.raw)
    if count <= 0:
        return found
    if count > _MOST:
        raise ReadError("pdf-too-many-annotations", page=number, most=_MOST)
    read_ones = [a for a in (_one(document, page, place) for place in range(count)) if a]
    marks = any(a.kind in _ON_TEXT and a.text for a in read_ones)
    on_page = " ".join(account.words(textpage.get_text_range())) if marks else ""
    wanted = [a for a in read_ones if a.draws_text and not a.is_hidden and _needs_drawing(a)]
    lines: dict[int, list[str]] = {}
    if wanted:
        textpage.close()
        page.close()
        written = drawn(document, number, [a.edges for a in wanted])
        lines = {id(a): part for a, part in zip(wanted, written, strict=True)}
    for annotation in read_ones:
        _note(annotation, lines.get(id(annotation), []), on_page, number, found)
    if not any(extra.state for extra in found.extras):
        # Boxes without a mark say something only beside one that has it.
        found.extras = [extra for extra in found.extras if extra.lines != (forms.OFF,)]
    return found


def _one(document: Any, page: Any, place: int) -> _Annotation | None:
    """Read one annotation; None where it says nothing."""
    with _opened(page, place) as handle:
        if not handle:
            return None
        kind = raw.FPDFAnnot_GetSubtype(handle)
        flags = raw.FPDFAnnot_GetFlags(handle)
        is_hidden = bool(flags & (raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW))
        box = raw.FS_RECTF()
        raw.FPDFAnnot_GetRect(handle, box)
        edges = (
            min(box.left, box.right),
            min(box.bottom, box.top),
            max(box.left, box.right),
            max(box.bottom, box.top),
        )
        if kind == raw.FPDF_ANNOT_WIDGET:
            value = forms.value(document.formenv.raw if document.formenv else None, handle)
            if value is None:
                return _Annotation(kind, "", "", edges, is_hidden, draws_text=False)
            label = _of_signature(document, value.name) if value.is_signature else value.name
            return _Annotation(kind, value.text, label, edges, is_hidden, draws_text(handle), value)
        text = _get(handle, b"Contents") or _plain(_get(handle, b"RC"))
        file = None
        if kind == raw.FPDF_ANNOT_FILEATTACHMENT:
            attachment = raw.FPDFAnnot_GetFileAttachment(handle)
            file = objects.string(raw.FPDFAttachment_GetName, attachment) if attachment else ""
        day = _day(_get(handle, b"CreationDate") or _get(handle, b"M"))
        label = ", ".join(part for part in (_get(handle, b"T"), day) if part)
        return _Annotation(
            kind,
            text,
            label or _NAMES.get(kind, "note"),
            edges,
            is_hidden,
            draws_text=kind in _DRAWING and draws_text(handle),
            file=file,
            stamp=_get(handle, b"Name") if kind == raw.FPDF_ANNOT_STAMP else "",
            is_typed=_get(handle, b"IT") == "FreeTextTypewriter",
        )


def _note(annotation: _Annotation, written: list[str], on_page: str, number: int, found: Annotations) -> None:
    """Add what an annotation says to what is found."""
    if annotation.file is not None:
        found.omissions.append(Omission("attachment", page=number, name=annotation.file or "a file"))
    if annotation.kind == raw.FPDF_ANNOT_WIDGET:
        if not annotation.is_hidden:
            found.fields.append(annotation.edges)
        if annotation.value is not None:
            _note_value(annotation, annotation.value, written, number, found)
        return
    text = "" if annotation.text == annotation.file else annotation.text
    words = " ".join(account.words(text))
    reason = _silent(annotation, words, on_page, found)
    if reason is not None:
        if words:
            found.omissions.append(Omission(reason, text, number))
        return
    # A drawing with no word of its own says the same again.
    lines = [] if set(account.words("\n".join(written))) <= set(words.split()) else [*written, ""]
    if words:
        lines += text.splitlines()
    if lines:
        _add(annotation, "annotation", lines, found)
    elif annotation.kind == raw.FPDF_ANNOT_STAMP:
        found.omissions.append(Omission("drawing", page=number, name=f"stamp {annotation.stamp}".strip()))


def _silent(annotation: _Annotation, words: str, on_page: str, found: Annotations) -> OmissionReason | None:
    """Return why an annotation's text is left out, or None where it is not."""
    if annotation.kind == raw.FPDF_ANNOT_POPUP:
        # It shows the text of the annotation that it belongs to.
        copies = (" ".join(account.words("\n".join(extra.lines))) for extra in found.extras)
        return "repeated" if not words or words in copies else None
    if annotation.is_hidden:
        return "hidden"
    if annotation.kind in _SILENT:
        return "metadata"
    if annotation.kind in _ON_TEXT and f" {words} " in f" {on_page} ":
        return "repeated"
    return None


def _note_value(
    annotation: _Annotation, value: forms.Value, written: list[str], number: int, found: Annotations
) -> None:
    if annotation.is_hidden:
        if value.stored.strip():
            found.omissions.append(Omission("hidden", value.stored, number))
    elif value.is_signature:
        _add(annotation, "signature", written, found)
    elif value.is_button:
        if written:
            found.omissions.append(Omission("placeholder", "\n".join(written), number))
    elif value.is_mark:
        _add(annotation, "form", [value.text], found)
    else:
        text = "\n".join(written) if value.is_formatted and written and value.stored else value.text
        _add(annotation, "form", text.splitlines(), found)
        if not set(account.words(value.stored)) <= set(account.words(text)):
            found.omissions.append(Omission("metadata", value.stored, number))


def _add(annotation: _Annotation, kind: PlaceKind, lines: Iterable[str], found: Annotations) -> None:
    """Add a text: as a value of its label's line where it is short, else as a note."""
    tidy = [" ".join(clean(line).split()) for line in lines]
    while tidy and not tidy[-1]:
        tidy.pop()
    while tidy and not tidy[0]:
        tidy.pop(0)
    if not tidy:
        return
    is_value = kind == "form" or annotation.is_typed
    joined = " ".join(line for line in tidy if line)
    if is_value and (len(tidy) == 1 or len(joined) <= _LONGEST_VALUE):
        tidy = [joined]
    else:
        is_value = False
    mark = annotation.value.stored if annotation.value is not None and annotation.value.is_mark else None
    label = " ".join(annotation.label.split())
    found.extras.append(Extra(kind, label, tuple(tidy), annotation.edges, is_value, mark))


@contextmanager
def _opened(page: Any, place: int) -> Iterator[Any]:
    handle = raw.FPDFPage_GetAnnot(page.raw, place)
    try:
        yield handle
    finally:
        if handle:
            raw.FPDFPage_CloseAnnot(handle)


def _needs_drawing(annotation: _Annotation) -> bool:
    if annotation.value is None:
        return annotation.kind != raw.FPDF_ANNOT_FREETEXT or not annotation.text.strip()
    return annotation.value.is_signature or annotation.value.is_button or annotation.value.is_formatted


def _of_signature(document: Any, name: str) -> str:
    """Return a label for a signature: its field, and its reason and day where there is only one."""
    parts = [name]
    if raw.FPDF_GetSignatureCount(document.raw) == 1:
        signature = raw.FPDF_GetSignatureObject(document.raw, 0)
        parts.append(objects.string(raw.FPDFSignatureObj_GetReason, signature))
        length = raw.FPDFSignatureObj_GetTime(signature, None, 0)
        if 0 < length < 100:
            buffer = ctypes.create_string_buffer(length)
            raw.FPDFSignatureObj_GetTime(signature, buffer, length)
            parts.append(_day(buffer.value.decode("latin-1")))
    return ", ".join(part for part in parts if part) or "signature"


def _get(handle: Any, name: bytes) -> str:
    return objects.string(raw.FPDFAnnot_GetStringValue, handle, name)


def _plain(rich: str) -> str:
    """Return the text of a rich text, which is a page of XHTML."""
    return html.unescape(_TAG.sub("", _END_OF_PARAGRAPH.sub("\n", rich))).strip()


def _day(date: str) -> str:
    """Return the day of a PDF's date as 2024-03-05, or what it has of it."""
    match = _DATE.match(date)
    return "-".join(part for part in match.groups() if part) if match else ""
