"""Read the characters of a PDF page, line by line as pdfium separates them."""

from __future__ import annotations

import ctypes
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
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
# Control characters, surrogates and the byte order mark.
_MEANINGLESS = ((0, 0x1F), (0x7F, 0x9F), (0xD800, 0xDFFF), (0xFEFF, 0xFEFF))
# Placeholder for the first half of a surrogate pair.
_FIRST_HALF = -1
_ALEFS = frozenset("اأإآٱ")
# In letter heights: maximum gap between characters of a word, minimum shift to another line.
_MAX_WORD_GAP = 0.2
_MIN_LINE_SHIFT = 0.6


@dataclass(frozen=True, slots=True)
class _Characters:
    """The characters of a page in pdfium's order, with None for each line end.

    A hyphen that splits a word ends a stretch. ``hidden`` is the text beyond the page's edge. ``total`` and
    ``unreadable`` count all characters and those without a meaning.
    """

    stretches: list[list[Glyph | None]]
    hidden: list[str]
    total: int
    unreadable: int


def read_lines(
    textpage: Any, left: float, bottom: float, right: float, top: float
) -> tuple[list[list[Glyph]], float, str]:
    """Return the characters of a page line by line as pdfium separates them.

    Returns:
        The lines, the share of characters without a meaning, and the text beyond the page's edge.
    """
    characters = _read_characters(textpage, left, bottom, right, top)
    lines = _split_lines(characters.stretches)
    share = characters.unreadable / characters.total if characters.total else 0.0
    return lines, share, "".join(characters.hidden).strip()


def _read_characters(textpage: Any, left: float, bottom: float, right: float, top: float) -> _Characters:
    """Read the characters with their places on the page."""
    # One loop over all characters, because further function calls would make it slower.
    handle, box_of = textpage.raw, pdfium.FPDFText_GetLooseCharBox
    box = pdfium.FS_RECTF()
    box_pointer = ctypes.byref(box)
    hidden: list[str] = []
    glyphs: list[Glyph | None] = []
    stretches = [glyphs]
    total = unreadable = 0
    # Bounds of twice the middle of a visible character.
    bounds = 2 * (left - 1), 2 * (right + 1), 2 * (bottom - 1), 2 * (top + 1)
    for index, code in enumerate(_read_codes(textpage)):
        if code in _NEWLINES:
            _end_line(hidden)
            glyphs.append(None)
            continue
        if code == _FIRST_HALF:
            continue
        text = _text(code)
        total += 1
        unreadable += not text or text == "\ufffd" or 0xE000 <= code < 0xF900
        if not text or not box_of(handle, index, box_pointer):
            continue
        x0, y0, x1, y1 = box.left, box.bottom, box.right, box.top
        if not (bounds[0] <= x0 + x1 <= bounds[1] and bounds[2] <= y0 + y1 <= bounds[3]):
            hidden.append(text)
            continue
        glyphs.append(Glyph(text, index, x0 - left, top - y1, x1 - left, top - y0))
        if code in _HYPHENS:
            stretches.append(glyphs := [])
    return _Characters(stretches, hidden, total, unreadable)


def _read_codes(textpage: Any) -> list[int]:
    """Return the code points of a page's characters, with `_FIRST_HALF` before a joined surrogate pair."""
    handle, unicode_of = textpage.raw, pdfium.FPDFText_GetUnicode
    codes = [unicode_of(handle, index) for index in range(textpage.count_chars())]
    if max(codes, default=0) >= 0xD800:
        _join_surrogates(codes)
    return codes


def _join_surrogates(codes: list[int]) -> None:
    """Replace the halves of surrogate pairs by `_FIRST_HALF` and the code point of the pair."""
    first_half = 0
    for index, code in enumerate(codes):
        if 0xD800 <= code < 0xDC00:
            first_half = code
            codes[index] = _FIRST_HALF
            continue
        if 0xDC00 <= code < 0xE000 and first_half:
            codes[index] = 0x10000 + ((first_half - 0xD800) << 10) + (code - 0xDC00)
        if code not in _NEWLINES:
            first_half = 0


def _split_lines(stretches: Iterable[Sequence[Glyph | None]]) -> list[list[Glyph]]:
    """Split the characters into lines; a stretch ends a line, and None may end one."""
    lines: list[list[Glyph]] = []
    # The last character with a width, its top, and whether a line ends after it.
    last: Glyph | None = None
    last_top, is_end = 0.0, False
    for stretch in stretches:
        # pdfium reports no line end after a hyphen that splits a word.
        line: list[Glyph] = []
        lines.append(line)
        for glyph in stretch:
            if glyph is None:
                is_end = True
                continue
            has_width = glyph.right > glyph.left
            if is_end or (has_width and glyph.top != last_top):
                if last is not None and _begins_line(last, glyph, is_end=is_end):
                    lines.append(line := [])
                is_end = False
            if has_width:
                last, last_top = glyph, glyph.top
            if glyph.text == "ل" and _is_turned_ligature(line, glyph):
                line.insert(-1, glyph)
            else:
                line.append(glyph)
    return list(filter(None, lines))


def _begins_line(last: Glyph, glyph: Glyph, *, is_end: bool) -> bool:
    """Check whether a character begins a line after pdfium's line end, or without one."""
    return not _adjoins(last, glyph) if is_end else _is_below(last, glyph)


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
    if code > 0x10FFFF or any(first <= code <= last for first, last in _MEANINGLESS):
        return ""
    if code in _BULLETS:
        return _BULLETS[code]
    if code > 0xFAFF and any(first <= code <= last for first, last in _SHAPES):
        return unicodedata.normalize("NFKC", chr(code)).strip()
    return " " if code == 0xA0 else chr(code)
