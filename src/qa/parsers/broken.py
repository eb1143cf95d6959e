"""Text whose encoding went wrong before it came here: two encodings in one file, or letters saved broken."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable
from functools import cache

from qa.errors import ReadError
from qa.messages import Message
from qa.parsers import alphabets

# More damage than this is not looked at one by one.
_MOST_FAULTS = 100_000
_LEAST_RUNS = 3
_MOST_RUNS = 500
_BEYOND = re.compile(r"[^\x00-\x7f]+")
_PROPER = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
# ÿ is the byte FF, which damage leaves more often than a writer.
_DAMAGE = frozenset(b"\xff\x81\x8d\x8f\x90\x9d")


def mostly_utf8(
    data: bytes, guess: Callable[[bytes], tuple[str, bool]]
) -> tuple[str, tuple[Message, ...]] | None:
    """Return the text of a file that is UTF-8 but for some lines or letters, and what to doubt of it.

    Lines without a single UTF-8 letter are read in the encoding that ``guess`` gives for all of them;
    letters of Windows-1252 within a word of a UTF-8 line are read as such; what is left is U+FFFD. None
    where the file is in another encoding: that hardly ever forms UTF-8 letters.
    """
    damaged = data.decode("utf-8", "replace").count("\ufffd")
    if damaged > _MOST_FAULTS:
        return None
    stretches = _faulty_lines(data)
    foreign = [span for span in stretches if not _PROPER.search(data, *span)]
    others = [span for span in stretches if _PROPER.search(data, *span)]
    proper = sum(1 for _ in _PROPER.finditer(data))
    wrong = sum(_faults(data[start:end]) for start, end in others)
    strange = sum(1 for start, end in foreign for byte in data[start:end] if byte > 0x7F)
    if proper <= 3 or wrong >= max(2, proper / 4) or strange > 5 * proper:
        return None
    encoding = ""
    if foreign:
        try:
            encoding = guess(b"\n".join(data[start:end] for start, end in foreign))[0]
        except ReadError:
            encoding = ""
    parts, done, letters = [], 0, 0
    for start, end in stretches:
        parts.append(data[done:start].decode())
        line = data[start:end]
        if encoding and not _PROPER.search(line):
            parts.append(line.decode(encoding, "replace"))
        else:
            text = line.decode("utf-8", _HANDLER)
            letters += _faults(line) - text.count("\ufffd")
            parts.append(text)
        done = end
    parts.append(data[done:].decode())
    doubts = []
    if encoding:
        doubts.append(Message.of("lines-not-utf8", n=len(foreign), encoding=encoding))
    if letters > 0:
        doubts.append(Message.of("letters-not-utf8", n=letters, encoding="cp1252"))
    return "".join(parts), tuple(doubts)


def misread(text: str) -> str | None:
    """Return an example, as “Ã© for é”, where a text is UTF-8 that was read as something else; else None.

    The example is empty where nobody could read it. Nothing is repaired: a quote is what the file says.
    """
    runs = _BEYOND.findall(text)
    if len(runs) < _LEAST_RUNS:
        return None
    runs = runs[:: 1 + len(runs) // _MOST_RUNS]
    for encoding in ("cp1252", "cp1251", "mac_roman"):
        repaired = [(run, _reread(run, encoding)) for run in runs]
        examples = [(run, was) for run, was in repaired if was and len(was) < len(run)]
        if len(examples) >= _LEAST_RUNS and 2 * len(examples) > len(runs):
            shown = (
                f"{run} for {was}" for run, was in examples if (run + was).isprintable() and len(run) < 9
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
    # Where an encoding has no character, programs put the byte itself.
    table = {chr(byte): byte for byte in range(0x80, 0x100)}
    return table | {bytes([byte]).decode(encoding, "ignore"): byte for byte in range(0x80, 0x100)}


def _faulty_lines(data: bytes) -> list[tuple[int, int]]:
    """The lines that are not UTF-8."""
    spans: list[tuple[int, int]] = []
    at = 0
    while at < len(data):
        try:
            codecs.utf_8_decode(data[at : at + _STEP], "strict", at + _STEP >= len(data))
            at += _STEP
            # A character may have been cut by the step.
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
    """A byte that is no UTF-8 as the Windows-1252 letter that it is within a word, else as U+FFFD."""
    assert isinstance(error, UnicodeDecodeError)
    line, at = error.object, error.start
    first = last = at
    while first > 0 and _is_stray(line, first - 1):
        first -= 1
    while last + 1 < len(line) and _is_stray(line, last + 1):
        last += 1
    before = chr(line[first - 1]) if first else " "
    after = chr(line[last + 1]) if last + 1 < len(line) else " "
    run = bytes(line[first : last + 1])
    if before > "\x7f" or after > "\x7f" or len(run) > 3 or _DAMAGE & set(run):
        return "\ufffd", error.end
    if alphabets.fit(f"{before}{run.decode('cp1252')}{after}") < 1:
        return "\ufffd", error.end
    return bytes(line[at : at + 1]).decode("cp1252"), at + 1


def _is_stray(line: bytes, at: int) -> bool:
    """Whether a byte beyond ASCII is part of no UTF-8 letter."""
    if line[at] < 0x80:
        return False
    start = at
    while start > max(0, at - 3) and 0x80 <= line[start] < 0xC0:
        start -= 1
    found = _PROPER.match(line, start)
    return not (found and found.start() <= at < found.end())


_HANDLER = "qa-windows-letter"
codecs.register_error(_HANDLER, _letter)
