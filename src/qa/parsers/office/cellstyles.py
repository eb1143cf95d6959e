"""Read the styles of cells that change how they are read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
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


@dataclass(frozen=True, slots=True)
class _Font:
    """Properties of a font that change how a cell is read."""

    is_struck: bool = False
    is_bold: bool = False


def cell_styles(root: Element | None) -> list[CellStyle]:
    """Return the styles of a workbook in the order that its cells refer to."""
    codes, fonts = _format_codes(root), [_font(font) for font in children(root, "fonts")]
    return [_cell_style(style, codes, fonts) for style in children(root, "cellXfs")]


def _format_codes(root: Element | None) -> dict[int, str]:
    """Return the format codes of a workbook by number, with the built-in ones."""
    codes = dict(cellformat.BUILT_IN)
    for format_element in children(root, "numFmts"):
        number = _number(format_element, "numFmtId")
        if number is not None:
            codes[number] = attribute(format_element, "formatCode") or cellformat.GENERAL
    return codes


def _font(font: Element) -> _Font:
    """Return the properties of a font that a style refers to."""
    return _Font(_has_mark(font, "strike"), _has_mark(font, "b"))


def _has_mark(font: Element, name: str) -> bool:
    """Return whether a font has a property such as bold, which an element without a value sets."""
    mark = child(font, name)
    return mark is not None and is_on(attribute(mark, "val"), absent=True)


def _cell_style(style: Element, codes: Mapping[int, str], fonts: Sequence[_Font]) -> CellStyle:
    """Return one style; a reference to a missing font or format counts as none."""
    at = _number(style, "fontId")
    font = fonts[at] if at is not None and at < len(fonts) else _Font()
    code = codes.get(_number(style, "numFmtId") or 0, cellformat.GENERAL)
    return CellStyle(code, font.is_struck, font.is_bold)


def _number(element: Element, name: str) -> int | None:
    """Return an attribute as a number of realistic size, None if it is not one."""
    value = attribute(element, name) or ""
    return int(value) if value.isdecimal() and len(value) < 9 else None
