"""Why a file is not read, and what to do instead."""

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
# What programs of today save such files as.
_TODAY = {
    "binary-excel-workbook": ".xlsx or .csv",
    "old-excel-workbook": ".xlsx or .csv",
    "opendocument-spreadsheet": ".xlsx or .csv",
    "old-powerpoint-presentation": ".pptx or .pdf",
    "opendocument-presentation": ".pptx or .pdf",
}


def of_extension(extension: str, known: Iterable[str]) -> ReadError:
    """Returns the refusal of a file whose name says that it cannot be read."""
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
    """Returns the refusal of a file, or a page of one, that takes longer to read than any real one."""
    return ReadError("page-too-slow" if paged else "file-too-slow", seconds=f"{seconds:g}")


def damaged(error: str) -> ReadError:
    """Returns the refusal of a file that made a library raise an unexpected error of this name."""
    return ReadError("file-damaged", error=error)


def check_content(data: bytes, extension: str) -> None:
    """Raises ReadError, saying what the bytes really are, where the name promises something else."""
    really = sniff.kind(data)
    expected = _EXPECTED.get(extension)
    if expected is None:
        # A page of HTML is text too, and so are a PDF's first bytes quoted in a text.
        if really is None or really == sniff.HTML or (really == sniff.PDF and not data.startswith(b"%PDF-")):
            return
    elif really in expected:
        return
    if really is None:
        if not data.strip():
            raise ReadError("file-blank")
        raise ReadError("content-mismatch", extension=extension)
    if really == sniff.LOCKED and extension in _EXPECTED:
        raise ReadError("office-encrypted", extension=extension)
    really_is = Message.of(really)
    if really in sniff.IMAGES:
        raise ReadError("content-picture", really=really_is, extension=extension)
    raise ReadError("content-other", really=really_is, extension=extension, remedy=_remedy(really))


def _remedy(really: str) -> Message:
    if really in _RENAME:
        return Message.of("remedy-rename", extension=_RENAME[really])
    if really == sniff.LOCKED:
        return Message.of("remedy-save-unlocked")
    if really in sniff.ARCHIVES:
        return Message.of("remedy-unpack")
    return Message.of("remedy-save", formats=_TODAY.get(really, ".docx or .pdf"))
