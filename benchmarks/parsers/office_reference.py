"""The words of sheets, presentations, OpenDocument and rich texts, independent of the parsers.

For the account of a file's words: every word here must be in the text of a parser, or among its omissions.
Sheets are opened by openpyxl; of the other zip files, every text node counts, in any context; rich text loses
its control words and the groups without text.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

EXTENSIONS = frozenset((".xlsx", ".csv", ".tsv", ".pptx", ".odt", ".rtf"))


def reference(data: bytes, extension: str) -> str:
    """Return the words of a file of one of ``EXTENSIONS``."""
    by_extension = {".xlsx": _sheets, ".pptx": _slides, ".odt": _open_text, ".rtf": _rich}
    return by_extension.get(extension, _text)(data)


def _text(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16")
    try:
        return data.decode("utf-8-sig")
    except ValueError:
        return data.decode("cp1252", "replace")


def _sheets(data: bytes) -> str:
    from openpyxl import load_workbook

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(data), data_only=True)
    texts = []
    for sheet in book.worksheets:
        texts.append(sheet.title)
        for row in sheet.iter_rows():
            for cell in row:
                # The display of other numbers and dates depends on their formats.
                if isinstance(cell.value, str) or (
                    isinstance(cell.value, int) and cell.number_format == "General"
                ):
                    texts.append(str(cell.value))
                if cell.comment is not None:
                    texts.append(cell.comment.text)
    texts += _nodes(data, r"xl/drawings/drawing\d+\.xml", {"t"})
    texts += _nodes(data, r"xl/charts/chart\d+\.xml", {"t"})
    return "\n".join(texts)


def _slides(data: bytes) -> str:
    texts = _nodes(data, r"ppt/(?:slides|notesSlides)/[^/]+\.xml", {"t"})
    texts += _nodes(data, r"ppt/comments/[^/]+\.xml", {"t", "text"})
    texts += _nodes(data, r"ppt/diagrams/data[^/]*\.xml", {"t"})
    texts += _nodes(data, r"ppt/charts/chart[^/]*\.xml", {"t"})
    return "\n".join(texts)


def _nodes(data: bytes, parts: str, names: set[str]) -> list[str]:
    """Return the texts of the elements of these names, without the older version of a drawing."""
    texts: list[str] = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in sorted(archive.namelist()):
            if re.fullmatch(parts, name):
                texts += _texts(ElementTree.fromstring(archive.read(name)), names)
    return texts


def _texts(element: Element, names: set[str]) -> Iterator[str]:
    name = element.tag.rpartition("}")[2]
    if name == "Fallback" or (name == "fld" and element.get("type") == "slidenum"):
        return
    if name in names and element.text:
        yield element.text
    for child in element:
        yield from _texts(child, names)


_NOT_TEXT = {"note-citation", "change-info", "creator", "date", "date-string", "annotation-end", "semantics"}


def _open_text(data: bytes) -> str:
    texts = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        roots = [ElementTree.fromstring(archive.read(name)) for name in ("content.xml", "styles.xml")]
    for element in roots[0].iter():
        if element.tag.endswith("}text") and "office" in element.tag:
            texts += _all_text(element)
    for element in roots[1].iter():
        if re.search(r"\}(?:header|footer)(?:-left|-first)?$", element.tag):
            texts += _all_text(element)
    return "".join(texts)


def _all_text(element: Element) -> Iterator[str]:
    name = element.tag.rpartition("}")[2]
    if name in _NOT_TEXT:
        return
    # Words continue through the spans of a paragraph, and through nothing else.
    apart = "" if name in {"span", "a"} else "\n"
    yield apart
    yield element.text or ""
    for child in element:
        yield from _all_text(child)
        yield child.tail or ""
    yield apart


_DROPPED = (
    rb"(?:\\\*\\(?!shpinst|shppict|ud|annotation|nesttableprops)|\\(?:fonttbl|colortbl|stylesheet|info|pict|"
    rb"nonshppict|shprslt|upr|sn)\b)"
)


def _rich(data: bytes) -> str:
    encoding = "cp1252"
    if match := re.search(rb"\\ansicpg(\d+)", data):
        encoding = f"cp{match[1].decode()}"
    remaining = _without_groups(data)
    text = remaining.decode("latin-1")
    text = re.sub(r"\\u(-?\d+) ?(?:\\'..|\?)?", lambda m: chr(int(m[1]) % 65_536), text)
    text = re.sub(
        r"(?:\\'[0-9a-f]{2})+",
        lambda m: bytes.fromhex(m[0].replace("\\'", "")).decode(encoding, "replace"),
        text,
    )
    text = re.sub(r"[\r\n]", "", text)
    text = re.sub(r"\\(?:par|cell|row|tab|line|nestcell|nestrow|sect|page)(?![a-z])\d* ?", "\n", text)
    text = re.sub(r"\\[a-z]+-?\d* ?", "", text)
    text = re.sub(r"[{}]", "\n", text)
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _without_groups(data: bytes) -> bytes:
    """Return the bytes without the groups that contain no text."""
    remaining = bytearray()
    depth = 0
    dropped: int | None = None
    begins = re.compile(rb"\{\s*" + _DROPPED)
    for at, byte in enumerate(data):
        if byte == ord("{") and data[at - 1 : at] != b"\\":
            depth += 1
            if dropped is None and begins.match(data, at):
                dropped = depth
        if dropped is None:
            remaining.append(byte)
        if byte == ord("}") and data[at - 1 : at] != b"\\":
            if dropped == depth:
                dropped = None
            depth -= 1
    return bytes(remaining)
