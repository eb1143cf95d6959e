"""The state of a table that fills: its questions and documents, its cells, and what can be undone."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field

from qa.messages import Message
from qa.table import CellRow, Column, Table, TableCell, TableDocument, cell_row, places
from qa.web.scratch import Bin

KEPT_COLUMNS = 10
"""Maximum number of removed columns of a table that can be put back."""


@dataclass(frozen=True, slots=True)
class _Removed:
    """A removed column with its place and its cells."""

    at: int
    column: Column
    cells: dict[tuple[str, str], TableCell]


@dataclass(slots=True)
class TableRun:
    """A table that fills: its questions and documents, its cells, and the order in which they changed."""

    bin: Bin
    name: str
    columns: dict[str, Column]
    documents: tuple[TableDocument, ...]
    active: int
    """Number of documents that are asked, the first ones."""
    warnings: tuple[Message, ...] = ()
    cells: dict[tuple[str, str], TableCell] = field(default_factory=dict)
    changes: list[tuple[str, str]] = field(default_factory=list)
    removed: dict[str, _Removed] = field(default_factory=dict)
    """The columns that were removed last, which can be put back."""
    layout: int = 1
    """Number that grows when columns or rows change."""
    running: bool = False
    stopping: bool = False
    failure: Message | None = None
    lock: threading.RLock = field(default_factory=threading.RLock)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def places(self) -> Iterator[tuple[Column, TableDocument]]:
        """Return the question and the document of each cell."""
        return places(self.columns.values(), self.documents[: self.active])

    def goes_on(self) -> bool:
        """Return whether there are cells to ask; if there are none, the table no longer runs."""
        with self.lock:
            self.running = not self.stopping and self.lacks_cells()
            return self.running

    def lacks_cells(self) -> bool:
        """Return whether some cells have no answer yet."""
        return any((document.doc_id, column.id) not in self.cells for column, document in self.places())

    def unasked(self) -> Iterator[CellRow]:
        """Yield the cells to ask, each once; columns may be added and removed meanwhile."""
        asked: set[tuple[str, str]] = set()
        while (row := self._next(asked)) is not None:
            asked.add((row.document.doc_id, row.column.id))
            yield row

    def _next(self, asked: set[tuple[str, str]]) -> CellRow | None:
        with self.lock:
            if not self.stopping:
                for column, document in self.places():
                    key = (document.doc_id, column.id)
                    if key not in self.cells and key not in asked:
                        return cell_row(column, document)
        return None

    def put(self, cell: TableCell) -> None:
        """Store a cell, unless its column was removed meanwhile."""
        with self.lock:
            if cell.column.id in self.columns:
                self.cells[cell.key] = cell
                self.changes.append(cell.key)

    def table(self) -> Table:
        """Return the table as it is now."""
        with self.lock:
            active = self.documents[: self.active]
            return Table(
                tuple(self.columns.values()), active, dict(self.cells), self.documents[self.active :]
            )

    def remove(self, column: str) -> None:
        """Remove a column with its cells, if there is such a column."""
        with self.lock:
            if column not in self.columns:
                return
            cells = {key: cell for key, cell in self.cells.items() if key[1] == column}
            at = list(self.columns).index(column)
            self.removed[column] = _Removed(at, self.columns.pop(column), cells)
            while len(self.removed) > KEPT_COLUMNS:
                del self.removed[next(iter(self.removed))]
            self.cells = {key: cell for key, cell in self.cells.items() if key[1] != column}
            self.layout += 1

    def restore(self, column: str) -> None:
        """Put a removed column back in its place, with its cells and their marks."""
        with self.lock:
            removed = self.removed.pop(column)
            columns = list(self.columns.items())
            columns.insert(removed.at, (column, removed.column))
            self.columns = dict(columns)
            self.cells.update(removed.cells)
            self.layout += 1
