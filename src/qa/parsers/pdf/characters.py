"""The characters of a PDF page, line by line as the library parts them."""

from __future__ import annotations

import ctypes
import unicodedata
from typing import Any

import pypdfium2.raw as pdfium

from qa.parsers.pdf.letters import Glyph

_HYPHENS = frozenset({0x02, 0xFFFE})
_SOFT_HYPHEN = 0xAD
_NEWLINES = frozenset({0x0A, 0x0D})
_BULLETS = {0xF0B7: "•", 0xF0A7: "▪", 0xF0D8: "➢", 0xF076: "❖", 0xF0FC: "✓"}
# Ligatures and the shapes of Arabic letters: how letters are drawn, not which letters they are.
_SHAPES = ((0xFB00, 0xFB06), (0xFB13, 0xFB17), (0xFB50, 0xFDCF), (0xFDF0, 0xFDFB), (0xFE70, 0xFEFC))
_ALEFS = frozenset("اأإآٱ")
_TEXTS: dict[int, str] = {}
# In heights of letters: characters of a word are nearer, lines are further apart.
_TOUCHING = 0.2
_LINE = 0.6


def lines(  # noqa: PLR0912, PLR0915 - one loop over all characters, which calls would make slower
    textpage: Any, left: float, bottom: float, right: float, top: float
) -> tuple[list[list[Glyph]], float, str]:
    """The characters line by line as pdfium parts them, and the text that the page's edge cuts off."""
    handle = textpage.raw
    unicode_of, box_of = pdfium.FPDFText_GetUnicode, pdfium.FPDFText_GetLooseCharBox
    box = pdfium.FS_RECTF()
    box_pointer = ctypes.byref(box)
    runs: list[list[Glyph]] = []
    run: list[Glyph] = []
    # The last character that is no space supposed by the library, whether it ends a line, and its top.
    last, is_end, last_top = None, False, 0.0
    hidden: list[str] = []
    total = unreadable = pending = 0
    # Twice the middle of a character may be between these.
    doubled = 2 * (left - 1), 2 * (right + 1), 2 * (bottom - 1), 2 * (top + 1)
    for index in range(textpage.count_chars()):
        code = unicode_of(handle, index)
        if code in _NEWLINES:
            if hidden and hidden[-1] != "\n":
                hidden.append("\n")
            is_end = True
            continue
        if 0xD800 <= code < 0xDC00:
            pending = code
            continue
        if 0xDC00 <= code < 0xE000 and pending:
            code = 0x10000 + ((pending - 0xD800) << 10) + (code - 0xDC00)
        pending = 0
        text = _TEXTS.get(code)
        if text is None:
            text = _TEXTS[code] = _text(code)
        total += 1
        unreadable += not text or text == "\ufffd" or 0xE000 <= code < 0xF900
        if not text or not box_of(handle, index, box_pointer):
            continue
        x0, y0, x1, y1 = box.left, box.bottom, box.right, box.top
        if not (doubled[0] <= x0 + x1 <= doubled[1] and doubled[2] <= y0 + y1 <= doubled[3]):
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
            # pdfium makes up no line end after the hyphen of a word that goes on in the next line.
            runs.append(run)
            run = []
    if run:
        runs.append(run)
    return runs, unreadable / total if total else 0.0, "".join(hidden).strip()


def _adjoins(last: Glyph, glyph: Glyph) -> bool:
    """Whether a character is of the same word as the one before it, though pdfium ends the line there.

    It does so before raised numbers.
    """
    height = last.bottom - last.top
    together = min(last.bottom, glyph.bottom) - max(last.top, glyph.top)
    return (
        -0.1 * height < glyph.left - last.right < _TOUCHING * height
        and together > 0.5 * min(height, glyph.bottom - glyph.top)
        and not glyph.text.isspace()
        and not last.text.isspace()
    )


def _is_below(last: Glyph, glyph: Glyph) -> bool:
    """Whether a character is on another line than the one before it, though pdfium ends none there."""
    height = last.bottom - last.top
    is_moved = abs(glyph.bottom - last.bottom) > _LINE * max(height, glyph.bottom - glyph.top)
    return is_moved and max(glyph.left - last.right, last.left - glyph.right) > height


def _is_turned_ligature(run: list[Glyph], glyph: Glyph) -> bool:
    """Whether pdfium turned round the ligature of lam and alef, as it turns lines that run to the left."""
    return bool(run) and run[-1].text in _ALEFS and (run[-1].left, run[-1].right) == (glyph.left, glyph.right)


def _text(code: int) -> str:
    if code in _HYPHENS or code == _SOFT_HYPHEN:
        return "-"
    if code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code == 0xFEFF or code > 0x10FFFF:
        return ""
    if code in _BULLETS:
        return _BULLETS[code]
    if code > 0xFAFF and any(first <= code <= last for first, last in _SHAPES):
        return unicodedata.normalize("NFKC", chr(code)).strip()
    return " " if code == 0xA0 else chr(code)
