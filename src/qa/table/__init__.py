"""Tables: every question asked of every document alone.

`qa.table.cells` has the tables themselves, `qa.table.outputs` writes them.
"""

from __future__ import annotations

from qa.table.answer_types import TYPES, AnswerType, unknown_types
from qa.table.cells import (
    CellRow,
    Column,
    Mark,
    Table,
    TableCell,
    TableDocument,
    ask_cell,
    cell_of,
    cell_row,
    cell_rows,
    columns_of,
    places,
)
from qa.table.values import Value

__all__ = [
    "TYPES",
    "AnswerType",
    "CellRow",
    "Column",
    "Mark",
    "Table",
    "TableCell",
    "TableDocument",
    "Value",
    "ask_cell",
    "cell_of",
    "cell_row",
    "cell_rows",
    "columns_of",
    "places",
    "unknown_types",
]
