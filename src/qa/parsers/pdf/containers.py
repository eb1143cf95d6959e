"""Files whose pages are only a cover: forms that a program draws, portfolios; and files that are attached."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pypdfium2 import raw

from qa.errors import ReadError
from qa.parsers.pdf import objects
from qa.parsers.pdf.names import PORTFOLIO
from qa.types import Omission

_MOST_ATTACHMENTS = 2_000
# The page that stands in for what cannot be shown says so, and no more.
_COVER_CHARACTERS = 1_500
_SHORT_COVER = 300
_VIEWER = re.compile(
    "adobe|acrobat|portfolio|please wait|bitte warten|veuillez patienter|espere|attendere|aguarde"
    "|请稍候|お待ち",
    re.IGNORECASE,
)
_NAMES_SHOWN = 5


def attachments(document: Any) -> list[Omission]:
    """Return the files that are in a PDF, without those that a page's annotations hold."""
    count = min(raw.FPDFDoc_GetAttachmentCount(document.raw), _MOST_ATTACHMENTS)
    handles = [raw.FPDFDoc_GetAttachment(document.raw, number) for number in range(count)]
    names = [objects.string(raw.FPDFAttachment_GetName, handle) if handle else "" for handle in handles]
    return [Omission("attachment", name=name or "a file") for name in names]


def has_program_form(document: Any, *, has_fields: bool) -> bool:
    """Return whether the file has a form that a program draws and the pages do not show."""
    form = raw.FPDF_GetFormType(document.raw)
    return form == raw.FORMTYPE_XFA_FULL or (form == raw.FORMTYPE_XFA_FOREGROUND and not has_fields)


def cover(
    document: Any, names: frozenset[bytes], text: str, attached: Sequence[Omission], *, has_fields: bool
) -> ReadError | None:
    """Return why a file is refused whose pages are only a cover, else None.

    ``text`` is that of its pages, or the first part of it.
    """
    if len(text) > _COVER_CHARACTERS:
        return None
    names_viewer = _VIEWER.search(text) is not None
    if not has_fields:
        form = raw.FPDF_GetFormType(document.raw)
        if form == raw.FORMTYPE_XFA_FULL or (form == raw.FORMTYPE_XFA_FOREGROUND and names_viewer):
            return ReadError("pdf-program-form")
    if PORTFOLIO in names and attached and (names_viewer or len(text) <= _SHORT_COVER):
        shown = ", ".join(omission.name or "" for omission in attached[:_NAMES_SHOWN])
        more = " …" if len(attached) > _NAMES_SHOWN else ""
        return ReadError("pdf-portfolio", n=len(attached), names=shown + more)
    return None
