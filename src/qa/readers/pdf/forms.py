"""The values that are filled into a form's fields."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from typing import Any

from pypdfium2 import raw

from qa.readers.pdf import objects

_ON = "☒"
_CHECKED = {raw.FPDF_FORMFIELD_CHECKBOX, raw.FPDF_FORMFIELD_RADIOBUTTON}
_CHOICE = {raw.FPDF_FORMFIELD_COMBOBOX, raw.FPDF_FORMFIELD_LISTBOX}
_NO_FIELD = -1
_MOST_OPTIONS = 2_000


@dataclass(frozen=True, slots=True)
class Value:
    """What a field says.

    ``text`` is what a person sees, as far as the file says it, ``stored`` what the program keeps for it.
    ``is_formatted`` is true where a program of the file writes the text in another form.
    """

    name: str
    text: str
    stored: str = ""
    is_mark: bool = False
    is_button: bool = False
    is_signature: bool = False
    is_formatted: bool = False


def value(form: Any, annotation: Any) -> Value | None:
    """Return the value of the field that a widget shows, or None where it has none or must not be read."""
    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in {_NO_FIELD, raw.FPDF_FORMFIELD_UNKNOWN}:
        # A field that the form does not list still says what it is.
        return _unlisted(annotation)
    name = objects.string(raw.FPDFAnnot_GetFormFieldName, form, annotation)
    if kind in {raw.FPDF_FORMFIELD_SIGNATURE, raw.FPDF_FORMFIELD_PUSHBUTTON}:
        is_signature = kind == raw.FPDF_FORMFIELD_SIGNATURE
        return Value(name, "", is_signature=is_signature, is_button=not is_signature)
    if kind in _CHECKED:
        return _checked(form, annotation, name)
    if kind in _CHOICE:
        return _choice(form, annotation, name)
    if raw.FPDFAnnot_GetFormFieldFlags(form, annotation) & raw.FPDF_FORMFLAG_TEXT_PASSWORD:
        return None
    stored = objects.string(raw.FPDFAnnot_GetFormFieldValue, form, annotation)
    program = objects.string(
        raw.FPDFAnnot_GetFormAdditionalActionJavaScript, form, annotation, raw.FPDF_ANNOT_AACTION_FORMAT
    )
    return Value(name, stored, stored, is_formatted=bool(program))


def _checked(form: Any, annotation: Any, name: str) -> Value | None:
    if not raw.FPDFAnnot_IsChecked(form, annotation):
        return None
    stored = objects.string(raw.FPDFAnnot_GetFormFieldExportValue, form, annotation)
    return Value(name, _ON, stored, is_mark=True)


def _choice(form: Any, annotation: Any, name: str) -> Value:
    stored = objects.string(raw.FPDFAnnot_GetFormFieldValue, form, annotation)
    count = raw.FPDFAnnot_GetOptionCount(form, annotation)
    chosen = [
        objects.string(raw.FPDFAnnot_GetOptionLabel, form, annotation, number)
        for number in range(min(count, _MOST_OPTIONS))
        if raw.FPDFAnnot_IsOptionSelected(form, annotation, number)
    ]
    return Value(name, "\n".join(chosen) or stored, stored)


def _unlisted(annotation: Any) -> Value | None:
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
            return Value(name, _ON, state, is_mark=True) if state not in {"", "Off"} else None
    return None
