"""Read the characters of a PDF page, line by line as pdfium separates them."""

from __future__ import annotations

import ctypes
import unicodedata
from functools import cache
from typing import Any

import pypdfium2.raw as pdfium

from qa.parsers.pdf.letters import Glyph

_HYPHENS = frozenset({0x02, 0xFFFE})
_SOFT_HYPHEN = 0xAD
_NEWLINES = frozenset({0x0A, 0x0D})
_BULLETS = {0xF0B7: "•", 0xF0A7: "▪", 0xF0D8: "➢", 0xF076: "❖", 0xF0FC: "✓"}
# Ligatures and Arabic presentation forms encode the shape of letters, not the letters.
_SHAPES = ((0xFB00, 0xFB06), (0xFB13, 0xFB17), (0xFB50, 0xFDCF), (0xFDF0, 0xFDFB), (0xFE70, 0xFEFC))
_ALEFS = frozenset("اأإآٱ")
# In letter heights: maximum gap between characters of a word, minimum shift to another line.
_MAX_WORD_GAP = 0.2
_MIN_LINE_SHIFT = 0.6


def read_lines(
    textpage: Any, left: float, bottom: float, right: float, top: float
) -> tuple[list[list[Glyph]], float, str]:
    """Return the characters of a page line by line as pdfium separates them.

    Returns:
        The lines, the share of characters without a meaning, and the text beyond the page's edge.
    """
    # One loop over all characters, because further function calls would make it slower.
    handle = textpage.raw
    unicode_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    box = pdfium.FS_RECTF()
    box_pointer = ctypes.byref(box)
    runs: list[list[Glyph]] = []
    run: list[Glyph] = []
    # The last character that pdfium did not generate, whether a line ends after it, and its top.
    last, is_end, last_top = None, False, 0.0
    hidden: list[str] = []
    total = unreadable = pending = 0
    # Bounds of twice the middle of a visible character.
    bounds = 2 * (left - 1), 2 * (right + 1), 2 * (bottom - 1), 2 * (top + 1)
    for index in range(textpage.count_chars()):
        code = unicode_of(handle, index)
        if code in _NEWLINES:
            _end_line(hidden)
            is_end = True
            continue
        if 0xD800 <= code < 0xDC00:
            pending = code
            continue
        if 0xDC00 <= code < 0xE000 and pending:
            code = 0x10000 + ((pending - 0xD800) << 10) + (code - 0xDC00)
        pending = 0
        text = _text(code)
        total += 1
        unreadable += not text or text == "\ufffd" or 0xE000 <= code < 0xF900
        if not text or not box_of(handle, index, box_pointer):
            continue
        x0, y0, x1, y1 = box.left, box.bottom, box.right, box.top
        if not (bounds[0] <= x0 + x1 <= bounds[1] and bounds[2] <= y0 + y1 <= bounds[3]):
            hidden.append(text)
            continue
        glyph = Glyph(text, index, x0 - left, top - y1, x1 - left, top - y0)
        if is_end or (y1 != last_top and x1 > x0):
            if last is not None and run and (not _adjoins(last, glyph) if is_end else _is_below(last, glyph)):
                runs.append(run)
                run = []
            is_end = False
        if x1 > x0:
            last, last_top = glyph, y1
        if text == "ل" and _is_turned_ligature(run, glyph):
            run.insert(-1, glyph)
        else:
            run.append(glyph)
        if code in _HYPHENS:
            # pdfium reports no line end after a hyphen that splits a word.
            runs.append(run)
            run = []
    return [*runs, run] if run else runs, unreadable / total if total else 0.0, "".join(hidden).strip()


def _end_line(hidden: list[str]) -> None:
    """End the current line of the hidden text if it has one."""
    if hidden and hidden[-1] != "\n":
        hidden.append("\n")


def _adjoins(last: Glyph, glyph: Glyph) -> bool:
    """Check whether a character continues the word before it although pdfium ends the line between them.

    pdfium ends lines before raised numbers.
    """
    height = last.bottom - last.top
    overlap = min(last.bottom, glyph.bottom) - max(last.top, glyph.top)
    return (
        -0.1 * height < glyph.left - last.right < _MAX_WORD_GAP * height
        and overlap > 0.5 * min(height, glyph.bottom - glyph.top)
        and not glyph.text.isspace()
        and not last.text.isspace()
    )


def _is_below(last: Glyph, glyph: Glyph) -> bool:
    """Check whether a character is on another line than the previous one without a line end in pdfium."""
    height = last.bottom - last.top
    is_lower = abs(glyph.bottom - last.bottom) > _MIN_LINE_SHIFT * max(height, glyph.bottom - glyph.top)
    return is_lower and max(glyph.left - last.right, last.left - glyph.right) > height


def _is_turned_ligature(run: list[Glyph], glyph: Glyph) -> bool:
    """Check whether pdfium reversed the ligature of lam and alef, as it reverses right-to-left lines."""
    return bool(run) and run[-1].text in _ALEFS and (run[-1].left, run[-1].right) == (glyph.left, glyph.right)


@cache
def _text(code: int) -> str:
    """Return the text of a character code, or an empty string if the code has no meaning."""
    if code in _HYPHENS or code == _SOFT_HYPHEN:
        return "-"
    if code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code == 0xFEFF or code > 0x10FFFF:
        return ""
    if code in _BULLETS:
        return _BULLETS[code]
    if code > 0xFAFF and any(first <= code <= last for first, last in _SHAPES):
        return unicodedata.normalize("NFKC", chr(code)).strip()
    return " " if code == 0xA0 else chr(code)
