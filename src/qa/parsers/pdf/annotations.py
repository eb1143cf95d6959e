"""Read the annotations of a page: values of form fields, notes, stamps, signatures, attached files."""

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
from qa.parsers.pdf.drawn import draws_text, read_drawings
from qa.parsers.pdf.extras import Extra
from qa.parsers.pdf.objects import Edges
from qa.types import Omission, OmissionReason, PlaceKind

# A damaged file may repeat one annotation endlessly.
_MAX_ANNOTATIONS = 50_000
_MAX_VALUE_CHARACTERS = 200
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
# Marks on the page's own text; some programs store a copy of the marked text in them.
_ON_TEXT = {
    raw.FPDF_ANNOT_HIGHLIGHT,
    raw.FPDF_ANNOT_UNDERLINE,
    raw.FPDF_ANNOT_SQUIGGLY,
    raw.FPDF_ANNOT_STRIKEOUT,
}
# Annotations that draw their own text, which a person reads on the page.
_DRAWN_KINDS = {
    raw.FPDF_ANNOT_FREETEXT,
    raw.FPDF_ANNOT_STAMP,
    raw.FPDF_ANNOT_WATERMARK,
    raw.FPDF_ANNOT_REDACT,
}
# Their text is meant for programs, or for people who cannot see the content.
_METADATA_KINDS = {
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
    """The texts of a page's annotations; ``fields`` are the places of all visible form fields."""

    extras: list[Extra] = field(default_factory=list)
    fields: list[Edges] = field(default_factory=list)
    omissions: list[Omission] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Annotation:
    """One annotation with its kind, text and place; ``value`` is set if it belongs to a form field."""

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

    @property
    def is_text_mark(self) -> bool:
        """Whether the annotation marks text of the page and has text itself."""
        return self.kind in _ON_TEXT and bool(self.text)


def read_annotations(document: Any, number: int, page: Any, textpage: Any) -> Annotations:
    """Read the annotations of a page.

    Drawing the annotations changes the page. If that is necessary, this function closes the page and its text
    page.
    """
    results = Annotations()
    annotations = _read_all(document, number, page)
    has_text_marks = any(annotation.is_text_mark for annotation in annotations)
    on_page = " ".join(account.words(textpage.get_text_range())) if has_text_marks else ""
    to_draw = [annotation for annotation in annotations if _needs_drawing(annotation)]
    lines: dict[int, list[str]] = {}
    if to_draw:
        textpage.close()
        page.close()
        drawn_lines = read_drawings(document, number, [annotation.edges for annotation in to_draw])
        lines = dict(zip(map(id, to_draw), drawn_lines, strict=True))
    for annotation in annotations:
        _add_annotation(annotation, lines.get(id(annotation), []), on_page, number, results)
    if not any(extra.state for extra in results.extras):
        # An unmarked box is informative only beside a marked one.
        results.extras = [extra for extra in results.extras if extra.lines != (forms.OFF,)]
    return results


def _read_all(document: Any, number: int, page: Any) -> list[_Annotation]:
    """Read the annotations of page ``number``, without damaged ones."""
    count = raw.FPDFPage_GetAnnotCount(page.raw)
    if count > _MAX_ANNOTATIONS:
        raise ReadError("pdf-too-many-annotations", page=number, most=_MAX_ANNOTATIONS)
    annotations = (_read_one(document, page, index) for index in range(count))
    return [annotation for annotation in annotations if annotation is not None]


def _read_one(document: Any, page: Any, index: int) -> _Annotation | None:
    """Read one annotation; return None if it is damaged."""
    with _open_annotation(page, index) as handle:
        if not handle:
            return None
        if raw.FPDFAnnot_GetSubtype(handle) == raw.FPDF_ANNOT_WIDGET:
            return _read_widget(document, handle)
        return _read_note(handle)


def _read_widget(document: Any, handle: Any) -> _Annotation:
    """Read a form field."""
    kind, edges, is_hidden = raw.FPDF_ANNOT_WIDGET, _read_edges(handle), _is_hidden(handle)
    value = forms.value(document.formenv.raw if document.formenv else None, handle)
    if value is None:
        return _Annotation(kind, "", "", edges, is_hidden, draws_text=False)
    label = _signature_label(document, value.name) if value.is_signature else value.name
    return _Annotation(kind, value.text, label, edges, is_hidden, draws_text(handle), value)


def _read_note(handle: Any) -> _Annotation:
    """Read an annotation that is not a form field."""
    kind = raw.FPDFAnnot_GetSubtype(handle)
    day = _day(_read_string(handle, b"CreationDate") or _read_string(handle, b"M"))
    label = ", ".join(part for part in (_read_string(handle, b"T"), day) if part)
    return _Annotation(
        kind,
        _read_string(handle, b"Contents") or _plain_text(_read_string(handle, b"RC")),
        label or _NAMES.get(kind, "note"),
        _read_edges(handle),
        _is_hidden(handle),
        draws_text=kind in _DRAWN_KINDS and draws_text(handle),
        file=_read_file_name(handle) if kind == raw.FPDF_ANNOT_FILEATTACHMENT else None,
        stamp=_read_string(handle, b"Name") if kind == raw.FPDF_ANNOT_STAMP else "",
        is_typed=_read_string(handle, b"IT") == "FreeTextTypewriter",
    )


def _read_edges(handle: Any) -> Edges:
    """Return the left, bottom, right and top edge of an annotation."""
    box = raw.FS_RECTF()
    raw.FPDFAnnot_GetRect(handle, box)
    return (
        min(box.left, box.right),
        min(box.bottom, box.top),
        max(box.left, box.right),
        max(box.bottom, box.top),
    )


def _is_hidden(handle: Any) -> bool:
    """Check whether the page does not show an annotation."""
    flags = raw.FPDFAnnot_GetFlags(handle)
    return bool(flags & (raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW))


def _read_file_name(handle: Any) -> str:
    """Return the name of an attached file, or an empty string if it is unknown."""
    attachment = raw.FPDFAnnot_GetFileAttachment(handle)
    return objects.string(raw.FPDFAttachment_GetName, attachment) if attachment else ""


def _add_annotation(
    annotation: _Annotation, drawn_lines: list[str], on_page: str, number: int, results: Annotations
) -> None:
    """Add the content of an annotation to ``results``."""
    if annotation.kind == raw.FPDF_ANNOT_WIDGET:
        if not annotation.is_hidden:
            results.fields.append(annotation.edges)
        if annotation.value is not None:
            _add_value(annotation, annotation.value, drawn_lines, number, results)
    else:
        _add_note(annotation, drawn_lines, on_page, number, results)


def _add_note(
    annotation: _Annotation, drawn_lines: list[str], on_page: str, number: int, results: Annotations
) -> None:
    """Add the text and the attached file of an annotation that is not a form field."""
    if annotation.file is not None:
        results.omissions.append(Omission("attachment", page=number, name=annotation.file or "a file"))
    text = "" if annotation.text == annotation.file else annotation.text
    words = " ".join(account.words(text))
    reason = _omission_reason(annotation, words, on_page, results)
    if reason is not None:
        if words:
            results.omissions.append(Omission(reason, text, number))
        return
    # A drawing without any new word only repeats the text.
    lines = [] if set(account.words("\n".join(drawn_lines))) <= set(words.split()) else [*drawn_lines, ""]
    if words:
        lines += text.splitlines()
    if lines:
        _add_extra(annotation, "annotation", lines, results)
    elif annotation.kind == raw.FPDF_ANNOT_STAMP:
        results.omissions.append(Omission("drawing", page=number, name=f"stamp {annotation.stamp}".strip()))


def _omission_reason(
    annotation: _Annotation, words: str, on_page: str, results: Annotations
) -> OmissionReason | None:
    """Return why an annotation's text is left out, or None if it is part of the text."""
    if annotation.kind == raw.FPDF_ANNOT_POPUP:
        # A popup shows the text of its parent annotation.
        copies = (" ".join(account.words("\n".join(extra.lines))) for extra in results.extras)
        return "repeated" if not words or words in copies else None
    if annotation.is_hidden:
        return "hidden"
    if annotation.kind in _METADATA_KINDS:
        return "metadata"
    if annotation.kind in _ON_TEXT and f" {words} " in f" {on_page} ":
        return "repeated"
    return None


def _add_value(
    annotation: _Annotation, value: forms.Value, drawn_lines: list[str], number: int, results: Annotations
) -> None:
    if annotation.is_hidden:
        if value.stored.strip():
            results.omissions.append(Omission("hidden", value.stored, number))
    elif value.is_signature:
        _add_extra(annotation, "signature", drawn_lines, results)
    elif value.is_button:
        if drawn_lines:
            results.omissions.append(Omission("placeholder", "\n".join(drawn_lines), number))
    elif value.is_mark:
        _add_extra(annotation, "form", [value.text], results)
    else:
        text = "\n".join(drawn_lines) if value.is_formatted and drawn_lines and value.stored else value.text
        _add_extra(annotation, "form", text.splitlines(), results)
        if not set(account.words(value.stored)) <= set(account.words(text)):
            results.omissions.append(Omission("metadata", value.stored, number))


def _add_extra(annotation: _Annotation, kind: PlaceKind, lines: Iterable[str], results: Annotations) -> None:
    """Add a text: a short one as a value in its label's line, others as a note."""
    texts = _without_outer_blanks([" ".join(clean(line).split()) for line in lines])
    if not texts:
        return
    joined = " ".join(filter(None, texts))
    is_short = len(texts) == 1 or len(joined) <= _MAX_VALUE_CHARACTERS
    is_value = is_short and (kind == "form" or annotation.is_typed)
    mark = annotation.value.stored if annotation.value is not None and annotation.value.is_mark else None
    label = " ".join(annotation.label.split())
    shown = (joined,) if is_value else tuple(texts)
    results.extras.append(Extra(kind, label, shown, annotation.edges, is_value, mark))


def _without_outer_blanks(lines: list[str]) -> list[str]:
    """Return the lines without empty ones at the start and the end."""
    filled = [at for at, line in enumerate(lines) if line]
    return lines[filled[0] : filled[-1] + 1] if filled else []


@contextmanager
def _open_annotation(page: Any, index: int) -> Iterator[Any]:
    handle = raw.FPDFPage_GetAnnot(page.raw, index)
    try:
        yield handle
    finally:
        if handle:
            raw.FPDFPage_CloseAnnot(handle)


def _needs_drawing(annotation: _Annotation) -> bool:
    """Check whether a visible text exists only in the drawing of an annotation."""
    if not annotation.draws_text or annotation.is_hidden:
        return False
    if annotation.value is None:
        return annotation.kind != raw.FPDF_ANNOT_FREETEXT or not annotation.text.strip()
    return annotation.value.is_signature or annotation.value.is_button or annotation.value.is_formatted


def _signature_label(document: Any, name: str) -> str:
    """Return a label for a signature: its field; reason and day if it is the only signature."""
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


def _read_string(handle: Any, name: bytes) -> str:
    return objects.string(raw.FPDFAnnot_GetStringValue, handle, name)


def _plain_text(rich: str) -> str:
    """Return the plain text of a rich text, which is XHTML."""
    return html.unescape(_TAG.sub("", _END_OF_PARAGRAPH.sub("\n", rich))).strip()


def _day(date: str) -> str:
    """Return the day of a PDF date as 2024-03-05, or the parts of it that the date has."""
    match = _DATE.match(date)
    return "-".join(part for part in match.groups() if part) if match else ""
