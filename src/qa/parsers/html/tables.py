"""Find the rows of tables that are data, and cells that span several rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from selectolax.lexbor import LexborNode

CELLS = frozenset({"td", "th"})
_NOT_IN_ROWS = "table, h1, h2, h3, h4, h5, h6, pre, blockquote, p + p, p + ul, ul + p"
_LONGEST_CELL = 800
_LONGEST_REPEATED = 120
_MOST_SPANS = 50


class Spans:
    """Cells of a table that span into rows below."""

    def __init__(self) -> None:
        self._open: dict[int, tuple[int, str, int]] = {}

    def __bool__(self) -> bool:
        return bool(self._open)

    def clear(self) -> None:
        """Forget all cells: no cell spans beyond its group of rows."""
        self._open.clear()

    def row(self, cells: Sequence[str], sizes: Sequence[tuple[int, int]]) -> list[str]:
        """Return a row with the cells that span into it; ``sizes`` are the height and width of ``cells``."""
        row: list[str] = []
        column = 0
        above = self._open
        self._open = {at: (left - 1, text, width) for at, (left, text, width) in above.items() if left > 1}
        waiting = dict(sorted(above.items()))
        for text, (height, width) in zip(cells, sizes, strict=False):
            while column in waiting:
                _, repeated, reach = waiting.pop(column)
                row.append(repeated)
                column += reach
            if height > 1 and len(text) <= _LONGEST_REPEATED and len(self._open) < _MOST_SPANS:
                self._open[column] = (height - 1, text, width)
            row.append(text)
            column += width
        return row + [text for _, text, _ in waiting.values()]


def size(attributes: Mapping[str, str | None]) -> tuple[int, int]:
    """Return the number of rows and columns that a cell spans."""
    height = _number(attributes.get("rowspan"))
    return (
        65_534 if height == 0 else height or 1,
        max(1, min(_number(attributes.get("colspan")) or 1, 1_000)),
    )


def _number(value: str | None) -> int | None:
    value = (value or "").strip()
    return int(value) if value.isascii() and value.isdigit() and len(value) < 6 else None


def is_row(row: LexborNode, *, joined: bool) -> bool:
    """Return whether a table row is data; otherwise the table only lays out the page.

    Args:
        row: The row.
        joined: Whether a cell of a row above spans into it.
    """
    cells = [cell for cell in row.iter() if cell.tag in CELLS]
    return (
        len(cells) + joined > 1
        and row.css_first(_NOT_IN_ROWS) is None
        and all(len(cell.text()) <= _LONGEST_CELL for cell in cells)
    )
