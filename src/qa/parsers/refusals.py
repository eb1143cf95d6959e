"""Why a file is not read, and what to do instead."""

from __future__ import annotations

from collections.abc import Iterable

from qa.errors import ReadError
from qa.parsers import sniff

ENCRYPTED = "it is encrypted; give its password with --password-file or --password."
NO_TEXT = "it holds no text; if it is a scan, recognise its text first, else check that it is the right file."
DAMAGED = "its structure is damaged; save, print or download it again as PDF."
CRASHED = "it makes its reader crash or run out of memory; print it to a new PDF, or save it as .txt."
OTHER_PASSWORD = "its password is another one; give the right one with --password-file or --password."

_REMEDIES = (
    (".doc .dot .ott .pages .wpd .wps .docm .dotx .fodt .tex", "save it as .docx or .pdf"),
    (".xls .xlsm .xlsb .xltx .ods .fods .numbers", "save it as .xlsx or .csv"),
    (".ppt .pps .pptm .ppsx .potx .odp .fodp .key", "save it as .pptx or .pdf"),
    (
        ".png .jpg .jpeg .gif .tif .tiff .bmp .webp .heic .svg .djvu .jp2",
        "convert it to .pdf and read that with --ocr",
    ),
    (".zip .7z .rar .gz .tgz .tar .bz2 .xz .zst", "unpack it and give the files in it"),
    (".mobi .azw .azw3 .fb2 .lit", "convert it to .epub"),
    (".mbox .pst .ost", "save the message as .eml, .html, .pdf or .txt"),
    (".mp3 .wav .ogg .m4a .mp4 .mov .avi .mkv .webm", "give a transcript as .txt"),
    (".json", "save it as .jsonl with one document a line, or as .txt"),
)
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
_LOCKED = "an Office file with a password"
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
_TODAY = (
    ("Excel", ".xlsx or .csv"),
    ("spreadsheet", ".xlsx or .csv"),
    ("PowerPoint", ".pptx or .pdf"),
    ("presentation", ".pptx or .pdf"),
)


def of_extension(extension: str, known: Iterable[str]) -> str:
    """The sentence for a file whose name says that it cannot be read."""
    for extensions, remedy in _REMEDIES:
        if extension in extensions.split():
            return f"{extension} files cannot be read; {remedy}."
    what = f"{extension} files cannot" if extension else "a file without an extension cannot"
    return f"{what} be read; what can: {' '.join(sorted(known))}."


def too_long(seconds: float, *, paged: bool) -> str:
    """The sentence for a file, or a page of one, that takes longer to read than any real one."""
    what = "one of its pages takes" if paged else "it takes"
    return f"{what} longer than {seconds:g} seconds to read; print it to a new PDF, or save it as .txt."


def damaged(error: str) -> str:
    """The sentence for a file that made a library raise an error of this name, which nobody foresaw."""
    return (
        f"it is damaged in a way that its reader cannot handle ({error}); save it again, or as PDF or .txt."
    )


def unloadable(parser: str, error: str) -> str:
    """The sentence for a file whose parser cannot be imported."""
    return f"its parser {parser} cannot be loaded ({error}); install its package again, or remove it."


def unsound(parser: str, reason: str) -> str:
    """The sentence for a file whose parser, which is not ours, breaks its contract."""
    return f"its parser {parser} returns what no document can be made of ({reason}); tell its author."


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
            raise ReadError("it holds no text; check that it was copied completely.")
        raise ReadError(f"its content is not that of a {extension} file; save or download it again.")
    if really == _LOCKED and extension in _EXPECTED:
        raise ReadError(f"it has a password; save it as {extension} without one.")
    raise ReadError(f"it is really {really}, not a {extension} file; {_remedy(really)}.")


def _remedy(really: str) -> str:
    if really in _RENAME:
        return f"rename it to {_RENAME[really]}"
    if really == _LOCKED:
        return "save it as .docx without a password"
    if "image" in really:
        return "convert it to .pdf and read that with --ocr"
    if "archive" in really:
        return "unpack it and give the files in it"
    today = next((names for program, names in _TODAY if program in really), ".docx or .pdf")
    return f"save it as {today}"
