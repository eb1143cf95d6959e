"""Files for measurements of bulk indexing: the texts of real files with other numbers and some other words."""

from __future__ import annotations

import io
import random
import re
import textwrap
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from qa import parsers
from qa.errors import ReadError

LINES, COLUMNS = 48, 92
"""Lines of a page of a written PDF, and characters of a line."""
KINDS = ("pdf", "pdf", "pdf", "docx", "html", "txt")
"""The formats of the copies, in turn: as many PDFs as other files."""
SHARE = 12
"""One of so many words is replaced."""
_CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONSHIPS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'officeDocument" Target="word/document.xml"/></Relationships>'
)
_WORD = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def write(folder: Path, originals: Path, count: int, most: int) -> int:
    """Write so many files; return the number of their characters.

    Args:
        folder: The new folder.
        originals: A folder of files in formats that can be indexed.
        count: The number of files.
        most: The maximum characters of a file.
    """
    texts = [text for path in sorted(originals.rglob("*")) for text in _texts(path)]
    if not texts:
        raise SystemExit(f"{originals} has no files with text")
    folder.mkdir(parents=True)
    characters = 0
    for number in range(count):
        text = changed(texts[number % len(texts)][:most], number)
        kind = KINDS[(number + number // len(texts)) % len(KINDS)]
        (folder / f"{number:05d}.{kind}").write_bytes(_WRITERS[kind](text))
        characters += len(text)
    return characters


def _texts(path: Path) -> Iterator[str]:
    if not path.is_file():
        return
    try:
        for document in parsers.read(path, path.name):
            # Short texts are not what a bulk run consists of, and PDFs are written in one Western font.
            if not isinstance(document, ReadError) and len(document.text) > 5_000:
                words = document.text.encode("cp1252", "ignore").decode("cp1252")
                if len(words) > 0.99 * len(document.text):
                    yield words
    except ReadError:
        return


def changed(text: str, number: int) -> str:
    """Return a text with other digits, and with some words replaced by others of the text."""
    chance = random.Random(number)
    words = re.findall(r"[a-z]{4,}", text)
    digits = str.maketrans("0123456789", "".join(chance.sample("0123456789", 10)))

    def other(match: re.Match[str]) -> str:
        return chance.choice(words) if chance.randrange(SHARE) == 0 else match.group()

    return re.sub(r"\b[a-z]{4,}\b", other, text.translate(digits))


def _pdf(text: str) -> bytes:
    lines = [line for paragraph in text.split("\n") for line in (textwrap.wrap(paragraph, COLUMNS) or [""])]
    pages = [lines[at : at + LINES] for at in range(0, len(lines), LINES)] or [[]]
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    objects: list[bytes] = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Count {len(pages)}/Kids[{kids}]>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for at, page in enumerate(pages):
        objects.append(
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R"
            b"/Resources<</Font<</F 3 0 R>>>>>>" % (5 + 2 * at)
        )
        drawn = (
            "BT /F 11 Tf 14 TL 60 780 Td " + " ".join(f"({_escaped(line)}) Tj T*" for line in page) + " ET"
        )
        data = zlib.compress(drawn.encode("cp1252", "replace"))
        objects.append(b"<</Length %d/Filter/FlateDecode>>stream\n%s\nendstream" % (len(data), data))
    output, places = io.BytesIO(b"%PDF-1.4\n"), []
    output.seek(0, io.SEEK_END)
    for number, content in enumerate(objects, start=1):
        places.append(output.tell())
        output.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = output.tell()
    output.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
    output.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    output.write(b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (len(places) + 1, table))
    return output.getvalue()


def _escaped(line: str) -> str:
    return re.sub(r"([\\()])", r"\\\1", line)


def _docx(text: str) -> bytes:
    paragraphs = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{escape(_printable(line))}</w:t></w:r></w:p>'
        for line in text.split("\n")
    )
    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _CONTENT_TYPES)
        archive.writestr("_rels/.rels", _RELATIONSHIPS)
        archive.writestr(
            "word/document.xml",
            f'<?xml version="1.0" encoding="utf-8"?><w:document {_WORD}><w:body>{paragraphs}</w:body></w:document>',
        )
    return output.getvalue()


def _printable(line: str) -> str:
    return "".join(character if character.isprintable() else " " for character in line)


def _html(text: str) -> bytes:
    paragraphs = "".join(f"<p>{escape(_printable(line))}</p>\n" for line in text.split("\n"))
    return f'<!DOCTYPE html><meta charset="utf-8"><body>\n{paragraphs}</body>'.encode()


def _txt(text: str) -> bytes:
    return text.encode()


_WRITERS = {"pdf": _pdf, "docx": _docx, "html": _html, "txt": _txt}
