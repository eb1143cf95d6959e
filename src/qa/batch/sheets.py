"""The rows of an Excel workbook, read one by one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

from qa.batch.rows import Cell, Header, blank
from qa.errors import QaError, UsageError

# People put a title, a date or a note above the header.
_ROWS_LOOKED_AT = 20


def sheet_header(path: Path) -> Header:
    """The header of the first sheet that has a column ``question``.

    Raises UsageError where there is no such sheet or the file is no workbook.
    """
    with _sheet(path) as (header, _):
        return header


def sheet_rows(path: Path) -> Iterator[tuple[Header, tuple[Cell, ...]]]:
    """The rows under that header, each with it; rows without any content are left out.

    Cells to the right of the header's last one belong to no column and are left out too.
    """
    with _sheet(path) as (header, rows):
        width = len(header.columns)
        for row in rows:
            if not all(blank(cell) for cell in row[:width]):
                yield header, row[:width]


@contextmanager
def _sheet(path: Path) -> Iterator[tuple[Header, Iterator[tuple[Cell, ...]]]]:
    # Imported here because it takes a third of a second that no other command should pay.
    from openpyxl import load_workbook

    book = None
    try:
        # ``data_only``: the values that Excel computed, not its formulas.
        book = load_workbook(path, read_only=True, data_only=True)
        for sheet in book.worksheets:
            # Some programs write the wrong size into the file, and rows outside it would be lost.
            sheet.reset_dimensions()
            rows = cast("Iterator[tuple[Cell, ...]]", sheet.iter_rows(values_only=True))
            for _, row in zip(range(_ROWS_LOOKED_AT), rows, strict=False):
                header = Header.of(_trimmed(row))
                if header is not None:
                    yield header, rows
                    return
        raise UsageError(f'{path} has no sheet with a column named question; name its column "question".')
    except (QaError, OSError):
        raise
    except Exception as error:  # a damaged file fails anywhere in the archive or in its XML
        raise UsageError(
            f"{path} is not an Excel workbook that can be read; save it again as .xlsx, without a password."
        ) from error
    finally:
        if book is not None:
            book.close()


def _trimmed(row: tuple[Cell, ...]) -> tuple[Cell, ...]:
    width = len(row)
    while width and blank(row[width - 1]):
        width -= 1
    return row[:width]
