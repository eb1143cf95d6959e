"""What a file really is, told by its first bytes and not by its name."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

# (place, bytes, the code of what the file is)
_MAGIC = (
    (0, b"\x89PNG\r\n\x1a\n", "png-image"),
    (0, b"\xff\xd8\xff", "jpeg-image"),
    (0, b"GIF87a", "gif-image"),
    (0, b"GIF89a", "gif-image"),
    (0, b"II*\x00", "tiff-image"),
    (0, b"MM\x00*", "tiff-image"),
    (0, b"BM", "bmp-image"),
    (0, b"7z\xbc\xaf\x27\x1c", "7z-archive"),
    (0, b"Rar!\x1a\x07", "rar-archive"),
    (0, b"\x1f\x8b", "gzip-archive"),
    (0, b"BZh", "bzip2-archive"),
    (0, b"\xfd7zXZ\x00", "xz-archive"),
    (0, b"\x28\xb5\x2f\xfd", "zstandard-archive"),
    (0, b"SQLite format 3\x00", "sqlite-database"),
    (0, b"\x7fELF", "program-file"),
    (0, b"MZ", "program-file"),
    (0, b"%!PS", "postscript-file"),
    (0, b"OggS", "ogg-file"),
    (0, b"ID3", "sound-file"),
    (4, b"ftyp", "film-file"),
    (8, b"WEBP", "webp-image"),
    (8, b"WAVE", "sound-file"),
    (8, b"AVI ", "film-file"),
)
_HTML = re.compile(
    rb"\s*(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
MAIL, LOCKED = "outlook-message", "locked-office-file"
PDF, WORD, EPUB, HTML, ZIP = (
    "pdf-file",
    "word-document",
    "epub-book",
    "html-page",
    "zip-archive",
)
WORKBOOK, SLIDES, OPEN_TEXT, RTF = (
    "excel-workbook",
    "powerpoint-presentation",
    "opendocument-text",
    "rtf-document",
)
IMAGES = frozenset(name for _, _, name in _MAGIC if name.endswith("-image"))
ARCHIVES = frozenset(name for _, _, name in _MAGIC if name.endswith("-archive")) | {ZIP}
_OFFICE = (
    ("word/", WORD),
    ("xl/workbook.bin", "binary-excel-workbook"),
    ("xl/", WORKBOOK),
    ("ppt/", SLIDES),
)
_MIMETYPES = (
    (b"application/epub+zip", EPUB),
    (b"application/vnd.oasis.opendocument.text", OPEN_TEXT),
    (b"application/vnd.oasis.opendocument.spreadsheet", "opendocument-spreadsheet"),
    (b"application/vnd.oasis.opendocument.presentation", "opendocument-presentation"),
    (b"application/vnd.oasis.opendocument", "opendocument-file"),
)


def kind(data: bytes) -> str | None:
    """What the bytes are, as a code of `qa.messages`; None where they are text or unknown."""
    head = data[:1024]
    if b"%PDF-" in head:
        return PDF
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_kind(data)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{\\rtf"):
        return RTF
    for place, magic, name in _MAGIC:
        # A few letters may begin a text as well; a text has no zero byte soon after.
        if data.startswith(magic, place) and (len(magic) > 4 or b"\x00" in data[:64]):
            return name
    return HTML if _HTML.match(head.removeprefix(b"\xef\xbb\xbf")) else None


def _zip_kind(data: bytes) -> str:
    stated = data[:200]
    names: list[str] = []
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            names = archive.namelist()
            if "mimetype" in names:
                with archive.open("mimetype") as member:
                    stated += member.read(200)
    except Exception:
        # A damaged container is still what its first bytes say.
        pass
    for mimetype, name in _MIMETYPES:
        if mimetype in stated:
            return name
    if "META-INF/container.xml" in names:
        return EPUB
    for folder, name in _OFFICE:
        if any(entry.startswith(folder) for entry in names):
            return name
    return ZIP


def _ole_kind(data: bytes) -> str:
    for stream, name in (
        ("__properties_version1.0", MAIL),
        ("EncryptedPackage", LOCKED),
        ("WordDocument", "old-word-document"),
        ("Workbook", "old-excel-workbook"),
        ("PowerPoint Document", "old-powerpoint-presentation"),
    ):
        if stream.encode("utf-16-le") in data:
            return name
    return "old-office-file"
