"""Rich text as a stream of tokens, and its bytes as characters."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["open", "close", "word", "symbol", "byte", "text"]

_TOKEN = re.compile(
    rb"(?P<text>[^\\{}\r\n]+)|(?P<open>\{)|(?P<close>\})|\\'(?P<byte>[0-9a-fA-F]{2})"
    rb"|\\(?P<word>[a-zA-Z]{1,32})(?P<number>-?[0-9]{1,10})?[ ]?|\\(?P<symbol>[^a-zA-Z])|(?P<other>[\\\r\n])",
    re.DOTALL,
)
# By the charset of a font.
_CHARSETS = {
    **{0: "cp1252", 2: "symbol", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "gb18030"},
    **{136: "big5hkscs", 161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256"},
    **{186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250", 254: "cp437", 255: "cp850"},
}
# What fonts of signs show most.
_SIGNS = {0xB7: "•", 0xA7: "▪", 0xA8: "□", 0xD8: "➢", 0xFC: "✓", 0xFE: "☑", 0x6F: "□", 0x71: "❑", 0x76: "❖"}
_SIGN_FONTS = range(0xF000, 0xF100)


@dataclass(frozen=True, slots=True)
class Token:
    """A token; ``number`` is the parameter of a control word, ``value`` what it is or says."""

    kind: Kind
    value: bytes
    number: int | None = None


def tokens(data: bytes) -> Iterator[Token]:
    """The tokens of a file; binary data is skipped, and line ends are none."""
    at = 0
    while found := _TOKEN.match(data, at):
        at = found.end()
        kind = found.lastgroup
        if kind in {"word", "number"}:
            number = int(found["number"]) if found["number"] is not None else None
            if found["word"] == b"bin":
                at = min(len(data), at + max(0, number or 0))
                continue
            yield Token("word", found["word"], number)
        elif kind in {"text", "open", "close", "byte", "symbol"}:
            yield Token(kind, found[kind])  # type: ignore[arg-type]


def of_charset(number: int, otherwise: str) -> str:
    """Return the encoding of a font's charset."""
    return otherwise if number in {0, 1} else _CHARSETS.get(number, otherwise)


def of_code_page(number: int) -> str | None:
    """Return the encoding of a code page, None where there is none."""
    name = {65001: "utf-8", 10000: "mac_roman", 936: "gb18030", 950: "big5hkscs"}.get(number, f"cp{number}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return None


def decoded(data: bytes, encoding: str, *, escaped: bool) -> str:
    """Return bytes as text; those that were not ``escaped`` may be UTF-8, whatever the file says."""
    if not escaped and not data.isascii():
        try:
            return data.decode("utf-8")
        except ValueError:
            pass
    if encoding == "symbol":
        return "".join(_SIGNS.get(byte, chr(byte)) for byte in data)
    return data.decode(encoding, "replace")


def character(number: int) -> str:
    """Return the character of a ``\\u`` word, which counts below zero from 32,768 on."""
    code = number + 65_536 if number < 0 else number
    if not 0 <= code < 0x110000:
        return "\ufffd"
    return _SIGNS.get(code - 0xF000, chr(code - 0xF000)) if code in _SIGN_FONTS else chr(code)


def whole(text: str) -> str:
    """Return a text with the halves of characters joined, which come one by one."""
    if not any("\ud800" <= char <= "\udfff" for char in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
