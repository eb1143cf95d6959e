"""Split rich text into tokens, and decode its bytes."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

TokenKind = Literal["open", "close", "word", "symbol", "byte", "text"]

_TOKEN = re.compile(
    rb"(?P<text>[^\\{}\r\n]+)|(?P<open>\{)|(?P<close>\})|\\'(?P<byte>[0-9a-fA-F]{2})"
    rb"|\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,10})?[ ]?|\\(?P<symbol>[^a-zA-Z])|(?P<other>[\\\r\n])",
    re.DOTALL,
)
# Encodings by the charset of a font.
_CHARSETS = {
    **{0: "cp1252", 2: "symbol", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030"},
    **{136: "big5hkscs", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256"},
    **{186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850"},
}
# The most frequent characters of symbol fonts.
_SIGNS = {0xB7: "•", 0xA7: "▪", 0xA8: "□", 0xD8: "➢", 0xFC: "✓", 0xFE: "☑", 0x6F: "□", 0x71: "❑", 0x76: "❖"}
_SIGN_FONTS = range(0xF000, 0xF100)


@dataclass(frozen=True, slots=True)
class Token:
    """A token; ``value`` is its name or text, ``number`` the parameter of a control word."""

    kind: TokenKind
    value: bytes
    number: int | None = None


def tokenize(data: bytes) -> Iterator[Token]:
    """Yield the tokens of a file, without binary data and line ends."""
    at = 0
    while match := _TOKEN.match(data, at):
        at = match.end()
        kind = match.lastgroup
        if kind in {"word", "number"}:
            number = int(match["number"]) if match["number"] is not None else None
            if match["word"] == b"bin":
                at = min(len(data), at + max(0, number or 0))
                continue
            yield Token("word", match["word"], number)
        elif kind in {"text", "open", "close", "byte", "symbol"}:
            yield Token(kind, match[kind])  # type: ignore[arg-type]


def charset_encoding(number: int, default: str) -> str:
    """Return the encoding of a font's charset."""
    return default if number in {0, 1} else _CHARSETS.get(number, default)


def code_page_encoding(number: int) -> str | None:
    """Return the encoding of a code page, or None if it is unknown."""
    name = {65001: "utf-8", 10000: "mac_roman", 936: "gb18030", 950: "big5hkscs"}.get(number, f"cp{number}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


def decode(data: bytes, encoding: str, *, escaped: bool) -> str:
    """Decode bytes; unescaped bytes may be UTF-8 regardless of the declared encoding."""
    if not escaped and not data.isascii():
        try:
            return data.decode("utf-8")
        except ValueError:
            pass
    if encoding == "symbol":
        return "".join(_SIGNS.get(byte, chr(byte)) for byte in data)
    return data.decode(encoding, "replace")


def character(number: int) -> str:
    r"""Return the character of a ``\u`` word, which is negative for codes from 32,768 on."""
    code = number + 65_536 if number < 0 else number
    if not 0 <= code < 0x110000:
        return "\ufffd"
    return _SIGNS.get(code - 0xF000, chr(code - 0xF000)) if code in _SIGN_FONTS else chr(code)


def join_surrogates(text: str) -> str:
    """Return a text with surrogate pairs joined, because each half is a separate word in the file."""
    if not any("\ud800" <= char <= "\udfff" for char in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
