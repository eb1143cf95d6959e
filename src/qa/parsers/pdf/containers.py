"""Detect files whose pages are only a cover (program forms, portfolios), and list attached files."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pypdfium2 import raw

from qa.errors import ReadError
from qa.parsers.pdf import objects
from qa.parsers.pdf.names import PORTFOLIO
from qa.types import Omission

_MAX_ATTACHMENTS = 2_000
# A cover page has a short text that only refers to the content it replaces.
_MAX_COVER_CHARACTERS = 1_500
_MAX_PORTFOLIO_COVER_CHARACTERS = 300
_VIEWER = re.compile(
    "adobe|acrobat|portfolio|please wait|bitte warten|veuillez patienter|espere|attendere|aguarde"
    "|请稍候|お待ち",
    re.IGNORECASE,
)
_NAMES_SHOWN = 5


def attachments(document: Any) -> list[Omission]:
    """Return the files embedded in a PDF, without those attached by annotations of a page."""
    count = min(raw.FPDFDoc_GetAttachmentCount(document.raw), _MAX_ATTACHMENTS)
    handles = [raw.FPDFDoc_GetAttachment(document.raw, number) for number in range(count)]
    names = [objects.string(raw.FPDFAttachment_GetName, handle) if handle else "" for handle in handles]
    return [Omission("attachment", name=name or "a file") for name in names]


def has_program_form(document: Any, *, has_fields: bool) -> bool:
    """Check whether the file has a form that a program draws and the pages do not show."""
    form = raw.FPDF_GetFormType(document.raw)
    return form == raw.FORMTYPE_XFA_FULL or (form == raw.FORMTYPE_XFA_FOREGROUND and not has_fields)


def cover(
    document: Any, names: frozenset[bytes], text: str, attached: Sequence[Omission], *, has_fields: bool
) -> ReadError | None:
    """Return the error for a file whose pages are only a cover, or None for other files.

    ``text`` is the text of the pages, or its beginning.
    """
    if len(text) > _MAX_COVER_CHARACTERS:
        return None
    names_viewer = _VIEWER.search(text) is not None
    if not has_fields and _has_form_cover(document, names_viewer=names_viewer):
        return ReadError("pdf-program-form")
    if PORTFOLIO in names and attached and (names_viewer or len(text) <= _MAX_PORTFOLIO_COVER_CHARACTERS):
        shown = ", ".join(omission.name or "" for omission in attached[:_NAMES_SHOWN])
        ellipsis = " …" if len(attached) > _NAMES_SHOWN else ""
        return ReadError("pdf-portfolio", n=len(attached), names=shown + ellipsis)
    return None


def _has_form_cover(document: Any, *, names_viewer: bool) -> bool:
    """Check whether a program draws all pages of the file, or the pages refer to such a program."""
    form = raw.FPDF_GetFormType(document.raw)
    return form == raw.FORMTYPE_XFA_FULL or (form == raw.FORMTYPE_XFA_FOREGROUND and names_viewer)
