"""The layout of a sheet in a workbook: heights of its rows, and its printed pages."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil
from typing import Any

LINE = 15.0
"""Height of a line of the default font, in points."""
LINES = 14
"""Maximum lines that a row shows, so that the next rows stay in sight; a cell still has its whole text."""
_A4 = 9
_BORDER = 2
"""Characters of a column that its text cannot use."""


def row_height(cells: Iterable[tuple[str, float]]) -> float:
    """Return the height of a row in points, which not every program computes for wrapped text.

    Args:
        cells: The text of each wrapped cell, with the width of its column in characters.
    """
    most = max((lines(text, width) for text, width in cells), default=1)
    return LINE * min(most, LINES)


def lines(text: str, width: float) -> int:
    """Return about how many lines a text has in a column of a width in characters."""
    room = max(1, width - _BORDER)
    return sum(max(1, ceil(len(line) / room)) for line in text.split("\n"))


def on_paper(sheet: Any) -> None:
    """Print a sheet on landscape pages as wide as its columns, with the header; call it before any row."""
    from openpyxl.worksheet.properties import PageSetupProperties

    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.print_title_rows = "1:1"
    sheet.oddFooter.center.text = "&P / &N"


def print_to(sheet: Any, columns: int, rows: int) -> None:
    """Print only the first columns of a sheet; those after them are for programs."""
    from openpyxl.utils import get_column_letter

    sheet.print_area = f"A1:{get_column_letter(columns)}{rows}"
