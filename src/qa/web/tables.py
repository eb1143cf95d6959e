"""Tables on the page: every question asked of every document alone, in the background.

Questions are added and removed while a table fills. Its cells are in memory, so their number is limited.
"""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from qa import Library
from qa.batch import Counts, Questions, Row, run_many
from qa.batch.reports import linked_from
from qa.errors import QaError, UsageError
from qa.messages import Message
from qa.record import Answer
from qa.table import CellRow, Mark, Table, TableDocument, cell_of
from qa.table.outputs import write_table
from qa.types import QUOTES
from qa.web.batches import AT_ONCE, MOST_BYTES, MOST_WAITING, TOGETHER, WORKERS, progress
from qa.web.failures import public
from qa.web.grids import DEFAULT_VIEW, SortValue, View, arranged, sort_value
from qa.web.labels import ENGLISH, Labels
from qa.web.pool import BusyError, Pool
from qa.web.scratch import Scratch
from qa.web.table_runs import TableRun
from qa.web.table_views import cell_facts, cell_json, column_json, document_json, row_text

PILOT = 5
"""Number of documents that are asked first, if there are many."""
FEW = 8
"""Number of documents up to which all are asked at once."""
MOST_CELLS = 5_000
"""Maximum number of cells of a table."""
KEPT_TABLES = 5
"""Maximum number of tables that are in memory."""
FORMATS = ("xlsx", "csv", "html", "jsonl")
"""Formats that a table can be saved in."""
_log = logging.getLogger(__name__)


class _StoppedError(Exception):
    """Ends the asking of cells; it never leaves this module."""


class Tables:
    """Fills tables; thread-safe."""

    def __init__(self, library: Library, scratch: Scratch) -> None:
        self._library = library
        self._scratch = scratch
        self._states: dict[str, TableRun] = {}
        self._pool = Pool("table", AT_ONCE, MOST_WAITING)
        # Each download is in memory as a whole.
        self._downloads = threading.Semaphore(AT_ONCE)

    def begin(self, questions: Questions, documents: tuple[str, ...]) -> str:
        """Start a table; if there are many documents, only the first ones are asked at first.

        Args:
            questions: The questions.
            documents: Ids or globs of the documents; empty for all.

        Returns:
            The name of the table, which nobody can guess.

        Raises:
            UsageError: There are no documents, or there would be too many cells.
            BusyError: Too many tables wait already.
        """
        self._pool.check()
        plan = self._library.table(questions, documents=documents, pilot=0)
        _check_size(len(plan.columns) * len(plan.left))
        self._forget()
        bin = self._scratch.new()
        active = len(plan.left) if len(plan.left) <= FEW else PILOT
        columns = {column.id: column for column in plan.columns}
        state = TableRun(bin, questions.path.stem, columns, plan.left, active, plan.warnings)
        self._states[bin.name] = state
        try:
            self._run(state)
        except BusyError:
            self._states.pop(bin.name).bin.drop()
            raise
        return bin.name

    def add(self, name: str, question: str) -> None:
        """Add a question as the last column."""
        state = self._state(name)
        self._library.check_question(question)
        with state.lock:
            id = next(id for number in state.numbers if (id := f"+{number}") not in state.columns)
            (column,) = self._library.table([{"id": id, "question": question}], pilot=0).columns
            if column.row.error is not None:
                raise UsageError(column.row.error.code, **column.row.error.params)
            _check_size((len(state.columns) + 1) * len(state.documents))
            state.columns[id] = column
            state.layout += 1
        self._run(state)

    def remove(self, name: str, column: str) -> None:
        """Remove a column with its cells."""
        self._state(name).remove(column)

    def restore(self, name: str, column: str) -> None:
        """Put a removed column back in its place, with its cells and their marks.

        Raises:
            UsageError: There is no such column, or there would be too many cells now.
        """
        state = self._state(name)
        with state.lock:
            if column not in state.removed:
                raise UsageError("request-invalid")
            _check_size((len(state.columns) + 1) * len(state.documents))
            state.restore(column)
            # Cells that were asked meanwhile were dropped.
            is_complete = not state.lacks_cells()
        if not is_complete and not state.stopping:
            self._run(state)

    def mark(self, name: str, document: str, column: str, mark: Mark | None) -> None:
        """Mark a cell as right, wrong or to check; None removes the mark.

        Raises:
            UsageError: There is no such cell.
        """
        state = self._state(name)
        with state.lock:
            cell = state.cells.get((document, column))
            if cell is None:
                raise UsageError("request-invalid")
            state.put(replace(cell, mark=mark))

    def go_on(self, name: str, *, every_document: bool) -> None:
        """Continue a table that was stopped, or after the pilot ask the other documents."""
        state = self._state(name)
        with state.lock:
            if every_document and state.active < len(state.documents):
                state.active = len(state.documents)
                state.layout += 1
        self._run(state)

    def stop(self, name: str) -> None:
        """Stop a table after the current cell."""
        self._state(name).stopping = True

    def close(self) -> None:
        """Stop all tables."""
        for state in list(self._states.values()):
            state.stopping = True

    def grid(
        self, name: str, view: View = DEFAULT_VIEW, layout: int = 0, seen: int = 0, labels: Labels = ENGLISH
    ) -> dict[str, object]:
        """Return the rows of a view, and the cells that changed since the browser's last call.

        Args:
            name: The name of the table.
            view: The order and the filters.
            layout: The number of the layout that the browser has.
            seen: The number of changes of cells that it has seen of this view.
            labels: The language of the page.
        """
        state = self._state(name)
        with state.lock:
            order = _arranged(state, view)
            shown = order[: view.shown]
            is_new = layout != state.layout or not 0 < seen <= len(state.changes)
            if is_new:
                keys: Iterable[tuple[str, str]] = state.cells
            else:
                keys = dict.fromkeys(state.changes[seen:])
            visible = {document.doc_id for document in shown}
            cells = [
                cell_json(cell, labels, out=not view.passes(cell_facts(cell)))
                for key in keys
                if key[0] in visible and (cell := state.cells.get(key)) is not None
            ]
            columns = [column_json(column, labels) for column in state.columns.values()]
            return {
                **({"columns": columns} if layout != state.layout else {}),
                "layout": state.layout,
                "seen": len(state.changes),
                "order": [document.doc_id for document in shown],
                "more": len(order) > len(shown),
                "rows": [document_json(document) for document in shown] if is_new else [],
                "cells": cells,
                "left": len(state.documents) - state.active,
                "notes": [labels.say(warning) for warning in state.warnings],
                **self._progress(state, labels),
            }

    def download(self, name: str, format: str) -> tuple[bytes, str]:
        """Return the table so far, with its marks, as a file, and a name for it.

        Raises:
            UsageError: The format is unknown, or the file would be too large.
            BusyError: Too many downloads run already.
        """
        state = self._state(name)
        if format not in FORMATS:
            raise UsageError("export-format-unknown", format=format, known=", ".join(FORMATS))
        if not self._downloads.acquire(blocking=False):
            raise BusyError
        try:
            stream = io.BytesIO()
            write_table(stream, _portable(state.table()), state.name, format)
        finally:
            self._downloads.release()
        if stream.tell() > MOST_BYTES:
            raise UsageError("answers-too-many")
        return stream.getvalue(), f"{state.name}-table.{format}"

    def _progress(self, state: TableRun, labels: Labels) -> dict[str, object]:
        counts, total = state.table().counts, sum(1 for _ in state.places())
        status = labels(
            "table-progress",
            asked=counts.total,
            cells=labels("table-cells", n=total),
            answered=counts.answered,
            unanswered=counts.unanswered,
        )
        return progress(counts, total, status, labels, done=not state.running, failure=state.failure)

    def _run(self, state: TableRun) -> None:
        """Fill the table in the background, unless it is being filled already."""
        with state.lock:
            state.stopping = False
            if state.running:
                return
            state.running, state.failure = True, None
            state.bin.in_use = True
        try:
            self._pool.submit(lambda: self._fill(state))
        except BusyError:
            state.running = state.bin.in_use = False
            raise

    def _fill(self, state: TableRun) -> None:
        def ask_many(rows: Iterable[Row]) -> Iterator[Answer]:
            return self._library.ask_many(rows, k=QUOTES, workers=WORKERS, together=TOGETHER, give_way=True)

        def put(row: Row, answer: Answer) -> None:
            assert isinstance(row, CellRow)
            state.put(cell_of(row, answer))

        def stop_soon(_: Counts) -> None:
            if state.stopping:
                raise _StoppedError

        try:
            self._library.load()
            while state.goes_on():
                with suppress(_StoppedError):
                    run_many(state.unasked(), ask_many, put, stop_soon)
        except QaError as error:
            state.failure = public(error.message)
        except Exception:
            _log.exception("A table failed")
            state.failure = Message("asking-failed")
        finally:
            with state.lock:
                state.running = state.bin.in_use = False
            state.bin.touch()

    def _forget(self) -> None:
        """Drop the tables whose bins are gone, and the oldest ones above a number."""
        gone = [name for name in self._states if self._scratch.bin(name) is None]
        idle = [name for name, state in self._states.items() if not state.running and name not in gone]
        excess = max(0, len(self._states) - len(gone) - KEPT_TABLES + 1)
        for name in (*gone, *idle[:excess]):
            self._states.pop(name).bin.drop()

    def _state(self, name: str) -> TableRun:
        # Looking the bin up marks it as still needed.
        state = self._states.get(name) if self._scratch.bin(name) is not None else None
        if state is None:
            raise UsageError("answers-gone")
        return state


def _arranged(state: TableRun, view: View) -> Sequence[TableDocument]:
    """Return the documents of a view in order."""
    if view.column is not None and view.column not in state.columns:
        view = replace(view, column=None)

    def passing(document: TableDocument) -> bool:
        all = (state.cells.get((document.doc_id, column)) for column in state.columns)
        cells = [cell for cell in all if cell is not None]
        if view.words and not view.names(row_text(document, cells)):
            return False
        return not view.filters_cells or any(view.passes(cell_facts(cell)) for cell in cells)

    def key(document: TableDocument) -> SortValue:
        cell = state.cells.get((document.doc_id, view.column or ""))
        return None if cell is None else sort_value(cell_facts(cell), view.by)

    return arranged(state.documents[: state.active], view, passing, key)


def _check_size(cells: int) -> None:
    if cells > MOST_CELLS:
        raise UsageError("table-too-large", n=cells, most=MOST_CELLS)


def _portable(table: Table) -> Table:
    """Return a table that names no folder of this machine."""
    cells = {key: replace(cell, answer=linked_from(None, cell.answer)) for key, cell in table.cells.items()}
    return replace(table, cells=cells)
