"""Recover text that was damaged before it got here: two encodings in one file, or letters saved broken."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Sequence
from functools import cache

from qa.errors import ReadError
from qa.messages import Message
from qa.parsers import alphabets

# Files with more faults than this are not repaired fault by fault.
_MOST_FAULTS = 100_000
_LEAST_RUNS = 3
_MOST_RUNS = 500
_BEYOND = re.compile(r"[^\x00-\x7f]+")
_PROPER = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
# ÿ is the byte FF, which is more often damage than a letter.
_DAMAGE = frozenset(b"\xff\x81\x8d\x8f\x90\x9d")


def mostly_utf8(
    data: bytes, guess: Callable[[bytes], tuple[str, bool]]
) -> tuple[str, tuple[Message, ...]] | None:
    """Return the text of a file that is UTF-8 except for some lines or letters, and warnings about it.

    Lines without any UTF-8 letter are decoded with one encoding for all of them, which ``guess`` returns.
    Windows-1252 letters within a word of a UTF-8 line are decoded as such. Other faults become U+FFFD.

    Args:
        data: Bytes of the file.
        guess: Returns the encoding of bytes, and whether it is certain.

    Returns:
        Text and warnings, or None if the file is in another encoding, which rarely forms UTF-8 letters.
    """
    if data.decode("utf-8", "replace").count("\ufffd") > _MOST_FAULTS:
        return None
    spans = _faulty_lines(data)
    foreign = [data[start:end] for start, end in spans if not _PROPER.search(data, start, end)]
    mixed = [data[start:end] for start, end in spans if _PROPER.search(data, start, end)]
    if not _is_mostly_proper(data, foreign, mixed):
        return None
    encoding = _guessed(foreign, guess) if foreign else ""
    text, letters = _repaired(data, spans, encoding)
    doubts = []
    if encoding:
        doubts.append(Message.of("lines-not-utf8", n=len(foreign), encoding=encoding))
    if letters > 0:
        doubts.append(Message.of("letters-not-utf8", n=letters, encoding="cp1252"))
    return text, tuple(doubts)


def _is_mostly_proper(data: bytes, foreign: Sequence[bytes], mixed: Sequence[bytes]) -> bool:
    """Return whether UTF-8 letters outnumber the faults by far.

    Args:
        data: Bytes of the file.
        foreign: Faulty lines without any UTF-8 letter.
        mixed: Faulty lines with UTF-8 letters.
    """
    proper = sum(1 for _ in _PROPER.finditer(data))
    wrong = sum(map(_faults, mixed))
    strange = sum(1 for line in foreign for byte in line if byte > 0x7F)
    return proper > 3 and wrong < max(2, proper / 4) and strange <= 5 * proper


def _guessed(lines: Sequence[bytes], guess: Callable[[bytes], tuple[str, bool]]) -> str:
    """Return the likeliest encoding of lines, empty if it is unknown."""
    try:
        return guess(b"\n".join(lines))[0]
    except ReadError:
        return ""


def _repaired(data: bytes, spans: Sequence[tuple[int, int]], encoding: str) -> tuple[str, int]:
    """Return the text, and how many letters within UTF-8 lines were decoded as Windows-1252.

    Args:
        data: Bytes of the file.
        spans: Spans of the faulty lines.
        encoding: Encoding of faulty lines without any UTF-8 letter, empty if unknown.
    """
    parts, position, letters = [], 0, 0
    for start, end in spans:
        parts.append(data[position:start].decode())
        line = data[start:end]
        if encoding and not _PROPER.search(line):
            parts.append(line.decode(encoding, "replace"))
        else:
            text = line.decode("utf-8", _HANDLER)
            letters += _faults(line) - text.count("\ufffd")
            parts.append(text)
        position = end
    parts.append(data[position:].decode())
    return "".join(parts), letters


def misread(text: str) -> str | None:
    """Return an example such as “Ã© for é” if a text is UTF-8 decoded as something else, or None.

    The example is empty if it is unreadable. Nothing is repaired: a quote is the text of the file.
    """
    runs = _BEYOND.findall(text)
    if len(runs) < _LEAST_RUNS:
        return None
    runs = runs[:: 1 + len(runs) // _MOST_RUNS]
    for encoding in ("cp1252", "cp1251", "mac_roman"):
        repaired = [(run, _reread(run, encoding)) for run in runs]
        examples = [(run, original) for run, original in repaired if original and len(original) < len(run)]
        if len(examples) >= _LEAST_RUNS and 2 * len(examples) > len(runs):
            shown = (
                f"{run} for {original}"
                for run, original in examples
                if (run + original).isprintable() and len(run) < 9
            )
            return next(shown, "")
    return None


def _reread(run: str, encoding: str) -> str:
    table = _bytes_of(encoding)
    try:
        return bytes([table[char] for char in run]).decode() if len(run) > 1 else ""
    except (KeyError, UnicodeDecodeError):
        return ""


@cache
def _bytes_of(encoding: str) -> dict[str, int]:
    # Programs keep a byte that has no character in an encoding.
    table = {chr(byte): byte for byte in range(0x80, 0x100)}
    return table | {bytes([byte]).decode(encoding, "ignore"): byte for byte in range(0x80, 0x100)}


def _faulty_lines(data: bytes) -> list[tuple[int, int]]:
    """Return the spans of the lines that are not UTF-8."""
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(data):
        try:
            codecs.utf_8_decode(data[at : at + _STEP], "strict", at + _STEP >= len(data))
            at += _STEP
            # The end of the block may have cut a character.
            while at < len(data) and 0x80 <= data[at] < 0xC0 and at > 0:
                at -= 1
            continue
        except UnicodeDecodeError as error:
            fault = at + error.start
        start = max(data.rfind(b"\n", 0, fault) + 1, spans[-1][1] if spans else 0)
        end = data.find(b"\n", fault)
        end = len(data) if end < 0 else end + 1
        spans.append((start, end))
        at = end
    return spans


_STEP = 1 << 20


def _faults(line: bytes) -> int:
    return line.decode("utf-8", "replace").count("\ufffd") - line.count(b"\xef\xbf\xbd")


def _letter(error: UnicodeError) -> tuple[str, int]:
    """Return a non-UTF-8 byte as a Windows-1252 letter if it is one within a word, else as U+FFFD."""
    assert isinstance(error, UnicodeDecodeError)
    line, at = error.object, error.start
    first = last = at
    while first > 0 and _is_stray(line, first - 1):
        first -= 1
    while last + 1 < len(line) and _is_stray(line, last + 1):
        last += 1
    before = chr(line[first - 1]) if first else " "
    after = chr(line[last + 1]) if last + 1 < len(line) else " "
    if _is_windows_letter(before, bytes(line[first : last + 1]), after):
        return bytes(line[at : at + 1]).decode("cp1252"), at + 1
    return "\ufffd", error.end


def _is_windows_letter(before: str, run: bytes, after: str) -> bool:
    """Return whether a run of stray bytes between two characters is Windows-1252 letters of a word."""
    if before > "\x7f" or after > "\x7f" or len(run) > 3 or _DAMAGE & set(run):
        return False
    return alphabets.fit(f"{before}{run.decode('cp1252')}{after}") >= 1


def _is_stray(line: bytes, at: int) -> bool:
    """Return whether a non-ASCII byte is not part of a UTF-8 letter."""
    if line[at] < 0x80:
        return False
    start = at
    while start > max(0, at - 3) and 0x80 <= line[start] < 0xC0:
        start -= 1
    match = _PROPER.match(line, start)
    return not (match and match.start() <= at < match.end())


_HANDLER = "qa-windows-letter"
codecs.register_error(_HANDLER, _letter)
