"""Read the values filled into a form's fields."""

from __future__ import annotations

import ctypes
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from qa.parsers.pdf import objects

# pypdfium2 logs a warning for forms that only a program can draw; the parser reports them itself.
logging.getLogger("pypdfium2").setLevel(logging.ERROR)

_ON = "☒"
OFF = "☐"
_CHECKABLE = {raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON}
_CHOICE = {raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX}
_NO_FIELD = -1
_MAX_OPTIONS = 2_000


def open_form(document: Any, page: Any) -> bool:
    """Open the document's form at the first page with a field; return whether to load the page again."""
    if document.formenv or raw.FPDF_GetFormType(document.raw) == raw.FORMTYPE_NONE:
        return False
    for number in range(raw.FPDFPage_GetAnnotCount(page.raw)):
        annotation = raw.FPDFPage_GetAnnot(page.raw, number)
        kind = raw.FPDFAnnot_GetSubtype(annotation)
        raw.FPDFPage_CloseAnnot(annotation)
        if kind == raw.FPDF_ANNOT_WIDGET:
            open_forms(document)
            return True
    return False


def open_forms(document: Any) -> None:
    """Open the document's form, which is necessary to read and draw the values of fields."""
    with suppress(pdfium.PdfiumError):
        document.init_forms()


@dataclass(frozen=True, slots=True)
class Value:
    """The value of a field.

    ``text`` is the text that a person sees, as far as the file contains it. ``stored`` is the value that the
    program stores. ``is_formatted`` is true if a script of the file formats the text for display.
    """

    name: str
    text: str
    stored: str = ""
    is_mark: bool = False
    is_button: bool = False
    is_signature: bool = False
    is_formatted: bool = False


def value(form: Any, annotation: Any) -> Value | None:
    """Return the value of the field of a widget, or None if it has none or is a password."""
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in {_NO_FIELD, raw.FPDF_FORMFIELD_UNKNOWN}:
        # A field missing from the form's list still describes itself.
        return _read_unlisted(annotation)
    name = objects.string(raw.FPDFAnnot_GetFormFieldName, form, annotation)
    if kind in {raw.FPDF_FORMFIELD_SIGNATURE, raw.FPDF_FORMFIELD_PUSHBUTTON}:
        is_signature = kind == raw.FPDF_FORMFIELD_SIGNATURE
        return Value(name, "", is_signature=is_signature, is_button=not is_signature)
    if kind in _CHECKABLE:
        return _read_checkable(form, annotation, name)
    if kind in _CHOICE:
        return _read_choice(form, annotation, name)
    if raw.FPDFAnnot_GetFormFieldFlags(form, annotation) & raw.FPDF_FORMFLAG_TEXT_PASSWORD:
        return None
    stored = objects.string(raw.FPDFAnnot_GetFormFieldValue, form, annotation)
    program = objects.string(
        raw.FPDFAnnot_GetFormAdditionalActionJavaScript, form, annotation, raw.FPDF_ANNOT_AACTION_FORMAT
    )
    return Value(name, stored, stored, is_formatted=bool(program))


def _read_checkable(form: Any, annotation: Any, name: str) -> Value:
    state = objects.string(raw.FPDFAnnot_GetStringValue, annotation, b"AS")
    if not raw.FPDFAnnot_IsChecked(form, annotation) and state in {"", "Off"}:
        return Value(name, OFF, is_mark=True)
    stored = objects.string(raw.FPDFAnnot_GetFormFieldExportValue, form, annotation)
    return Value(name, _ON, stored or state, is_mark=True)


def _read_choice(form: Any, annotation: Any, name: str) -> Value:
    stored = objects.string(raw.FPDFAnnot_GetFormFieldValue, form, annotation)
    count = raw.FPDFAnnot_GetOptionCount(form, annotation)
    chosen = [
        objects.string(raw.FPDFAnnot_GetOptionLabel, form, annotation, number)
        for number in range(min(count, _MAX_OPTIONS))
        if raw.FPDFAnnot_IsOptionSelected(form, annotation, number)
    ]
    return Value(name, ", ".join(chosen) or stored, stored)


def _read_unlisted(annotation: Any) -> Value | None:
    name = objects.string(raw.FPDFAnnot_GetStringValue, annotation, b"T")
    match objects.string(raw.FPDFAnnot_GetStringValue, annotation, b"FT"):
        case "Sig":
            return Value(name, "", is_signature=True)
        case "Tx" | "Ch":
            flags = ctypes.c_float()
            raw.FPDFAnnot_GetNumberValue(annotation, b"Ff", flags)
            if int(flags.value) & raw.FPDF_FORMFLAG_TEXT_PASSWORD:
                return None
            text = objects.string(raw.FPDFAnnot_GetStringValue, annotation, b"V")
            return Value(name, text, text)
        case "Btn":
            state = objects.string(raw.FPDFAnnot_GetStringValue, annotation, b"AS")
            is_on = state not in {"", "Off"}
            return Value(name, _ON, state, is_mark=True) if is_on else None
    return None
