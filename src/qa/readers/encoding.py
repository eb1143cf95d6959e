"""Bytes to text, whatever the encoding: what the bytes prove comes before what statistics suggest."""

from __future__ import annotations

import codecs
import re
import unicodedata

from charset_normalizer import from_bytes

from qa.errors import ReadError
from qa.readers import alphabets
from qa.readers.build import clean

# UTF-32 first: its little-endian mark begins with that of UTF-16.
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
_NO_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
# Bytes looked at where the whole file would take too long and would not say more.
_SAMPLE = 1 << 18
_MOST_CONTROLS = 0.01
_MOST_CHAOS = 0.08
# What a program writes for a letter that its encoding lacks, between letters, where no text has it
# but the addresses of pages.
_LOST_LETTER = re.compile(r"\?(?<=[^\W\d_]\?)\?*(?=[^\W\d_])(?!\w*=)")
_LEAST_LOST = 10
_LOST_SHARE = 0.002


def decode(data: bytes, declared: str | None = None) -> str:
    """The text of ``data``, without a byte order mark and with ``\\n`` as newline.

    ``declared`` is the encoding that the file itself names, which is believed if the bytes allow it.
    Raises ReadError where the bytes are no text in any known encoding.
    """
    return decode_with_doubts(data, declared)[0]


def decode_with_doubts(data: bytes, declared: str | None = None) -> tuple[str, tuple[str, ...]]:
    """The text as ``decode`` gives it, and a warning for every reason to doubt its letters."""
    text, unsure = _decode(data, declared)
    text = clean(text)
    doubts = []
    if damaged := text.count("\ufffd"):
        doubts.append(f"Damaged or in another encoding, and shown as \ufffd: {damaged} characters.")
    if unsure:
        doubts.append(
            f"Its encoding is stated nowhere and was guessed to be {unsure}; "
            "where letters are wrong, save it as UTF-8."
        )
    lost = len(_LOST_LETTER.findall(text[:_SAMPLE]))
    if lost >= _LEAST_LOST and lost > _LOST_SHARE * len(text[:_SAMPLE]):
        doubts.append(
            f"Question marks stand within words ({lost} times): letters were lost when it was saved; save it "
            "as UTF-8 where it comes from."
        )
    return text, tuple(doubts)


def _decode(data: bytes, declared: str | None) -> tuple[str, str]:
    """The text, and the name of the encoding where that is a guess that nothing confirms."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace"), ""
    if (text := _wide(data)) is not None or (text := _escaped(data)) is not None:
        return text, ""
    if len(_NO_TEXT.findall(data[:_SAMPLE])) > _MOST_CONTROLS * len(data[:_SAMPLE]):
        raise ReadError("it holds binary data, not text; give the document that the text comes from.")
    if (text := _utf8(data)) is not None:
        return text, ""
    if declared and (text := _strict(data, _meant(declared))) is not None:
        return text, ""
    encoding, is_sure = _guess(data)
    return data.decode(encoding, "replace"), "" if is_sure else encoding


def _wide(data: bytes) -> str | None:
    """UTF-32 and UTF-16 without a mark: known by where their zero bytes stand."""
    sample = data[: _SAMPLE - _SAMPLE % 4]
    if 0 not in sample:
        return None
    quarters = [sample[place::4].count(0) for place in range(4)]
    full = len(sample) // 4
    if full and quarters[0] == full and quarters[1] > 0.9 * full:
        return _strict(data, "utf-32-be")
    if full and quarters[3] == full and quarters[2] > 0.9 * full:
        return _strict(data, "utf-32-le")
    even, odd = quarters[0] + quarters[2], quarters[1] + quarters[3]
    encoding = "utf-16-be" if even > odd else "utf-16-le"
    # A text has its zero bytes on one side only; on both sides they are binary data.
    if min(even, odd) > 0.05 * max(even, odd):
        return None
    text = _strict(data[: len(data) - len(data) % 2], encoding)
    if text is None or _strangeness(text[:_SAMPLE]) > _MOST_CONTROLS:
        return None
    return text


def _escaped(data: bytes) -> str | None:
    """The seven-bit encodings of East Asia, which look like ASCII: known by their escape sequences."""
    if not data[:_SAMPLE].isascii():
        return None
    if b"\x1b$)C" in data:
        return _strict(data, "iso2022_kr")
    if b"\x1b$" in data or b"\x1b(" in data:
        return _strict(data, "iso2022_jp_ext")
    if _HZ.search(data):
        return _strict(data, "hz")
    return None


def _utf8(data: bytes) -> str | None:
    text = _strict(data, "utf-8")
    if text is not None:
        return text
    # A file that was cut short, or has a few damaged bytes, is still UTF-8: other encodings hardly
    # ever form its multi-byte sequences.
    text = data.decode("utf-8", "replace")
    damaged = text.count("\ufffd")
    proper = sum(1 for char in text if char > "\x7f") - damaged
    return text if damaged <= max(1, proper * 0.02) and proper > 3 and damaged < proper / 4 else None


def _meant(declared: str) -> str:
    """The encoding that is meant by a declaration: as in browsers, the superset that is really in use."""
    try:
        name = codecs.lookup(declared).name
    except (LookupError, ValueError):
        return declared
    # Bytes that are UTF-16 were known without any declaration; others cannot be.
    return (
        "" if name.startswith(("utf-16", "utf-32", "utf-7")) or "escape" in name else _MEANT.get(name, name)
    )


def _guess(data: bytes) -> tuple[str, bool]:
    """The likeliest encoding, and whether the text that it gives is like that of a language."""
    sample = data[:_SAMPLE]
    best = from_bytes(sample, preemptive_behaviour=False).best()
    if best is None:
        if (encoding := alphabets.latin(sample)) is not None:
            return encoding, True
        raise ReadError("its encoding cannot be recognised; save it as UTF-8.")
    encoding = str(best.encoding)
    if encoding in alphabets.CONFUSED:
        latin = alphabets.latin(sample)
        return latin or encoding, latin is not None
    return encoding, best.chaos <= _MOST_CHAOS


def _strangeness(text: str) -> float:
    """The share of characters that no text holds: controls, unassigned and private ones."""
    strange = sum(1 for c in text if unicodedata.category(c) in {"Cc", "Cn", "Co"} and c not in "\t\n\r\f")
    return strange / max(1, len(text))


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except (ValueError, LookupError):
        return None
