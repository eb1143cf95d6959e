"""Read the styles of cells that change how they are read."""

from __future__ import annotations

from dataclasses import dataclass
from xml.etree.ElementTree import Element

from qa.parsers.office import cellformat
from qa.parsers.office.opc import attribute, child, children, is_on


@dataclass(frozen=True, slots=True)
class CellStyle:
    """How a number is displayed, and whether its text is struck through or bold."""

    code: str = cellformat.GENERAL
    is_struck: bool = False
    is_bold: bool = False


def cell_styles(root: Element | None) -> list[CellStyle]:
    """Return the styles of a workbook in the order that its cells refer to."""
    codes = dict(cellformat.BUILT_IN)
    for format_element in children(root, "numFmts"):
        number = attribute(format_element, "numFmtId") or ""
        if number.isdecimal() and len(number) < 9:
            codes[int(number)] = attribute(format_element, "formatCode") or cellformat.GENERAL
    fonts = [
        tuple(
            (mark := child(font, name)) is not None and is_on(attribute(mark, "val"), absent=True)
            for name in ("strike", "b")
        )
        for font in children(root, "fonts")
    ]
    styles = []
    for style in children(root, "cellXfs"):
        font, number = (attribute(style, name) or "" for name in ("fontId", "numFmtId"))
        at = int(font) if font.isdecimal() and len(font) < 9 else -1
        is_struck, is_bold = fonts[at] if 0 <= at < len(fonts) else (False, False)
        code = codes.get(int(number) if number.isdecimal() and len(number) < 9 else 0, cellformat.GENERAL)
        styles.append(CellStyle(code, is_struck, is_bold))
    return styles
