"""The words of text files, subtitles and mails, independent of the parsers."""

from __future__ import annotations

import base64
import binascii
import codecs
import quopri
import re
from html import unescape
from io import BytesIO

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# In a file of unstated encoding, only words of these letters are certain.
_CERTAIN = re.compile(rb"(?<![\x80-\xff])[A-Za-z0-9]{3,}(?![\x80-\xff])")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>|<[\d:.]+>|\{\\[^{}]*\}|<!--.*?-->", re.DOTALL)
_UNSEEN = re.compile(r"<(style|script|title)\b.*?</\1\s*>", re.DOTALL | re.IGNORECASE)
_BOUNDARY = re.compile(r'boundary="?([^";\r\n]+)"?', re.IGNORECASE)
_ENCODED = re.compile(r"=\?([^?]+)\?([bq])\?([^?]*)\?=", re.IGNORECASE)
_SHOWN = re.compile(r"^(?:subject|from|to|cc|date):", re.IGNORECASE)


def reference(data: bytes, extension: str) -> str:
    """Return every word of a text file or subtitle, and of the text parts of a mail."""
    if extension == ".eml":
        return _mail(data.decode("latin-1").replace("\r\n", "\n"))
    if extension == ".msg":
        return _outlook(data)
    text = _text(data)
    return unescape(_TAG.sub(" ", text)) if extension in (".srt", ".vtt") else text


def _text(data: bytes) -> str:
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data.decode(name, "replace")
    for name in ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"):
        zeros = data.count(0) / max(1, len(data))
        if (0.3 < zeros < 0.6 and "16" in name) or (zeros > 0.6 and "32" in name):
            text = data.decode(name, "replace")
            if text.isascii():
                return text
    if b"\x1b" not in data and b"~{" not in data:
        try:
            return data.decode()
        except UnicodeDecodeError:
            pass
        return " ".join(word.decode() for word in _CERTAIN.findall(data))
    return ""


def _mail(part: str, depth: int = 0) -> str:
    """Return the words of a part, whose bytes are the characters below 256."""
    head, _, body = part.partition("\n\n")
    head = re.sub(r"\n[ \t]+", " ", head)
    fields = {
        line.partition(":")[0].strip().lower(): line.partition(":")[2].strip() for line in head.split("\n")
    }
    words = [_header(line) for line in head.split("\n") if depth == 0 and _SHOWN.match(line)]
    kind = fields.get("content-type", "text/plain").lower()
    boundary = _BOUNDARY.search(fields.get("content-type", ""))
    if kind.startswith("multipart/") and boundary and "multipart/encrypted" not in kind and depth < 20:
        pieces = re.split(rf"^--{re.escape(boundary[1])}(?:--)?[ \t]*$", body, flags=re.MULTILINE)[1:-1]
        return "\n".join([*words, *(_mail(piece.lstrip("\n"), depth + 1) for piece in pieces)])
    is_file = "filename" in fields.get("content-disposition", "").lower() or "name=" in kind
    if not kind.startswith("text/") or is_file:
        return "\n".join(words)
    data = body.encode("latin-1")
    match fields.get("content-transfer-encoding", "").lower():
        case "base64":
            try:
                data = base64.b64decode(data)
            except binascii.Error:
                data = b""
        case "quoted-printable":
            data = quopri.decodestring(data)
    text = _text(data)
    if kind.startswith("text/html"):
        text = unescape(_TAG.sub(" ", _UNSEEN.sub(" ", text)))
    return "\n".join([*words, text])


def _header(line: str) -> str:
    def word(match: re.Match[str]) -> str:
        raw = match[3].encode("latin-1")
        data = base64.b64decode(raw) if match[2].lower() == "b" else quopri.decodestring(raw, header=True)
        return data.decode(match[1], "replace")

    return _ENCODED.sub(word, re.sub(r"\?=\s+=\?", "?==?", line)).partition(":")[2]


def _outlook(data: bytes) -> str:
    from olefile import OleFileIO

    with OleFileIO(BytesIO(data)) as file:
        paths = [path for path in file.listdir() if path[-1][-8:] in ("1000001F", "0037001F")]
        return "\n".join(file.openstream(path).read().decode("utf-16-le", "replace") for path in paths)
