"""What a file really is, told by its first bytes and not by its name."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

# (place, bytes, what the file is)
_MAGIC = (
    (0, b"\x89PNG\r\n\x1a\n", "a PNG image"),
    (0, b"\xff\xd8\xff", "a JPEG image"),
    (0, b"GIF87a", "a GIF image"),
    (0, b"GIF89a", "a GIF image"),
    (0, b"II*\x00", "a TIFF image"),
    (0, b"MM\x00*", "a TIFF image"),
    (0, b"BM", "a BMP image"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (0, b"Rar!\x1a\x07", "a RAR archive"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"BZh", "a bzip2 archive"),
    (0, b"\xfd7zXZ\x00", "an xz archive"),
    (0, b"\x28\xb5\x2f\xfd", "a Zstandard archive"),
    (0, b"SQLite format 3\x00", "an SQLite database"),
    (0, b"\x7fELF", "a program"),
    (0, b"MZ", "a program"),
    (0, b"%!PS", "a PostScript file"),
    (0, b"OggS", "a sound or film file"),
    (0, b"ID3", "a sound file"),
    (4, b"ftyp", "a film file"),
    (8, b"WEBP", "a WebP image"),
    (8, b"WAVE", "a sound file"),
    (8, b"AVI ", "a film file"),
)
_HTML = re.compile(
    rb"\s*(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL
)
MAIL = "an Outlook message (.msg)"
PDF, WORD, EPUB, HTML, ZIP = (
    "a PDF",
    "a Word document (.docx)",
    "an EPUB book",
    "an HTML page",
    "a zip archive",
)
WORKBOOK, SLIDES, OPEN_TEXT, RTF = (
    "an Excel workbook (.xlsx)",
    "a PowerPoint presentation (.pptx)",
    "an OpenDocument text (.odt)",
    "an RTF document",
)
_OFFICE = (
    ("word/", WORD),
    ("xl/workbook.bin", "a binary Excel workbook (.xlsb)"),
    ("xl/", WORKBOOK),
    ("ppt/", SLIDES),
)
_MIMETYPES = (
    (b"application/epub+zip", EPUB),
    (b"application/vnd.oasis.opendocument.text", OPEN_TEXT),
    (b"application/vnd.oasis.opendocument.spreadsheet", "an OpenDocument spreadsheet (.ods)"),
    (b"application/vnd.oasis.opendocument.presentation", "an OpenDocument presentation (.odp)"),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file"),
)


def kind(data: bytes) -> str | None:
    """What the bytes are, in words that fit after “it is”; None where they are text or unknown."""
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
        ("EncryptedPackage", "an Office file with a password"),
        ("WordDocument", "an old Word document (.doc)"),
        ("Workbook", "an old Excel workbook (.xls)"),
        ("PowerPoint Document", "an old PowerPoint presentation (.ppt)"),
    ):
        if stream.encode("utf-16-le") in data:
            return name
    return "an old Office file"
