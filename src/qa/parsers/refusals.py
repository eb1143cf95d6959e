"""Explain why a file is refused, and what to do instead."""

from __future__ import annotations

from collections.abc import Iterable

from qa.errors import ReadError
from qa.messages import Message
from qa.parsers import sniff

_PICTURES = frozenset(
    (".png", ".jpg", ".jpeg", ".gif", ".tif", ".tiff", ".bmp", ".webp", ".heic", ".svg", ".djvu", ".jp2")
)
_SAVE = {
    ".doc .dot .ott .pages .wpd .wps .docm .dotx .fodt .tex": ".docx or .pdf",
    ".xls .xlsm .xlsb .xltx .ods .fods .numbers": ".xlsx or .csv",
    ".ppt .pps .pptm .ppsx .potx .odp .fodp .key": ".pptx or .pdf",
}
_REMEDIES = {
    ".zip .7z .rar .gz .tgz .tar .bz2 .xz .zst": "remedy-unpack",
    ".mobi .azw .azw3 .fb2 .lit": "remedy-convert-to-epub",
    ".mbox .pst .ost": "remedy-save-message",
    ".mp3 .wav .ogg .m4a .mp4 .mov .avi .mkv .webm": "remedy-transcript",
    ".json": "remedy-save-as-lines",
}
_EXPECTED = {
    ".msg": {sniff.MAIL},
    ".pdf": {sniff.PDF},
    ".docx": {sniff.WORD, sniff.ZIP},
    ".epub": {sniff.EPUB, sniff.ZIP},
    ".xlsx": {sniff.WORKBOOK, sniff.ZIP},
    ".pptx": {sniff.SLIDES, sniff.ZIP},
    ".odt": {sniff.OPEN_TEXT, sniff.ZIP},
    ".rtf": {sniff.RTF},
}
_MARKUP = frozenset({".html", ".htm", ".xhtml", ".mht", ".mhtml"})
_TEXT = _MARKUP | {".txt", ".text", ".md", ".markdown"}
_RENAME = {
    sniff.PDF: ".pdf",
    sniff.WORD: ".docx",
    sniff.EPUB: ".epub",
    sniff.HTML: ".html",
    sniff.MAIL: ".msg",
    sniff.WORKBOOK: ".xlsx",
    sniff.SLIDES: ".pptx",
    sniff.OPEN_TEXT: ".odt",
    sniff.RTF: ".rtf",
}
# Formats in which current programs save such files.
_TODAY = {
    "binary-excel-workbook": ".xlsx or .csv",
    "old-excel-workbook": ".xlsx or .csv",
    "opendocument-spreadsheet": ".xlsx or .csv",
    "old-powerpoint-presentation": ".pptx or .pdf",
    "opendocument-presentation": ".pptx or .pdf",
}


def of_extension(extension: str, known: Iterable[str]) -> ReadError:
    """Return the refusal of a file whose extension shows that it cannot be read."""
    if extension in _PICTURES:
        return ReadError("format-picture", extension=extension)
    for extensions, formats in _SAVE.items():
        if extension in extensions.split():
            return _unread(extension, Message.of("remedy-save", formats=formats))
    for extensions, remedy in _REMEDIES.items():
        if extension in extensions.split():
            return _unread(extension, Message.of(remedy))
    readable = " ".join(sorted(known))
    if extension:
        return ReadError("format-unknown", extension=extension, known=readable)
    return ReadError("format-missing", known=readable)


def _unread(extension: str, remedy: Message) -> ReadError:
    return ReadError("format-unread", extension=extension, remedy=remedy)


def too_long(seconds: float, *, paged: bool) -> ReadError:
    """Return the refusal of a file, or of one of its pages, that takes too long to read."""
    return ReadError("page-too-slow" if paged else "file-too-slow", seconds=f"{seconds:g}")


def damaged(error: str) -> ReadError:
    """Return the refusal of a file for which a library raised an unexpected error with this name."""
    return ReadError("file-damaged", error=error)


def extension_of(data: bytes) -> str:
    """Return the extension of a file without a name; that of a text if its first bytes show no format."""
    return _RENAME.get(sniff.kind(data) or "", ".txt")


def check_content(data: bytes, extension: str) -> None:
    """Raise ReadError, naming the real format, if the content does not match the extension."""
    actual = sniff.kind(data)
    expected = _EXPECTED.get(extension)
    if expected is None:
        # HTML is text too, and a text may quote the first bytes of a PDF.
        if actual is None or actual == sniff.HTML or (actual == sniff.PDF and not data.startswith(b"%PDF-")):
            return
    elif actual in expected:
        return
    if actual is None:
        if not data.strip():
            raise ReadError("file-blank")
        raise ReadError("content-mismatch", extension=extension)
    if actual == sniff.LOCKED and extension in _EXPECTED:
        raise ReadError("office-encrypted", extension=extension)
    really_is = Message.of(actual)
    if actual in sniff.IMAGES:
        raise ReadError("content-picture", really=really_is, extension=extension)
    raise ReadError("content-other", really=really_is, extension=extension, remedy=_remedy(actual))


def _remedy(actual: str) -> Message:
    if actual in _RENAME:
        return Message.of("remedy-rename", extension=_RENAME[actual])
    if actual == sniff.LOCKED:
        return Message.of("remedy-save-unlocked")
    if actual in sniff.ARCHIVES:
        return Message.of("remedy-unpack")
    return Message.of("remedy-save", formats=_TODAY.get(actual, ".docx or .pdf"))
