"""Decode bytes to text in any encoding: evidence in the bytes comes before statistics."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from qa.errors import ReadError
from qa.messages import Message
from qa.parsers import alphabets, broken
from qa.parsers.build import clean

# UTF-32 first: its little-endian mark begins with the mark of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)
_MEANT = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
_HZ = re.compile(rb"~\{(?:[\x21-\x77][\x21-\x7e])+~\}")
_NO_TEXT = re.compile(rb"[\x01-\x08\x0e-\x1a\x1c-\x1f]")
_WITHOUT_CONTROLS = bytes(0x20 if _NO_TEXT.match(bytes([byte])) or not byte else byte for byte in range(256))
_ZEROS = re.compile(rb"\x00+")
# Bytes examined where the whole file would take too long and add nothing.
_SAMPLE = 1 << 18
_GUESSED_FROM = 1 << 16
_MOST_CONTROLS = 0.01
_MOST_ZEROS = 0.05
_SURE = 0.95
# Encodings that the bytes prove or exclude before anything is guessed.
_PROVEN = ("utf-7", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "hz")
# The sign that a program writes between letters for a letter that its encoding lacks. In real text, only the
# addresses of web pages have it there.
_LOST_LETTER = re.compile(r"\?(?<=[^\W\d_]\?)\?*(?=[^\W\d_])(?!\w*=)")
_LEAST_LOST = 10
_LOST_SHARE = 0.002


@dataclass(frozen=True, slots=True)
class _Decoded:
    """A decoded text and the doubts about it.

    Attributes:
        text: The text.
        guess: The encoding if it is a guess, else empty.
        doubts: Other reasons to doubt the letters.
    """

    text: str
    guess: str = ""
    doubts: tuple[Message, ...] = ()


def decode(data: bytes, declared: str | None = None) -> str:
    r"""Return the text of bytes, without a byte order mark and with ``\n`` as newline.

    Args:
        data: Bytes of a file.
        declared: Encoding that the file declares, used if the bytes allow it.

    Raises:
        ReadError: The bytes are not text in any known encoding.
    """
    return decode_with_doubts(data, declared)[0]


def decode_with_doubts(data: bytes, declared: str | None = None) -> tuple[str, tuple[Message, ...]]:
    """Return the text as `decode` does, with a warning for each reason to doubt its letters."""
    text, doubts = decode_exactly(data, declared)
    return clean(text), doubts


def decode_exactly(data: bytes, declared: str | None = None) -> tuple[str, tuple[Message, ...]]:
    """Return the text as it is in the file, code point for code point, and the warnings.

    Only a byte order mark, and zero bytes that pad the end of the file, are removed.
    """
    decoded = _decode(data, declared)
    text = decoded.text.rstrip("\x00")
    doubts = list(decoded.doubts)
    if damaged := text.count("\ufffd"):
        doubts.append(Message.of("letters-damaged", n=damaged))
    if decoded.guess:
        doubts.append(Message.of("encoding-guessed", encoding=decoded.guess))
    if (example := broken.misread(text[:_SAMPLE])) is not None:
        shown = Message.of("in-brackets", text=example) if example else ""
        doubts.append(Message.of("letters-broken", example=shown))
    lost = len(_LOST_LETTER.findall(text[:_SAMPLE]))
    if lost >= _LEAST_LOST and lost > _LOST_SHARE * len(text[:_SAMPLE]):
        doubts.append(Message.of("letters-lost", n=lost))
    return text, tuple(doubts)


def _decode(data: bytes, declared: str | None) -> _Decoded:
    """Return the text by the first evidence in the bytes: a mark, their places, validity, statistics."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _Decoded(data[len(mark) :].decode(encoding, "replace"))
    is_single = _is_single_byte(data)
    text = None if is_single else _wide(data)
    if text is None:
        text = _escaped(data)
    if text is not None:
        return _Decoded(text)
    if not is_single:
        raise ReadError("text-binary")
    if (text := _strict(data, "utf-8")) is not None:
        return _Decoded(text)
    if declared and (text := _strict(data, _meant(declared))) is not None:
        return _Decoded(text)
    if (repaired := broken.mostly_utf8(data, _guess)) is not None:
        return _Decoded(repaired[0], doubts=repaired[1])
    encoding, is_sure = _guess(data)
    return _Decoded(data.decode(encoding, "replace"), "" if is_sure else encoding)


def _is_single_byte(data: bytes) -> bool:
    """Return whether a file has the few control characters of text with one byte per ASCII letter."""
    sample = data[:_SAMPLE].strip(b"\x00")
    controls, zeros = len(_NO_TEXT.findall(sample)), len(_ZEROS.findall(sample))
    # Scattered zero bytes, or blocks of them, do not mean two bytes per letter.
    return zeros <= _MOST_ZEROS * len(sample) and controls <= _MOST_CONTROLS * len(sample)


def _wide(data: bytes) -> str | None:
    """Return UTF-32 or UTF-16 text without a mark, recognised by the places of its zero bytes, or None."""
    encoding = _wide_encoding(data[: _SAMPLE - _SAMPLE % 4])
    if encoding is None:
        return None
    if encoding.startswith("utf-32"):
        return _strict(data, encoding)
    text = _strict(data[: len(data) - len(data) % 2], encoding)
    if text is None or _strangeness(text[:_SAMPLE]) > _MOST_CONTROLS:
        return None
    return text


def _wide_encoding(sample: bytes) -> str | None:
    """Return the encoding whose zero bytes are at the places where a sample has them, or None."""
    if 0 not in sample:
        return None
    quarters = [sample[place::4].count(0) for place in range(4)]
    full = len(sample) // 4
    if full and quarters[0] == full and quarters[1] > 0.9 * full:
        return "utf-32-be"
    if full and quarters[3] == full and quarters[2] > 0.9 * full:
        return "utf-32-le"
    even, odd = quarters[0] + quarters[2], quarters[1] + quarters[3]
    # Text has zero bytes on one side only; on both sides they are binary data.
    if min(even, odd) > 0.05 * max(even, odd):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"


def _escaped(data: bytes) -> str | None:
    """Return text in a seven-bit East Asian encoding, recognised by its escape sequences, or None."""
    if not data[:_SAMPLE].isascii():
        return None
    if b"\x1b$)C" in data:
        return _strict(data, "iso2022_kr")
    if b"\x1b$" in data or b"\x1b(" in data:
        return _strict(data, "iso2022_jp_ext")
    if _HZ.search(data):
        return _strict(data, "hz")
    return None


def _meant(declared: str) -> str:
    """Return the encoding meant by a declaration: like browsers, the superset that is really in use."""
    try:
        name = codecs.lookup(declared).name
    except (LookupError, ValueError):
        return declared
    # Bytes in UTF-16 are recognised without a declaration; other bytes cannot be UTF-16.
    return (
        "" if name.startswith(("utf-16", "utf-32", "utf-7")) or "escape" in name else _MEANT.get(name, name)
    )


def _guess(data: bytes) -> tuple[str, bool]:
    """Return the likeliest encoding, and whether it is certain enough to give no warning."""
    import chardet

    # A few control characters are damage and carry no information about the letters.
    sample = _sample(data).translate(_WITHOUT_CONTROLS)
    detected = chardet.detect(
        sample,
        encoding_era=chardet.EncodingEra.ALL & ~chardet.EncodingEra.MAINFRAME,
        compat_names=False,
        exclude_encodings=_PROVEN,
    )
    encoding = _meant(detected["encoding"] or "").replace("-", "_")
    if not encoding:
        raise ReadError("text-encoding-unknown")
    if alphabets.is_other_script(sample.decode(encoding, "replace")) and not _is_western(sample, encoding):
        return encoding, detected["confidence"] >= _SURE
    return alphabets.likeliest(sample, encoding), False


def _is_western(sample: bytes, guess: str) -> bool:
    """Return whether single letters of another script are more likely letters of a Western text."""
    if _RUN.search(sample) or not alphabets.is_one_by_one(sample.decode(guess, "replace")):
        return False
    return alphabets.fit(sample.decode("cp1252", "replace")) >= _SURE


def _sample(data: bytes) -> bytes:
    """Return enough of a file to guess from, around its first non-ASCII bytes."""
    if len(data) <= _GUESSED_FROM:
        return data
    first = _BEYOND.search(data)
    start = max(0, first.start() - 1_000) if first else 0
    return data[start : start + _GUESSED_FROM]


_BEYOND = re.compile(rb"[\x80-\xff]")
_RUN = re.compile(rb"[\x80-\xff]{3}")


def _strangeness(text: str) -> float:
    """Return the share of characters that no text contains: control, unassigned and private ones."""
    strange = sum(
        1 for char in text if unicodedata.category(char) in {"Cc", "Cn", "Co"} and char not in "\t\n\r\f"
    )
    return strange / max(1, len(text))


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (ValueError, LookupError):
        return None
